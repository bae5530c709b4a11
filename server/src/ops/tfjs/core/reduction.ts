import type { DType, TensorValue } from "../../../interpreter/value";
import { countedFromTheEnd, notTheLast, rangeOutOfBounds } from "../../../rules/dim-out-of-range";
import type { Dim } from "../../../shape/dim";
import { constant, formatDim, surelyLess, unknownDim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { either, flag, integer, knownInteger, knownIntegers, optional, text } from "../../parameter";
import { requireDtype } from "../dtypes";
import { convertible, like, made, tensorLike } from "../tensors";
import type { DtypeRule } from "./define";
import { axisOf, floatDtype, isRanked, sameDtype, tfOperation } from "./define";
import { t } from "../../../text/translate";

const axes = optional(either(knownInteger, knownIntegers), undefined);
const keepDims = optional(flag, false);

/** Without the dimensions that are reduced, or with 1 in their place; all of them unless axes are given. */
export function reduced(
  cx: OperationContext,
  x: TensorValue,
  axis: number | readonly number[] | undefined,
  keep: boolean,
): Shape | undefined {
  if (!isRanked(x)) return axis === undefined && !keep ? [] : undefined;
  const gone = new Set<number>();
  for (const one of axis === undefined ? x.shape.keys() : [axis].flat()) {
    const at = axisOf(cx, x, one);
    if (at === undefined) return undefined;
    gone.add(at);
  }
  return keep ? x.shape.map((size, i) => (gone.has(i) ? constant(1) : size)) : x.shape.filter((_, i) => !gone.has(i));
}

function reduction(name: string, dtypeOf: DtypeRule, required?: DType) {
  return tfOperation({
    name,
    parameters: { x: convertible(required), axis: axes, keepDims },
    result({ x, axis, keepDims: keep }, cx) {
      if (required) requireDtype(cx, x, required, "x");
      return made(cx, { shape: reduced(cx, x, axis, keep), dtype: dtypeOf(x.dtype) }, [x]);
    },
  });
}

/** Sums of booleans count. */
const counted: DtypeRule = (dtype) => (dtype === "bool" ? "int32" : dtype);

function indexOfExtreme(name: string) {
  return tfOperation({
    name,
    parameters: { x: tensorLike, axis: optional(knownInteger, 0) },
    result: ({ x, axis }, cx) => made(cx, { shape: reduced(cx, x, axis, false), dtype: "int32" }, [x]),
  });
}

const norm = tfOperation({
  name: "norm",
  parameters: { x: tensorLike, ord: optional(either(text, knownInteger), "euclidean"), axis: axes, keepDims },
  result({ x, ord, axis, keepDims: keep }, cx) {
    const root = (ord === "euclidean" || ord === 2 || ord === "fro") && x.shape?.length !== 0;
    if (root) requireDtype(cx, x, "float32", "x");
    return made(cx, { shape: reduced(cx, x, axis, keep), dtype: root ? floatDtype(x.dtype) : x.dtype }, [x]);
  },
});

const euclideanNorm = tfOperation({
  name: "euclideanNorm",
  parameters: { x: tensorLike, axis: axes, keepDims },
  result({ x, axis, keepDims: keep }, cx) {
    if (x.shape?.length !== 0) requireDtype(cx, x, "float32", "x");
    return made(cx, { shape: reduced(cx, x, axis, keep), dtype: floatDtype(x.dtype) }, [x]);
  },
});

const moments = tfOperation({
  name: "moments",
  parameters: { x: tensorLike, axis: axes, keepDims },
  result({ x, axis, keepDims: keep }, cx) {
    const one = made(cx, { shape: reduced(cx, x, axis, keep), dtype: "float32" }, [x]);
    return cx.record({ mean: one, variance: one });
  },
});

function cumulative(name: string) {
  return tfOperation({
    name,
    parameters: { x: tensorLike, axis: optional(knownInteger, 0) },
    result({ x, axis }, cx) {
      const at = isRanked(x) ? axisOf(cx, x, axis) : undefined;
      // TensorFlow.js makes a corrupt tensor of it.
      if (at !== undefined && axis < 0)
        cx.report(countedFromTheEnd({ cx, input: x, axis, position: at, source: cx.source("axis") }));
      return like(cx, x, { dtype: counted(x.dtype) });
    },
  });
}

/** TensorFlow.js can do this along the last dimension only. */
function alongLast(name: string, subject: string, refuses: boolean) {
  return tfOperation({
    name,
    parameters: { x: convertible("float32"), axis: optional(knownInteger, -1) },
    result({ x, axis }, cx) {
      if (refuses) requireDtype(cx, x, "float32", subject, "x");
      const last = (x.shape?.length ?? 0) - 1;
      if (isRanked(x) && axis !== -1 && axis !== last)
        cx.report(notTheLast({ cx, input: x, axis, source: cx.source("axis") }));
      return like(cx, x, { dtype: "float32" });
    },
  });
}

const topk = tfOperation({
  name: "topk",
  parameters: { x: tensorLike, k: optional(integer, constant(1)) },
  result({ x, k }, cx) {
    const last = x.shape?.at(-1);
    if (last && surelyLess(last, k)) {
      const range = t`the ${formatDim(k)} largest`;
      cx.report(rangeOutOfBounds({ cx, input: x, axis: (x.shape?.length ?? 1) - 1, range }));
    }
    const shape: readonly Dim[] | undefined = x.shape && [...x.shape.slice(0, -1), last ? k : unknownDim()];
    return cx.record({
      values: made(cx, { shape, dtype: x.dtype }, [x]),
      indices: made(cx, { shape, dtype: "int32" }, [x]),
    });
  },
});

export const reductionOperations: readonly Operation[] = [
  reduction("sum", counted),
  reduction("prod", counted),
  reduction("mean", floatDtype),
  reduction("max", sameDtype),
  reduction("min", sameDtype),
  reduction("any", () => "bool", "bool"),
  reduction("all", () => "bool", "bool"),
  reduction("logSumExp", floatDtype),
  indexOfExtreme("argMax"),
  indexOfExtreme("argMin"),
  norm,
  euclideanNorm,
  moments,
  cumulative("cumsum"),
  cumulative("cumprod"),
  alongLast("softmax", "logits", true),
  alongLast("logSoftmax", "logits", false),
  topk,
];
