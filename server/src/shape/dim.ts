/**
 * Symbolic dimensions: integers that are known as numbers, as expressions over symbols, or not at all.
 *
 * Two dimensions are equal exactly when they are the same object. What cannot be decided is "maybe", and a
 * computation that grows too large becomes an anonymous symbol; nothing here is ever wrong about a size, only
 * ignorant of it. The closest model is JAX's symbolic dimensions (jax/_src/export/shape_poly.py).
 */
export type { Dim } from "./polynomial";
export {
  constant,
  symbol,
  unknownDim,
  add,
  subtract,
  multiply,
  negate,
  asNumber,
  isDeclared,
  isKnown,
  nameOf,
  withLeast,
} from "./polynomial";
export type { Comparison } from "./bounds";
export { bounds, compare, surelyAtLeast, surelyDifferent, surelyEqual, surelyLess } from "./bounds";
export type { Bounds } from "./interval";
export { ceilDivide, divideExactly, floorDivide, modulo } from "./division";
export { isRemainder, remainderOf, vanishingRemainder, withExactQuotients, withoutCommonFactors } from "./equation";
export { maximum, minimum } from "./extremes";
export { evaluate, substitute, symbolsOf } from "./substitution";
export { formatDim } from "./format-dim";
