import type { TensorValue, Value } from "../../interpreter/value";
import { rangeOutOfBounds, repeatedAxis } from "../../rules/dim-out-of-range";
import { wrongDType } from "../../rules/dtype-mismatch";
import { ranksDiffer, wrongCount, wrongRank } from "../../rules/rank-mismatch";
import { mismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import {
  add,
  asNumber,
  compare,
  constant,
  formatDim,
  multiply,
  surelyDifferent,
  surelyLess,
  unknownDim,
} from "../../shape/dim";
import { denseStridesLike } from "../../shape/layout";
import type { Shape } from "../../shape/shape";
import { formatShape, numel } from "../../shape/shape";
import { contiguousStrides, isContiguous } from "../../shape/strides";
import type { Operation, OperationContext } from "../operation";
import {
  anything,
  either,
  integer,
  integers,
  knownInteger,
  knownIntegerOrIntegers,
  knownSizes,
  optional,
  sizes,
  tensor,
  text,
} from "../parameter";
import { ignored } from "./arguments";
import { isFloating } from "./dtype";
import { namedTuple } from "./named-tuple";
import { operand } from "./operands";
import { axisOf, contiguousResult, replaced, tensorResult, torchOperation, unknownResult, viewResult } from "./result";
import type { TorchContext } from "./result";
import { t } from "../../text/translate";

const one = constant(1);

/** Reports indices that are floating point. */
function requireIndices(cx: OperationContext, index: TensorValue, parameter: string): void {
  if (!isFloating(index.dtype) && index.dtype !== "bool") return;
  const conversion = { span: cx.source(parameter)?.span, text: ".long()" };
  cx.report(wrongDType({ cx, input: index, expected: "integers (int64)", subject: t`its index`, conversion }));
}

const gather = torchOperation({
  name: "gather",
  documentation: "torch.gather",
  parameters: { input: tensor, dim: knownInteger, index: tensor },
  result({ input, dim, index }, cx) {
    requireIndices(cx, index, "index");
    checkIndexShape(cx, input, index, axisOf(cx, input, dim, "dim"));
    return contiguousResult(cx, [input, index], index.shape, input.dtype);
  },
});

/** Index and input have equally many dimensions, and the index is nowhere larger but along the dimension it chooses from. */
function checkIndexShape(cx: OperationContext, input: TensorValue, index: TensorValue, axis: number | undefined): void {
  if (!input.shape || !index.shape) return;
  if (Math.max(input.shape.length, 1) !== Math.max(index.shape.length, 1)) {
    const reason = t`The index of ${cx.operation} has as many dimensions as its input.`;
    cx.report(ranksDiffer({ cx, first: input, second: index, reason }));
    return;
  }
  for (const [i, size] of index.shape.entries()) {
    const available = input.shape[i];
    if (i === axis || !available || !surelyLess(available, size)) continue;
    const message = t`${cx.operation}: the index ${formatShape(index.shape)} is larger than ${formatShape(input.shape)} in dimension ${i}.`;
    cx.report(mismatch({ message }));
    return;
  }
}

/** `scatter(dim, index, src)`, with a tensor or a number to write; in place with an underscore. */
function scattering(name: "scatter" | "scatter_"): Operation {
  return torchOperation({
    name,
    documentation: `torch.Tensor.${name}`,
    parameters: {
      input: tensor,
      dim: knownInteger,
      index: tensor,
      src: optional(either(operand, anything), undefined),
    },
    result({ input, dim, index }, cx) {
      requireIndices(cx, index, "index");
      checkIndexShape(cx, input, index, axisOf(cx, input, dim, "dim"));
      const { shape, strides } = input;
      return viewResult(cx, input, shape, name === "scatter_" ? strides : shape && denseStridesLike(shape, strides));
    },
  });
}

const indexSelect = torchOperation({
  name: "indexSelect",
  documentation: "torch.index_select",
  parameters: { input: tensor, dim: knownInteger, index: tensor },
  result({ input, dim, index }, cx) {
    requireIndices(cx, index, "index");
    const axis = axisOf(cx, input, dim, "dim");
    if (index.shape && index.shape.length > 1) {
      cx.report(wrongRank({ cx, input: index, subject: t`the index`, expected: t`at most 1 dimension` }));
    }
    if (!input.shape || axis === undefined) return unknownResult(cx, [input], input.dtype);
    const count = index.shape ? numel(index.shape) : unknownDim(0);
    return contiguousResult(cx, [input, index], replaced(input.shape, axis, count), input.dtype);
  },
});

const maskedSelect = torchOperation({
  name: "maskedSelect",
  documentation: "torch.masked_select",
  parameters: { input: tensor, mask: tensor },
  result: ({ input, mask }, cx) => contiguousResult(cx, [input, mask], [unknownDim(0)], input.dtype),
});

/** The `k` greatest along a dimension. */
const topk = torchOperation({
  name: "topk",
  documentation: "torch.topk",
  parameters: { input: tensor, k: integer, dim: optional(knownInteger, -1) },
  result({ input, k, dim }, cx): Value {
    const axis = axisOf(cx, input, dim, "dim");
    if (!input.shape || axis === undefined) {
      const values = unknownResult(cx, [input], input.dtype);
      return namedTuple(cx, { values, indices: { ...values, dtype: "int64" } });
    }
    const size = input.shape[axis] ?? one;
    if (surelyLess(size, k)) {
      const found = t`the ${formatDim(k)} greatest`;
      const length = { source: cx.source("k"), name: "k", from: k, to: size };
      cx.report(rangeOutOfBounds({ cx, input, axis, range: found, length }));
    }
    const shape = input.shape.length === 0 ? [] : replaced(input.shape, axis, k);
    const ordered = input.strides && isContiguous(input.shape, input.strides) === "yes";
    const values = tensorResult(cx, [input], {
      shape,
      dtype: input.dtype,
      strides: ordered ? contiguousStrides(shape) : undefined,
    });
    return namedTuple(cx, { values, indices: { ...values, dtype: "int64" } });
  },
});

/** Each dimension repeated: new ones are added in front. */
const repeat = torchOperation({
  name: "repeat",
  documentation: "torch.Tensor.repeat",
  parameters: { input: tensor, repeats: sizes },
  result({ input, repeats }, cx) {
    if (!input.shape) return unknownResult(cx, [input], input.dtype);
    if (repeats.length < input.shape.length) {
      const message = t`${repeats.length} repeats for ${formatShape(input.shape)}, which has ${input.shape.length} dimensions.`;
      cx.report(wrongCount({ cx, input, message }));
      return unknownResult(cx, [input], input.dtype);
    }
    return contiguousResult(cx, [input], repeated(input.shape, repeats), input.dtype);
  },
});

/** As `repeat`, but missing repeats are 1. */
const tile = torchOperation({
  name: "tile",
  documentation: "torch.tile",
  parameters: { input: tensor, dims: sizes },
  result({ input, dims }, cx) {
    if (!input.shape) return unknownResult(cx, [input], input.dtype);
    const missing = Math.max(input.shape.length - dims.length, 0);
    const repeats = [...Array.from({ length: missing }, () => one), ...dims];
    return contiguousResult(cx, [input], repeated(input.shape, repeats), input.dtype);
  },
});

function repeated(shape: Shape, repeats: readonly Dim[]): Dim[] {
  const added = repeats.length - shape.length;
  return repeats.map((times, i) => multiply(times, shape[i - added] ?? one));
}

/** A tensor of repeats says of each element how often it comes, or of all of them. */
function checkRepeats(cx: TorchContext, repeats: Shape | undefined, size: Dim): void {
  const [count] = repeats ?? [];
  if (repeats?.length !== 1 || !count) return;
  if (!surelyDifferent(count, size) || !surelyDifferent(count, constant(1))) return;
  const message = `repeatInterleave: ${formatDim(count)} repeats for ${formatDim(size)} elements.`;
  cx.report(mismatch({ message, span: cx.source("repeats")?.span }));
}

const repeatInterleave = torchOperation({
  name: "repeatInterleave",
  documentation: "torch.repeat_interleave",
  parameters: { input: tensor, repeats: either(integer, tensor), dim: optional(knownInteger, undefined) },
  result({ input, repeats, dim }, cx) {
    if (!input.shape) return unknownResult(cx, [input], input.dtype);
    const times = "kind" in repeats ? undefined : repeats;
    const each = "kind" in repeats ? repeats.shape : undefined;
    if (dim === undefined) {
      checkRepeats(cx, each, numel(input.shape));
      const total = times ? multiply(numel(input.shape), times) : unknownDim(0);
      return contiguousResult(cx, [input], [total], input.dtype);
    }
    const axis = axisOf(cx, input, dim, "dim");
    const size = axis === undefined ? undefined : input.shape[axis];
    if (axis === undefined || !size) return unknownResult(cx, [input], input.dtype);
    checkRepeats(cx, each, size);
    const length = times ? multiply(size, times) : unknownDim(0);
    return contiguousResult(cx, [input], replaced(input.shape, axis, length), input.dtype);
  },
});

const flip = torchOperation({
  name: "flip",
  documentation: "torch.flip",
  parameters: { input: tensor, dims: knownSizes },
  result({ input, dims }, cx) {
    const axes = dims.map((dim) => axisOf(cx, input, dim));
    const twice = axes.find((axis, i) => axis !== undefined && axes.indexOf(axis) !== i);
    if (twice !== undefined) cx.report(repeatedAxis({ cx, input, axis: twice }));
    const { shape, dtype } = input;
    return tensorResult(cx, [input], { shape, dtype, strides: shape && denseStridesLike(shape, input.strides) });
  },
});

const roll = torchOperation({
  name: "roll",
  documentation: "torch.roll",
  parameters: { input: tensor, shifts: anything, dims: optional(knownIntegerOrIntegers, undefined) },
  result({ input, dims }, cx) {
    const rank = input.shape?.length ?? 0;
    for (const dim of dims === undefined ? [] : [dims].flat()) axisOf(cx, input, dim, undefined, { rank });
    return contiguousResult(cx, [input], input.shape, input.dtype);
  },
});

/** `tril` and `triu`: the rest becomes 0. */
function triangle(name: "tril" | "triu"): Operation {
  return torchOperation({
    name,
    documentation: `torch.${name}`,
    parameters: { input: tensor, diagonal: optional(integer, constant(0)) },
    result({ input }, cx) {
      if (input.shape && input.shape.length < 2) {
        cx.report(wrongRank({ cx, input, expected: t`at least 2 dimensions` }));
      }
      return contiguousResult(cx, [input], input.shape, input.dtype);
    },
  });
}

export const oneHot = torchOperation({
  name: "oneHot",
  documentation: "torch.nn.functional.one_hot",
  parameters: { input: tensor, numClasses: optional(integer, constant(-1)) },
  result({ input, numClasses }, cx) {
    requireIndices(cx, input, "input");
    const classes = asNumber(numClasses) === -1 ? unknownDim() : numClasses;
    return contiguousResult(cx, [input], input.shape && [...input.shape, classes], "int64");
  },
});

/** `pad(x, [left, right, top, bottom])`: pairs, the last dimension first. */
export const pad = torchOperation({
  name: "pad",
  documentation: "torch.nn.functional.pad",
  parameters: { input: tensor, pad: integers, mode: optional(text, "constant"), value: ignored },
  result({ input, pad: amounts, mode }, cx) {
    if (!input.shape) return unknownResult(cx, [input], input.dtype);
    const pairs = amounts.length / 2;
    if (!Number.isInteger(pairs) || pairs > input.shape.length) {
      const message = t`${amounts.length} amounts of padding do not come in pairs for ${formatShape(input.shape)}.`;
      cx.report(wrongCount({ cx, input, message }));
      return unknownResult(cx, [input], input.dtype);
    }
    if (mode !== "constant" && !reaches(cx, input, amounts, mode)) return unknownResult(cx, [input], input.dtype);
    const shape = padded(input.shape, amounts);
    const ordered = input.strides && isContiguous(input.shape, input.strides) === "yes";
    return tensorResult(cx, [input], {
      shape,
      dtype: input.dtype,
      strides: ordered ? contiguousStrides(shape) : undefined,
    });
  },
});

/**
 * Padding with values of the input is for sequences, images and volumes, and can only show what there is. Reports what it cannot do;
 * false then.
 */
export function reaches(cx: TorchContext, input: TensorValue, amounts: readonly Dim[], mode: string): boolean {
  const shape = input.shape ?? [];
  const spatial = amounts.length / 2;
  if (shape.length !== spatial + 1 && shape.length !== spatial + 2) {
    const expected = t`${spatial + 1} or ${spatial + 2} dimensions to pad the last ${spatial} of them with mode "${mode}"`;
    cx.report(wrongRank({ cx, input, expected }));
    return false;
  }
  const tooFar = amounts.findIndex((amount, i) => {
    const size = shape[shape.length - 1 - Math.floor(i / 2)] ?? amount;
    return mode === "reflect" ? surelyAtMost(size, amount) : mode === "circular" && surelyLess(size, amount);
  });
  const amount = amounts[tooFar];
  if (!amount) return true;
  const axis = shape.length - 1 - Math.floor(tooFar / 2);
  const limit = mode === "reflect" ? t`less than` : t`at most`;
  const message = t`${cx.operation}: padding of ${formatDim(amount)} must be ${limit} the size of dimension ${axis} of ${formatShape(shape)}.`;
  cx.report(mismatch({ message }));
  return false;
}

function surelyAtMost(size: Dim, amount: Dim): boolean {
  const order = compare(size, amount);
  return order === "less" || order === "equal";
}

/** Each of the last dimensions grown by its pair. */
export function padded(shape: Shape, amounts: readonly Dim[]): Dim[] {
  return shape.map((size, axis) => {
    const pair = 2 * (shape.length - 1 - axis);
    return [amounts[pair], amounts[pair + 1]].reduce<Dim>((sum, amount) => (amount ? add(sum, amount) : sum), size);
  });
}

export const selections: readonly Operation[] = [
  gather,
  scattering("scatter"),
  scattering("scatter_"),
  indexSelect,
  maskedSelect,
  topk,
  repeat,
  tile,
  repeatInterleave,
  flip,
  roll,
  triangle("tril"),
  triangle("triu"),
];
