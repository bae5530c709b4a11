"""Layers over features, images and sequences of features: convolutions, pooling, normalisation, shapes, activations."""
from program import Ref, maybe_wrong, shape_of, some

ACTIVATIONS = {"ReLU": {}, "ReLU6": {}, "LeakyReLU": {"negative_slope": 0.2}, "ELU": {"alpha": 0.7}, "SELU": {}, "GELU": {"approximate": "tanh"},
               "SiLU": {}, "Mish": {}, "Hardswish": {}, "Hardsigmoid": {}, "Hardtanh": {"min_val": -0.5}, "Sigmoid": {}, "Tanh": {},
               "Softplus": {"beta": 2}, "PReLU": {"init": 0.1}, "Identity": {}}


def family_convolution(p):
    rng = p.rng
    dims = rng.choice([1, 1, 2, 2, 2, 3])
    groups = rng.choice([1, 1, 1, 2])
    c = rng.choice([2, 4]) if groups == 2 else rng.choice([1, 2, 3])
    out = rng.choice([2, 4, 6])
    spatial = [rng.randint(3, 8 if dims < 3 else 4) for _ in range(dims)]
    each = lambda *choices: rng.choice(choices) if rng.random() < 0.7 or dims == 1 else [rng.choice(choices) for _ in range(dims)]
    kernel = each(1, 2, 3)
    options = some(rng, 0.5, stride=each(1, 2), padding=each(0, 1, 2), dilation=each(1, 2), bias=False)
    if groups > 1 or rng.random() < 0.1:
        options["groups"] = groups if rng.random() < 0.9 else 3
    batch = [rng.choice([1, 2])] if rng.random() < 0.85 else []
    transposed = rng.random() < 0.35 and dims < 3
    if transposed:
        options.update(some(rng, 0.4, output_padding=rng.choice([0, 1])))
        # Versions differ in what they make of a result without elements.
        options.update({"padding": each(0, 1)} if "padding" in options else {})
    else:
        if rng.random() < 0.15:
            options["padding"] = rng.choice(["same", "valid"])
        # Older versions pad nothing circularly without a batch.
        if rng.random() < 0.3 and batch:
            options["padding_mode"] = rng.choice(["reflect", "replicate", "circular", "zeros"] if dims < 3 else ["circular", "zeros"])
    module = p.module(f"Conv{'Transpose' if transposed else ''}{dims}d", c, out, kernel, **options)
    return p.call(module, p.fresh(maybe_wrong(rng, batch + [c] + spatial, 0.2)))


def family_pool(p):
    rng = p.rng
    dims = rng.choice([1, 2, 2])
    c = rng.choice([1, 2, 3])
    spatial = [rng.randint(3, 9) for _ in range(dims)]
    sizes = ([rng.choice([1, 2])] if rng.random() < 0.85 else []) + [c] + spatial
    kernel = rng.choice([1, 2, 3]) if dims == 1 or rng.random() < 0.7 else [rng.choice([2, 3]), rng.choice([1, 2])]
    kind = rng.choice(["Max", "Max", "Avg", "Adaptive", "Upsample", "PixelShuffle", "Pad", "interpolate", "pad", "unfold", "fold"])
    x = lambda chance=0.15: p.fresh(maybe_wrong(rng, sizes, chance))
    if kind == "Max":
        options = some(rng, 0.4, stride=rng.choice([1, 2, 3]), padding=rng.choice([0, 1]), dilation=rng.choice([1, 2]), ceil_mode=True)
        pick = None
        if rng.random() < 0.25:
            options["return_indices"], pick = True, rng.choice([0, 1])
        if rng.random() < 0.3:
            given = x()
            return given and p.function("F", f"max_pool{dims}d", given, kernel, stride=options.pop("stride", None) or kernel, pick=pick, **options)
        return p.call(p.module(f"MaxPool{dims}d", kernel, **options), x(), pick=pick)
    if kind == "Avg":
        options = some(rng, 0.4, stride=rng.choice([1, 2, 3]), padding=rng.choice([0, 1]), ceil_mode=True, count_include_pad=False)
        if dims == 2:
            options.update(some(rng, 0.2, divisor_override=3))
        return p.call(p.module(f"AvgPool{dims}d", kernel, **options), x())
    if kind == "Adaptive":
        name = rng.choice(["AdaptiveAvgPool1d"] if dims == 1 else ["AdaptiveAvgPool2d", "AdaptiveMaxPool2d"])
        size = rng.choice([1, 2, 3]) if dims == 1 or rng.random() < 0.6 else [rng.choice([1, 2, 4]), rng.choice([2, 3, None])]
        return p.call(p.module(name, size), x())
    if kind in ("Upsample", "interpolate"):
        options = {"scale_factor": 2} if rng.random() < 0.6 else {"size": [s + 2 for s in spatial]}
        modes = ["nearest", "linear"] if dims == 1 else ["nearest", "bilinear", "bicubic"]
        options.update(some(rng, 0.6, mode=rng.choice(modes)))
        if options.get("mode", "nearest") != "nearest" and rng.random() < 0.5:
            options["align_corners"] = True
        given = p.fresh(maybe_wrong(rng, [2, c] + spatial, 0.1))
        if kind == "interpolate":
            return given and p.function("F", "interpolate", given, strided=False, **options)
        return p.call(p.module("Upsample", **options), given)
    if kind == "PixelShuffle":
        r = rng.choice([2, 3])
        return p.call(p.module("PixelShuffle", r), p.fresh([1, rng.choice([c, c * r * r]), 3, 2]))
    if kind == "Pad":
        amount = rng.choice([1, 2, [1, 0, 2, 1]])
        return p.call(p.module(rng.choice(["ZeroPad2d", "ReflectionPad2d", "ReplicationPad2d"]), amount), p.fresh(maybe_wrong(rng, [1, c, 3, 4])))
    if kind == "pad":
        given = x()
        mode = rng.choice(["constant", "constant", "reflect", "replicate"] + ["circular"] * (given is not None and given.rank == dims + 2))
        amounts = [rng.choice([0, 1, 2]) for _ in range(2 * dims)]
        return given and p.function("F", "pad", given, amounts, strided=False, **({} if mode == "constant" else {"mode": mode}))
    if kind == "unfold":
        given = p.fresh(maybe_wrong(rng, [2, c, 4, 5]))
        return given and p.function("F", "unfold", given, rng.choice([2, 3]), stride=rng.choice([1, 2]), **some(rng, 0.4, padding=1, dilation=2))
    given = p.fresh(maybe_wrong(rng, [2, c * 4, 6]))
    return given and p.function("F", "fold", given, rng.choice([[3, 4], [3, 4], [4, 4]]), 2)


def family_normalisation(p):
    rng = p.rng
    n, c, l = rng.choice([2, 3]), rng.choice([2, 4, 6]), rng.choice([2, 3])
    kind = rng.choice(["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "LayerNorm", "GroupNorm", "InstanceNorm1d", "InstanceNorm2d"])
    if kind == "LayerNorm":
        tail = rng.choice([c, [c], [l, c]])
        given = p.fresh(maybe_wrong(rng, [n, l, c], 0.2))
        if rng.random() < 0.3:
            return given and p.function("F", "layer_norm", given, [tail] if isinstance(tail, int) else tail, strided=False)
        return p.call(p.module(kind, tail, **some(rng, 0.4, eps=0.01, elementwise_affine=False)), given)
    if kind == "GroupNorm":
        return p.call(p.module(kind, rng.choice([1, 2, 3]), c, **some(rng, 0.3, affine=False)), p.fresh(maybe_wrong(rng, [n, c, l], 0.2)))
    dims = int(kind[-2])
    spatial = [rng.choice([2, 3]) for _ in range(dims)]
    if kind == "BatchNorm1d" and rng.random() < 0.4:
        spatial = []
    options = some(rng, 0.3, eps=0.01, momentum=0.3, track_running_stats=rng.random() < 0.5, affine=rng.random() < 0.5)
    module = p.module(kind, c, **options)
    batch = [n] if kind.startswith("Batch") or rng.random() < 0.8 else []
    if module and rng.random() < 0.25:
        p.lines.append(f"{module.name}.eval();")
        module.value.eval()
    return p.call(module, p.fresh(maybe_wrong(rng, batch + [c] + spatial, 0.2)))


def family_layer(p):
    rng = p.rng
    n, c = rng.choice([1, 2, 3]), rng.choice([2, 3, 4])
    kind = rng.choice(["Linear", "Bilinear", "Embedding", "Flatten", "Unflatten", "activation", "activation", "Softmax", "LogSoftmax",
                       "Sequential", "normalize"])
    if kind == "Linear":
        return p.call(p.module(kind, c, 5, **some(rng, 0.3, bias=False)), p.fresh(maybe_wrong(rng, shape_of(rng, 0, 3, (1, 2, 3)) + [c], 0.2)))
    if kind == "Bilinear":
        return p.call(p.module(kind, c, 3, 2), p.fresh([n, c]), p.fresh(maybe_wrong(rng, [n, 3], 0.15)))
    if kind == "Embedding":
        module = p.module(kind, 6, 3, **some(rng, 0.4, padding_idx=1))
        return p.call(module, p.fresh(shape_of(rng, 1, 3, (1, 2, 3)), rng.choice(["int64", "int64", "int64", "float32"]), 0, 6))
    if kind == "Flatten":
        x = p.call(p.module(kind), p.fresh([n, c, 2, 3]))
        return p.call(p.module("Linear", c * 6 if rng.random() < 0.6 else c, 3), x)
    if kind == "Unflatten":
        return p.call(p.module(kind, 1, rng.choice([[2, 2], [4, 1], [-1, 2], [3, 2]])), p.fresh([n, 4, 3]))
    if kind == "activation":
        name = rng.choice(list(ACTIVATIONS))
        options = ACTIVATIONS[name] if rng.random() < 0.5 else {}
        return p.call(p.module(name, **options), p.fresh(shape_of(rng, 1, 4), rng.choice(["float32"] * 5 + ["int64"])))
    if kind in ("Softmax", "LogSoftmax"):
        return p.call(p.module(kind, rng.choice([0, 1, -1, 2])), p.fresh([n, c]))
    if kind == "normalize":
        x = p.fresh(shape_of(rng, 2, 3))
        return x and p.function("F", "normalize", x, strided=False, **some(rng, 0.4, p=1, dim=-1))
    return sequential(p, n, c)


def sequential(p, n, c):
    """A small network in one module."""
    import torch.nn as nn
    rng = p.rng
    size = rng.choice([4, 5])
    features = 3 * (size - 2) ** 2 if rng.random() < 0.6 else 3 * size ** 2
    line = len(p.lines)
    text = f"new nn.Sequential(new nn.Conv2d({c}, 3, 3), new nn.ReLU(), new nn.Flatten(), new nn.Linear({features}, 2))"
    module = nn.Sequential(nn.Conv2d(c, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(features, 2))
    p.lines.append(f"const m{line + 1} = {text};")
    p.adopt(module)
    made = Ref(f"m{line + 1}", module)
    p.modules.append(made)
    return p.call(made, p.fresh(maybe_wrong(rng, [n, c, size, size], 0.1)))
