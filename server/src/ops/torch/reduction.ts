import type { DType, TensorValue, Value } from "../../interpreter/value";
import { repeatedAxis } from "../../rules/dim-out-of-range";
import { wrongDType } from "../../rules/dtype-mismatch";
import { needsElements } from "../../rules/empty-output";
import { constant, surelyAtLeast } from "../../shape/dim";
import { denseStridesLike } from "../../shape/layout";
import type { Shape } from "../../shape/shape";
import { numel } from "../../shape/shape";
import type { Strides } from "../../shape/strides";
import { contiguousStrides, isContiguous } from "../../shape/strides";
import type { Operation, OperationContext } from "../operation";
import { anything, either, flag, knownInteger, knownIntegerOrIntegers, optional, tensor } from "../parameter";
import { ignored } from "./arguments";
import { dtypeOption, isIntegral, promote } from "./dtype";
import { binaryResult } from "./elementwise";

import { namedTuple } from "./named-tuple";
import { axisOf, contiguousResult, tensorResult, torchOperation, unknownResult } from "./result";
import { t } from "../../text/translate";

type Axes = number | readonly number[] | undefined;

/** The axes counted from the front; all of them when none is named. Undefined after a report. */
function reducedAxes(cx: OperationContext, input: TensorValue, dim: Axes): readonly number[] | undefined {
  if (!input.shape) return undefined;
  const named = dim === undefined ? [] : [dim].flat();
  if (named.length === 0) return input.shape.map((_, axis) => axis);
  const axes = named.map((axis) => axisOf(cx, input, axis, named.length === 1 ? "dim" : undefined));
  const known = axes.filter((axis) => axis !== undefined);
  if (known.length < axes.length) return undefined;
  const twice = known.find((axis, i) => known.indexOf(axis) !== i);
  if (twice === undefined) return known;
  cx.report(repeatedAxis({ cx, input, axis: twice }));
  return undefined;
}

/** The shape without the axes, or with size 1 in their place. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdim: boolean): Shape {
  return shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keepdim ? [constant(1)] : []));
}

/** A reduction of a row-major tensor is row-major; others depend on how PyTorch's iterator orders them. */
function reducedStrides(input: TensorValue, shape: Shape): Strides | undefined {
  const ordered = input.shape && input.strides && isContiguous(input.shape, input.strides) === "yes";
  return ordered || shape.length <= 1 ? contiguousStrides(shape) : undefined;
}

export function reduced(
  cx: OperationContext,
  input: TensorValue,
  about: { readonly dim: Axes; readonly keepdim: boolean; readonly dtype: DType | undefined },
): TensorValue {
  const axes = reducedAxes(cx, input, about.dim);
  if (!input.shape || !axes) return unknownResult(cx, [input], about.dtype);
  const shape = reducedShape(input.shape, axes, about.keepdim);
  return tensorResult(cx, [input], { shape, dtype: about.dtype, strides: reducedStrides(input, shape) });
}

/** Reports an integer tensor given to an operation that averages. */
function requireFloating(cx: OperationContext, input: TensorValue): void {
  if (!isIntegral(input.dtype)) return;
  const conversion = { span: cx.source("input")?.span ?? cx.site.receiver?.span, text: ".float()" };
  cx.report(wrongDType({ cx, input, expected: t`floating point`, subject: t`its input`, conversion }));
}

interface Reduction {
  readonly documentation: string;
  readonly dtype: (input: DType | undefined) => DType | undefined;
  readonly floatingOnly?: boolean;
  readonly refusesBool?: boolean;
}

const keepsDType = (dtype: DType | undefined) => dtype;
const accumulates = (dtype: DType | undefined) => (isIntegral(dtype) ? "int64" : dtype);
const floats = (dtype: DType | undefined) => (isIntegral(dtype) ? "float32" : dtype);

/** Reductions over one, several or all dimensions: `x.sum()`, `x.mean([2, 3], { keepdim: true })`. */
const table: Readonly<Record<string, Reduction>> = {
  sum: { documentation: "torch.sum", dtype: accumulates },
  mean: { documentation: "torch.mean", dtype: floats, floatingOnly: true },
  prod: { documentation: "torch.prod", dtype: accumulates },
  std: { documentation: "torch.std", dtype: floats, floatingOnly: true },
  var: { documentation: "torch.var", dtype: floats, floatingOnly: true },
  amax: { documentation: "torch.amax", dtype: keepsDType },
  amin: { documentation: "torch.amin", dtype: keepsDType },
  any: { documentation: "torch.any", dtype: () => "bool" },
  all: { documentation: "torch.all", dtype: () => "bool" },
  argmax: { documentation: "torch.argmax", dtype: () => "int64", refusesBool: true },
  argmin: { documentation: "torch.argmin", dtype: () => "int64", refusesBool: true },
  logsumexp: { documentation: "torch.logsumexp", dtype: floats },
};

const dimOption = optional(knownIntegerOrIntegers, undefined);
const keepdimOption = optional(flag, false);

function reduction(name: string, { documentation, dtype, floatingOnly, refusesBool }: Reduction): Operation {
  return torchOperation({
    name,
    documentation,
    parameters: { input: tensor, dim: dimOption, keepdim: keepdimOption, dtype: dtypeOption },
    result({ input, dim, keepdim, dtype: asked }, cx) {
      if (floatingOnly && !asked) requireFloating(cx, input);
      // Along a dimension of size 1 there is nothing to compare.
      const along = typeof dim === "number" ? input.shape?.at(dim) : undefined;
      const compares = input.shape !== undefined && (!along || surelyAtLeast(along, 2));
      if (refusesBool && input.dtype === "bool" && compares) {
        cx.report(wrongDType({ cx, input, expected: "numbers", subject: t`its input` }));
      }
      return reduced(cx, input, { dim, keepdim, dtype: asked ?? dtype(input.dtype) });
    },
  });
}

export const reductions: ReadonlyMap<string, Operation> = new Map(
  Object.entries(table).map(([name, one]) => [name, reduction(name, one)]),
);

export const norm = torchOperation({
  name: "norm",
  documentation: "torch.norm",
  parameters: { input: tensor, p: optional(anything, undefined), dim: dimOption, keepdim: keepdimOption },
  result({ input, dim, keepdim }, cx) {
    requireFloating(cx, input);
    return reduced(cx, input, { dim, keepdim, dtype: floats(input.dtype) });
  },
});

/** `max` and `min`: of everything, along a dimension with its indices, or of two tensors. */
function extreme(name: "max" | "min" | "median"): Operation {
  return torchOperation({
    name,
    documentation: `torch.${name}`,
    parameters: { input: tensor, dim: optional(either(knownInteger, tensor), undefined), keepdim: keepdimOption },
    result({ input, dim, keepdim }, cx): Value {
      if (name === "median" && input.dtype === "bool") {
        cx.report(wrongDType({ cx, input, expected: "numbers", subject: t`its input` }));
      }
      if (typeof dim === "object") return binaryResult(cx, input, dim, promote);
      if (dim === undefined && input.shape && numel(input.shape) === constant(0)) {
        cx.report(needsElements({ cx, input, reason: t`the extreme of a tensor needs at least one element` }));
      }
      const values = reduced(cx, input, { dim, keepdim, dtype: input.dtype });
      if (dim === undefined) return values;
      return namedTuple(cx, { values, indices: { ...values, dtype: "int64" } });
    },
  });
}
export const max = extreme("max");
export const min = extreme("min");
export const median = extreme("median");

/** Operations along one dimension that keep the shape: `softmax`, `cumsum`. */
function along(
  name: string,
  about: {
    readonly documentation: string;
    readonly dtype: Reduction["dtype"];
    readonly floatingOnly?: boolean;
    readonly content?: TensorValue["content"];
    readonly defaultDim?: number;
  },
): Operation {
  return torchOperation({
    name,
    documentation: about.documentation,
    parameters: {
      input: tensor,
      dim: about.defaultDim === undefined ? knownInteger : optional(knownInteger, about.defaultDim),
      dtype: dtypeOption,
    },
    result({ input, dim, dtype: asked }, cx) {
      if (about.floatingOnly && !asked) requireFloating(cx, input);
      axisOf(cx, input, dim, "dim");
      const dtype = asked ?? about.dtype(input.dtype);
      return { ...contiguousResult(cx, [input], input.shape, dtype), content: about.content };
    },
  });
}

export const alongOperations: ReadonlyMap<string, Operation> = new Map(
  [
    along("softmax", {
      documentation: "torch.nn.functional.softmax",
      dtype: floats,
      floatingOnly: true,
      content: "probabilities",
    }),
    along("logSoftmax", {
      documentation: "torch.nn.functional.log_softmax",
      dtype: floats,
      floatingOnly: true,
      content: "logProbabilities",
    }),
    along("cumsum", { documentation: "torch.cumsum", dtype: accumulates }),
    along("cumprod", { documentation: "torch.cumprod", dtype: accumulates }),
  ].map((one) => [one.name, one]),
);

/** In order along a dimension; a dense layout is kept. */
function sorted(cx: OperationContext, input: TensorValue, dim: number): TensorValue {
  axisOf(cx, input, dim, "dim");
  const { shape, strides, dtype } = input;
  return tensorResult(cx, [input], { shape, dtype, strides: shape && denseStridesLike(shape, strides) });
}

export const sort = torchOperation({
  name: "sort",
  documentation: "torch.sort",
  parameters: { input: tensor, dim: optional(knownInteger, -1) },
  result({ input, dim }, cx) {
    const values = sorted(cx, input, dim);
    return namedTuple(cx, { values, indices: { ...values, dtype: "int64" } });
  },
});

export const argsort = torchOperation({
  name: "argsort",
  documentation: "torch.argsort",
  parameters: { input: tensor, dim: optional(knownInteger, -1) },
  result: ({ input, dim }, cx) => ({ ...sorted(cx, input, dim), dtype: "int64" }),
});

/** The softmax of a layer or function that may have been given no dimension; PyTorch then guesses, and so does this not. */
export function softmaxed(
  cx: OperationContext,
  input: TensorValue,
  dim: number | undefined,
  content: TensorValue["content"],
) {
  if (dim !== undefined) axisOf(cx, input, dim, "dim");
  return { ...contiguousResult(cx, [input], input.shape, floats(input.dtype)), content };
}

/** `gumbelSoftmax(logits, tau, hard, eps, dim)`: a differentiable sample. */
export const gumbelSoftmax = torchOperation({
  name: "gumbelSoftmax",
  documentation: "torch.nn.functional.gumbel_softmax",
  parameters: { input: tensor, tau: ignored, hard: ignored, eps: ignored, dim: optional(knownInteger, -1) },
  result({ input, dim }, cx) {
    requireFloating(cx, input);
    return softmaxed(cx, input, dim, "probabilities");
  },
});
