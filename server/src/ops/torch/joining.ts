import type { DType, TensorValue } from "../../interpreter/value";
import { axisOutOfRange } from "../../rules/dim-out-of-range";
import { wrongRank } from "../../rules/rank-mismatch";
import { mismatch, piecesDoNotAddUp, sidesDiffer } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import {
  add,
  asNumber,
  ceilDivide,
  constant,
  divideExactly,
  minimum,
  multiply,
  subtract,
  surelyAtLeast,
  surelyDifferent,
  unknownDim,
} from "../../shape/dim";
import { tensorOrigin } from "../../rules/evidence";
import type { Shape } from "../../shape/shape";
import { formatShape } from "../../shape/shape";
import { contiguousStrides, isContiguous } from "../../shape/strides";
import type { Operation, OperationContext } from "../operation";
import { integer, integerOrIntegers, knownInteger, optional, tensor, tensors } from "../parameter";
import { promotable, promote } from "./dtype";
import { axisOf, tensorResult, replaced, torchOperation, unknownResult, unknownTensors, viewResult } from "./result";
import type { Value } from "../../interpreter/value";
import { t } from "../../text/translate";

/** PyTorch joins anything with a tensor of shape `[0]`, for old times' sake. */
function isLegacyEmpty({ shape }: TensorValue): boolean {
  return shape?.length === 1 && shape[0] === constant(0);
}

/** The tensors one after the other along an existing dimension. */
export function concatenated(cx: OperationContext, given: readonly TensorValue[], dim: number): TensorValue {
  const dtype = promote(given.map(promotable));
  const parts = given.filter((part) => !isLegacyEmpty(part));
  if (given.length === 0) cx.report(mismatch({ message: t`${cx.operation} needs at least one tensor.` }));
  const scalar = parts.find((part) => part.shape?.length === 0);
  if (scalar) {
    cx.report(wrongRank({ cx, input: scalar, expected: t`at least 1 dimension; stack joins tensors without any` }));
    return unknownResult(cx, given, dtype);
  }
  const first = parts[0] ?? given[0];
  if (!first?.shape || parts.some((part) => !part.shape)) return unknownResult(cx, given, dtype);
  const axis = axisOf(cx, first, dim, "dim");
  if (axis === undefined) return unknownResult(cx, given, dtype);
  let total = first.shape[axis] ?? constant(0);
  for (const part of parts.slice(1)) {
    if (!fits(cx, first, part, axis)) return unknownResult(cx, given, dtype);
    total = add(total, part.shape?.[axis] ?? constant(0));
  }
  return joined(cx, given, replaced(first.shape, axis, total), dtype);
}

/** Row-major, unless the parts are images whose channels come last in memory: then the result may be so too. */
function joined(
  cx: OperationContext,
  parts: readonly TensorValue[],
  shape: Shape,
  dtype: DType | undefined,
): TensorValue {
  const ordered = parts.every((part) => part.shape && part.strides && isContiguous(part.shape, part.strides) === "yes");
  const strides = ordered || shape.length < 4 ? contiguousStrides(shape) : undefined;
  return tensorResult(cx, parts, { shape, dtype, strides });
}

/** Reports two tensors that differ in another dimension than the one they are joined along. */
function fits(cx: OperationContext, first: TensorValue, second: TensorValue, joined: number | undefined): boolean {
  const [a, b] = [first.shape, second.shape];
  if (!a || !b) return true;
  if (a.length !== b.length) {
    const message = t`${cx.operation}: ${formatShape(a)} and ${formatShape(b)} have different numbers of dimensions, so they cannot be joined.`;
    const related = [first, second].flatMap((one) => tensorOrigin(one, t`${formatShape(one.shape)} is made here.`));
    cx.report(mismatch({ message, related }));
    return false;
  }
  const axis = a.findIndex((size, i) => i !== joined && surelyDifferent(size, b[i] ?? size));
  if (axis < 0) {
    for (const [i, size] of a.entries()) if (i !== joined) cx.assumeEqual(size, b[i] ?? size);
    return true;
  }
  const reason =
    joined === undefined
      ? t`Stacked tensors have one shape.`
      : t`Only dimension ${joined}, along which they are joined, may differ.`;
  cx.report(sidesDiffer({ cx, first, second, axis, reason }));
  return false;
}

const cat = torchOperation({
  name: "cat",
  documentation: "torch.cat",
  parameters: { tensors, dim: optional(knownInteger, 0) },
  result: ({ tensors: parts, dim }, cx) => concatenated(cx, parts, dim),
});

const stack = torchOperation({
  name: "stack",
  documentation: "torch.stack",
  parameters: { tensors, dim: optional(knownInteger, 0) },
  result({ tensors: parts, dim }, cx) {
    const dtype = promote(parts.map(promotable));
    const [first] = parts;
    if (!first) cx.report(mismatch({ message: t`stack needs at least one tensor.` }));
    if (!first?.shape || parts.some((part) => !part.shape)) return unknownResult(cx, parts, dtype);
    const axis = axisOf(cx, first, dim, "dim", { rank: first.shape.length + 1 });
    for (const part of parts.slice(1)) {
      if (!fits(cx, first, part, undefined)) return unknownResult(cx, parts, dtype);
    }
    if (axis === undefined) return unknownResult(cx, parts, dtype);
    const shape = [...first.shape.slice(0, axis), constant(parts.length), ...first.shape.slice(axis)];
    return joined(cx, parts, shape, dtype);
  },
});

/** `hstack` and `vstack`: along the second and the first dimension, with vectors made to fit. */
function directed(name: "hstack" | "vstack"): Operation {
  return torchOperation({
    name,
    documentation: `torch.${name}`,
    parameters: { tensors },
    result({ tensors: parts }, cx) {
      const rank = name === "vstack" ? 2 : 1;
      const raised = parts.map((part) => ({ ...part, shape: part.shape && raisedTo(part.shape, rank) }));
      const flat = raised[0]?.shape?.length === 1;
      return concatenated(cx, raised, name === "vstack" || flat ? 0 : 1);
    },
  });
}

function raisedTo(shape: Shape, rank: number): Shape {
  return shape.length >= rank ? shape : raisedTo([constant(1), ...shape], rank);
}

/** Consecutive pieces of the given sizes, as views. */
function pieces(cx: OperationContext, input: TensorValue, axis: number, sizes: Shape): Value {
  const shape = input.shape ?? [];
  return cx.array(sizes.map((size) => viewResult(cx, input, replaced(shape, axis, size), input.strides)));
}

/** Pieces whose number is not known, so neither are their sizes. */
function manyPieces(cx: OperationContext, input: TensorValue, axis: number, count: Dim): Value {
  const piece = viewResult(cx, input, input.shape && replaced(input.shape, axis, unknownDim()), input.strides);
  return cx.list(piece, count);
}

const MOST_PIECES = 1024;

/** A dimension cut into pieces of one size, the last of which may be shorter; undefined when their number is not known. */
function evenSizes(total: Dim, size: Dim): Dim[] | undefined {
  if (!surelyAtLeast(size, 1)) return undefined;
  if (asNumber(total) === 0) return [total];
  const count = asNumber(ceilDivide(total, size));
  if (count === undefined || count > MOST_PIECES) return undefined;
  const rest = subtract(total, multiply(size, constant(count - 1)));
  return [...Array.from({ length: count - 1 }, () => size), rest];
}

const split = torchOperation({
  name: "split",
  documentation: "torch.split",
  parameters: { input: tensor, splitSize: integerOrIntegers, dim: optional(knownInteger, 0) },
  result({ input, splitSize, dim }, cx) {
    const axis = axisOf(cx, input, dim, "dim");
    const total = axis === undefined ? undefined : input.shape?.[axis];
    if (axis === undefined || !total) return unknownTensors(cx, input);
    if (!isList(splitSize)) {
      const sizes = evenSizes(total, splitSize);
      return sizes ? pieces(cx, input, axis, sizes) : manyPieces(cx, input, axis, ceilDivide(total, splitSize));
    }
    const sum = splitSize.reduce(add, constant(0));
    if (surelyDifferent(sum, total)) {
      cx.report(piecesDoNotAddUp({ cx, input, axis, total: sum, source: cx.source("splitSize"), sizes: splitSize }));
    }
    return pieces(cx, input, axis, splitSize);
  },
});

function isList(value: Dim | readonly Dim[]): value is readonly Dim[] {
  return Array.isArray(value);
}

const chunk = torchOperation({
  name: "chunk",
  documentation: "torch.chunk",
  parameters: { input: tensor, chunks: integer, dim: optional(knownInteger, 0) },
  result({ input, chunks, dim }, cx) {
    const axis = axisOf(cx, input, dim, "dim");
    const total = axis === undefined ? undefined : input.shape?.[axis];
    if (axis === undefined || !total || !surelyAtLeast(chunks, 1)) return unknownTensors(cx, input);
    const count = asNumber(chunks);
    const exact = divideExactly(total, chunks);
    if (exact && count !== undefined && count <= MOST_PIECES) {
      return pieces(
        cx,
        input,
        axis,
        Array.from({ length: count }, () => exact),
      );
    }
    const size = ceilDivide(total, chunks);
    const sizes = evenSizes(total, size) ?? (count === undefined ? undefined : unevenSizes(total, size, count));
    return sizes ? pieces(cx, input, axis, sizes) : manyPieces(cx, input, axis, unknownDim());
  },
});

/** Of a length that is not known there may be fewer pieces than asked for; all but the first may be shorter. */
function unevenSizes(total: Dim, size: Dim, count: number): Dim[] | undefined {
  if (count > MOST_PIECES) return undefined;
  return Array.from({ length: count }, (_, i) => (i === 0 ? minimum(size, total) : unknownDim()));
}

const unbind = torchOperation({
  name: "unbind",
  documentation: "torch.unbind",
  parameters: { input: tensor, dim: optional(knownInteger, 0) },
  result({ input, dim }, cx) {
    const { shape, strides } = input;
    if (shape?.length === 0) {
      cx.report(axisOutOfRange({ cx, input, axis: dim, rank: 0 }));
      return unknownTensors(cx, input);
    }
    const axis = axisOf(cx, input, dim, "dim");
    const size = axis === undefined ? undefined : shape?.[axis];
    if (axis === undefined || !shape || !size) return unknownTensors(cx, input);
    const part = () => viewResult(cx, input, replaced(shape, axis), strides && replaced(strides, axis));
    const count = asNumber(size);
    return count === undefined || count > MOST_PIECES
      ? cx.list(part(), size)
      : cx.array(Array.from({ length: count }, part));
  },
});

/** `meshgrid(a, b, { indexing: "ij" })`, PyTorch's default order. */
const meshgrid = torchOperation({
  name: "meshgrid",
  documentation: "torch.meshgrid",
  parameters: { tensors: { ...tensors, variadic: true } },
  result({ tensors: axes }, cx) {
    const shape: Dim[] = [];
    for (const one of axes) {
      if (!one.shape || one.shape.length > 1) return unknownTensors(cx, one);
      shape.push(one.shape[0] ?? constant(1));
    }
    return cx.array(axes.map((one) => ({ ...viewResult(cx, one, shape, undefined) })));
  },
});

export const joins: readonly Operation[] = [
  cat,
  stack,
  directed("hstack"),
  directed("vstack"),
  split,
  chunk,
  unbind,
  meshgrid,
];
