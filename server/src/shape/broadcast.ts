import type { Dim } from "./dim";
import {
  asNumber,
  bounds,
  constant,
  isDeclared,
  maximum,
  nameOf,
  surelyAtLeast,
  surelyDifferent,
  surelyEqual,
  unknownDim,
} from "./dim";
import type { Shape } from "./shape";

/** A mismatch is at `dimension` of the result, which `left` and `right` cannot agree on for any value. */
export type BroadcastResult =
  | { readonly kind: "ok"; readonly shape: Shape }
  | { readonly kind: "mismatch"; readonly dimension: number; readonly left: Dim; readonly right: Dim };

/**
 * The shape two operands are stretched to: aligned at the last dimension, a size 1 gives way. An error only
 * where the sizes cannot agree; where they may, the shape that holds if they do.
 */
export function broadcastShapes(a: Shape, b: Shape): BroadcastResult {
  const rank = Math.max(a.length, b.length);
  const shape: Dim[] = [];
  for (let dimension = 0; dimension < rank; dimension++) {
    const left = a[dimension - rank + a.length] ?? one;
    const right = b[dimension - rank + b.length] ?? one;
    const size = broadcastSizes(left, right);
    if (size === undefined) {
      return { kind: "mismatch", dimension, left, right };
    }
    shape.push(size);
  }
  return { kind: "ok", shape };
}

/** Dimensions count from the front of the requested sizes. */
export type ExpandResult =
  | { readonly kind: "ok"; readonly shape: Shape }
  /** The size `from` is not 1 and not `to`. */
  | { readonly kind: "mismatch"; readonly dimension: number; readonly from: Dim; readonly to: Dim }
  /** Fewer sizes were requested than the tensor has. */
  | { readonly kind: "too-few" }
  /** A size of -1, "as it is", for a dimension that is new. */
  | { readonly kind: "unchanged-but-new"; readonly dimension: number }
  | { readonly kind: "negative"; readonly dimension: number };

/** The shape of `torch.Tensor.expand(sizes)`, in which -1 keeps a size. */
export function expandShape(shape: Shape, sizes: readonly Dim[]): ExpandResult {
  const added = sizes.length - shape.length;
  if (added < 0) {
    return { kind: "too-few" };
  }
  const expanded: Dim[] = [];
  for (const [dimension, to] of sizes.entries()) {
    const from = shape[dimension - added];
    const requested = asNumber(to);
    if (requested === -1 && from === undefined) {
      return { kind: "unchanged-but-new", dimension };
    }
    if (requested !== -1 && bounds(to).max < 0) {
      return { kind: "negative", dimension };
    }
    if (requested === -1 || from === undefined) {
      expanded.push(from ?? to);
      continue;
    }
    if (surelyDifferent(from, one) && surelyDifferent(from, to)) {
      // A size that may be -1 may keep what is there.
      if (surelyAtLeast(to, 0)) {
        return { kind: "mismatch", dimension, from, to };
      }
      expanded.push(from);
      continue;
    }
    expanded.push(surelyDifferent(from, one) ? moreCertain(from, to) : to);
  }
  return { kind: "ok", shape: expanded };
}

const one = constant(1);

/** The size both agree on, undefined when they cannot. */
function broadcastSizes(a: Dim, b: Dim): Dim | undefined {
  if (surelyEqual(a, b) || b === one) {
    return a;
  }
  if (a === one) {
    return b;
  }
  const aStays = surelyDifferent(a, one);
  const bStays = surelyDifferent(b, one);
  if (aStays && bStays) {
    return surelyDifferent(a, b) ? undefined : moreCertain(a, b);
  }
  if (aStays) {
    return a;
  }
  if (bStays) {
    return b;
  }
  // Of two sizes of which one is 1 unless they are equal, the result is the greater.
  const least = Math.min(bounds(a).min, bounds(b).min);
  return least >= 1 ? maximum(a, b) : unknownDim(least, nameOf(a) === nameOf(b) ? nameOf(a) : undefined);
}

/** Of two sizes that must be equal, the one that says more. */
function moreCertain(a: Dim, b: Dim): Dim {
  if (asNumber(a) !== undefined) {
    return a;
  }
  return asNumber(b) !== undefined || !isDeclared(a) ? b : a;
}
