"""Element-wise operations, their promotion of types and their in-place variants, reductions, and products."""
import torch

from program import Raw, axis_of, maybe_wrong, perturb, shape_of, some
from views import move, transposed

BINARY = "add sub mul div maximum minimum eq ne lt le gt ge pow fmod remainder logical_and logical_or".split()
UNARY = ("neg abs sign exp log log1p sqrt rsqrt reciprocal square sin cos tan tanh sigmoid relu erf floor ceil round expm1 isnan "
         "logical_not").split()
FUNCTIONS = ["silu", "gelu", "softplus", "relu6", "leaky_relu", "elu", "selu", "mish", "hardswish", "hardsigmoid", "hardtanh", "relu"]


def other_shape(rng, shape):
    target = shape[rng.randint(0, len(shape)):] if rng.random() < 0.4 else list(shape)
    target = [1 if rng.random() < 0.25 else size for size in target] or [1]
    return maybe_wrong(rng, target, 0.25)


def number(rng):
    return rng.choice([2, 0.5, -1, 1.5, 3, True])


def family_elementwise(p):
    rng = p.rng
    dtype = rng.choice(["float32"] * 4 + ["int64", "bool"])
    a = transposed(p, p.fresh(shape_of(rng), dtype, 1, 6))
    if a is None:
        return
    name = rng.choice(BINARY)
    if rng.random() < 0.3:
        b = number(rng)
    else:
        b = p.fresh(other_shape(rng, a.shape), rng.choice(["float32", "float32", "int64"]), 1, 4, positive=name in ("pow", "fmod", "remainder"))
    if b is None:
        return
    options = {"alpha": rng.choice([2, 0.5])} if name in ("add", "sub") and not isinstance(b, bool) and rng.random() < 0.2 else {}
    if name in ("maximum", "minimum", "logical_and", "logical_or") and not hasattr(b, "value"):
        b = p.fresh(a.shape)
    # Powers of negative numbers, and remainders of nearly whole quotients, depend on the last digit.
    values = name not in ("pow", "fmod", "remainder")
    if rng.random() < 0.5 or name in ("logical_and", "logical_or"):
        c = p.method(a, name, b, strided=hasattr(b, "value"), values=values, **options)
    else:
        c = p.function("torch", name, a, b, strided=hasattr(b, "value"), values=values, **options)
    if c is None:
        return
    d = p.method(c, rng.choice(UNARY), values=False) if rng.random() < 0.5 else smooth(p, c)
    if d:
        move(p, d)


def smooth(p, cur):
    """An activation with the options it has."""
    rng = p.rng
    name = rng.choice(FUNCTIONS)
    options = {"softplus": some(rng, 0.5, beta=2, threshold=10), "leaky_relu": some(rng, 0.5, negative_slope=0.2),
               "elu": some(rng, 0.5, alpha=1.5), "gelu": some(rng, 0.5, approximate="tanh"),
               "hardtanh": some(rng, 0.5, min_val=-0.5, max_val=0.5)}.get(name, {})
    return p.function("F", name, cur, strided=False, **options)


def family_unary(p):
    rng = p.rng
    name = rng.choice(UNARY)
    positive = name in ("log", "sqrt", "rsqrt", "log1p", "reciprocal")
    dtype = rng.choice(["float32"] * 5 + ["int64", "bool"])
    cur = transposed(p, p.fresh(shape_of(rng), dtype, 1, 6, positive=positive))
    if cur is None:
        return
    # Roundings jump, so that a last digit would decide.
    cur = p.method(cur, name, values=dtype == "float32" or name not in ("tan",))
    if cur and rng.random() < 0.5:
        cur = p.method(cur, "clamp", *rng.choice([[-0.5, 0.5], [0], [None, 1], [0, 1]]))
    if cur and cur.floating:
        smooth(p, cur)


def family_inplace(p):
    rng = p.rng
    dtype = rng.choice(["float32", "float32", "float32", "int64"])
    base = p.fresh(shape_of(rng), dtype, 1, 6)
    cur = base and p.method(base, "clone")
    # Writing into a view whose gradients are recorded is refused on purpose, with advice.
    viewed = not p.gradients
    cur = cur and (transposed(p, cur) if viewed else cur)
    if cur is None:
        return
    for _ in range(rng.randint(1, 3)):
        kind = rng.choice(["binary", "binary", "unary", "clamp_", "fill_", "zero_", "copy_"] + ["view"] * viewed)
        if kind == "binary":
            other = rng.choice([2, 1.5]) if rng.random() < 0.4 else p.fresh(other_shape(rng, cur.shape), rng.choice(["float32", "int64"]), 1, 4)
            cur = other and p.method(cur, rng.choice(["add_", "sub_", "mul_", "div_"]), other)
        elif kind == "unary":
            cur = p.method(cur, rng.choice(["relu_", "exp_", "sigmoid_", "tanh_", "neg_", "abs_", "floor_", "square_"]))
        elif kind == "clamp_":
            cur = p.method(cur, kind, -1, 1)
        elif kind == "fill_":
            cur = p.method(cur, kind, rng.choice([2, 1.5]))
        elif kind == "zero_":
            cur = p.method(cur, kind)
        elif kind == "copy_":
            other = p.fresh(other_shape(rng, cur.shape))
            cur = other and p.method(cur, kind, other)
        else:
            cur = move(p, cur)
        if cur is None:
            return


REDUCTIONS = "sum mean amax amin argmax argmin std var prod norm any all logsumexp softmax log_softmax cumsum max min median".split()


def family_reduce(p):
    rng = p.rng
    cur = transposed(p, p.fresh(shape_of(rng), rng.choice(["float32"] * 6 + ["int64", "bool"])))
    for _ in range(rng.randint(1, 3)):
        if cur is None:
            return
        cur = reduce_once(p, cur)


def reduce_once(p, cur):
    rng = p.rng
    name = rng.choice(REDUCTIONS)
    keep = {"keepdim": True} if rng.random() < 0.4 else {}
    axis = axis_of(rng, cur.rank) if cur.rank else 0
    if name in ("softmax", "log_softmax", "cumsum"):
        return p.method(cur, name, axis, strided=False)
    if name == "norm":
        return p.method(cur, name, *rng.choice([[], [2, axis], [1, axis]]), strided=False)
    if name in ("max", "min", "median"):
        if rng.random() < 0.3:
            return p.method(cur, name, strided=False)
        return p.method(cur, name, axis, pick=rng.choice([0, 1]) if name != "median" else 0, strided=False, **keep)
    if name == "logsumexp":
        return p.method(cur, name, axis, strided=False, **keep)
    if name in ("std", "var") and torch.__version__ >= "2" and rng.random() < 0.3:
        keep["correction"] = 0
    if rng.random() < 0.2 and name not in ("amax", "amin"):
        return p.method(cur, name, strided=False)
    if name in ("sum", "mean", "amax", "amin", "std", "var") and cur.rank > 1 and rng.random() < 0.4:
        return p.method(cur, name, [axis_of(rng, cur.rank), axis_of(rng, cur.rank)], strided=False, **keep)
    if name == "sum" and rng.random() < 0.2:
        keep["dtype"] = torch.float32
    return p.method(cur, name, axis, strided=False, **keep)


EQUATIONS = ["...ij,...jk->...ik", "ij,jk->ik", "bij,bjk->bik", "...ij,...kj->...ik", "ij,jk", "bhid,bhjd->bhij", "ij,ij->i", "bij,bij->",
             "ij,kj->ikj", "ii->i"]


def family_product(p):
    rng = p.rng
    m, k, n = (rng.choice([1, 2, 3, 4]) for _ in range(3))
    inner = k if rng.random() < 0.8 else rng.choice([1, 2, 3, 4])
    batch = shape_of(rng, 0, 2, (1, 2, 3))
    other = batch if rng.random() < 0.6 else [1 if rng.random() < 0.5 else size for size in batch]
    kind = rng.choice(["matmul", "matmul", "matmul", "mm", "bmm", "einsum", "dot", "outer", "mv", "addmm", "baddbmm", "tensordot",
                       "linear", "bilinear"])
    if kind in ("dot", "outer", "mv"):
        a = p.fresh([m, k] if kind == "mv" else maybe_wrong(rng, [k], 0.1))
        b = p.fresh(maybe_wrong(rng, [k if kind != "outer" else n], 0.15))
        return a and b and p.function("torch", kind, a, b, strided=False)
    if kind in ("addmm", "baddbmm"):
        front = [] if kind == "addmm" else [rng.choice([1, 2])]
        c, a, b = p.fresh(maybe_wrong(rng, front + [m, n], 0.1)), p.fresh(front + [m, k]), p.fresh(front + [inner, n])
        return a and b and c and p.method(c, kind, a, b, strided=False, **some(rng, 0.4, beta=0.5, alpha=2))
    if kind == "tensordot":
        a, b = p.fresh([m, k, n]), p.fresh(maybe_wrong(rng, [k, n, 2], 0.15))
        return a and b and p.function("torch", kind, a, b, Raw("[[1, 2], [0, 1]]", ([1, 2], [0, 1])), strided=False)
    if kind == "linear":
        a, w, b = p.fresh(batch + [inner]), p.fresh([n, k]), p.fresh([n])
        return a and w and b and p.function("F", kind, a, w, *([b] if rng.random() < 0.6 else []), strided=False)
    if kind == "bilinear":
        a, b, w = p.fresh([m, k]), p.fresh([m, inner]), p.fresh([n, k, k])
        return a and b and w and p.function("F", kind, a, b, w, strided=False)
    sizes_a, sizes_b = batch + [m, k], other + [inner, n]
    if kind == "matmul" and rng.random() < 0.15:
        sizes_a = [k]
    if kind == "matmul" and rng.random() < 0.15:
        sizes_b = [inner]
    a, b = p.fresh(sizes_a), p.fresh(sizes_b)
    if a is None or b is None:
        return
    if kind == "einsum":
        equation = rng.choice(EQUATIONS)
        operands = [a] if "," not in equation else [a, b]
        names = ", ".join(each.name for each in operands)
        run = lambda: torch.einsum(equation, *[each.value for each in operands])
        return p.step(f'torch.einsum("{equation}", {names})', run, strided=False)
    if rng.random() < 0.2 and b.rank >= 2:
        b = p.method(p.method(b, "transpose", -1, -2), "transpose", -1, -2)
    c = p.method(a, kind, b, strided=False)
    if c is not None and c.rank >= 1:
        reduce_once(p, c)
