import { notAPermutation, rangeOutOfBounds, repeatedAxis } from "../../rules/dim-out-of-range";
import { mismatch } from "../../rules/shape-mismatch";
import { wrongRank } from "../../rules/rank-mismatch";
import type { TensorValue } from "../../interpreter/value";
import type { Dim } from "../../shape/dim";
import {
  add,
  constant,
  floorDivide,
  formatDim,
  maximum,
  minimum,
  multiply,
  subtract,
  surelyAtLeast,
  surelyDifferent,
  surelyLess,
} from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { formatShape, normalizeAxis } from "../../shape/shape";
import type { Strides } from "../../shape/strides";
import type { OperationContext } from "../operation";
import { integer, knownInteger, knownIntegerOrIntegers, knownSizes, optional, tensor } from "../parameter";
import { axisOf, elementSpans, replaced, torchOperation, unknownResult, viewResult } from "./result";
import { t } from "../../text/translate";

const one = constant(1);

/** The dimensions in another order: size and stride move together. */
function reordered(cx: OperationContext, input: TensorValue, axes: readonly number[]): TensorValue {
  const shape = axes.map((axis) => input.shape?.[axis] ?? one);
  const strides = input.strides && axes.map((axis) => input.strides?.[axis] ?? one);
  return viewResult(cx, input, shape, strides);
}

function swapped(rank: number, a: number, b: number): number[] {
  return Array.from({ length: rank }, (_, axis) => (axis === a ? b : axis === b ? a : axis));
}

export const permute = torchOperation({
  name: "permute",
  documentation: "torch.permute",
  parameters: { input: tensor, dims: knownSizes },
  result({ input, dims }, cx) {
    if (!input.shape) return unknownResult(cx, [input], input.dtype);
    const rank = input.shape.length;
    const axes = dims.map((dim) => normalizeAxis(dim, rank)).filter((axis) => axis !== undefined);
    if (dims.length === rank && new Set(axes).size === rank) return reordered(cx, input, axes);
    const spans = elementSpans(cx, dims.length);
    cx.report(notAPermutation({ cx, input, axes: dims, spans }));
    return unknownResult(cx, [input], input.dtype);
  },
});

/** `transpose` and its aliases. */
function transposition(name: string) {
  return torchOperation({
    name,
    documentation: `torch.${name}`,
    parameters: { input: tensor, dim0: knownInteger, dim1: knownInteger },
    result({ input, dim0, dim1 }, cx) {
      const a = axisOf(cx, input, dim0, "dim0");
      const b = axisOf(cx, input, dim1, "dim1");
      if (!input.shape || a === undefined || b === undefined) return unknownResult(cx, [input], input.dtype);
      return reordered(cx, input, swapped(input.shape.length, a, b));
    },
  });
}
export const transpose = transposition("transpose");
export const swapaxes = transposition("swapaxes");

export const matrixTranspose = torchOperation({
  name: "t",
  documentation: "torch.t",
  parameters: { input: tensor },
  result({ input }, cx) {
    if (!input.shape) return unknownResult(cx, [input], input.dtype);
    if (input.shape.length > 2) {
      cx.report(wrongRank({ cx, input, expected: t`at most 2 dimensions` }));
      return unknownResult(cx, [input], input.dtype);
    }
    return reordered(cx, input, input.shape.length === 2 ? [1, 0] : swapped(input.shape.length, 0, 0));
  },
});

export const movedim = torchOperation({
  name: "movedim",
  documentation: "torch.movedim",
  parameters: { input: tensor, source: knownIntegerOrIntegers, destination: knownIntegerOrIntegers },
  result({ input, source, destination }, cx) {
    if (!input.shape) return unknownResult(cx, [input], input.dtype);
    const from = [source].flat().map((axis) => axisOf(cx, input, axis));
    const to = [destination].flat().map((axis) => axisOf(cx, input, axis));
    if (from.length !== to.length) {
      const message = t`movedim needs as many destinations as sources, got ${from.length} and ${to.length}.`;
      cx.report(mismatch({ message }));
      return unknownResult(cx, [input], input.dtype);
    }
    if (from.includes(undefined) || to.includes(undefined)) return unknownResult(cx, [input], input.dtype);
    for (const axes of [from, to]) {
      const twice = axes.find((axis, i) => axes.indexOf(axis) !== i);
      if (twice === undefined) continue;
      cx.report(repeatedAxis({ cx, input, axis: twice }));
      return unknownResult(cx, [input], input.dtype);
    }
    const rest = input.shape.map((_, axis) => axis).filter((axis) => !from.includes(axis));
    const order = input.shape.map((_, axis) => {
      const moved = to.indexOf(axis);
      return (moved >= 0 ? from[moved] : rest.shift()) ?? 0;
    });
    return reordered(cx, input, order);
  },
});

export const squeeze = torchOperation({
  name: "squeeze",
  documentation: "torch.squeeze",
  parameters: { input: tensor, dim: optional(knownIntegerOrIntegers, undefined) },
  result({ input, dim }, cx) {
    const { shape } = input;
    if (!shape) return unknownResult(cx, [input], input.dtype);
    const axes =
      dim === undefined
        ? shape.map((_, axis) => axis)
        : [dim].flat().map((axis) => axisOf(cx, input, axis, typeof dim === "number" ? "dim" : undefined));
    const twice = axes.find((axis, i) => axis !== undefined && axes.indexOf(axis) !== i);
    if (twice !== undefined) cx.report(repeatedAxis({ cx, input, axis: twice }));
    const keep: number[] = [];
    for (const [axis, size] of shape.entries()) {
      if (!axes.includes(axis) || surelyDifferent(size, one)) keep.push(axis);
      else if (size !== one) return unknownResult(cx, [input], input.dtype);
    }
    return reordered(cx, input, keep);
  },
});

export const unsqueeze = torchOperation({
  name: "unsqueeze",
  documentation: "torch.unsqueeze",
  parameters: { input: tensor, dim: knownInteger },
  result({ input, dim }, cx) {
    const { shape, strides } = input;
    if (!shape) return unknownResult(cx, [input], input.dtype);
    const axis = axisOf(cx, input, dim, "dim", { rank: shape.length + 1 });
    return axis === undefined
      ? unknownResult(cx, [input], input.dtype)
      : viewResult(
          cx,
          input,
          inserted(shape, axis, one),
          strides && inserted(strides, axis, newStride(shape, strides, axis)),
        );
  },
});

function inserted(dims: readonly Dim[], axis: number, dim: Dim): Dim[] {
  return [...dims.slice(0, axis), dim, ...dims.slice(axis)];
}

/** The stride that PyTorch gives a new dimension of size 1. */
export function newStride(shape: Shape, strides: Strides, axis: number): Dim {
  const [size, stride] = [shape[axis], strides[axis]];
  return size && stride ? multiply(size, stride) : one;
}

export const narrow = torchOperation({
  name: "narrow",
  documentation: "torch.narrow",
  parameters: { input: tensor, dim: knownInteger, start: integer, length: integer },
  result({ input, dim, start, length }, cx) {
    const { shape } = input;
    if (!shape) return unknownResult(cx, [input], input.dtype);
    const axis = axisOf(cx, input, dim, "dim", { rank: shape.length });
    const size = axis === undefined ? undefined : shape[axis];
    if (axis === undefined || !size) return unknownResult(cx, [input], input.dtype);
    const from = surelyLess(start, constant(0)) ? add(start, size) : start;
    const nonNegative = surelyAtLeast(from, 0);
    if (
      surelyLess(length, constant(0)) ||
      surelyLess(from, constant(0)) ||
      (nonNegative && surelyLess(size, add(from, length)))
    ) {
      const range = t`${formatDim(length)} elements from index ${formatDim(start)}`;
      const rest = subtract(size, from);
      const correction = { source: cx.source("length"), name: "length", from: length, to: rest };
      const fits = surelyAtLeast(rest, 1) && surelyAtLeast(length, 0);
      cx.report(rangeOutOfBounds({ cx, input, axis, range, ...(fits ? { length: correction } : {}) }));
    }
    return viewResult(cx, input, replaced(shape, axis, length), input.strides);
  },
});

export const diagonal = torchOperation({
  name: "diagonal",
  documentation: "torch.diagonal",
  parameters: {
    input: tensor,
    offset: optional(integer, constant(0)),
    dim1: optional(knownInteger, 0),
    dim2: optional(knownInteger, 1),
  },
  result({ input, offset, dim1, dim2 }, cx) {
    const { shape, strides } = input;
    if (!shape) return unknownResult(cx, [input], input.dtype);
    const a = axisOf(cx, input, dim1, "dim1", { rank: shape.length });
    const b = axisOf(cx, input, dim2, "dim2", { rank: shape.length });
    if (a === undefined || b === undefined) return unknownResult(cx, [input], input.dtype);
    if (a === b) {
      cx.report(repeatedAxis({ cx, input, axis: a }));
      return unknownResult(cx, [input], input.dtype);
    }
    const [rows, columns] = [shape[a] ?? one, shape[b] ?? one];
    const rest = shape.map((_, axis) => axis).filter((axis) => axis !== a && axis !== b);
    const [rowStride, columnStride] = [strides?.[a], strides?.[b]];
    return viewResult(
      cx,
      input,
      [...rest.map((axis) => shape[axis] ?? one), diagonalLength(rows, columns, offset)],
      strides &&
        rowStride &&
        columnStride && [...rest.map((axis) => strides[axis] ?? one), add(rowStride, columnStride)],
    );
  },
});

function diagonalLength(rows: Dim, columns: Dim, offset: Dim): Dim {
  const zero = constant(0);
  const above = minimum(rows, subtract(columns, maximum(offset, zero)));
  const below = minimum(add(rows, minimum(offset, zero)), columns);
  return maximum(minimum(above, below), zero);
}

export const unfold = torchOperation({
  name: "unfold",
  documentation: "torch.Tensor.unfold",
  parameters: { input: tensor, dimension: knownInteger, size: integer, step: integer },
  result({ input, dimension, size, step }, cx) {
    const { shape, strides } = input;
    if (!shape) return unknownResult(cx, [input], input.dtype);
    const axis = axisOf(cx, input, dimension, "dimension");
    if (axis === undefined || !surelyAtLeast(step, 1)) return unknownResult(cx, [input], input.dtype);
    const length = shape[axis] ?? one;
    if (surelyLess(length, size)) {
      const message = t`unfold: dimension ${axis} of ${formatShape(shape)} has ${formatDim(length)} elements, fewer than the window of ${formatDim(size)}.`;
      cx.report(mismatch({ message }));
      return unknownResult(cx, [input], input.dtype);
    }
    const windows = add(floorDivide(subtract(length, size), step), one);
    const stride = strides?.[axis];
    if (shape.length === 0) return viewResult(cx, input, [size], strides && [one]);
    return viewResult(
      cx,
      input,
      [...replaced(shape, axis, windows), size],
      strides && stride && [...replaced(strides, axis, multiply(stride, step)), stride],
    );
  },
});
