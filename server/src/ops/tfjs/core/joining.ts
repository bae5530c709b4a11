import type { TensorValue, Value } from "../../../interpreter/value";
import { dtypesDiffer } from "../../../rules/dtype-mismatch";
import { indivisible } from "../../../rules/not-divisible";
import { ranksDiffer } from "../../../rules/rank-mismatch";
import { piecesDoNotAddUp, sidesDiffer } from "../../../rules/shape-mismatch";
import { replaceText, sizeOrigin } from "../../../rules/evidence";
import type { Fix } from "../../../rules/finding";
import type { Dim } from "../../../shape/dim";
import {
  add,
  asNumber,
  bounds,
  constant,
  floorDivide,
  modulo,
  subtract,
  surelyAtLeast,
  surelyDifferent,
  unknownDim,
} from "../../../shape/dim";
import { formatShape } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { either, integer, integers, knownInteger, optional } from "../../parameter";
import type { TensorList } from "../tensors";
import { like, made, tensorLike, tensorList, tensorOrTensors } from "../tensors";
import type { Ranked } from "./define";
import { axisOf, checkSameShape, isRanked, tfOperation } from "./define";
import { t } from "../../../text/translate";

function isList(tensors: TensorList): tensors is Exclude<TensorList, readonly TensorValue[]> {
  return "each" in tensors;
}

/** Of any number of tensors that are alike. */
function concatenatedList(cx: OperationContext, each: TensorValue, axis: number): TensorValue {
  const along = isRanked(each) ? axisOf(cx, each, axis) : undefined;
  return like(cx, each, { shape: along === undefined ? undefined : each.shape?.with(along, unknownDim(0)) });
}

function concatenated(cx: OperationContext, tensors: TensorList, axis: number): TensorValue {
  if (isList(tensors)) return concatenatedList(cx, tensors.each, axis);
  const [first, ...rest] = tensors;
  const dtype = first?.dtype;
  if (!first || !tensors.every(isRanked) || !isRanked(first)) return made(cx, { shape: undefined, dtype }, tensors);
  const along = axisOf(cx, first, axis);
  if (along === undefined) return made(cx, { shape: undefined, dtype }, tensors);
  let total = first.shape[along] ?? unknownDim();
  for (const second of rest) {
    if (second.shape?.length !== first.shape.length) {
      cx.report(ranksDiffer({ cx, first, second, reason: t`All tensors that are joined must have the same rank.` }));
      return made(cx, { shape: undefined, dtype }, tensors);
    }
    const axisOfDifference = first.shape.findIndex(
      (size, i) => i !== along && surelyDifferent(size, second.shape?.[i] ?? size),
    );
    if (axisOfDifference >= 0) {
      const reason = t`Only dimension ${along}, along which they are joined, may differ.`;
      const meant = onlyDifference(tensors);
      cx.report(sidesDiffer({ cx, first, second, axis: axisOfDifference, reason, fixes: axisFix(cx, meant) }));
      if (meant !== undefined) return made(cx, { shape: joinedAlong(tensors, meant), dtype }, tensors);
    }
    total = add(total, second.shape[along] ?? unknownDim());
  }
  return made(cx, { shape: first.shape.with(along, total), dtype }, tensors);
}

/** The one dimension in which tensors of one rank differ: along it they were meant to be joined. */
function onlyDifference(tensors: readonly Ranked[]): number | undefined {
  const [first, ...rest] = tensors;
  const differing = first?.shape.flatMap((size, axis) =>
    rest.some(({ shape }) => surelyDifferent(size, shape[axis] ?? size)) ? [axis] : [],
  );
  return differing?.length === 1 ? differing[0] : undefined;
}

function joinedAlong(tensors: readonly Ranked[], axis: number): readonly Dim[] {
  const total = tensors.map(({ shape }) => shape[axis] ?? unknownDim()).reduce(add);
  return (tensors[0]?.shape ?? []).with(axis, total);
}

function axisFix(cx: OperationContext, axis: number | undefined): Fix[] {
  const given = cx.source("axis");
  return axis === undefined || !given ? [] : [replaceText(given.span, String(axis), t`Join along dimension ${axis}`)];
}

const concat = tfOperation({
  name: "concat",
  parameters: { tensors: tensorList, axis: optional(knownInteger, 0) },
  result: ({ tensors, axis }, cx) => concatenated(cx, tensors, axis),
});

function concatOfRank(rank: 1 | 2 | 3 | 4) {
  return tfOperation({
    name: `concat${rank}d`,
    parameters: { tensors: tensorList, axis: optional(knownInteger, 0) },
    result: ({ tensors, axis }, cx) => concatenated(cx, tensors, axis),
  });
}

/** `x.concat(others, axis)` */
export const concatMethod = tfOperation({
  name: "concat",
  parameters: { x: tensorLike, others: tensorOrTensors, axis: optional(knownInteger, 0) },
  result: ({ x, others, axis }, cx) => concatenated(cx, [x, ...others], axis),
});

function stacked(cx: OperationContext, tensors: TensorList, axis: number): TensorValue {
  if (isList(tensors)) {
    const { each, count } = tensors;
    const position = isRanked(each) ? axisOf(cx, each, axis, { extra: 1 }) : undefined;
    return like(cx, each, { shape: position === undefined ? undefined : each.shape?.toSpliced(position, 0, count) });
  }
  const [first, ...rest] = tensors;
  const dtype = first?.dtype;
  if (!first || !isRanked(first)) return made(cx, { shape: undefined, dtype }, tensors);
  const at = axisOf(cx, first, axis, { extra: 1 });
  for (const second of rest) {
    if (!checkSameShape(cx, first, second, t`All tensors that are stacked must have the same shape.`)) break;
    if (first.dtype && second.dtype && first.dtype !== second.dtype) {
      cx.report(
        dtypesDiffer({ cx, left: first, right: second, reason: t`All tensors that are stacked must have one dtype.` }),
      );
      break;
    }
  }
  const shape = at === undefined ? undefined : first.shape.toSpliced(at, 0, constant(tensors.length));
  return made(cx, { shape, dtype }, tensors);
}

const stack = tfOperation({
  name: "stack",
  parameters: { tensors: tensorList, axis: optional(knownInteger, 0) },
  result: ({ tensors, axis }, cx) => stacked(cx, tensors, axis),
});

/** `x.stack(others, axis)` */
export const stackMethod = tfOperation({
  name: "stack",
  parameters: { x: tensorLike, others: tensorOrTensors, axis: optional(knownInteger, 0) },
  result: ({ x, others, axis }, cx) => stacked(cx, [x, ...others], axis),
});

const MOST_PIECES = 4096;

const unstack = tfOperation({
  name: "unstack",
  parameters: { x: tensorLike, axis: optional(knownInteger, 0) },
  result({ x, axis }, cx) {
    // Whatever comes out, it is a list of tensors.
    if (!isRanked(x)) return cx.list(like(cx, x), unknownDim(0));
    const at = axisOf(cx, x, axis);
    if (at === undefined) return cx.list(like(cx, x, { shape: undefined }), unknownDim(0));
    const piece = like(cx, x, { shape: x.shape.toSpliced(at, 1) });
    const count = asNumber(x.shape[at] ?? unknownDim());
    if (count === undefined || count > MOST_PIECES) return cx.list(piece, x.shape[at] ?? unknownDim());
    return cx.array(Array.from({ length: count }, () => piece));
  },
});

const split = tfOperation({
  name: "split",
  parameters: { x: tensorLike, numOrSizeSplits: either(integer, integers), axis: optional(knownInteger, 0) },
  result({ x, numOrSizeSplits, axis }, cx) {
    const at = isRanked(x) ? axisOf(cx, x, axis) : undefined;
    if (!isRanked(x) || at === undefined) return unknownPieces(cx, x, numOrSizeSplits as Dim | readonly Dim[]);
    const sizes = Array.isArray(numOrSizeSplits)
      ? givenPieces(cx, x, at, numOrSizeSplits as readonly Dim[])
      : evenPieces(cx, x, at, numOrSizeSplits as Dim);
    if (!sizes) return piecesOf(cx, x, at, numOrSizeSplits as Dim);
    return cx.array(sizes.map((size) => like(cx, x, { shape: x.shape.with(at, size) })));
  },
});

/** Of a tensor of unknown rank: as many pieces as were asked for. */
function unknownPieces(cx: OperationContext, x: TensorValue, count: Dim | readonly Dim[]): Value {
  const piece = like(cx, x, { shape: undefined });
  const pieces = Array.isArray(count) ? count.length : asNumber(count as Dim);
  if (pieces !== undefined && pieces >= 0 && pieces <= MOST_PIECES)
    return cx.array(Array.from({ length: pieces }, () => piece));
  return cx.list(piece, Array.isArray(count) ? unknownDim(0) : (count as Dim));
}

/** A number of pieces that is not known, all of the same size. */
function piecesOf(cx: OperationContext, x: Ranked, axis: number, count: Dim): Value {
  const size = x.shape[axis];
  if (!size || bounds(count).max < 1) return cx.list(like(cx, x, { shape: undefined }), unknownDim(0));
  const each = size === count ? constant(1) : surelyAtLeast(count, 1) ? floorDivide(size, count) : unknownDim(0);
  return cx.list(like(cx, x, { shape: x.shape.with(axis, each) }), count);
}

function evenPieces(cx: OperationContext, x: Ranked, axis: number, count: Dim): readonly Dim[] | undefined {
  const [size, pieces] = [x.shape[axis], asNumber(count)];
  if (!size || pieces === undefined || pieces < 1 || pieces > MOST_PIECES) return undefined;
  const rest = bounds(modulo(size, count));
  if (rest.min > 0) {
    const valueName = t`dimension ${axis} of ${formatShape(x.shape)}`;
    const divisorSource = cx.source("numOrSizeSplits");
    const about = { value: size, divisor: count, valueName, divisorName: t`the number of splits` };
    cx.report(indivisible({ cx, ...about, divisorSource, related: sizeOrigin(x, axis) }));
  }
  return Array.from({ length: pieces }, () => floorDivide(size, count));
}

/** One of the sizes may be -1: what the others leave. */
function givenPieces(cx: OperationContext, x: Ranked, axis: number, sizes: readonly Dim[]): readonly Dim[] {
  const size = x.shape[axis] ?? unknownDim();
  const inferred = sizes.indexOf(constant(-1));
  const total = sizes.filter((_, i) => i !== inferred).reduce(add, constant(0));
  const left = subtract(size, total);
  if (inferred >= 0 && bounds(left).max >= 0) return sizes.with(inferred, left);
  if (inferred < 0 && !surelyDifferent(total, size)) return sizes;
  cx.report(piecesDoNotAddUp({ cx, input: x, axis, total, sizes, source: cx.source("numOrSizeSplits") }));
  return sizes.map((one) => (one === constant(-1) ? unknownDim() : one));
}

export const joiningOperations: readonly Operation[] = [
  concat,
  concatOfRank(1),
  concatOfRank(2),
  concatOfRank(3),
  concatOfRank(4),
  stack,
  unstack,
  split,
];
