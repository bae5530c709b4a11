"""Recurrent layers, attention and Transformers."""
import math

import torch
import torch.nn.functional as F

from program import maybe_wrong, some


def family_recurrent(p):
    rng = p.rng
    n, l, c, h = rng.choice([1, 2, 3]), rng.choice([1, 2, 4]), rng.choice([2, 3]), rng.choice([2, 4])
    cell = rng.choice(["RNN", "GRU", "LSTM"])
    if rng.random() < 0.25:
        return single_step(p, cell, n, c, h)
    options = {"num_layers": rng.choice([1, 2]), "batch_first": rng.random() < 0.5, "bidirectional": rng.random() < 0.4,
               **some(rng, 0.2, bias=False)}
    projected = cell == "LSTM" and rng.random() < 0.25
    if projected:
        options["proj_size"] = 1 if h == 2 else rng.choice([1, 3])
    if cell == "RNN":
        options.update(some(rng, 0.3, nonlinearity="relu"))
    module = p.module(cell, c, h, **options)
    batched = rng.random() < 0.85
    batch_first = options["batch_first"]
    sizes = ([n, l, c] if batch_first else [l, n, c]) if batched else [l, c]
    inputs = [p.fresh(maybe_wrong(rng, sizes, 0.2))]
    if rng.random() < 0.4:
        count = options["num_layers"] * (2 if options["bidirectional"] else 1)
        state = lambda width: p.fresh(maybe_wrong(rng, [count, n, width] if batched else [count, width], 0.1))
        inputs.append([state(options.get("proj_size", h)), state(h)] if cell == "LSTM" else state(h))
        if inputs[1] is None or (isinstance(inputs[1], list) and None in inputs[1]):
            return
    pick = rng.choice([0, (1, 0), (1, 1)] if cell == "LSTM" else [0, 1])
    return p.call(module, *inputs, pick=pick)


def single_step(p, cell, n, c, h):
    rng = p.rng
    module = p.module(f"{cell}Cell", c, h, **some(rng, 0.2, bias=False))
    x = p.fresh(maybe_wrong(rng, [n, c] if rng.random() < 0.8 else [c], 0.15))
    if x is None:
        return
    if rng.random() < 0.5:
        return p.call(module, x, pick=rng.choice([0, 1]) if cell == "LSTM" else None)
    hidden = p.fresh(maybe_wrong(rng, [n, h] if x.rank == 2 else [h], 0.15))
    if cell != "LSTM":
        return hidden and p.call(module, x, hidden)
    memory = p.fresh([n, h] if x.rank == 2 else [h])
    return memory and p.call(module, x, [hidden, memory], pick=rng.choice([0, 1]))


def attend(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False):
    """scaled_dot_product_attention as its documentation writes it, for versions without it."""
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
    if is_causal:
        scores = scores.masked_fill(torch.ones(query.size(-2), key.size(-2)).tril().logical_not(), -math.inf)
    if attn_mask is not None:
        scores = scores.masked_fill(attn_mask.logical_not(), -math.inf) if attn_mask.dtype == torch.bool else scores + attn_mask
    return scores.softmax(-1) @ value


def family_attention(p):
    rng = p.rng
    n, l, s = rng.choice([1, 2]), rng.choice([2, 3]), rng.choice([2, 4])
    width, heads = rng.choice([4, 6, 8]), rng.choice([1, 2, 4])
    if rng.random() < 0.3:
        front = rng.choice([[n], [n, heads]])
        q = p.fresh(front + [l, 4])
        k, v = p.fresh(maybe_wrong(rng, front + [s, 4], 0.1)), p.fresh(front + [s, rng.choice([4, 3])])
        options = {"is_causal": True} if rng.random() < 0.3 else {}
        return q and k and v and p.function("F", "scaled_dot_product_attention", q, k, v, run=attend, strided=False, **options)
    options = some(rng, 0.3, bias=False, add_bias_kv=True, add_zero_attn=True)
    batch_first = rng.random() < 0.6
    if rng.random() < 0.2:
        options.update(kdim=5, vdim=3)
    module = p.module("MultiheadAttention", width, heads, batch_first=batch_first, **options)
    layout = lambda length, size: [n, length, size] if batch_first else [length, n, size]
    q = p.fresh(maybe_wrong(rng, layout(l, width), 0.1))
    k = p.fresh(maybe_wrong(rng, layout(s, options.get("kdim", width)), 0.1))
    v = p.fresh(layout(s, 3)) if "vdim" in options else k
    extra = {}
    if rng.random() < 0.25:
        extra["need_weights"] = True
        extra["average_attn_weights"] = False
    return p.call(module, q, k, v, pick=rng.choice([0, 1]), **extra)


def family_transformer(p):
    rng = p.rng
    n, l, s = rng.choice([1, 2]), rng.choice([2, 3]), rng.choice([2, 3])
    batch_first = rng.random() < 0.6
    sizes = lambda length: maybe_wrong(rng, [n, length, 8] if batch_first else [length, n, 8], 0.08)
    options = {"dropout": 0, "batch_first": batch_first, **some(rng, 0.4, activation="gelu", norm_first=True, layer_norm_eps=0.001)}
    kind = rng.choice(["TransformerEncoderLayer", "TransformerDecoderLayer", "TransformerEncoder", "TransformerDecoder", "Transformer"])
    p.gradients = p.gradients and rng.random() < 0.5
    if kind == "Transformer":
        module = p.module(kind, 8, 2, 1, 1, 12, **options)
        return p.call(module, p.fresh(sizes(s)), p.fresh(sizes(l)))
    if kind in ("TransformerEncoder", "TransformerDecoder"):
        layer = p.module(f"{kind}Layer", 8, 2, 12, **options)
        if layer is None:
            return
        p.modules.clear()
        module = p.module(kind, layer, 2)
        return p.call(module, *[p.fresh(sizes(l))] + ([p.fresh(sizes(s))] if kind == "TransformerDecoder" else []))
    module = p.module(kind, 8, rng.choice([2, 2, 3]), 12, **options)
    return p.call(module, *[p.fresh(sizes(l))] + ([p.fresh(sizes(s))] if kind == "TransformerDecoderLayer" else []))
