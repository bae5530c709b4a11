"""Records what PyTorch answers about views and layouts in pytorch-layouts.json, which the tests compare with.

Run by hand when cases are added: python test/shape/record_layouts.py
Every case is one string of fields separated by "|"; sizes and strides are separated by ",".
"""

import json
import pathlib
import random

import torch
import torch.nn.functional as F

random.seed(20260101)


def text(numbers):
    return ",".join(str(n) for n in numbers)


def random_shape(most=4, sizes=(1, 1, 2, 2, 3, 4, 5, 6)):
    return [random.choice(sizes) for _ in range(random.choice([0, *[r for r in range(1, most + 1) for _ in range(3 * r)]]))]


def random_view(x):
    """A tensor that shares x's storage, by a few random operations."""
    for _ in range(random.randint(0, 3)):
        if x.dim() == 0:
            return x.expand(random.choice([1, 3])) if random.random() < 0.3 else x
        d = random.randrange(x.dim())
        match random.randrange(6):
            case 0:
                x = x.permute(random.sample(range(x.dim()), x.dim()))
            case 1:
                x = x.transpose(d, random.randrange(x.dim()))
            case 2:
                x = x.expand([random.choice([2, 3]) if s == 1 and random.random() < 0.6 else s for s in x.shape])
            case 3:
                size = x.shape[d]
                start = random.randrange(size) if size else 0
                x = x[(slice(None),) * d + (slice(start, None, random.choice([1, 1, 2])),)]
            case 4:
                x = x.unsqueeze(random.randrange(x.dim() + 1))
            case 5:
                x = x.narrow(d, 0, max(x.shape[d] - 1, 1)) if x.shape[d] > 0 else x
    return x


def source(sizes=(1, 1, 2, 2, 3, 4, 5, 6)):
    return random_view(torch.zeros(random_shape(sizes=sizes)))


def factorization(n):
    """A random shape with n elements."""
    shape = []
    while n > 1 and len(shape) < 5:
        d = random.choice([k for k in range(1, n + 1) if n % k == 0])
        shape.append(d)
        n //= d
    shape.append(n)
    random.shuffle(shape)
    return [s for s in shape if s != 1 or random.random() < 0.5]


def similar(x):
    """A shape with as many elements, made by joining and splitting x's dimensions: more often a legal view."""
    shape = list(x.shape)
    for _ in range(random.randint(1, 3)):
        if len(shape) > 1 and random.random() < 0.5:
            i = random.randrange(len(shape) - 1)
            shape[i : i + 2] = [shape[i] * shape[i + 1]]
        elif shape:
            i = random.randrange(len(shape))
            d = random.choice([k for k in range(1, max(shape[i], 1) + 1) if shape[i] % k == 0])
            shape[i : i + 1] = [d, shape[i] // d]
    return shape


def views():
    for i in range(500):
        x = source(sizes=(1, 2, 2, 3, 4, 6)) if i % 20 else source(sizes=(0, 1, 2, 3))
        if x.is_contiguous() and x.dim() > 1:
            x = x.permute(random.sample(range(x.dim()), x.dim()))
        new = factorization(x.numel()) if x.numel() and random.random() < 0.3 else similar(x)
        try:
            answer = text(x.view(new).stride())
        except RuntimeError:
            answer = "illegal"
        yield "|".join([text(x.shape), text(x.stride()), text(new), answer])


def contiguous():
    for _ in range(120):
        x = source(sizes=(0, 1, 1, 2, 2, 3, 4))
        yield "|".join([text(x.shape), text(x.stride()), str(x.is_contiguous()).lower()])


def clones():
    for _ in range(150):
        x = source(sizes=(0, 1, 1, 2, 2, 3, 4) if random.random() < 0.1 else (1, 2, 2, 3, 4))
        yield "|".join([text(x.shape), text(x.stride()), text(x.clone().stride())])


def unary():
    for _ in range(150):
        x = source(sizes=(1, 2, 2, 3, 4))
        yield "|".join([text(x.shape), text(x.stride()), text(torch.relu(x).stride()), text((x + 2).stride())])


def operand_for(shape):
    """A random layout of shape, of which some dimensions may be 1 or missing for broadcasting."""
    own = [1 if random.random() < 0.25 else s for s in shape]
    if random.random() < 0.3:
        own = own[random.randint(0, len(own)) :]
    order = random.sample(range(len(own)), len(own)) if random.random() < 0.7 else list(range(len(own)))
    x = torch.zeros([own[i] for i in order])
    x = x.permute([order.index(i) for i in range(len(own))])
    if own and random.random() < 0.2:
        x = torch.zeros([s * 2 for s in own])[tuple(slice(None, None, 2) for _ in own)]
    return x


def binary():
    for _ in range(250):
        shape = random_shape(sizes=(1, 2, 3, 4))
        a, b = operand_for(shape), operand_for(shape)
        fields = [a.shape, a.stride(), b.shape, b.stride(), (a + b).shape, (a + b).stride()]
        yield "|".join(text(f) for f in fields)


def ternary():
    for _ in range(80):
        shape = random_shape(sizes=(1, 2, 3, 4))
        tensors = [operand_for(shape) for _ in range(3)]
        result = torch.addcmul(*tensors)
        fields = [f for t in [*tensors, result] for f in (t.shape, t.stride())]
        yield "|".join(text(f) for f in fields)


def broadcasts():
    for _ in range(100):
        a, b = random_shape(sizes=(0, 1, 1, 2, 3)), random_shape(sizes=(0, 1, 1, 2, 3))
        try:
            answer = text(torch.broadcast_shapes(a, b))
        except RuntimeError:
            answer = "mismatch"
        yield "|".join([text(a), text(b), answer])


def expands():
    for _ in range(120):
        x = source(sizes=(1, 1, 2, 3))
        sizes = [random.choice([-1, s, s, 2, 3, 0]) if s == 1 or random.random() < 0.3 else s for s in x.shape]
        sizes = [random.choice([-1, 1, 2, 3]) for _ in range(random.choice([0, 0, 1, 2]))] + sizes
        sizes = sizes[1:] if random.random() < 0.1 else sizes
        try:
            y = x.expand(sizes)
            answer = f"{text(y.shape)}|{text(y.stride())}"
        except RuntimeError:
            answer = "error|"
        yield "|".join([text(x.shape), text(x.stride()), text(sizes), answer])


def reshapes():
    for _ in range(200):
        x = torch.zeros(random_shape(sizes=(0, 1, 2, 3, 4) if random.random() < 0.3 else (1, 2, 3, 4)))
        new = factorization(x.numel()) if x.numel() else random_shape(sizes=(0, 1, 2))
        for _ in range(random.choice([0, 1, 1, 1, 2])):
            if new:
                new[random.randrange(len(new))] = random.choice([-1, -1, -1, 2, 3, 0, -2])
        try:
            answer = text(x.reshape(new).shape)
        except RuntimeError as error:
            message = str(error)
            answer = next(
                kind
                for kind, part in {
                    "two-inferred": "only one dimension can be inferred",
                    "ambiguous": "is ambiguous",
                    "negative": "invalid shape dimension",
                    "invalid": "is invalid for input of size",
                }.items()
                if part in message
            )
        yield "|".join([text(x.shape), text(new), answer])


def windows():
    """input, kernel, stride, padding, dilation, output padding, then the sizes PyTorch gives; x where it refuses."""
    for _ in range(250):
        i, k, s, d = random.randint(1, 20), random.randint(1, 5), random.randint(1, 5), random.randint(1, 3)
        p, op = random.randint(0, k // 2), random.randint(0, 2)
        x = torch.zeros(1, 1, i)
        weight = torch.zeros(1, 1, k)
        answers = []
        for compute in (
            lambda: F.conv1d(x, weight, stride=s, padding=p, dilation=d),
            lambda: F.max_pool1d(x, k, s, p, d),
            lambda: F.max_pool1d(x, k, s, p, d, ceil_mode=True),
            lambda: F.conv_transpose1d(x, weight, stride=s, padding=p, dilation=d, output_padding=op),
        ):
            try:
                answers.append(str(compute().shape[-1]))
            except RuntimeError:
                answers.append("x")
        yield "|".join([text([i, k, s, p, d, op]), *answers])


kinds = [views, contiguous, clones, unary, binary, ternary, broadcasts, expands, reshapes, windows]
recorded = {"torch": torch.__version__.split("+")[0]} | {kind.__name__: list(dict.fromkeys(kind())) for kind in kinds}
path = pathlib.Path(__file__).with_name("pytorch-layouts.json")
path.write_text(json.dumps(recorded, indent=2) + "\n")
