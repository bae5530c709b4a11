import type { DType, TensorValue } from "../../../interpreter/value";
import { axisOutOfRange } from "../../../rules/dim-out-of-range";
import { wrongRank } from "../../../rules/rank-mismatch";
import { counted } from "../../../rules/evidence";
import { shapesDiffer, sidesDiffer } from "../../../rules/shape-mismatch";
import { surelyDifferent } from "../../../shape/dim";
import type { Fix } from "../../../rules/finding";
import type { Shape } from "../../../shape/shape";
import { normalizeAxis } from "../../../shape/shape";
import type { Operation, OperationContext, OperationDefinition, Parameters } from "../../operation";
import { operation } from "../../operation";
import { lastPart } from "../namespace";
import { page } from "../tensors";
import { t } from "../../../text/translate";

/** A function of `tf`, by its name: `matMul`, `losses.huberLoss`, `image.resizeBilinear`. */
export function tfOperation<P extends Parameters>(
  definition: Omit<OperationDefinition<P>, "documentation">,
): Operation {
  const gives = SEVERAL.has(lastPart(definition.name)) ? undefined : "tfjs";
  return operation("positional", { gives, ...definition, documentation: page(definition.name) });
}

/** What gives several tensors, a promise of some, or none. */
const SEVERAL: ReadonlySet<string> = new Set(
  (
    "split unstack topk moments unique meshgrid qr gramSchmidt maxPoolWithArgmax basicLSTMCell multiRNNCell buffer print toPixels draw " +
    "nonMaxSuppressionWithScore nonMaxSuppressionPadded nonMaxSuppressionAsync nonMaxSuppressionWithScoreAsync " +
    "nonMaxSuppressionPaddedAsync fromPixelsAsync whereAsync booleanMaskAsync inTopKAsync setdiff1dAsync sparseFillEmptyRows " +
    "sparseReshape stringSplit stringNGrams raggedRange raggedGather"
  ).split(" "),
);

/** A tensor of known rank. */
export type Ranked = TensorValue & { readonly shape: Shape };

export function isRanked(tensor: TensorValue): tensor is Ranked {
  return tensor.shape !== undefined;
}

/** An axis counted from the front; `undefined`, and a report, when the tensor has none such. `extra`: where one is inserted. */
export function axisOf(
  cx: OperationContext,
  input: Ranked,
  axis: number,
  { parameter = "axis", extra = 0 }: { readonly parameter?: string; readonly extra?: number } = {},
): number | undefined {
  const rank = input.shape.length + extra;
  const position = normalizeAxis(axis, rank);
  if (position === undefined) cx.report(axisOutOfRange({ cx, input, axis, rank, source: cx.source(parameter) }));
  return position;
}

/** Reports another rank than these; false when it did. An unknown rank passes. */
export function hasRank(
  cx: OperationContext,
  input: TensorValue,
  ranks: readonly number[],
  subject?: string,
): input is Ranked {
  if (!input.shape) return false;
  if (ranks.includes(input.shape.length)) return true;
  const last = ranks.at(-1) ?? 0;
  const expected =
    ranks.length > 1
      ? t`${ranks.slice(0, -1).join(", ")} or ${counted(last, "dimension")}`
      : counted(last, "dimension");
  cx.report(wrongRank({ cx, input, expected, ...(subject ? { subject } : {}) }));
  return false;
}

/** Reports two shapes that surely differ; false when it did. */
export function checkSameShape(
  cx: OperationContext,
  first: TensorValue,
  second: TensorValue,
  reason: string,
  fixes: readonly Fix[] = [],
): boolean {
  if (!first.shape || !second.shape) return true;
  if (first.shape.length !== second.shape.length) {
    cx.report(shapesDiffer({ cx, first, second, reason, fixes }));
    return false;
  }
  const axis = first.shape.findIndex((size, i) => surelyDifferent(size, second.shape?.[i] ?? size));
  if (axis < 0) return true;
  cx.report(sidesDiffer({ cx, first, second, axis, reason, fixes }));
  return false;
}

/** The dtype of `fn(x)` for each dtype of `x`. */
export type DtypeRule = (dtype: DType | undefined) => DType | undefined;
export const sameDtype: DtypeRule = (dtype) => dtype;
export const floatDtype: DtypeRule = (dtype) => (dtype === undefined || dtype === "complex64" ? undefined : "float32");
