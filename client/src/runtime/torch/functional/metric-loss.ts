/** Losses of distances and angles between vectors. */
import { where } from "../ops/index";
import { formatSizes } from "../shape";
import type { Tensor } from "../tensor";
import { reduced } from "./loss";
import type { LossOptions } from "./loss";

/** The p-norm of the difference, over the last dimension; `eps` keeps it away from 0. */
export function pairwiseDistance(
  x1: Tensor,
  x2: Tensor,
  { p = 2, eps = 1e-6, keepdim = false }: { p?: number; eps?: number; keepdim?: boolean } = {},
): Tensor {
  return x1.sub(x2).add(eps).norm(p, -1, { keepdim });
}

export interface TripletMarginOptions extends LossOptions {
  readonly margin?: number;
  readonly p?: number;
  readonly eps?: number;
  /** Also counts the distance between positive and negative. Source: "Learning shallow convolutional feature descriptors" */
  readonly swap?: boolean;
}

/** max(d(anchor, positive) − d(anchor, negative) + margin, 0). All [N, D] or [D]. */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginOptions = {},
): Tensor {
  const { margin = 1, p = 2, eps = 1e-6, swap = false, reduction = "mean" } = options;
  if (margin <= 0) throw new RangeError(`margin must be greater than 0, got ${margin}`);
  if (anchor.ndim !== positive.ndim || positive.ndim !== negative.ndim) {
    throw new Error(
      `The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: anchor ${anchor.ndim}D, positive ${positive.ndim}D, and negative ${negative.ndim}D inputs`,
    );
  }
  const near = pairwiseDistance(anchor, positive, { p, eps });
  const far = pairwiseDistance(anchor, negative, { p, eps });
  const least = swap ? far.minimum(pairwiseDistance(positive, negative, { p, eps })) : far;
  return reduced(near.sub(least).add(margin).clamp(0), reduction);
}

/**
 * 1 − cos where the target is 1; max(cos − margin, 0) where it is −1.
 * @param x1 [N, D] or [D]
 * @param target [N] or a scalar
 */
export function cosineEmbeddingLoss(
  x1: Tensor,
  x2: Tensor,
  target: Tensor,
  { margin = 0, reduction = "mean" }: LossOptions & { margin?: number } = {},
): Tensor {
  if (target.ndim > 1) throw new Error("0D or 1D target tensor expected, multi-target not supported");
  const rank = target.ndim + 1;
  if (x1.ndim !== rank || x2.ndim !== rank) {
    throw new Error(
      `${target.ndim}D target tensor expects ${rank}D input tensors, but found inputs with sizes ${formatSizes(x1.shape)} and ${formatSizes(x2.shape)}.`,
    );
  }
  const eps = 1e-12;
  const square = (x: Tensor) => x.mul(x).sum(-1).add(eps);
  const cosine = x1
    .mul(x2)
    .sum(-1)
    .div(square(x1).mul(square(x2)).sqrt());
  const alike = where(target.eq(1), cosine.neg().add(1), 0);
  const apart = where(target.eq(-1), cosine.sub(margin).clamp(0), 0);
  return reduced(alike.add(apart), reduction);
}
