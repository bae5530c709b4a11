import type { TensorValue } from "../../interpreter/value";
import { axisOutOfRange } from "../../rules/dim-out-of-range";
import { inexactInference, notInferable, otherSize } from "../../rules/reshape-size";
import { illegalView } from "../../rules/view-not-contiguous";
import { constant, multiply, surelyAtLeast } from "../../shape/dim";
import { inferReshape, perhapsInferred } from "../../shape/reshape";
import type { Shape } from "../../shape/shape";
import { numel } from "../../shape/shape";
import type { Strides } from "../../shape/strides";
import { contiguousStrides, isContiguous } from "../../shape/strides";
import { reshapeStrides, viewStrides } from "../../shape/view";
import type { OperationContext } from "../operation";
import { integers, knownInteger, optional, sizes, tensor } from "../parameter";
import { axisOf, elementSpans, replaced, torchOperation, unknownResult, viewResult } from "./result";
import { t } from "../../text/translate";

interface Reshape {
  readonly cx: OperationContext;
  readonly input: TensorValue;
  readonly size: Shape;
  /** The dimensions that are rearranged and the span of each new size; all of the tensor's when left out. */
  readonly from?: Shape;
}

/** The shape that results, with `-1` worked out. Reports what is wrong, and then answers the shape that was most likely meant. */
function newShape({ cx, input, size, from }: Reshape): Shape {
  const old = from ?? input.shape;
  const spans = elementSpans(cx, size.length);
  if (!old) return meant(size);
  const made = inferReshape(old, size);
  const about = { cx, input, from, sizes: size, spans };
  switch (made.kind) {
    case "ok":
      for (const [symbol, size] of made.implied ?? []) cx.assumeEqual(symbol, size);
      cx.assumeEqual(numel(old), numel(made.shape));
      return made.shape;
    case "size-mismatch":
      cx.report(otherSize(about));
      return meant(size);
    case "not-divisible":
      cx.report(inexactInference(about));
      return meant(size);
    case "two-inferred":
      cx.report(notInferable({ ...about, reason: "two" }));
      return meant(size);
    case "ambiguous":
      cx.report(notInferable({ ...about, reason: "ambiguous" }));
      return meant(size);
    case "negative":
      cx.report(notInferable({ ...about, reason: "negative" }));
      return meant(size);
  }
}

/** The sizes as they were written; what was to be inferred is not known. */
function meant(size: Shape): Shape {
  return size.map((one) => (surelyAtLeast(one, 0) ? one : perhapsInferred(one)));
}

/** A view of the same memory, or a report that there can be none. */
function viewed(cx: OperationContext, input: TensorValue, shape: Shape, alternative: string): TensorValue {
  if (!input.shape || !input.strides) return viewResult(cx, input, shape, undefined);
  const made = viewStrides(input.shape, input.strides, shape);
  // A symbol stands for sizes in general: a view that only a size of 1 makes legal is a mistake all the same.
  const between = made.kind === "illegal" ? made.between : made.kind === "maybe" ? made.obstacle : undefined;
  if (between) {
    cx.report(illegalView({ cx, input, target: shape, between, alternative }));
    return viewResult(cx, input, shape, made.kind === "illegal" ? contiguousStrides(shape) : undefined);
  }
  return viewResult(cx, input, shape, made.kind === "ok" ? made.strides : undefined);
}

/** A view where the layout allows one, a copy where it does not. */
function reshaped(cx: OperationContext, input: TensorValue, shape: Shape): TensorValue {
  const strides = input.shape && input.strides ? reshapeStrides(input.shape, input.strides, shape) : undefined;
  return viewResult(cx, input, shape, strides);
}

export const view = torchOperation({
  name: "view",
  documentation: "torch.Tensor.view",
  parameters: { input: tensor, size: sizes },
  result: ({ input, size }, cx) => viewed(cx, input, newShape({ cx, input, size }), "reshape"),
});

export const viewAs = torchOperation({
  name: "viewAs",
  documentation: "torch.Tensor.view_as",
  parameters: { input: tensor, other: tensor },
  result: ({ input, other }, cx) =>
    other.shape
      ? viewed(cx, input, newShape({ cx, input, size: other.shape }), "reshapeAs")
      : unknownResult(cx, [input], input.dtype),
});

export const reshape = torchOperation({
  name: "reshape",
  documentation: "torch.reshape",
  parameters: { input: tensor, shape: sizes },
  result: ({ input, shape }, cx) => reshaped(cx, input, newShape({ cx, input, size: shape })),
});

export const reshapeAs = torchOperation({
  name: "reshapeAs",
  documentation: "torch.Tensor.reshape_as",
  parameters: { input: tensor, other: tensor },
  result: ({ input, other }, cx) =>
    other.shape
      ? reshaped(cx, input, newShape({ cx, input, size: other.shape }))
      : unknownResult(cx, [input], input.dtype),
});

/** All dimensions from one to another joined into one. */
export function flattened(cx: OperationContext, input: TensorValue, startDim: number, endDim: number): TensorValue {
  const { shape } = input;
  if (!shape) return unknownResult(cx, [input], input.dtype);
  const start = axisOf(cx, input, startDim, "startDim");
  const end = axisOf(cx, input, endDim, "endDim");
  if (start === undefined || end === undefined) return unknownResult(cx, [input], input.dtype);
  if (shape.length === 0) return reshaped(cx, input, [constant(1)]);
  if (start > end) {
    cx.report(
      axisOutOfRange({
        cx,
        input,
        axis: endDim,
        rank: shape.length,
        reason: t`the end must not come before the start`,
      }),
    );
    return unknownResult(cx, [input], input.dtype);
  }
  if (start === end) return viewResult(cx, input, shape, input.strides);
  return reshaped(cx, input, [...shape.slice(0, start), numel(shape.slice(start, end + 1)), ...shape.slice(end + 1)]);
}

export const flatten = torchOperation({
  name: "flatten",
  documentation: "torch.flatten",
  parameters: { input: tensor, startDim: optional(knownInteger, 0), endDim: optional(knownInteger, -1) },
  result: ({ input, startDim, endDim }, cx) => flattened(cx, input, startDim, endDim),
});

/** One dimension split into several. */
export function unflattened(cx: OperationContext, input: TensorValue, dim: number, size: Shape): TensorValue {
  const { shape } = input;
  if (!shape) return unknownResult(cx, [input], input.dtype);
  const axis = axisOf(cx, input, dim, "dim");
  const old = axis === undefined ? undefined : shape[axis];
  if (axis === undefined || !old) return unknownResult(cx, [input], input.dtype);
  const parts = newShape({ cx, input, size, from: [old] });
  return viewResult(cx, input, replaced(shape, axis, ...parts), splitStrides(input.strides, axis, parts));
}

/** Splitting one dimension is always a view. */
function splitStrides(strides: Strides | undefined, axis: number, parts: Shape): Strides | undefined {
  const stride = strides?.[axis];
  if (!strides || !stride) return undefined;
  return replaced(strides, axis, ...contiguousStrides(parts).map((step) => multiply(step, stride)));
}

export const unflatten = torchOperation({
  name: "unflatten",
  documentation: "torch.unflatten",
  parameters: { input: tensor, dim: knownInteger, sizes: integers },
  result: ({ input, dim, sizes: size }, cx) => unflattened(cx, input, dim, size),
});

export const contiguous = torchOperation({
  name: "contiguous",
  documentation: "torch.Tensor.contiguous",
  parameters: { input: tensor },
  result({ input }, cx) {
    const { shape, strides } = input;
    const ordered = shape && strides && isContiguous(shape, strides) === "yes";
    return viewResult(cx, input, shape, ordered ? strides : shape && contiguousStrides(shape));
  },
});
