import type { Dim } from "./dim";
import {
  asNumber,
  bounds,
  constant,
  divideExactly,
  floorDivide,
  isDeclared,
  isKnown,
  modulo,
  surelyAtLeast,
  surelyDifferent,
  unknownDim,
} from "./dim";
import type { Shape } from "./shape";
import { numel } from "./shape";

export type ReshapeResult =
  | { readonly kind: "ok"; readonly shape: Shape }
  /** The tensor has `from` elements and the sizes have room for `to`. */
  | { readonly kind: "size-mismatch"; readonly from: Dim; readonly to: Dim }
  /** The other sizes multiply to `by`, which does not divide the number of elements `from`. */
  | { readonly kind: "not-divisible"; readonly from: Dim; readonly by: Dim; readonly dimension: number }
  /** -1 twice. */
  | { readonly kind: "two-inferred"; readonly dimensions: readonly [number, number] }
  /** -1 beside a 0 could be anything. */
  | { readonly kind: "ambiguous"; readonly dimension: number }
  | { readonly kind: "negative"; readonly dimension: number };

const inferred = constant(-1);

/**
 * The shape that `view` and `reshape` to `sizes` give, in which one size may be the constant -1 and follows from
 * the others. Errors are those PyTorch raises whatever the symbols are; where the sizes may fit, the shape that
 * holds if they do.
 */
export function inferReshape(shape: Shape, sizes: readonly Dim[]): ReshapeResult {
  const dimension = sizes.indexOf(inferred);
  const second = dimension < 0 ? -1 : sizes.indexOf(inferred, dimension + 1);
  if (second >= 0) {
    return { kind: "two-inferred", dimensions: [dimension, second] };
  }
  const negative = sizes.findIndex((size) => size !== inferred && bounds(size).max < 0);
  if (negative >= 0) {
    return { kind: "negative", dimension: negative };
  }
  const total = numel(shape);
  // A size that is not known and may be -1 is what the others leave, whether it is inferred or not.
  const open = sizes.flatMap((size, i) => (surelyAtLeast(size, 0) ? [] : [i]));
  const [only] = open;
  if (only === undefined) {
    return withGivenSizes(total, sizes);
  }
  if (open.length > 1) {
    return { kind: "ok", shape: sizes.map((size, i) => (open.includes(i) ? unknownDim(0) : size)) };
  }
  return withInferredSize(total, sizes, only);
}

function withGivenSizes(total: Dim, sizes: readonly Dim[]): ReshapeResult {
  const to = numel(sizes);
  if (surelyDifferent(total, to)) {
    return { kind: "size-mismatch", from: total, to };
  }
  const undeclared = sizes.flatMap((size, i) => (isDeclared(size) ? [] : [i]));
  const [only, ...more] = undeclared;
  if (only === undefined || more.length > 0 || !isKnown(total)) {
    return { kind: "ok", shape: sizes };
  }
  // Since it fits, the one size nobody knows is what the others leave.
  const others = productWithout(sizes, only);
  const shape = surelyAtLeast(others, 1) ? replaced(sizes, only, quotient(total, others)) : sizes;
  return { kind: "ok", shape };
}

function withInferredSize(total: Dim, sizes: readonly Dim[], dimension: number): ReshapeResult {
  const by = productWithout(sizes, dimension);
  const isMinusOne = sizes[dimension] === inferred;
  if (asNumber(by) === 0) {
    return surelyDifferent(total, by) ? notDivisible() : isMinusOne ? { kind: "ambiguous", dimension } : unknown();
  }
  if (divideExactly(total, by) === undefined && surelyDifferent(modulo(total, by), constant(0))) {
    return notDivisible();
  }
  return { kind: "ok", shape: replaced(sizes, dimension, quotient(total, by)) };

  function notDivisible(): ReshapeResult {
    return { kind: "not-divisible", from: total, by, dimension };
  }

  function unknown(): ReshapeResult {
    return { kind: "ok", shape: replaced(sizes, dimension, unknownDim(0)) };
  }
}

/** The quotient of a division that leaves no remainder if the reshape is legal, where it is then the same. */
function quotient(total: Dim, by: Dim): Dim {
  return divideExactly(total, by) ?? floorDivide(total, by);
}

function productWithout(sizes: readonly Dim[], dimension: number): Dim {
  return numel(sizes.filter((_, i) => i !== dimension));
}

function replaced(sizes: readonly Dim[], dimension: number, size: Dim): Shape {
  return sizes.map((old, i) => (i === dimension ? size : old));
}
