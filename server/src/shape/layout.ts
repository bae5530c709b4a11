import type { Dim } from "./dim";
import { asNumber, compare, divideExactly, multiply, surelyAtLeast, surelyDifferent, surelyEqual } from "./dim";
import type { Shape } from "./shape";
import { numel, sameShape } from "./shape";
import type { Strides } from "./contiguity";
import { atLeastOne, contiguousStrides, isContiguous, one, zero } from "./contiguity";

/**
 * The memory layout PyTorch gives to results: rules of TensorIterator (aten/src/ATen/TensorIterator.cpp) and of
 * `infer_dense_strides` (aten/src/ATen/ExpandUtils.cpp), undefined wherever they depend on the symbols.
 */

export interface Operand {
  readonly shape: Shape;
  /** Undefined when the layout is not known, which leaves the result's unknown too. */
  readonly strides: Strides | undefined;
}

/**
 * The strides of an element-wise result. Contiguous operands of one shape give a contiguous result, equal dense
 * layouts are kept, and otherwise dimensions are ordered by the strides of the first operand that tells them
 * apart. A number beside tensors counts as an operand of shape `[]`.
 */
export function elementwiseStrides(operands: readonly Operand[], resultShape: Shape): Strides | undefined {
  const known = operands.flatMap(({ shape, strides }) => (strides === undefined ? [] : [{ shape, strides }]));
  const [first] = known;
  if (known.length < operands.length || first === undefined) {
    return undefined;
  }
  if (known.every(({ shape }) => sameShape(shape, resultShape))) {
    if (known.every(({ shape, strides }) => isContiguous(shape, strides) === "yes")) {
      return contiguousStrides(resultShape);
    }
    if (known.every(({ shape, strides }) => isChannelsLast(shape, strides))) {
      return stridesInOrder(resultShape, channelsLastOrder, (size) => size);
    }
    if (isDense(resultShape, first.strides) && known.every(({ strides }) => sameShape(strides, first.strides))) {
      return first.strides;
    }
  }
  const aligned = known.map(({ shape, strides }) => alignedStrides(shape, strides, resultShape));
  const order = orderOfDimensions(resultShape, aligned);
  if (order === undefined) {
    return undefined;
  }
  const isUsual = order.every((dimension, i) => dimension === resultShape.length - 1 - i);
  return isUsual ? contiguousStrides(resultShape) : stridesInOrder(resultShape, order, (size) => size);
}

/** The strides of `clone` and `zerosLike`, which preserve the layout of a dense tensor and pack any other. */
export function denseStridesLike(shape: Shape, strides: Strides | undefined): Strides | undefined {
  if (strides === undefined) {
    return undefined;
  }
  if (isDense(shape, strides)) {
    return strides;
  }
  const order = orderOfDimensions(shape, [strides]);
  return order && stridesInOrder(shape, order, atLeastOne);
}

/** Batch, height, width, channel: the innermost first. */
const channelsLastOrder = [1, 3, 2, 0];

function isChannelsLast(shape: Shape, strides: Strides): boolean {
  const permuted = (dims: readonly Dim[]) => [...channelsLastOrder].reverse().map((i) => dims[i] ?? one);
  return shape.length === 4 && isContiguous(permuted(shape), permuted(strides)) === "yes";
}

/** True when the elements surely fill a stretch of memory, in whatever order of the dimensions. */
function isDense(shape: Shape, strides: Strides): boolean {
  if (numel(shape) === zero) {
    return true;
  }
  let expected = one;
  const left = new Set([...shape.keys()].filter((d) => shape[d] !== one));
  while (left.size > 0) {
    const next = [...left].find((d) => surelyEqual(strides[d] ?? zero, expected));
    if (next === undefined) {
      return false;
    }
    left.delete(next);
    expected = multiply(expected, shape[next] ?? one);
  }
  return true;
}

/** An operand's strides along the dimensions of the result, 0 where it is repeated; undefined when not certain. */
function alignedStrides(shape: Shape, strides: Strides, resultShape: Shape): readonly (Dim | undefined)[] {
  const added = resultShape.length - shape.length;
  return resultShape.map((size, i) => {
    const own = shape[i - added];
    const stride = strides[i - added];
    if (own === undefined || stride === undefined) {
      return zero;
    }
    if (surelyEqual(own, size)) {
      return stride;
    }
    return surelyDifferent(own, size) ? zero : undefined;
  });
}

/**
 * The dimensions from the innermost to the outermost, by TensorIterator's insertion sort: it has to be this very
 * algorithm, because dimensions that no operand tells apart make the order depend on the comparisons made.
 */
function orderOfDimensions(
  shape: Shape,
  operands: readonly (readonly (Dim | undefined)[])[],
): readonly number[] | undefined {
  const order = [...shape.keys()].reverse();
  const deciders = new Set<unknown>();
  let mayTie = false;
  for (let i = 1; i < order.length; i++) {
    let current = i;
    for (let before = i - 1; before >= 0; before--) {
      const inner = order[before] ?? 0;
      const outer = order[current] ?? 0;
      const comparison = compareDimensions(shape, operands, inner, outer);
      if (comparison === undefined) {
        return undefined;
      }
      if (comparison.by) {
        deciders.add(comparison.by);
      }
      mayTie ||= comparison.mayTie;
      if (comparison.side === "inside") {
        break;
      }
      if (comparison.side === "outside") {
        order[before] = outer;
        order[current] = inner;
        current = before;
      }
    }
  }
  // Along a size that may be 1, the operand that decided may leave it to another one, which orders what it has to say by itself.
  return mayTie && deciders.size > 1 ? undefined : order;
}

interface Comparison {
  readonly side: "inside" | "outside" | "open";
  /** The strides that decided. */
  readonly by?: readonly (Dim | undefined)[];
  /** They are equal when a size is 1. */
  readonly mayTie: boolean;
}

/** Whether dimension `a` belongs inside or outside `b`, by the first operand that has a stride along both. */
function compareDimensions(
  shape: Shape,
  operands: readonly (readonly (Dim | undefined)[])[],
  a: number,
  b: number,
): Comparison | undefined {
  const sizeA = shape[a] ?? one;
  const sizeB = shape[b] ?? one;
  for (const strides of operands) {
    const strideA = strides[a];
    const strideB = strides[b];
    if (strideA === undefined || strideB === undefined) {
      return undefined;
    }
    if (strideA === zero || strideB === zero) {
      continue;
    }
    if (isNested(strideA, sizeA, strideB)) {
      return { side: "inside", by: strides, mayTie: !surelyAtLeast(sizeA, 2) };
    }
    if (isNested(strideB, sizeB, strideA)) {
      return { side: "outside", by: strides, mayTie: !surelyAtLeast(sizeB, 2) };
    }
    switch (compare(strideA, strideB)) {
      case "less":
        return { side: "inside", by: strides, mayTie: false };
      case "greater":
        return { side: "outside", by: strides, mayTie: false };
      case "equal": {
        const sizes = compare(sizeA, sizeB);
        if (sizes === "greater") {
          return { side: "outside", by: strides, mayTie: false };
        }
        if (sizes !== "less" && sizes !== "equal") {
          return undefined;
        }
        continue;
      }
      case "different":
      case "maybe":
        return undefined;
    }
  }
  return { side: "open", mayTie: false };
}

/**
 * True when a whole run along the inner dimension lies within one step of the outer. The strides are then equal
 * only if the inner size is 1, where the order does not matter.
 */
function isNested(innerStride: Dim, innerSize: Dim, outerStride: Dim): boolean {
  if (asNumber(innerSize) !== undefined) {
    // Numbers are compared as they are, so that sizes of 1 come out as in PyTorch.
    return false;
  }
  const times = divideExactly(outerStride, multiply(innerStride, innerSize));
  return times !== undefined && surelyAtLeast(times, 1);
}

/** Packed strides with the dimensions in this order, the innermost first. */
function stridesInOrder(shape: Shape, order: readonly number[], extent: (size: Dim) => Dim): Strides {
  const strides = shape.map(() => one);
  let stride = one;
  for (const dimension of order) {
    strides[dimension] = stride;
    stride = multiply(stride, extent(shape[dimension] ?? one));
  }
  return strides;
}
