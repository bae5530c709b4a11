import type { TensorValue, Value } from "../../../interpreter/value";
import { endOf, startOf } from "../../../ir";
import { contentIsWrong, wrongContent } from "../../../rules/loss-activation";
import { activationFix, deciding } from "../layers/activation-fix";
import { unitsFix } from "../layers/fixes";
import { asNumber, constant } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { axisOutOfRange } from "../../../rules/dim-out-of-range";
import { normalizeAxis, sameShape } from "../../../shape/shape";
import { appendText } from "../../../rules/evidence";
import type { Fix } from "../../../rules/finding";
import { broadcastShapes } from "../../../shape/broadcast";
import { doNotBroadcast } from "../../../rules/broadcast-mismatch";
import type { Operation, OperationContext } from "../../operation";
import { anything, knownInteger, optional } from "../../parameter";
import type { Parameter } from "../../parameter";
import { convertible, made, tensorLike } from "../tensors";
import { checkSameShape, isRanked, tfOperation } from "./define";
import { t } from "../../../text/translate";

/** `tf.Reduction`, as the numbers that it is. */
export const REDUCTIONS = { NONE: 0, MEAN: 1, SUM: 2, SUM_BY_NONZERO_WEIGHTS: 3 } as const;

const reduction: Parameter<number | undefined> = {
  read: (value) => (value.kind === "integer" ? asNumber(value.dim) : undefined),
  absent: { value: REDUCTIONS.SUM_BY_NONZERO_WEIGHTS },
};

const weights = optional(tensorLike, undefined);
const float = convertible("float32");

/** A scalar, unless nothing is reduced: then a loss for each element, broadcast against the weights. */
function result(
  cx: OperationContext,
  inputs: readonly [TensorValue, TensorValue],
  losses: Shape | undefined,
  weighting: TensorValue | undefined,
  how: number | undefined,
): Value {
  const all = weighting ? [...inputs, weighting] : inputs;
  const each = made(cx, { shape: losses, dtype: "float32" }, all);
  const weighted = weighting ? weigh(cx, each, weighting) : losses;
  const shape = how === undefined ? undefined : how === REDUCTIONS.NONE ? weighted : [];
  return made(cx, { shape, dtype: "float32" }, all);
}

function weigh(cx: OperationContext, each: TensorValue, weighting: TensorValue): Shape | undefined {
  if (!each.shape || !weighting.shape) return undefined;
  const joined = broadcastShapes(each.shape, weighting.shape);
  if (joined.kind === "ok") return joined.shape;
  const bare = (tensor: TensorValue) => ({ tensor, span: undefined });
  const { dimension } = joined;
  cx.report(doNotBroadcast({ cx, left: bare(each), right: bare(weighting), dimension, insertDimension: () => "" }));
  return each.shape;
}

/** Reports labels that have not the shape of the predictions; false when it did. */
function checkMatch(cx: OperationContext, name: string, labels: TensorValue, predictions: TensorValue): boolean {
  const reason = t`Labels and predictions must have the same shape.`;
  const fixes = [
    ...columnFix(cx, name, labels, predictions),
    ...oneHotFix(cx, name, labels, predictions),
    ...outputFix(labels, predictions),
  ];
  return checkSameShape(cx, labels, predictions, reason, fixes);
}

/** Class indices become rows of as many numbers as the predictions have. */
function oneHotFix(cx: OperationContext, name: string, labels: TensorValue, predictions: TensorValue): Fix[] {
  const span = labels.origin && labels.dtype === "int32" ? cx.source(name)?.span : undefined;
  const last = predictions.shape?.at(-1);
  const classes = last && asNumber(last);
  if (!span || classes === undefined || classes < 2) return [];
  if (!sameShape(labels.shape ?? [], predictions.shape?.slice(0, -1) ?? [])) return [];
  const library = cx.site.receiver?.path?.replace(/\.?losses$/, "") ?? "";
  const path = library === "" ? "tf" : library;
  const edits = [
    { span: startOf(span), newText: `${path}.oneHot(` },
    { span: endOf(span), newText: `, ${classes})` },
  ];
  return [{ title: t`Make the labels one-hot: ${path}.oneHot(…, ${classes})`, preferred: false, edits }];
}

/** The layer that made the predictions is given as many units as the labels have. */
function outputFix(labels: TensorValue, predictions: TensorValue): Fix[] {
  const units = labels.shape?.at(-1);
  if (!units || !sameShape(labels.shape?.slice(0, -1) ?? [], predictions.shape?.slice(0, -1) ?? [])) return [];
  return unitsFix(predictions, units);
}

/** Labels that lack the predictions' only column, or have one too many. */
function columnFix(cx: OperationContext, name: string, labels: TensorValue, predictions: TensorValue): Fix[] {
  const span = labels.origin ? cx.source(name)?.span : undefined;
  const [from, to] = [labels.shape ?? [], predictions.shape ?? []];
  const one = constant(1);
  if (span && to.at(-1) === one && sameShape(from, to.slice(0, -1))) {
    return [appendText(span, ".expandDims(-1)", t`Make the labels a column: .expandDims(-1)`)];
  }
  if (span && from.at(-1) === one && sameShape(from.slice(0, -1), to)) {
    return [appendText(span, ".squeeze([-1])", t`Remove the last dimension: .squeeze([-1])`)];
  }
  return [];
}

/** Losses that compare element by element; `between`: what stands between the weights and the reduction. */
function elementwiseLoss(name: string, between: string | undefined) {
  const option: Record<string, Parameter<unknown>> = between ? { [between]: optional(anything, undefined) } : {};
  return tfOperation({
    name: `losses.${name}`,
    parameters: { labels: float, predictions: float, weights, ...option, reduction } as {
      labels: typeof float;
      predictions: typeof float;
      weights: typeof weights;
      reduction: typeof reduction;
    },
    result(args, cx) {
      checkMatch(cx, "labels", args.labels, args.predictions);
      if (name === "sigmoidCrossEntropy") checkLogits(cx, args.predictions);
      const shape = args.predictions.shape ?? args.labels.shape;
      return result(cx, [args.predictions, args.labels], shape, args.weights, args.reduction);
    },
  });
}

/** Warns of a model's probabilities where the loss computes them itself. */
function checkLogits(cx: OperationContext, logits: TensorValue): void {
  if (!contentIsWrong(logits, "logits")) return;
  const made = deciding(logits);
  const fixes = activationFix(made, "linear");
  const reason = t`${cx.operation.replace(/^.*\./, "")} computes the activation itself.`;
  cx.report(wrongContent({ cx, input: logits, wanted: "logits", subject: t`its predictions`, reason, made, fixes }));
}

/** One loss for each example: the classes are the last dimension. */
const softmaxCrossEntropy = tfOperation({
  name: "losses.softmaxCrossEntropy",
  parameters: { onehotLabels: float, logits: float, weights, labelSmoothing: optional(anything, undefined), reduction },
  result({ onehotLabels, logits, weights: weighting, reduction: how }, cx) {
    checkMatch(cx, "onehotLabels", onehotLabels, logits);
    checkLogits(cx, logits);
    return result(cx, [logits, onehotLabels], logits.shape?.slice(0, -1), weighting, how);
  },
});

const cosineDistance = tfOperation({
  name: "losses.cosineDistance",
  parameters: { labels: float, predictions: float, axis: knownInteger, weights, reduction },
  result({ labels, predictions, axis, weights: weighting, reduction: how }, cx) {
    if (!checkMatch(cx, "labels", labels, predictions) || !isRanked(predictions)) {
      return result(cx, [predictions, labels], undefined, undefined, how);
    }
    const rank = predictions.shape.length;
    const at = normalizeAxis(axis, rank);
    if (at === undefined) cx.report(axisOutOfRange({ cx, input: predictions, axis, rank, source: cx.source("axis") }));
    const shape = at === undefined ? undefined : predictions.shape.with(at, constant(1));
    return result(cx, [predictions, labels], shape, weighting, how);
  },
});

export const lossOperations: readonly Operation[] = [
  elementwiseLoss("meanSquaredError", undefined),
  elementwiseLoss("absoluteDifference", undefined),
  elementwiseLoss("hingeLoss", undefined),
  elementwiseLoss("huberLoss", "delta"),
  elementwiseLoss("logLoss", "epsilon"),
  elementwiseLoss("sigmoidCrossEntropy", "labelSmoothing"),
  softmaxCrossEntropy,
  cosineDistance,
  tfOperation({
    name: "losses.computeWeightedLoss",
    parameters: { losses: float, weights, reduction },
    result: ({ losses, weights: weighting, reduction: how }, cx) =>
      result(cx, [losses, losses], losses.shape, weighting, how),
  }),
];
