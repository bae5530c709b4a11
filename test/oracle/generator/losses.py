"""Losses, as functions and as layers, with their targets, weights and reductions."""
from program import Raw, maybe_wrong, some

CLASSES = {"cross_entropy": "CrossEntropyLoss", "nll_loss": "NLLLoss", "mse_loss": "MSELoss", "l1_loss": "L1Loss",
           "smooth_l1_loss": "SmoothL1Loss", "huber_loss": "HuberLoss", "binary_cross_entropy": "BCELoss",
           "binary_cross_entropy_with_logits": "BCEWithLogitsLoss", "kl_div": "KLDivLoss", "cosine_embedding_loss": "CosineEmbeddingLoss",
           "triplet_margin_loss": "TripletMarginLoss"}


def loss(program, name, *inputs, **options):
    """As a function or as a layer."""
    if any(each is None for each in inputs):
        return None
    if program.rng.random() < 0.5:
        return program.function("F", name, *inputs, strided=False, **options)
    return program.call(program.module(CLASSES[name], **options), *inputs)


def reduction(rng, *more):
    return some(rng, 0.5, reduction=rng.choice(["sum", "none", "mean", *more]))


def family_loss(p):
    rng = p.rng
    n, c, l = rng.choice([1, 2, 4]), rng.choice([2, 3, 5]), rng.choice([2, 3])
    kind = rng.choice(["classes", "classes", "classes", "elements", "elements", "binary", "binary", "divergence", "vectors"])
    if kind == "classes":
        return class_loss(p, n, c, l)
    if kind == "elements":
        name = rng.choice(["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"])
        options = {"smooth_l1_loss": some(rng, 0.4, beta=0.5), "huber_loss": some(rng, 0.4, delta=0.5)}.get(name, {})
        x, y = p.fresh([n, c]), p.fresh(maybe_wrong(rng, [n, c], 0.25))
        return loss(p, name, x, y, **options, **reduction(rng))
    if kind == "binary":
        x = p.fresh([n, c])
        y = p.fresh(maybe_wrong(rng, [n, c], 0.25), rng.choice(["float32"] * 5 + ["int64"]), 0, 2, positive=True)
        if x is None or y is None:
            return
        if rng.random() < 0.5:
            return loss(p, "binary_cross_entropy_with_logits", x, y, **reduction(rng))
        return loss(p, "binary_cross_entropy", p.method(x, "sigmoid"), y, **reduction(rng))
    if kind == "divergence":
        x, y = p.fresh([n, c]), p.fresh(maybe_wrong(rng, [n, c], 0.15))
        log_target = rng.random() < 0.4
        x = x and p.method(x, "log_softmax", 1 if x.rank > 1 else 0)
        y = y and p.method(y, "log_softmax" if log_target else "softmax", -1)
        return loss(p, "kl_div", x, y, **reduction(rng, "batchmean"), **({"log_target": True} if log_target else {}))
    if rng.random() < 0.5:
        a, b = p.fresh([n, c]), p.fresh([n, c if rng.random() < 0.9 else c + 1])
        y = p.function("torch", "ones", [n])
        return loss(p, "cosine_embedding_loss", a, b, y, **some(rng, 0.4, margin=0.5), **reduction(rng))
    a, b, d = p.fresh([n, c]), p.fresh([n, c]), p.fresh(maybe_wrong(rng, [n, c], 0.1))
    return loss(p, "triplet_margin_loss", a, b, d, **some(rng, 0.4, margin=0.5, p=1, swap=True), **reduction(rng))


def class_loss(p, n, c, l):
    """Class indices or probabilities; batches of vectors, or of sequences of vectors."""
    rng = p.rng
    sequence = rng.random() < 0.3
    shape = [n, c, l] if sequence else [n, c]
    x = p.fresh(shape if rng.random() < 0.9 else [c])
    name = rng.choice(["cross_entropy", "cross_entropy", "nll_loss"])
    if x is None:
        return
    if name == "nll_loss":
        x = p.method(x, "log_softmax", 1 if x.rank > 1 else 0)
    indices = [n, l] if sequence else [n]
    # Versions differ in what they make of several class indices for one vector.
    target = rng.choice(["index", "index", "index", "probabilities"] + ["wrong"] * (x.rank > 1))
    if target == "probabilities" and name == "cross_entropy":
        y = p.method(p.fresh(x.shape), "softmax", 1 if x.rank > 1 else 0)
    elif target == "wrong":
        y = p.fresh(indices if rng.random() < 0.5 else indices + [1], rng.choice(["float32", "int64"]), 0, c)
    else:
        y = p.fresh(maybe_wrong(rng, indices, 0.15) if x.rank > 1 else [], "int64", 0, c)
    options = reduction(rng)
    if y is not None and y.value.dtype.is_floating_point is False:
        options.update(some(rng, 0.2, ignore_index=1))
    if name == "cross_entropy":
        options.update(some(rng, 0.25, label_smoothing=0.1))
    return loss(p, name, x, y, **options)
