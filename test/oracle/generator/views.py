"""Views, copies, indexing and everything else that moves elements."""
import math

import torch

from program import Raw, axis_of, maybe_wrong, perturb, shape_of, ts


def factorings(rng, n):
    """A random shape with n elements."""
    out, rest = [], n
    for _ in range(rng.randint(0, 3)):
        size = rng.choice([d for d in range(1, rest + 1) if rest % d == 0])
        out.append(size)
        rest //= size
    out.append(rest)
    rng.shuffle(out)
    return out


def transposed(p, cur):
    """Half the time another layout of the same tensor."""
    if cur is None or cur.rank < 2 or p.rng.random() < 0.5:
        return cur
    order = list(range(cur.rank))
    p.rng.shuffle(order)
    return p.method(cur, "permute", *order)


def new_sizes(rng, cur):
    total = math.prod(cur.shape)
    sizes = factorings(rng, total) if total else cur.shape
    if total and rng.random() < 0.35:
        sizes[rng.randrange(len(sizes))] = -1
    elif rng.random() < 0.12:
        sizes = perturb(rng, sizes)
    elif cur.rank > 1 and rng.random() < 0.4:  # the shapes people write: merge two neighbours, keep the rest
        i = rng.randrange(cur.rank - 1)
        sizes = cur.shape[:i] + [cur.shape[i] * cur.shape[i + 1]] + cur.shape[i + 2:]
    return [sizes] if rng.random() < 0.3 else sizes


def index_of(rng, cur):
    """An index in both languages: `[1, null, 2]` is `1::2`."""
    spelled, real = [], []
    for size in cur.shape[: rng.randint(1, cur.rank)]:
        kind = rng.random()
        if kind < 0.3:
            spelled.append('":"'); real.append(slice(None))
        elif kind < 0.6:
            low, high, step = rng.choice([None, 0, 1]), rng.choice([None, size, max(1, size - 1), -1]), rng.choice([1, 1, 2])
            spelled.append(ts([low, high, step])); real.append(slice(low, high, step))
        elif kind < 0.8:
            i = rng.randint(-size, size - 1) if size and rng.random() > 0.05 else size
            spelled.append(str(i)); real.append(i)
        elif kind < 0.9:
            spelled.append("null"); real.append(None)
        else:
            picked = [rng.randrange(min(cur.shape)) for _ in range(rng.choice([1, 2, 3]))]
            spelled.append(f"torch.tensor({ts(picked)})"); real.append(torch.tensor(picked))
    if rng.random() < 0.15:
        spelled.insert(0, '"..."'); real.insert(0, Ellipsis)
    return ", ".join(spelled), tuple(real)


def move(p, cur):
    """One step of a chain of views."""
    rng, rank = p.rng, cur.rank
    kind = rng.choice("permute transpose t unsqueeze squeeze expand narrow select at at flatten unflatten view view view reshape "
                      "contiguous chunk split movedim swapaxes repeat flip unfold tile roll repeat_interleave unbind diagonal "
                      "expand_as view_as reshape_as broadcast_to clone tril triu detach tensor_split".split())
    if kind == "permute" and rank:
        order = list(range(rank))
        rng.shuffle(order)
        order = maybe_wrong(rng, order, 0.05)
        return p.method(cur, "permute", *([order] if rng.random() < 0.2 else order))
    if kind in ("transpose", "swapaxes", "movedim") and rank:
        return p.method(cur, kind, axis_of(rng, rank), axis_of(rng, rank))
    if kind == "t":
        return p.method(cur, "t") if rank <= 2 or rng.random() < 0.05 else cur
    if kind == "unsqueeze" and rank < 5:
        return p.method(cur, "unsqueeze", axis_of(rng, rank + 1))
    if kind == "squeeze" and rank:
        return p.method(cur, "squeeze", *([] if rng.random() < 0.3 else [axis_of(rng, rank)]))
    if kind in ("expand", "broadcast_to") and rank:
        sizes = [rng.choice([2, 3]) if s == 1 else rng.choice([s, -1]) for s in cur.shape]
        sizes = ([rng.choice([2, 3])] if rng.random() < 0.2 else []) + sizes
        sizes = maybe_wrong(rng, sizes, 0.08)
        return p.method(cur, kind, *([sizes] if kind == "broadcast_to" else sizes))
    if kind == "narrow" and rank:
        axis = axis_of(rng, rank)
        size = cur.shape[axis] if -rank <= axis < rank else 2
        start = rng.randint(0, max(0, size - 1))
        return p.method(cur, "narrow", axis, start, rng.randint(1, max(1, size - start + (rng.random() < 0.1))))
    if kind == "select" and rank:
        axis = axis_of(rng, rank)
        size = cur.shape[axis] if -rank <= axis < rank else 2
        return p.method(cur, "select", axis, rng.randint(-size, size - 1) if size and rng.random() > 0.06 else size)
    if kind == "at" and rank:
        spelled, real = index_of(rng, cur)
        advanced = any(isinstance(each, torch.Tensor) for each in real)
        p.layout_known = p.layout_known and not advanced
        return p.step(f"{cur.name}.at({spelled})", lambda: cur.value[real])
    if kind == "flatten" and rank:
        a, b = sorted([rng.randrange(rank), rng.randrange(rank)])
        return p.method(cur, "flatten", a, rank if rng.random() < 0.05 else b)
    if kind == "unflatten" and rank:
        axis = rng.randrange(rank)
        sizes = factorings(rng, cur.shape[axis]) if cur.shape[axis] else [0]
        if rng.random() < 0.3:
            sizes[rng.randrange(len(sizes))] = -1
        return p.method(cur, "unflatten", axis, maybe_wrong(rng, sizes, 0.1))
    if kind in ("view", "reshape"):
        return p.method(cur, kind, *new_sizes(rng, cur))
    if kind in ("view_as", "reshape_as", "expand_as"):
        like = p.fresh([rng.choice([2, 3])] + cur.shape if kind == "expand_as" else factorings(rng, math.prod(cur.shape) or 1))
        return like and p.method(cur, kind, like)
    if kind in ("contiguous", "clone", "detach"):
        return p.method(cur, kind)
    if kind == "chunk" and rank:
        return p.method(cur, "chunk", rng.choice([2, 3, 4]), axis_of(rng, rank), pick=0)
    if kind == "split" and rank:
        axis = rng.randrange(rank)
        size = cur.shape[axis]
        pieces = rng.choice([1, 2, 3]) if rng.random() < 0.6 or size < 2 else maybe_wrong(rng, [1, size - 1])
        return p.method(cur, "split", pieces, axis, pick=0)
    if kind == "unbind" and rank and 0 not in cur.shape:
        return p.method(cur, "unbind", axis_of(rng, rank), pick=0)
    if kind in ("repeat", "tile") and rank and cur.value.numel() < 300:
        sizes = [rng.choice([1, 2]) for _ in cur.shape]
        sizes = (sizes[1:] or [2]) if rng.random() < 0.15 else sizes
        return p.method(cur, kind, *([sizes] if kind == "tile" else sizes))
    if kind == "flip" and rank:
        return p.method(cur, "flip", axis_of(rng, rank))
    if kind == "roll" and rank and cur.value.numel():
        return p.method(cur, "roll", rng.choice([1, -1, 2]), axis_of(rng, rank))
    if kind == "repeat_interleave" and rank and cur.value.numel() < 300:
        return p.method(cur, "repeat_interleave", rng.choice([1, 2, 3]), axis_of(rng, rank), strided=False)
    if kind == "unfold" and rank:
        return p.method(cur, "unfold", rng.randrange(rank), rng.choice([1, 2, 3]), rng.choice([1, 2]))
    if kind == "diagonal" and rank >= 2:
        return p.method(cur, "diagonal", rng.choice([0, 0, 1, -1]), strided=True)
    if kind in ("tril", "triu") and rank >= 2:
        return p.method(cur, kind, rng.choice([0, 1, -1]), strided=False)
    return cur


def family_view(p):
    cur = p.fresh(shape_of(p.rng))
    for _ in range(p.rng.randint(2, 6)):
        cur = cur and move(p, cur)


def family_join(p):
    rng = p.rng
    base = shape_of(rng, 1, 4)
    axis = rng.randrange(len(base))
    parts = []
    for _ in range(rng.choice([2, 2, 3])):
        sizes = list(base)
        sizes[axis] = rng.choice([1, 2, 3])
        parts.append(transposed(p, p.fresh(maybe_wrong(rng, sizes, 0.1), rng.choice(["float32", "float32", "float32", "int64"]))))
    if None in parts:
        return
    kind = rng.choice(["cat", "cat", "stack", "hstack", "vstack"])
    if kind in ("hstack", "vstack"):
        joined = p.function("torch", kind, parts, strided=False)
    else:
        joined = p.function("torch", kind, parts, axis if rng.random() < 0.9 else axis_of(rng, len(base), 0.5), strided=False)
    if joined:
        move(p, joined)


def family_index(p):
    rng = p.rng
    cur = transposed(p, p.fresh(shape_of(rng, 1, 3, (2, 3, 4))))
    if cur is None:
        return
    kind = rng.choice(["gather", "gather", "scatter", "index_select", "masked_fill", "masked_fill_", "where", "take_mask", "one_hot",
                       "meshgrid", "scatter_", "topk", "sort", "argsort"])
    axis = rng.randrange(cur.rank)
    size = cur.shape[axis]
    if kind in ("gather", "scatter", "scatter_"):
        sizes = [rng.randint(1, each) for each in cur.shape]
        index = p.fresh(maybe_wrong(rng, sizes, 0.15), "int64", 0, size if kind == "gather" else size)
        if index is None:
            return
        if kind == "gather":
            return p.method(cur, kind, axis, index, strided=False)
        if kind == "scatter_":
            cur = p.method(cur, "clone")
        # Positions that are named twice have no certain winner, so that only the shapes are compared.
        return p.method(cur, kind, axis, index, 1.5, strided=False, values=True)
    if kind == "index_select":
        index = p.fresh([rng.choice([1, 2, 4])] if rng.random() < 0.9 else [2, 2], "int64", 0, min(cur.shape))
        return index and p.method(cur, kind, axis_of(rng, cur.rank), index, strided=False)
    if kind.startswith("masked_fill"):
        mask = p.method(p.fresh(maybe_wrong(rng, cur.shape)), "gt", 0)
        if kind == "masked_fill_":
            cur = p.method(cur, "clone")
        return mask and p.method(cur, kind, mask, rng.choice([0, 1.5]), strided=False)
    if kind == "where":
        mask = p.method(p.fresh(maybe_wrong(rng, cur.shape)), "gt", 0)
        other = p.fresh([1 if rng.random() < 0.3 else each for each in cur.shape])
        return mask and other and p.function("torch", "where", mask, cur, other, strided=False)
    if kind == "take_mask":
        return p.step(f"{cur.name}.at({cur.name}.isnan().logicalNot())", lambda: cur.value[cur.value.isnan().logical_not()], strided=False)
    if kind == "one_hot":
        labels = p.fresh(shape_of(rng, 1, 2, (1, 2, 3)), "int64", 0, 4)
        return labels and p.function("F", "one_hot", labels, 4, strided=False)
    if kind == "meshgrid":
        a, b = p.fresh([rng.choice([1, 2, 3])]), p.fresh([rng.choice([2, 4])])
        indexing = rng.choice(["ij", "xy"])
        grid = lambda: torch.meshgrid(a.value, b.value, indexing=indexing)[0]
        return a and b and p.step(f'torch.meshgrid([{a.name}, {b.name}], {{ indexing: "{indexing}" }})[0]', grid)
    if kind == "topk":
        return p.method(cur, "topk", rng.randint(1, size + (rng.random() < 0.1)), axis, pick=rng.choice([0, 1]), strided=False)
    return p.method(cur, kind, axis_of(rng, cur.rank), strided=False, **({"pick": rng.choice([0, 1])} if kind == "sort" else {}),
                    **({"descending": True} if rng.random() < 0.4 else {}))


def family_create(p):
    rng = p.rng
    sizes = shape_of(rng, 0, 3)
    dtype = rng.choice([torch.float32, torch.int64, torch.int32, torch.bool])
    options = {"dtype": dtype} if rng.random() < 0.5 else {}
    kind = rng.choice(["zeros", "ones", "full", "arange", "linspace", "eye", "like", "tensor"])
    p.gradients = False
    if kind in ("zeros", "ones"):
        cur = p.function("torch", kind, sizes, **options)
    elif kind == "full":
        cur = p.function("torch", "full", sizes, rng.choice([2, 1.5, True, -1]), **options)
    elif kind == "arange":
        cur = p.function("torch", "arange", *rng.choice([[5], [1, 6], [0, 7, 2], [5, 0, -2]]), **({} if dtype == torch.bool else options))
    elif kind == "linspace":
        cur = p.function("torch", "linspace", 0, rng.choice([1, 2.5]), rng.choice([1, 4, 5]))
    elif kind == "eye":
        cur = p.function("torch", "eye", *rng.choice([[3], [2, 4]]), **options)
    elif kind == "tensor":
        cur = p.function("torch", "tensor", rng.choice([[1, 2, 3], [[1, 2], [3, 4]], [0.5, 1.5], [True, False], 3, 1.5, [[1.5], [2.5]]]), **options)
    else:
        base = transposed(p, p.fresh(shape_of(rng), rng.choice(["float32", "int64"])))
        cur = base and p.function("torch", rng.choice(["zeros_like", "ones_like"]), base, **options)
    if cur and cur.value.dtype != torch.bool:
        cur = p.method(cur, rng.choice(["float", "long", "int", "bool"]))
        cur and move(p, cur)
