"""Programs with gradients for operations that the random families reach seldom: one after the other instead of at random."""
import torch

from program import Raw

IN_PLACE = ["abs_", "ceil_", "exp_", "floor_", "log_", "neg_", "relu_", "round_", "sigmoid_", "sqrt_", "tanh_", "square_", "sin_", "cos_",
            "rsqrt_", "reciprocal_", "log1p_", "expm1_", "erf_"]
ACTIVATIONS = ["ELU", "SELU", "Hardswish", "Hardsigmoid", "Hardtanh", "Mish", "ReLU", "ReLU6", "SiLU", "GELU", "Tanh", "Sigmoid", "Softplus",
               "LeakyReLU"]


def rms_norm(x, sizes, weight=None, eps=0.01):
    """rms_norm as its documentation writes it, for versions without it."""
    scaled = x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)
    return scaled if weight is None else scaled * weight


def within(p, name):
    """An in-place function of numbers for which it and its slope are finite."""
    return p.method(p.method(p.fresh([2, 3], positive=True), "clone"), name)


#: Subscripts that an operand has twice are its diagonal; what a result may be called.
EINSUMS = [("ii->i", [3, 3]), ("ii", [3, 3]), ("bii->bi", [2, 3, 3]), ("iij->j", [2, 2, 3]), ("...ii->...i", [2, 3, 3]), ("i...i", [3, 4, 3]),
           ("ii,i", [2, 2], [2]), ("ii,i->i", [2, 2], [1]), ("ii,jj->ij", [2, 2], [3, 3]), ("ij,jj->ij", [2, 3], [3, 3]),
           ("ii->i", [1, 3]), ("ii->i", [3, 4]), ("ij,jj->ij", [2, 3], [3, 1]), ("ij->ii", [2, 2]), ("ij->k", [2, 2])]
WRITING = ["ELU", "SELU", "Hardswish", "Hardsigmoid", "Hardtanh", "Mish", "ReLU", "ReLU6", "SiLU", "LeakyReLU"]


def einsum(p, equation, *shapes):
    operands = [p.fresh(shape) for shape in shapes]
    names = ", ".join(each.name for each in operands)
    return p.step(f'torch.einsum("{equation}", {names})', lambda: torch.einsum(equation, *[each.value for each in operands]), strided=False)


def written_over(p, name):
    """A layer that writes over its input: what the input is afterwards."""
    x = p.method(p.fresh([3, 4]), "clone")
    p.call(p.module(name, inplace=True), x)
    return p.method(x, "mul", 2)


def softmax_of(p, name, rank):
    """Without a dimension it is chosen by the rank."""
    return p.call(p.module(name), p.fresh([2, 3, 4, 2][:rank]))


INFINITY = Raw("Infinity", float("inf"))

CASES = [
    lambda p: p.method(p.fresh([3, 4]), "clamp", p.fresh([4])),
    lambda p: p.method(p.fresh([3, 4]), "clamp", min=p.fresh([3, 1]), max=p.method(p.fresh([4]), "add", 1)),
    lambda p: p.method(p.fresh([3, 4]), "norm", 0, 1),
    lambda p: p.method(p.fresh([3, 4]), "norm", INFINITY, 0, keepdim=True),
    lambda p: p.method(p.fresh([3, 4]), "norm", 3),
    lambda p: p.method(p.fresh([3, 2]), "repeat_interleave", p.fresh([3], "int64", 0, 3), 0),
    lambda p: p.method(p.fresh([3]), "repeat_interleave", p.fresh([2], "int64", 0, 3)),
    lambda p: p.function("torch", "cat", [p.fresh([2, 3]), p.fresh([2, 1])], dim=-1),
    lambda p: p.function("torch", "stack", [p.fresh([2, 3]), p.fresh([2, 3])], dim=-1),
    *[lambda p, case=case: einsum(p, *case) for case in EINSUMS],
    *[lambda p, name=name: written_over(p, name) for name in WRITING],
    *[lambda p, name=name, rank=rank: softmax_of(p, name, rank) for name in ("Softmax", "LogSoftmax") for rank in (1, 2, 3, 4)],
    *[lambda p, name=name: within(p, name) for name in IN_PLACE],
    *[lambda p, name=name: p.call(p.module(name), p.fresh([3, 4])) for name in ACTIVATIONS],
    lambda p: p.method(p.method(p.fresh([2, 3], positive=True), "clone"), "pow_", 3),
    lambda p: p.function("F", "adaptive_avg_pool1d", p.fresh([2, 3, 7]), 3),
    lambda p: p.function("F", "adaptive_avg_pool2d", p.fresh([2, 3, 7, 5]), [3, 2]),
    lambda p: p.function("F", "adaptive_max_pool2d", p.fresh([2, 3, 7, 5]), [3, 2]),
    lambda p: p.function("F", "avg_pool1d", p.fresh([2, 3, 7]), 3, stride=2, padding=1, ceil_mode=True),
    lambda p: p.function("F", "max_pool1d", p.fresh([2, 3, 7]), 3, stride=2, dilation=2),
    lambda p: p.function("F", "max_pool2d", p.fresh([2, 2, 7, 6]), 2, stride=2, dilation=2),
    lambda p: p.function("F", "conv1d", p.fresh([2, 3, 7]), p.fresh([4, 3, 3]), p.fresh([4]), 2, 1),
    lambda p: p.function("F", "conv2d", p.fresh([2, 4, 5, 5]), p.fresh([4, 2, 3, 3]), p.fresh([4]), 2, 1, 1, 2),
    lambda p: p.function("F", "conv3d", p.fresh([2, 2, 4, 4, 3]), p.fresh([3, 2, 2, 3, 2]), p.fresh([3]), stride=2, padding=1),
    lambda p: p.function("F", "conv_transpose1d", p.fresh([2, 3, 5]), p.fresh([3, 2, 3]), p.fresh([2]), stride=2, output_padding=1),
    lambda p: p.function("F", "conv_transpose2d", p.fresh([2, 4, 3, 3]), p.fresh([4, 2, 3, 3]), p.fresh([4]), 2, 1, 1, 2),
    lambda p: p.function("F", "group_norm", p.fresh([2, 4, 3]), 2, p.fresh([4]), p.fresh([4])),
    lambda p: p.function("F", "layer_norm", p.fresh([2, 3, 4]), [4], p.fresh([4]), p.fresh([4])),
    lambda p: p.function("F", "instance_norm", p.fresh([2, 3, 4])),
    lambda p: p.function("F", "rms_norm", p.fresh([2, 3, 4]), [4], weight=p.fresh([4]), eps=0.01, run=rms_norm),
    lambda p: p.function("F", "pixel_shuffle", p.fresh([1, 8, 2, 3]), 2),
    lambda p: masked_select(p),
]


def masked_select(p):
    x = p.fresh([3, 4])
    return p.method(x, "masked_select", p.method(x, "gt", 0))


def family_every(p):
    p.gradients = True
    CASES[p.index % len(CASES)](p)
