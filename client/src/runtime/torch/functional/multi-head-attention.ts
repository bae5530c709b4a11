/** Attention with several heads: projections in, attention, projection out. */
import { cat, linear, zeros } from "../ops/index";
import { formatSizes, sameSizes } from "../shape";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { dropout } from "./dropout";
import { fusedAttention } from "./fused-attention";
import { pad } from "./pad";

export interface AttentionMasks {
  /** [N, S] ([S] without a batch): true, or −∞, at keys that nobody may look at. */
  readonly keyPaddingMask?: Tensor | null;
  /** [L, S] or [N · heads, L, S]: true where attention may not go; floats are added to the scores. */
  readonly attnMask?: Tensor | null;
  /** Says that `attnMask` is causal, which it has to be given to say. */
  readonly isCausal?: boolean;
}

export interface MultiHeadCall extends AttentionMasks {
  readonly needWeights?: boolean;
  /** Whether the weights returned are the mean over the heads. */
  readonly averageAttnWeights?: boolean;
}

export interface MultiHeadWeights {
  /** [3E, E] for query, key and value of one width, else one weight for each. */
  readonly inProj: Tensor | readonly [Tensor, Tensor, Tensor];
  /** [3E] */
  readonly inProjBias: Tensor | null;
  /** [1, 1, E], added as a last key and value. */
  readonly biasK: Tensor | null;
  readonly biasV: Tensor | null;
  readonly outProjWeight: Tensor;
  readonly outProjBias: Tensor | null;
}

export interface MultiHeadSettings {
  readonly embedDim: number;
  readonly numHeads: number;
  readonly addZeroAttn: boolean;
  readonly dropoutP: number;
}

function checkRanks(query: Tensor, key: Tensor, value: Tensor, masks: AttentionMasks): void {
  if (query.ndim !== 2 && query.ndim !== 3) {
    throw new Error(`query should be unbatched 2D or batched 3D tensor but received ${query.ndim}-D query tensor`);
  }
  const rank = query.ndim;
  const kind = rank === 3 ? "For batched (3-D) `query`" : "For unbatched (2-D) `query`";
  if (key.ndim !== rank || value.ndim !== rank) {
    throw new Error(
      `${kind}, expected \`key\` and \`value\` to be ${rank}-D but found ${key.ndim}-D and ${value.ndim}-D tensors respectively`,
    );
  }
  const { keyPaddingMask, attnMask } = masks;
  if (keyPaddingMask && keyPaddingMask.ndim !== rank - 1) {
    throw new Error(
      `${kind}, expected \`key_padding_mask\` to be \`None\` or ${rank - 1}-D but found ${keyPaddingMask.ndim}-D tensor instead`,
    );
  }
  if (attnMask && attnMask.ndim !== 2 && attnMask.ndim !== 3) {
    throw new Error(
      `${kind}, expected \`attn_mask\` to be \`None\`, 2-D or 3-D but found ${attnMask.ndim}-D tensor instead`,
    );
  }
}

/** What a mask adds to the scores. */
function additive(mask: Tensor, name: string): Tensor {
  if (mask.dtype === "bool") return zeros(mask.shape).maskedFill(mask, -Infinity);
  if (mask.dtype !== "float32") throw new Error(`only bool and floating types of ${name} are supported`);
  return mask;
}

function torchSize(sizes: Sizes): string {
  return `torch.Size(${formatSizes(sizes)})`;
}

/** The attention mask as [1 or N · heads, L, S]. */
function attentionMask(mask: Tensor, [length = 0, batchHeads = 0, source = 0]: Sizes): Tensor {
  const sizes = mask.ndim === 2 ? [length, source] : [batchHeads, length, source];
  if (!sameSizes(mask.shape, sizes)) {
    throw new Error(
      `The shape of the ${mask.ndim}D attn_mask is ${torchSize(mask.shape)}, but should be (${sizes.join(", ")}).`,
    );
  }
  const added = additive(mask, "attn_mask");
  return mask.ndim === 2 ? added.unsqueeze(0) : added;
}

/** The projections of query, key and value: [L, N, E], [S, N, E], [S, N, E]. */
function project(query: Tensor, key: Tensor, value: Tensor, weights: MultiHeadWeights): Tensor[] {
  const { inProj, inProjBias } = weights;
  if (Array.isArray(inProj)) {
    const biases = inProjBias?.chunk(3);
    const [forQuery, forKey, forValue] = inProj as [Tensor, Tensor, Tensor];
    return [
      linear(query, forQuery, biases?.[0] ?? null),
      linear(key, forKey, biases?.[1] ?? null),
      linear(value, forValue, biases?.[2] ?? null),
    ];
  }
  const packed = inProj as Tensor;
  if (query === key && key === value) return linear(query, packed, inProjBias).chunk(3, -1);
  const each = packed.chunk(3);
  const biases = inProjBias?.chunk(3);
  return [query, key, value].map((x, i) => linear(x, each[i] as Tensor, biases?.[i] ?? null));
}

function checkKeyPadding(mask: Tensor, batch: number, source: number): void {
  [batch, source].forEach((size, d) => {
    if (mask.size(d) === size) return;
    throw new Error(`Expected key_padded_mask.shape[${d}] to be ${size}, but got ${mask.size(d)}`);
  });
}

function checkWidths(query: Tensor, key: Tensor, value: Tensor, packed: boolean, embedDim: number): void {
  if (query.size(-1) !== embedDim) {
    throw new Error(`was expecting embedding dimension of ${embedDim}, but got ${query.size(-1)}`);
  }
  if (packed && !sameSizes(key.shape, value.shape)) {
    throw new Error(`key shape ${torchSize(key.shape)} does not match value shape ${torchSize(value.shape)}`);
  }
  const [own, other] = [key.shape.slice(0, 2), value.shape.slice(0, 2)];
  if (sameSizes(own, other)) return;
  throw new Error(`key's sequence and batch dims ${torchSize(own)} do not match value's ${torchSize(other)}`);
}

/**
 * Multi-head attention.
 * @param query [L, N, E] or [L, E]
 * @param key [S, N, kdim] or [S, kdim]
 * @param value [S, N, vdim] or [S, vdim]
 * @returns [L, N, E], and the weights [N, L, S] ([N, heads, L, S] unless averaged), or null
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 */
export function multiHeadAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  weights: MultiHeadWeights,
  settings: MultiHeadSettings,
  call: MultiHeadCall = {},
): [Tensor, Tensor | null] {
  checkRanks(query, key, value, call);
  if (query.ndim === 2) {
    const same = query === key && key === value;
    const batched = query.unsqueeze(1);
    const padding = call.keyPaddingMask?.unsqueeze(0) ?? null;
    const [output, shown] = multiHeadAttention(
      batched,
      same ? batched : key.unsqueeze(1),
      same ? batched : value.unsqueeze(1),
      weights,
      settings,
      { ...call, keyPaddingMask: padding },
    );
    return [output.squeeze(1), shown?.squeeze(0) ?? null];
  }
  const { keyPaddingMask = null, attnMask = null, isCausal = false } = call;
  const { needWeights = true, averageAttnWeights = true } = call;
  const { embedDim, numHeads, addZeroAttn, dropoutP } = settings;
  if (isCausal && !attnMask) {
    throw new Error(
      "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method `generateSquareSubsequentMask` to create this mask.",
    );
  }
  checkWidths(query, key, value, !Array.isArray(weights.inProj), embedDim);
  const [length = 0, batch = 0] = query.shape;
  const headDim = embedDim / numHeads;
  let [q, k, v] = project(query, key, value, weights) as [Tensor, Tensor, Tensor];
  let mask = attnMask && attentionMask(attnMask, [length, batch * numHeads, key.size(0)]);
  let padding = keyPaddingMask && additive(keyPaddingMask, "key_padding_mask");
  // A further key that every query may look at.
  const widen = () => {
    mask &&= pad(mask, [0, 1]);
    padding &&= pad(padding, [0, 1]);
  };
  if (weights.biasK && weights.biasV) {
    k = cat([k, weights.biasK.repeat(1, batch, 1)]);
    v = cat([v, weights.biasV.repeat(1, batch, 1)]);
    widen();
  }
  const heads = (x: Tensor) => x.reshape(x.size(0), batch * numHeads, headDim).transpose(0, 1);
  [q, k, v] = [heads(q), heads(k), heads(v)];
  if (addZeroAttn) {
    const nothing = zeros(batch * numHeads, 1, headDim);
    [k, v] = [cat([k, nothing], 1), cat([v, nothing], 1)];
    widen();
  }
  const source = k.size(1);
  if (padding) {
    checkKeyPadding(padding, batch, source);
    const spread = padding.view(batch, 1, 1, source).expand(-1, numHeads, -1, -1);
    const merged = spread.reshape(batch * numHeads, 1, source);
    mask = mask ? mask.add(merged) : merged;
  }
  const projected = (attended: Tensor) =>
    linear(attended, weights.outProjWeight, weights.outProjBias).view(length, batch, embedDim);
  if (!needWeights && dropoutP === 0) {
    const scale = 1 / Math.sqrt(headDim);
    const result = fusedAttention({ query: q, key: k, value: v, mask, causal: false, scale, order: [1, 0, 2] });
    if (result) return [projected(result.transpose(0, 1).reshape(length * batch, embedDim)), null];
  }
  const scores = q.mul(1 / Math.sqrt(headDim)).bmm(k.transpose(-2, -1));
  const shares = dropout((mask ? scores.add(mask) : scores).softmax(-1), { p: dropoutP });
  const attended = shares
    .bmm(v)
    .transpose(0, 1)
    .reshape(length * batch, embedDim);
  const output = projected(attended);
  if (!needWeights) return [output, null];
  const perHead = shares.view(batch, numHeads, length, source);
  return [output, averageAttnWeights ? perHead.mean(1) : perHead];
}
