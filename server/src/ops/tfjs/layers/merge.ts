import type { TensorValue } from "../../../interpreter/value";
import { doNotBroadcast } from "../../../rules/broadcast-mismatch";
import { replaceText } from "../../../rules/evidence";
import { axisOutOfRange } from "../../../rules/dim-out-of-range";
import { wrongRank } from "../../../rules/rank-mismatch";
import { mismatch, shapesDiffer, sidesDiffer } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import { add, constant, surelyDifferent, surelyEqual } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { normalizeAxis } from "../../../shape/shape";
import { broadcastShapes } from "../../../shape/broadcast";
import type { OperationContext } from "../../operation";
import { either, knownInteger, knownIntegers, optional } from "../../parameter";
import type { TensorType } from "../tensors";
import { upcast } from "../tensors";
import { mergeLayer } from "./define";
import type { LayerContext, LayerOutputs } from "./layer";
import { one } from "./layer";
import { BATCH, isOpen, openSize } from "./open";
import { t } from "../../../text/translate";

type Dtype = TensorType["dtype"];

/** Layers that combine their inputs element by element. */
function elementwise(name: string, dtypeOf: (a: Dtype, b: Dtype) => Dtype) {
  return mergeLayer({
    name,
    parameters: {},
    output(_, inputs, cx) {
      if (!enough(cx, inputs)) return undefined;
      checkBatches(cx, inputs);
      const [first, ...rest] = inputs;
      const dtype = rest.reduce((joined, { dtype: next }) => dtypeOf(joined, next), first?.dtype);
      let examples: Shape | undefined = first?.shape?.slice(1);
      for (const [i, next] of rest.entries()) {
        if (!examples || !next.shape) return undefined;
        const joined = joinExamples(examples, next.shape.slice(1));
        if (typeof joined === "number") {
          const left = inputs[i] ?? next;
          cx.report(broadcastProblem(cx, left, next));
          return one(first?.shape, dtype);
        }
        examples = joined;
      }
      return one(examples && [batchOf(inputs), ...examples], dtype);
    },
  });
}

function broadcastProblem(cx: OperationContext, left: TensorValue, right: TensorValue) {
  const joined = broadcastShapes(left.shape ?? [], right.shape ?? []);
  const dimension = joined.kind === "mismatch" ? joined.dimension : 1;
  const bare = (tensor: TensorValue) => ({ tensor, span: undefined });
  return doNotBroadcast({ cx, left: bare(left), right: bare(right), dimension, insertDimension: () => "" });
}

/** The joined shape of two examples, or the dimension in which they clash. An open size stays open beside any other. */
function joinExamples(a: Shape, b: Shape): Shape | number {
  const [long, short] = a.length < b.length ? [b, a] : [a, b];
  const offset = long.length - short.length;
  const sizes: Dim[] = [];
  for (const [i, size] of long.entries()) {
    const other = i < offset ? undefined : short[i - offset];
    const joined = other ? joinSizes(size, other) : size;
    if (!joined) return i;
    sizes.push(joined);
  }
  return sizes;
}

function joinSizes(a: Dim, b: Dim): Dim | undefined {
  const ones = constant(1);
  if (a === b || b === ones) return a;
  if (a === ones) return b;
  if (isOpen(a) || isOpen(b)) return openSize();
  const joined = broadcastShapes([a], [b]);
  return joined.kind === "ok" ? joined.shape[0] : undefined;
}

function batchOf(inputs: readonly TensorValue[]): Dim {
  const batches = inputs.flatMap(({ shape }) => shape?.[0] ?? []);
  return batches.find((batch) => !isOpen(batch)) ?? batches[0] ?? BATCH;
}

function checkBatches(cx: OperationContext, inputs: readonly TensorValue[]): void {
  const [first, ...rest] = inputs;
  const batch = first?.shape?.[0];
  if (!first || !batch) return;
  const other = rest.find(
    ({ shape }) => shape?.[0] && !isOpen(shape[0]) && !isOpen(batch) && surelyDifferent(shape[0], batch),
  );
  if (!other) return;
  cx.report(sidesDiffer({ cx, first, second: other, axis: 0, reason: t`All inputs must have the same batch.` }));
}

function enough(cx: OperationContext, inputs: readonly TensorValue[]): boolean {
  if (inputs.length > 1) return true;
  cx.report(mismatch({ message: t`${cx.operation} must be applied to an array of at least two tensors.` }));
  return false;
}

const concatenate = mergeLayer({
  name: "concatenate",
  parameters: { axis: optional(knownInteger, -1) },
  output({ axis }, inputs, cx) {
    if (!enough(cx, inputs)) return undefined;
    const [first, ...rest] = inputs;
    if (!first?.shape || rest.some(({ shape }) => !shape)) return undefined;
    const rank = first.shape.length;
    // What has a batch alone is fed as a column, so that its shape here is not the one of a run.
    if (inputs.some(({ form, shape }) => form === "symbolic" && shape?.length === 1))
      return one([first.shape[0] ?? BATCH, openSize()]);
    const along = normalizeAxis(axis, rank);
    if (along === undefined) {
      cx.report(axisOutOfRange({ cx, input: first, axis, rank, source: cx.source("axis") }));
      return undefined;
    }
    for (const second of rest) {
      if (second.shape?.length !== rank) {
        cx.report(shapesDiffer({ cx, first, second, reason: t`All inputs must have the same rank.` }));
        return undefined;
      }
      const differing = first.shape.findIndex((size, i) => i !== along && clash(size, second.shape?.[i]));
      if (differing < 0) continue;
      const reason = t`Only dimension ${along}, along which they are joined, may differ.`;
      cx.report(sidesDiffer({ cx, first, second, axis: differing, reason }));
    }
    const symbolic = inputs.some(({ form }) => form === "symbolic");
    if (axis < 0) checkNegativeAxis(cx, first, rest, along);
    return joined(inputs, symbolic || axis >= 0 ? along : rank - 1, first.dtype);
  },
});

/** Whatever a negative axis says, TensorFlow.js joins real tensors along the last one, which their sizes may not allow. */
function checkNegativeAxis(cx: LayerContext, first: TensorValue, rest: readonly TensorValue[], axis: number): void {
  const last = (first.shape?.length ?? 0) - 1;
  const size = first.shape?.[axis];
  const second = rest.find(({ shape }) => size && shape?.[axis] && surelyDifferent(size, shape[axis]));
  if (axis === last || !second) return;
  const reason = t`TensorFlow.js joins along the last dimension when axis is negative, whichever it names, so all others must be equal.`;
  const source = cx.source("axis");
  const fixes = source ? [replaceText(source.span, String(axis), t`Count from the front: ${axis}`)] : [];
  cx.reportWhenRun(sidesDiffer({ cx, first, second, axis, reason, fixes }));
}

/** Sizes that the layer refuses to have differ; an open one beside one that is not counts as different. */
function clash(a: Dim, b: Dim | undefined): boolean {
  return b !== undefined && (isOpen(a) !== isOpen(b) || (!isOpen(a) && surelyDifferent(a, b)));
}

function joined(inputs: readonly TensorValue[], axis: number, dtype: Dtype): LayerOutputs {
  const [first, ...rest] = inputs;
  const sizes = inputs.map(({ shape }) => shape?.[axis] ?? openSize());
  const total = sizes.some(isOpen) ? openSize() : sizes.reduce(add);
  const shape = (first?.shape ?? []).map((size, i) => known(size, rest, i)).with(axis, total);
  return one(shape, dtype);
}

function known(size: Dim, rest: readonly TensorValue[], axis: number): Dim {
  return rest.reduce((found, { shape }) => (isOpen(found) ? (shape?.[axis] ?? found) : found), size);
}

const dot = mergeLayer({
  name: "dot",
  parameters: { axes: either(knownInteger, knownIntegers) },
  output({ axes }, inputs, cx) {
    const [first, second] = inputs;
    if (inputs.length !== 2 || !first || !second) {
      cx.report(mismatch({ message: t`dot must be applied to an array of exactly two tensors.` }));
      return undefined;
    }
    if (!first.shape || !second.shape) return undefined;
    for (const input of [first, second]) {
      if (input.shape && input.shape.length > 3) {
        cx.report(wrongRank({ cx, input, expected: "2 or 3 dimensions" }));
        return undefined;
      }
    }
    const [left, right] = typeof axes === "number" ? [axes, axes] : axes;
    const leftAxis = normalizeAxis(left ?? -1, first.shape.length);
    const rightAxis = normalizeAxis(right ?? -1, second.shape.length);
    if (leftAxis === undefined || rightAxis === undefined) return undefined;
    const [a, b] = [first.shape[leftAxis], second.shape[rightAxis]];
    if (a && b && !surelyEqual(a, b) && clash(a, b)) {
      const reason = t`They are multiplied and summed along these, so they must be equal.`;
      cx.report(sidesDiffer({ cx, first, second, axis: leftAxis, secondAxis: rightAxis, reason }));
    }
    const shape = [...without(first.shape, leftAxis), ...without(second.shape, rightAxis).slice(1)];
    return one(shape.length === 1 ? [...shape, constant(1)] : shape, upcast(first.dtype, second.dtype));
  },
});

function without(shape: Shape, axis: number): Shape {
  return shape.filter((_, i) => i !== axis);
}

export const mergeLayers = [
  elementwise("add", upcast),
  elementwise("multiply", upcast),
  elementwise("average", (a, b) => (upcast(a, b) ? "float32" : undefined)),
  elementwise("maximum", atLeastIntegers),
  elementwise("minimum", atLeastIntegers),
  concatenate,
  dot,
];

function atLeastIntegers(a: Dtype, b: Dtype): Dtype {
  const dtype = upcast(a, b);
  return dtype === "bool" ? "int32" : dtype;
}
