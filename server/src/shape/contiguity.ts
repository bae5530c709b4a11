import type { Dim } from "./dim";
import { asNumber, constant, maximum, multiply, surelyAtLeast, surelyDifferent, surelyEqual } from "./dim";
import type { Shape } from "./shape";
import { numel } from "./shape";

/**
 * How far apart neighbours are in memory along each dimension, in elements. The stride of a dimension that has
 * size 1 means nothing; where a symbol can be 1 it may differ from the number PyTorch would print.
 */
export type Strides = readonly Dim[];

export type Answer = "yes" | "no" | "maybe";

export const zero = constant(0);
export const one = constant(1);

/** The strides of a freshly made tensor, the last dimension innermost. */
export function contiguousStrides(shape: Shape): Strides {
  const strides: Dim[] = [];
  let stride = one;
  for (const size of [...shape].reverse()) {
    strides.unshift(stride);
    stride = multiply(stride, atLeastOne(size));
  }
  return strides;
}

/** Whether `Tensor.isContiguous()` holds: dimensions of size 1 do not count, and an empty tensor is contiguous. */
export function isContiguous(shape: Shape, strides: Strides): Answer {
  const elements = numel(shape);
  if (elements === zero) {
    return "yes";
  }
  let answer: Answer = "yes";
  let expected = one;
  for (const [i, size] of [...shape.entries()].reverse()) {
    const stride = strides[i] ?? expected;
    if (size !== one && !surelyEqual(stride, expected)) {
      if (surelyAtLeast(elements, 1) && surelyAtLeast(size, 2) && surelyDifferent(stride, expected)) {
        return "no";
      }
      answer = "maybe";
    }
    expected = multiply(expected, size);
  }
  return answer;
}

/** The strides of `Tensor.expand` to `target`, a shape from `expandShape`; undefined when they depend on a symbol. */
export function expandStrides(shape: Shape, strides: Strides, target: Shape): Strides | undefined {
  if (shape.length === 0) {
    return target.map(() => zero);
  }
  const added = target.length - shape.length;
  const expanded: Dim[] = [];
  for (const [i, size] of [...target.entries()].reverse()) {
    const from = shape[i - added] ?? one;
    const own = strides[i - added] ?? multiply(target[i + 1] ?? one, expanded[0] ?? one);
    if (surelyEqual(from, size)) {
      expanded.unshift(own);
    } else if (from === one || surelyDifferent(from, size)) {
      expanded.unshift(zero);
    } else if (surelyDifferent(from, one)) {
      expanded.unshift(own);
    } else {
      return undefined;
    }
  }
  return expanded;
}

/** Strides treat a size 0 as 1. */
export function atLeastOne(size: Dim): Dim {
  return asNumber(size) === undefined && surelyAtLeast(size, 1) ? size : maximum(size, one);
}
