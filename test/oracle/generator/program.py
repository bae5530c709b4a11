"""A random program under construction: TypeScript lines on one side, live PyTorch on the other."""
import math
import re

import torch
import torch.nn as nn
import torch.nn.functional as F

ERRORS = (RuntimeError, IndexError, ValueError, TypeError, AssertionError, NotImplementedError)

CODES = [  # "autograd" is nothing that shapes tell;
    (r"leaf Variable|modified inplace|modified by an inplace|input tensor and the written-to tensor", "autograd"),
    # the diagnostic code that each of PyTorch's messages stands for; the first match wins
    (r"view size is not compatible", "view-not-contiguous"),
    (r"invalid for input of size|only one dimension can be inferred|don't multiply up|cannot reshape tensor of 0", "reshape-size"),
    (r"doesn't match the broadcast shape|must match the size of tensor|expanded size|not broadcastable|"
     r"must match the existing size|different from other tensors|Using a target size", "broadcast-mismatch"),
    (r"divisible", "not-divisible"),
    (r"Kernel size can't be greater|Output size is too small|non-zero size|expected a non-empty", "empty-output"),
    (r"scalar type|indices.*have one of|floating point|not implemented for|can't be cast|[Ff]ound dtype|dtype|"
     r"must be long|Expected .*Long|Byte or Long|Boolean alpha|Integral alpha|bool tensor", "dtype-mismatch"),
    (r"Dimension out of range|out of (range|bounds)|repeated dim|duplicate|exceeds dimension|start \(|dims? .*range|"
     r"multiple times in the list of dims|number of dimensions in the tensor input does not match|too many indices|index \d+",
     "dim-out-of-range"),
    (r"[Ee]xpected (1|2|3|4|5)D|\dD or \dD|must have the same number of dim|must be a (3D|matrix)|3D tensor|2D tensors|"
     r"t\(\) expects|expects? a tensor with|0D or 1D|1D tensors|both arguments to matmul|number of sizes provided|"
     r"must be greater or equal to the number of dim|expected input to be|query should be|must be 2-D|must have \d dimensions|"
     r"Number of dimensions of repeat|zero-dimensional|unbatched", "rank-mismatch"),
    (r".", "shape-mismatch"),
]


def code_of(message):
    return next(code for pattern, code in CODES if re.search(pattern, message, re.S))


def camel(name):
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest) + ("_" if name.endswith("_") else "")


class Ref:
    """A variable of the program: its name in TypeScript and its value in Python."""

    def __init__(self, name, value):
        self.name, self.value = name, value

    @property
    def shape(self):
        return list(self.value.shape)

    @property
    def rank(self):
        return self.value.dim()

    @property
    def floating(self):
        return self.value.is_floating_point()


class Raw:
    """Something that is spelled differently in the two languages."""

    def __init__(self, text, value):
        self.name, self.value = text, value


def ts(value):
    """An argument as TypeScript spells it."""
    if isinstance(value, (Ref, Raw)):
        return value.name
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, torch.dtype):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(ts(each) for each in value) + "]"
    return repr(value)


def py(value):
    """The argument itself."""
    if isinstance(value, (Ref, Raw)):
        return value.value
    return type(value)(py(each) for each in value) if isinstance(value, (list, tuple)) else value


def call_text(args, options):
    parts = [ts(each) for each in args]
    if options:
        parts.append("{ " + ", ".join(f"{camel(name)}: {ts(value)}" for name, value in options.items()) + " }")
    return ", ".join(parts)


def wave(shape, phase, scale=1.4):
    """Numbers without a pattern, which the tests make again."""
    count = math.prod(shape)
    return torch.tensor([scale * math.sin(0.37 * i * i + 0.9 * i + phase) for i in range(count)], dtype=torch.float32).view(shape).clone()


def sums(tensor):
    """Two numbers that tell tensors apart: a sum with weights of their own, and one of sizes. None where they are not finite."""
    flat = tensor.detach().to(torch.float64).contiguous().flatten()
    weights = torch.tensor([math.cos(1 + 0.7 * i) for i in range(flat.numel())], dtype=torch.float64)
    pair = [float(f"{float((flat * weights).sum()):.6g}"), float(f"{float(flat.abs().sum()):.6g}")]
    return pair if all(math.isfinite(each) for each in pair) else None


class Program:
    def __init__(self, rng, index=0):
        self.index = index
        self.rng, self.lines, self.expect, self.failed = rng, [], [], False
        self.leaves, self.modules, self.last, self.values_known = [], [], None, True
        #: Until advanced indexing chooses a layout of its own.
        self.layout_known = True
        #: Whether inputs require gradients, which are recorded at the end.
        self.gradients = rng.random() < 0.5

    def fresh(self, shape, dtype="float32", low=0, high=5, positive=False):
        """An input: random in the program, and given the same numbers here and in the tests."""
        shape, line = list(shape), len(self.lines)
        if dtype == "float32":
            value = wave(shape, 0.2 + 2.1 * line) if not positive else 0.5 + 0.45 * wave(shape, 0.2 + 2.1 * line, 1)
            text = f"torch.{'rand' if positive else 'randn'}({ts(shape)})"
        elif dtype == "int64":
            value = torch.tensor([low + (7 * i * i + 3 * i + line) % (high - low) for i in range(math.prod(shape))]).view(shape)
            text = f"torch.randint({low}, {high}, {ts(shape)})"
        else:
            value, text = torch.zeros(shape, dtype=torch.bool), f"torch.zeros({ts(shape)}, {{ dtype: torch.bool }})"
        if self.gradients and dtype == "float32":
            value.requires_grad_()
        made = self.step(text, lambda: value)
        if made and dtype == "float32":
            self.leaves.append(made)
        return made

    def step(self, text, run, strided=True, values=True):
        """Appends `const tN = <text>;` and runs its twin. A program ends where PyTorch throws."""
        if self.failed:
            return None
        line = len(self.lines)
        name = f"t{line + 1}"
        self.lines.append(f"const {name} = {text};")
        try:
            value = run()
        except ERRORS as error:
            return self.fail(line, error)
        if not isinstance(value, torch.Tensor):
            return None
        self.values_known = self.values_known and values
        numbers = sums(value) if self.values_known and value.numel() <= 4000 else None
        self.expect.append({"line": line, "shape": list(value.shape), "stride": list(value.stride()) if strided and self.layout_known else None,
                            "dtype": str(value.dtype).replace("torch.", ""), **({"sums": numbers} if numbers else {})})
        made = Ref(name, value)
        if value.is_floating_point():
            self.last = made
        return made

    def fail(self, line, error):
        message = str(error).split("\n")[0]
        self.expect.append({"line": line, "error": code_of(message), "message": message})
        self.failed = True

    def method(self, receiver, name, *args, pick=None, strided=True, values=True, **options):
        """`x.repeatInterleave(2, { dim: 1 })`, where Python has `x.repeat_interleave(2, dim=1)`."""
        if self.failed or receiver is None:
            return None
        text = f"{receiver.name}.{camel(name)}({call_text(args, options)})" + picked(pick)
        def run():
            named = {key: py(value) for key, value in options.items()}
            return take(getattr(receiver.value, name)(*[py(each) for each in args], **named), pick)
        return self.step(text, run, strided, values)

    def function(self, space, name, *args, pick=None, strided=True, values=True, run=None, **options):
        """`F.maxPool2d(x, 3, { stride: 2 })`, where Python has `F.max_pool2d(x, 3, stride=2)`."""
        if self.failed or any(each is None for each in args if not isinstance(each, (list, tuple))) and None in args[:1]:
            return None
        target = run or getattr({"torch": torch, "F": F}[space], name, None)
        text = f"{space}.{camel(name)}({call_text(args, options)})" + picked(pick)
        def twin():
            named = {key: py(value) for key, value in options.items()}
            return take(target(*[py(each) for each in args], **named), pick)
        return self.step(text, twin, strided, values)

    def module(self, name, *args, **options):
        """`const mN = new nn.Conv2d(…)` with weights that the tests make again; a constructor that throws ends the program."""
        if self.failed:
            return None
        line = len(self.lines)
        variable = f"m{line + 1}"
        self.lines.append(f"const {variable} = new nn.{name}({call_text(args, options)});")
        try:
            module = getattr(nn, name)(*[py(each) for each in args], **{key: py(value) for key, value in options.items()})
        except ERRORS as error:
            return self.fail(line, error)
        self.adopt(module)
        made = Ref(variable, module)
        self.modules.append(made)
        return made

    @staticmethod
    def adopt(module):
        """Gives the parameters, in the order of their names, numbers that the tests make again."""
        with torch.no_grad():
            for k, (_, parameter) in enumerate(sorted(module.named_parameters())):
                parameter.copy_(wave(parameter.shape, 0.4 + 1.3 * k, 0.6))

    def call(self, module, *inputs, pick=None, strided=False, **options):
        if self.failed or module is None or any(each is None for each in inputs):
            return None
        text = f"{module.name}({call_text(inputs, options)})" + picked(pick)
        def run():
            return take(module.value(*[py(each) for each in inputs], **{key: py(value) for key, value in options.items()}), pick)
        return self.step(text, run, strided)

    def finish(self, identifier, family):
        """The case as it is recorded. Gradients are of the last result, times weights, by every input and parameter."""
        case = {"id": identifier, "family": family, "program": self.lines, "expect": self.expect}
        if self.gradients:
            case["leaves"] = True
        wanted = self.gradients and not self.failed and self.values_known and self.last is not None
        if wanted and self.last.value.requires_grad and self.last.value.numel() > 0:
            result = self.last.value
            weights = torch.tensor([math.cos(1 + 0.7 * i) for i in range(result.numel())], dtype=torch.float32)
            try:
                (result.contiguous().flatten() * weights).sum().backward()
            except RuntimeError as error:
                return {**case, "gradients": {}, "backward": str(error).split("\n")[0]}
            found = {leaf.name: leaf.value.grad for leaf in self.leaves if leaf.value.is_leaf}
            for module in self.modules:
                found.update({f"{module.name}.{name}": each.grad for name, each in module.value.named_parameters()})
            found = {name: sums(gradient) for name, gradient in found.items() if gradient is not None}
            case["gradients"] = {name: pair for name, pair in found.items() if pair}
        return case


def picked(pick):
    return "" if pick is None else "".join(f"[{i}]" for i in (pick if isinstance(pick, tuple) else (pick,)))


def take(value, pick):
    for i in () if pick is None else pick if isinstance(pick, tuple) else (pick,):
        value = value[i]
    return value


# What families draw their sizes from.

def shape_of(rng, low=1, high=4, sizes=(1, 2, 3, 4, 5)):
    return [rng.choice(sizes) for _ in range(rng.randint(low, high))]


def perturb(rng, dims):
    """The same list with one size changed, dropped or added: usually wrong, not always."""
    dims = list(dims)
    kind = rng.random()
    if kind < 0.6 and dims:
        i = rng.randrange(len(dims))
        dims[i] = max(1, dims[i] + rng.choice([-1, 1, 2]))
    elif kind < 0.8 and len(dims) > 1:
        dims.pop(rng.randrange(len(dims)))
    else:
        dims.insert(rng.randint(0, len(dims)), rng.choice([1, 2, 3]))
    return dims


def maybe_wrong(rng, dims, chance=0.15):
    return perturb(rng, dims) if rng.random() < chance else list(dims)


def axis_of(rng, rank, wild=0.05):
    if rng.random() < wild:
        return rng.choice([rank, rank + 1, -rank - 1])
    return rng.randrange(-rank, rank) if rank else 0


def some(rng, chance, **options):
    """Each of the options with a chance."""
    return {name: value for name, value in options.items() if rng.random() < chance}
