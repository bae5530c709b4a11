"""Changes in place while gradients are recorded: of tensors, of their views, of views of views, and what became of the others."""
import torch

from program import Ref

UNARY = ("exp_", "tanh_", "sigmoid_", "neg_", "square_", "relu_", "sin_", "abs_", "zero_")


def looked_at(p, cur):
    """A view of a tensor, now and then one that PyTorch refuses to change."""
    rng = p.rng
    kind = rng.choice(["select", "narrow", "permute", "view", "slice", "unsqueeze", "diagonal", "chunk", "unbind", "split", "expand",
                       "detach", "no_grad", "unfold"])
    if cur is None or cur.rank == 0 or 0 in cur.shape:
        return cur
    axis = rng.randrange(cur.rank)
    size = cur.shape[axis]
    if kind == "select":
        return p.method(cur, "select", axis, rng.randrange(size))
    if kind == "narrow":
        start = rng.randrange(size)
        return p.method(cur, "narrow", axis, start, rng.randint(1, size - start))
    if kind == "permute":
        return p.method(cur, "permute", *rng.sample(range(cur.rank), cur.rank))
    if kind == "view":
        return p.method(cur, "view", -1) if cur.value.is_contiguous() else cur
    if kind == "slice":
        text, index = ("[null, null, 2]", slice(None, None, 2)) if rng.random() < 0.5 else ("[1, null]", slice(1, None))
        return p.step(f"{cur.name}.at({text})", lambda: cur.value[index])
    if kind == "unsqueeze":
        return p.method(cur, "unsqueeze", axis)
    if kind == "diagonal" and cur.rank > 1:
        return p.method(cur, "diagonal")
    if kind in ("chunk", "split") and rng.random() < 0.6:
        return p.method(cur, kind, 2, axis, pick=0)
    if kind == "unbind" and rng.random() < 0.6:
        return p.method(cur, kind, axis, pick=rng.randrange(size))
    if kind == "expand" and rng.random() < 0.3:
        return p.method(cur, "expand", 2, *cur.shape)
    if kind == "detach" and rng.random() < 0.3:
        return p.method(cur, "detach")
    if kind == "unfold" and rng.random() < 0.4:
        return p.method(cur, "unfold", axis, 1, 1)
    if kind == "no_grad" and rng.random() < 0.5:
        def run():
            with torch.no_grad():
                return cur.value.select(axis, 0)
        return p.step(f"torch.noGrad(() => {cur.name}.select({axis}, 0))", run)
    return cur


def change(p, cur, others):
    """Changes a tensor; the result of the call is the tensor itself."""
    rng = p.rng
    kind = rng.choice(["unary", "unary", "number", "tensor", "tensor", "copy", "fill", "mask", "no_grad"])
    if cur is None:
        return None
    if kind == "unary":
        return p.method(cur, rng.choice(UNARY))
    if kind == "number":
        name = rng.choice(["add_", "sub_", "mul_", "div_"])
        return p.method(cur, name, rng.choice([0.5, 2, -1.5]))
    if kind == "fill":
        return p.method(cur, "fill_", 0.75)
    if kind == "mask":
        mask = p.method(p.fresh(cur.shape), "gt", 0)
        return mask and p.method(cur, "masked_fill_", mask, 0.25)
    if kind == "no_grad":
        def run():
            with torch.no_grad():
                return cur.value.mul_(0.5)
        return p.step(f"torch.noGrad(() => {cur.name}.mul_(0.5))", run)
    fitting = [each for each in others if each is not cur and each.shape == cur.shape]
    operand = rng.choice(fitting) if fitting and rng.random() < 0.5 else p.fresh(cur.shape if rng.random() < 0.7 else cur.shape[1:])
    name = "copy_" if kind == "copy" else rng.choice(["add_", "sub_", "mul_", "div_"])
    if name == "div_" and operand:
        operand = p.method(p.method(operand, "square"), "add", 1)
    return operand and p.method(cur, name, operand)


def family_in_place(p):
    rng = p.rng
    p.gradients = rng.random() < 0.9
    start = p.fresh([rng.choice([1, 2, 3, 4]) for _ in range(rng.randint(1, 3))])
    base = start if rng.random() < 0.08 else p.method(start, rng.choice(["clone", "neg", "sin"]))
    if rng.random() < 0.15:
        base = p.function("torch", "zeros", base.shape)
    seen = [base]
    for _ in range(rng.randint(2, 6)):
        cur = rng.choice(seen)
        if rng.random() < 0.55:
            made = looked_at(p, cur)
        else:
            made = change(p, cur, seen)
        if p.failed:
            return
        if isinstance(made, Ref) and made.value.is_floating_point():
            seen.append(made)
    # What any of the tensors is worth now, those that did not take part in the last change included.
    total = None
    for each in rng.sample(seen, min(len(seen), 3)):
        part = p.method(p.method(each, "mul", round(rng.uniform(0.5, 2), 2)), "sum")
        total = part if total is None else p.method(total, "add", part)
