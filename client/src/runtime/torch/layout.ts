import { contiguousStrides, expandedStrides, isContiguous, isNonOverlappingAndDense, sameSizes } from "./shape";
import type { Sizes } from "./shape";

interface Strided {
  readonly sizes: Sizes;
  readonly strides: Sizes;
}

/**
 * How an element-wise operation lays out its result in memory. `order` lists the result's dimensions from the slowest
 * to the fastest in memory: the identity for a contiguous result.
 */
export interface ElementwiseLayout {
  readonly strides: readonly number[];
  readonly order: readonly number[];
}

function contiguousLayout(sizes: Sizes): ElementwiseLayout {
  return { strides: contiguousStrides(sizes), order: sizes.map((_, d) => d) };
}

/** Which of two dimensions is the faster in memory: negative for `a`, positive for `b`, 0 where no operand tells. */
function compareDims(operands: readonly (readonly number[])[], sizes: Sizes, a: number, b: number): number {
  for (const strides of operands) {
    const strideA = strides[a] as number;
    const strideB = strides[b] as number;
    if (strideA === 0 || strideB === 0) continue;
    if (strideA !== strideB) return strideA < strideB ? -1 : 1;
    if ((sizes[a] as number) > (sizes[b] as number)) return 1;
  }
  return 0;
}

/**
 * The memory layout PyTorch gives to the result of an element-wise operation: the operands' own when they agree and are
 * dense, otherwise dimensions sorted by the strides of the first operand that tells two of them apart.
 * Source: `reorder_dimensions` in PyTorch's ATen/TensorIterator.cpp.
 */
export function elementwiseLayout(operands: readonly Strided[], sizes: Sizes): ElementwiseLayout {
  const rank = sizes.length;
  const sameShape = operands.every((operand) => sameSizes(operand.sizes, sizes));
  if (sameShape && operands.every((operand) => isContiguous(operand.sizes, operand.strides))) {
    return contiguousLayout(sizes);
  }
  const first = operands[0];
  const agreed =
    sameShape &&
    first !== undefined &&
    isNonOverlappingAndDense(first.sizes, first.strides) &&
    operands.every((operand) => sameSizes(operand.strides, first.strides));
  const expanded = operands.map((operand) => expandedStrides(operand.sizes, operand.strides, sizes));

  // Fastest dimension first while sorting; comparisons may be ambiguous, so it is PyTorch's insertion sort step by step.
  const fastest = sizes.map((_, i) => rank - 1 - i);
  for (let i = 1; i < rank; i++) {
    let moving = i;
    for (let other = i - 1; other >= 0; other--) {
      const comparison = compareDims(expanded, sizes, fastest[other] as number, fastest[moving] as number);
      if (comparison < 0) break;
      if (comparison === 0) continue;
      [fastest[other], fastest[moving]] = [fastest[moving] as number, fastest[other] as number];
      moving = other;
    }
  }
  const strides = new Array<number>(rank);
  let stride = 1;
  for (const dim of fastest) {
    strides[dim] = stride;
    stride *= sizes[dim] as number;
  }
  const order = [...fastest].reverse();
  if (agreed && first !== undefined) {
    return { strides: [...first.strides], order };
  }
  if (order.every((dim, d) => dim === d)) return contiguousLayout(sizes);
  return { strides, order };
}
