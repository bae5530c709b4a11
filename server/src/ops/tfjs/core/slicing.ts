import { indexOutOfRange, rangeOutOfBounds, tooManyIndices, zeroStep } from "../../../rules/dim-out-of-range";
import { counted } from "../../../rules/evidence";
import { wrongCount } from "../../../rules/rank-mismatch";
import type { Dim } from "../../../shape/dim";
import {
  add,
  asNumber,
  constant,
  formatDim,
  subtract,
  surelyAtLeast,
  surelyLess,
  unknownDim,
} from "../../../shape/dim";
import { formatShape } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { either, integer, integers, knownInteger, knownIntegers, optional } from "../../parameter";
import { requireDtype } from "../dtypes";
import { convertible, like, made, numbersIn, numbersOf, tensorLike } from "../tensors";
import type { Ranked } from "./define";
import { axisOf, hasRank, isRanked, tfOperation } from "./define";
import { t } from "../../../text/translate";

const numberOrList = either(integer, integers);

function listOf(value: Dim | readonly Dim[]): readonly Dim[] {
  return Array.isArray(value) ? (value as readonly Dim[]) : [value as Dim];
}

/** One number cuts the first dimension alone; a size of -1 goes to the end. */
function slice(name: string) {
  return tfOperation({
    name,
    parameters: { x: tensorLike, begin: numberOrList, size: optional(numberOrList, undefined) },
    result({ x, begin, size }, cx) {
      if (!isRanked(x)) return like(cx, x);
      const starts = listOf(begin);
      const given = size === undefined ? [] : listOf(size);
      if (starts.length > x.shape.length) {
        const message = t`begin has ${starts.length} numbers, and ${formatShape(x.shape)} has ${counted(x.shape.length, "dimension")}.`;
        cx.report(wrongCount({ cx, input: x, message, span: cx.source("begin")?.span }));
        return like(cx, x, { shape: undefined });
      }
      const shape = x.shape.map((full, axis) => cut(cx, x, axis, full, starts[axis] ?? constant(0), given[axis]));
      return like(cx, x, { shape });
    },
  });
}

function cut(cx: OperationContext, x: Ranked, axis: number, full: Dim, start: Dim, size: Dim | undefined): Dim {
  const whole = size === undefined || size === constant(-1) || surelyLess(size, constant(0));
  const rest = subtract(full, start);
  if (surelyLess(full, start) || surelyLess(start, constant(0))) {
    cx.report(indexOutOfRange({ cx, input: x, axis, index: start }));
    return unknownDim();
  }
  if (whole) return rest;
  if (surelyLess(full, add(start, size))) {
    cx.report(
      rangeOutOfBounds({ cx, input: x, axis, range: t`${formatDim(size)} elements from ${formatDim(start)} on` }),
    );
  }
  return size;
}

const mask = optional(knownInteger, 0);

const stridedSlice = tfOperation({
  name: "stridedSlice",
  parameters: {
    x: tensorLike,
    begin: knownIntegers,
    end: knownIntegers,
    strides: optional(knownIntegers, undefined),
    beginMask: mask,
    endMask: mask,
    ellipsisMask: mask,
    newAxisMask: mask,
    shrinkAxisMask: mask,
  },
  result({ x, begin, end, strides, beginMask, endMask, ...masks }, cx) {
    if (!isRanked(x) || masks.ellipsisMask || masks.newAxisMask || masks.shrinkAxisMask)
      return like(cx, x, { shape: undefined });
    if (begin.length > x.shape.length) {
      cx.report(tooManyIndices({ cx, input: x, count: begin.length }));
      return like(cx, x, { shape: undefined });
    }
    const shape = x.shape.map((full, axis) => {
      if (axis >= begin.length) return full;
      const step = strides?.[axis] ?? 1;
      if (step === 0) cx.report(zeroStep({ cx, input: x, axis }));
      const size = asNumber(full);
      if (size === undefined || step === 0) return unknownDim(0);
      const from = beginMask & (1 << axis) ? undefined : begin[axis];
      const to = endMask & (1 << axis) ? undefined : end[axis];
      return constant(countSteps(size, from, to, step));
    });
    return like(cx, x, { shape });
  },
});

/** How many elements a range with a step takes of `size`; its ends count from the back when negative, and are clamped. */
function countSteps(size: number, from: number | undefined, to: number | undefined, step: number): number {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const place = (end: number | undefined, absent: number) =>
    end === undefined ? absent : Math.min(high, Math.max(low, end < 0 ? end + size : end));
  const start = place(from, step > 0 ? low : high);
  const stop = place(to, step > 0 ? high : low);
  return Math.max(0, Math.ceil((stop - start) / step));
}

const gather = tfOperation({
  name: "gather",
  parameters: {
    x: tensorLike,
    indices: convertible("int32"),
    axis: optional(knownInteger, 0),
    batchDims: optional(knownInteger, 0),
  },
  result({ x, indices, axis, batchDims }, cx) {
    requireDtype(cx, indices, "int32", t`the indices`, "indices");
    if (!isRanked(x)) return like(cx, x);
    const at = axisOf(cx, x, axis);
    if (at === undefined || !indices.shape || batchDims !== 0) return like(cx, x, { shape: undefined });
    checkIndices(cx, x, at, numbersOf(indices) ?? writtenIndices(cx));
    return made(cx, { shape: x.shape.toSpliced(at, 1, ...indices.shape), dtype: x.dtype }, [x, indices]);
  },
});

/** An array of numbers in the place of a tensor. */
function writtenIndices(cx: OperationContext): readonly Dim[] {
  const span = cx.source("indices")?.span;
  const argument = cx.site.args.find((one) => one.span === span);
  return argument ? numbersIn(argument.value, cx) : [];
}

function checkIndices(cx: OperationContext, x: Ranked, axis: number, indices: readonly Dim[]): void {
  const size = x.shape[axis];
  for (const index of indices) {
    if (!size || (surelyLess(index, size) && surelyAtLeast(index, 0))) continue;
    if (!surelyLess(index, constant(0)) && !surelyAtLeast(subtract(index, size), 0)) continue;
    cx.report(indexOutOfRange({ cx, input: x, axis, index }));
    return;
  }
}

/** How many elements a mask keeps is not known. */
const booleanMaskAsync = tfOperation({
  name: "booleanMaskAsync",
  parameters: { tensor: tensorLike, mask: convertible("bool"), axis: optional(knownInteger, 0) },
  result({ tensor, mask: kept, axis }, cx) {
    if (!isRanked(tensor) || !kept.shape) return { kind: "promise", value: like(cx, tensor, { shape: undefined }) };
    const shape = tensor.shape.toSpliced(axis, kept.shape.length, unknownDim(0));
    return { kind: "promise", value: like(cx, tensor, { shape }) };
  },
});

const gatherND = tfOperation({
  name: "gatherND",
  parameters: { x: tensorLike, indices: convertible("int32") },
  result({ x, indices }, cx) {
    requireDtype(cx, indices, "int32", t`the indices`, "indices");
    const depth = indices.shape?.at(-1);
    const count = depth && asNumber(depth);
    if (!x.shape || !indices.shape || count === undefined) return like(cx, x, { shape: undefined });
    return made(cx, { shape: [...indices.shape.slice(0, -1), ...x.shape.slice(count)], dtype: x.dtype }, [x, indices]);
  },
});

const diag = tfOperation({
  name: "diag",
  parameters: { x: tensorLike },
  result: ({ x }, cx) => like(cx, x, { shape: x.shape && [...x.shape, ...x.shape] }),
});

const confusionMatrix = tfOperation({
  name: "math.confusionMatrix",
  parameters: { labels: convertible("int32"), predictions: convertible("int32"), numClasses: integer },
  result({ labels, predictions, numClasses }, cx) {
    hasRank(cx, labels, [1], t`the labels`);
    hasRank(cx, predictions, [1], t`the predictions`);
    return made(cx, { shape: [numClasses, numClasses], dtype: "int32" }, [labels, predictions]);
  },
});

export const slicingOperations: readonly Operation[] = [
  slice("slice"),
  slice("slice1d"),
  slice("slice2d"),
  slice("slice3d"),
  slice("slice4d"),
  stridedSlice,
  gather,
  gatherND,
  booleanMaskAsync,
  diag,
  confusionMatrix,
];
