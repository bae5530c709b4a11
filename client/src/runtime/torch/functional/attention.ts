import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { ones, where } from "../ops/index";
import type { Tensor } from "../tensor";
import { dropout } from "./dropout";
import { fusedAttention } from "./fused-attention";

export interface AttentionOptions {
  /** Booleans: true where attention may go; floats: added to the scores. Broadcasts to [..., L, S]. */
  readonly attnMask?: Tensor | null;
  readonly dropoutP?: number;
  /** Lets position i attend to positions up to i only. */
  readonly isCausal?: boolean;
  /** What scores are multiplied by: 1/√E unless given. */
  readonly scale?: number;
}

/**
 * softmax(query · keyᵀ · scale + mask) · value
 * @param query [..., L, E]
 * @param key [..., S, E]
 * @param value [..., S, Ev]
 * @returns [..., L, Ev]; of four dimensions laid out as [N, L, heads, Ev] in memory, as PyTorch's CPU kernel does
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  ...args: Trailing<AttentionOptions, ["attnMask", "dropoutP", "isCausal"]>
): Tensor {
  const options = named<AttentionOptions>(["attnMask", "dropoutP", "isCausal"], args);
  const { attnMask = null, dropoutP = 0, isCausal = false, scale = 1 / Math.sqrt(query.size(-1)) } = options;
  if (attnMask && isCausal) {
    throw new Error("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True");
  }
  if (dropoutP === 0 && query.ndim === value.ndim) {
    const order = query.ndim === 4 ? [0, 2, 1, 3] : query.shape.map((_, d) => d);
    const result = fusedAttention({ query, key, value, mask: attnMask, causal: isCausal, scale, order });
    if (result) return result;
  }
  const scores = query.mul(scale).matmul(key.transpose(-2, -1));
  const mask = isCausal ? ones([query.size(-2), key.size(-2)], { dtype: "bool" }).tril() : attnMask;
  const masked = mask ? applyMask(scores, mask) : scores;
  const weights = dropout(masked.softmax(-1), { p: dropoutP });
  const result = weights.matmul(value);
  const fused = query.ndim === 4 && dropoutP === 0;
  return fused ? result.transpose(1, 2).contiguous().transpose(1, 2) : result;
}

function applyMask(scores: Tensor, mask: Tensor): Tensor {
  return mask.dtype === "bool" ? where(mask, scores, -Infinity) : scores.add(mask);
}
