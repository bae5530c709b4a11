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
  nameOf,
  substitute,
  surelyAtLeast,
  surelyDifferent,
  symbolsOf,
  unknownDim,
  withLeast,
} from "./dim";
import type { Shape } from "./shape";
import { numel } from "./shape";

export type ReshapeResult =
  /** Of some sizes it is known now that they are no -1: the symbols are what is beside them. */
  | { readonly kind: "ok"; readonly shape: Shape; readonly implied?: readonly (readonly [symbol: Dim, size: Dim])[] }
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
  const implied = impliedSizes(sizes, open, surelyAtLeast(total, 1) ? 1 : 0);
  if (implied.size > 0) {
    const made = inferReshape(
      shape,
      sizes.map((size) => substitute(size, (symbol) => implied.get(symbol))),
    );
    return made.kind === "ok" ? { ...made, implied: [...implied, ...(made.implied ?? [])] } : made;
  }
  if (open.length > 1) {
    return { kind: "ok", shape: sizes.map((size, i) => (open.includes(i) ? perhapsInferred(size) : size)) };
  }
  return withInferredSize(total, sizes, only);
}

/**
 * What a size becomes that is not known and may be -1: it bears the name that it was given, but is not that number, since it may be
 * inferred.
 */
export function perhapsInferred(size: Dim): Dim {
  if (size === inferred) return unknownDim(0);
  const renamed = substitute(size, (symbol) =>
    bounds(symbol).min < 0 && nameOf(symbol) !== undefined ? unknownDim(0, nameOf(symbol)) : undefined,
  );
  return renamed !== size && isKnown(renamed) ? renamed : unknownDim(0);
}

/** The symbols among the sizes that cannot be -1, since another size would be negative then: `h` beside `d//h`. */
function impliedSizes(sizes: readonly Dim[], open: readonly number[], least: number): Map<Dim, Dim> {
  const implied = new Map<Dim, Dim>();
  for (const i of open) {
    const symbol = sizes[i] as Dim;
    if (symbolsOf(symbol)[0] !== symbol) continue;
    const whenInferred = sizes.map((size) => substitute(size, (one) => (one === symbol ? inferred : undefined)));
    if (whenInferred.some((size, j) => j !== i && size !== inferred && bounds(size).max < 0))
      implied.set(symbol, withLeast(symbol, least));
  }
  return implied;
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
