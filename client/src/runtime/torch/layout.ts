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

/** The strides of [N, C, H, W] in channels-last memory. */
function channelsLastStrides([, channels = 1, height = 1, width = 1]: Sizes): number[] {
  return [height * width * channels, 1, width * channels, channels];
}

function isChannelsLast({ sizes, strides }: Strided): boolean {
  if (sizes.length !== 4) return false;
  const expected = channelsLastStrides(sizes);
  return sizes.every((size, d) => size === 1 || strides[d] === expected[d]);
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
  if (sameShape && operands.every(isChannelsLast)) {
    return { strides: channelsLastStrides(sizes), order: [0, 2, 3, 1] };
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

/** The memory layout of a copy: the original's own where it is dense, otherwise that of an element-wise result. */
export function copyLayout(original: Strided): ElementwiseLayout {
  const layout = elementwiseLayout([original], original.sizes);
  const dense = isNonOverlappingAndDense(original.sizes, original.strides);
  return dense ? { strides: [...original.strides], order: layout.order } : layout;
}
