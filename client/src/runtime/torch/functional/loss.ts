/** Losses, with the shape and dtype rules that each has for its target. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { isFloating, scalarTypeName } from "../dtype";
import { hasFused, runFusedAll } from "../fused";
import { compute, computeAll, raw } from "../kernel";
import { logSoftmax } from "../ops/index";
import { broadcastTwo, formatSizes, numelOf, sameSizes } from "../shape";
import { Tensor } from "../tensor";

export type Reduction = "mean" | "sum" | "none";

export interface LossOptions {
  readonly reduction?: Reduction;
}

export interface WeightedLossOptions extends LossOptions {
  readonly weight?: Tensor | null;
}

export interface ClassLossOptions extends WeightedLossOptions {
  /** A class index that does not count. */
  readonly ignoreIndex?: number;
}

/** The losses of all elements as one number, or as they are. */
export function reduced(values: Tensor, reduction: Reduction): Tensor {
  if (reduction === "none") return values;
  return reduction === "mean" ? values.mean() : values.sum();
}

/** The mean of (input − target)². Shapes broadcast, which is seldom what was meant. */
export function mseLoss(input: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  broadcastTwo(input.shape, target.shape);
  return reduced(input.sub(target).square(), reduction);
}

/** The mean of |input − target|. */
export function l1Loss(input: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  broadcastTwo(input.shape, target.shape);
  return reduced(input.sub(target).abs(), reduction);
}

/** ½(input − target)² / beta where the difference is below beta, |input − target| − ½beta beyond. */
export function smoothL1Loss(
  input: Tensor,
  target: Tensor,
  { reduction = "mean", beta = 1 }: LossOptions & { beta?: number } = {},
): Tensor {
  if (beta === 0) return l1Loss(input, target, { reduction });
  return huberLoss(input, target, { reduction, delta: beta }).div(beta);
}

/** ½(input − target)² where the difference is below delta, delta · (|input − target| − ½delta) beyond. */
export function huberLoss(
  input: Tensor,
  target: Tensor,
  { reduction = "mean", delta = 1 }: LossOptions & { delta?: number } = {},
): Tensor {
  const distance = input.sub(target).abs();
  const near = distance.clamp(null, delta);
  return reduced(near.square().mul(0.5).add(distance.sub(near).mul(delta)), reduction);
}

/** [N, C, d…] as rows [N·d…, C], and the target as one vector. */
function asRows(input: Tensor, target: Tensor): { rows: Tensor; classes: Tensor } {
  if (input.ndim === 1) return { rows: input.unsqueeze(0), classes: target.reshape(1) };
  const rows = input.ndim === 2 ? input : input.movedim(1, -1).reshape(-1, input.size(1));
  return { rows, classes: target.reshape(-1) };
}

/** The shape of the target: the input's without the class dimension. */
function checkClassTargetShape(input: Tensor, target: Tensor): void {
  const batch = target.shape[0] ?? 0;
  if (input.ndim > 1 && input.size(0) !== batch) {
    throw new Error(`Expected input batch_size (${input.size(0)}) to match target batch_size (${batch}).`);
  }
  if (input.ndim <= 2) {
    if (target.ndim > 1) throw new Error("0D or 1D target tensor expected, multi-target not supported");
    if (input.ndim === 1 && target.ndim === 1 && batch !== 1) {
      throw new Error(`For 1D input, 1D target must have size 1, but got target size: ${batch}`);
    }
    return;
  }
  const expected = [input.size(0), ...input.shape.slice(2)];
  if (!sameSizes(expected, target.shape)) {
    throw new Error(`Expected target size ${formatSizes(expected)}, got ${formatSizes(target.shape)}`);
  }
}

function checkClassTarget(input: Tensor, target: Tensor): void {
  checkClassTargetShape(input, target);
  if (target.dtype === "int64") return;
  throw new Error(`expected target dtype to be Long or Byte, but got ${scalarTypeName(target.dtype)}`);
}

/** The classes that count, where they can be seen at no cost. Throws where one of them does not exist. */
function checkClasses(classes: Tensor, count: number, ignoreIndex: number): ArrayLike<number> {
  const used = classes._view.storage.isOnHost ? classes._values().filter((each) => each !== ignoreIndex) : [];
  for (const each of used) {
    if (each < 0 || each >= count) throw new RangeError(`Target ${each} is out of bounds.`);
  }
  return used;
}

/**
 * Negative log-likelihood: minus the log-probability of the right class.
 * @param input log-probabilities [N, C], [N, C, d…] or [C]
 * @param target class indices [N], [N, d…] or a scalar, of dtype int64
 */
export function nllLoss(input: Tensor, target: Tensor, ...args: Trailing<ClassLossOptions, ["weight"]>): Tensor {
  const options = named<ClassLossOptions>(["weight"], args);
  const { weight = null, ignoreIndex = -100, reduction = "mean" } = options;
  if (input.ndim === 0) throw new Error("input tensor should be 1D or 2D");
  checkClassTarget(input, target);
  const { rows, classes } = asRows(input, target);
  const count = rows.size(1);
  const used = checkClasses(classes, count, ignoreIndex);
  // A row's weight at its class, 0 elsewhere and in ignored rows.
  const selection = compute("float32", rows.shape, () => {
    const positions = tf.cast(raw(classes), "int32") as tf.Tensor1D;
    const hot = tf.cast(tf.oneHot(positions, count), "float32");
    const weighted = weight ? tf.mul(hot, raw(weight)) : hot;
    if (ignoreIndex < 0 || ignoreIndex >= count) return weighted;
    return tf.mul(
      weighted,
      tf.cast(tf.expandDims(tf.notEqual(positions, tf.scalar(ignoreIndex, "int32")), 1), "float32"),
    );
  });
  if (reduction === "none") {
    return rows.mul(selection).sum(1).neg().reshape(target.shape);
  }
  const plain = weight === null && used.length === classes.numel();
  const divisor = reduction === "sum" ? null : plain ? classes.numel() : selection.sum();
  return negativeSelection(rows, selection, divisor);
}

/** −Σ rows · selection / divisor */
function negativeSelection(rows: Tensor, selection: Tensor, divisor: number | Tensor | null): Tensor {
  const factor = () =>
    divisor === null
      ? tf.scalar(1)
      : typeof divisor === "number"
        ? tf.scalar(1 / divisor)
        : tf.reciprocal(raw(divisor));
  const result = compute("float32", [], () => tf.neg(tf.mul(tf.sum(tf.mul(raw(rows), raw(selection))), factor())));
  return record("nllLoss", result, [rows], [selection], (g, chosen) => [
    // Where every target is ignored the loss is no number, and its gradient 0.
    () =>
      compute("float32", rows.shape, () => {
        const share = divisor instanceof Tensor ? tf.divNoNan(raw(g), raw(divisor)) : tf.mul(raw(g), factor());
        return tf.mul(raw(chosen), tf.neg(share));
      }),
  ]);
}

export interface CrossEntropyOptions extends ClassLossOptions {
  /** How much of each target is spread evenly over all classes. */
  readonly labelSmoothing?: number;
}

/**
 * Softmax and negative log-likelihood in one.
 * @param input logits [N, C], [N, C, d…] or [C]
 * @param target class indices (int64) without the class dimension, or probabilities (float) of the input's shape
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 */
export function crossEntropy(
  input: Tensor,
  target: Tensor,
  ...args: Trailing<CrossEntropyOptions, ["weight"]>
): Tensor {
  const options = named<CrossEntropyOptions>(["weight"], args);
  const { labelSmoothing = 0, reduction = "mean", weight = null } = options;
  const dim = input.ndim === 1 ? 0 : 1;
  if (sameSizes(input.shape, target.shape)) return probabilityCrossEntropy(input, target, options, dim);
  if (labelSmoothing === 0 && !weight && reduction !== "none" && input.numel() > 0 && hasFused("crossEntropy")) {
    return fusedCrossEntropy(input, target, reduction, options.ignoreIndex ?? -100);
  }
  const logProbabilities = logSoftmax(input, dim);
  const exact = nllLoss(logProbabilities, target, options);
  if (labelSmoothing === 0) return exact;
  const weighted = weight
    ? logProbabilities.mul(weight.view([-1, ...input.shape.slice(2).map(() => 1)]))
    : logProbabilities;
  const kept = target.ne(options.ignoreIndex ?? -100);
  const each = weighted.sum(dim).neg().mul(kept);
  const even = reduction === "mean" ? each.sum().div(totalWeight(target, kept, weight)) : reduced(each, reduction);
  return exact.mul(1 - labelSmoothing).add(even.mul(labelSmoothing / input.size(dim)));
}

/** What a mean over targets divides by: their weights, or their number. */
function totalWeight(target: Tensor, kept: Tensor, weight: Tensor | null): Tensor {
  if (!weight) return kept.sum();
  return weight.indexSelect(0, target.mul(kept).flatten()).mul(kept.flatten()).sum();
}

/** The loss and its gradient in one pass over the logits. */
function fusedCrossEntropy(input: Tensor, target: Tensor, reduction: "mean" | "sum", ignored: number): Tensor {
  checkClassTarget(input, target);
  const { rows, classes } = asRows(input, target);
  checkClasses(classes, rows.size(1), ignored);
  const [loss, slope] = computeAll(() => {
    const inputs = { logits: raw(rows), classes: tf.cast(raw(classes), "int32") };
    return runFusedAll("crossEntropy", inputs, { ignored, mean: reduction === "mean" });
  }) as [Tensor, Tensor];
  return record("crossEntropy", loss, [rows], [slope], (g, slope) => [
    () => compute("float32", rows.shape, () => tf.mul(raw(slope), raw(g))),
  ]);
}

function probabilityCrossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions, dim: number): Tensor {
  const { labelSmoothing = 0, reduction = "mean", weight = null } = options;
  if (!isFloating(target.dtype)) {
    throw new Error(
      `Expected floating point type for target with class probabilities, got ${scalarTypeName(target.dtype)}`,
    );
  }
  const classes = input.size(dim);
  const smoothed = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  const each = logSoftmax(input, dim).mul(smoothed);
  const weighted = weight ? each.mul(weight.view([-1, ...input.shape.slice(2).map(() => 1)])) : each;
  if (reduction === "none") return weighted.sum(dim).neg();
  const total = weighted.sum().neg();
  return reduction === "sum" ? total : total.div(numelOf(input.shape) / classes);
}

/** −(target · log input + (1 − target) · log(1 − input)), logarithms not below −100. Input: probabilities. */
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  { reduction = "mean", weight = null }: WeightedLossOptions = {},
): Tensor {
  if (!sameSizes(input.shape, target.shape)) {
    throw new Error(
      `Using a target size (torch.Size(${formatSizes(target.shape)})) that is different to the input size (torch.Size(${formatSizes(input.shape)})) is deprecated. Please ensure they have the same size.`,
    );
  }
  if (!isFloating(target.dtype)) {
    throw new Error(`Found dtype ${scalarTypeName(target.dtype)} but expected Float`);
  }
  const value = compute("float32", input.shape, () => {
    const [p, y] = [raw(input), raw(target)];
    const log = (x: tf.Tensor) => tf.maximum(tf.log(x), -100);
    return tf.neg(tf.add(tf.mul(y, log(p)), tf.mul(tf.sub(1, y), log(tf.sub(1, p)))));
  });
  const each = record("binaryCrossEntropy", value, [input, target], [input, target], (g, x, t) => [
    () =>
      compute("float32", x.shape, () => {
        const p = raw(x);
        return tf.mul(raw(g), tf.div(tf.sub(p, raw(t)), tf.maximum(tf.mul(p, tf.sub(1, p)), 1e-12)));
      }),
    () =>
      compute("float32", t.shape, () => {
        const p = raw(x);
        const log = (each: tf.Tensor) => tf.maximum(tf.log(each), -100);
        return tf.mul(raw(g), tf.sub(log(tf.sub(1, p)), log(p)));
      }),
  ]);
  return reduced(weight ? each.mul(weight) : each, reduction);
}

export interface BceWithLogitsOptions extends WeightedLossOptions {
  /** Weighs the positive examples, by class. */
  readonly posWeight?: Tensor | null;
}

/** Sigmoid and binary cross-entropy in one, without overflow. */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BceWithLogitsOptions = {},
): Tensor {
  const { reduction = "mean", weight = null, posWeight = null } = options;
  if (!isFloating(target.dtype)) {
    throw new Error(`result type Float can't be cast to the desired output type ${scalarTypeName(target.dtype)}`);
  }
  if (!sameSizes(input.shape, target.shape)) {
    throw new Error(
      `Target size (torch.Size(${formatSizes(target.shape)})) must be the same as input size (torch.Size(${formatSizes(input.shape)}))`,
    );
  }
  // log(1 + e^−|x|) + max(−x, 0) is −log sigmoid(x).
  const minusLogSigmoid = input.neg().softplus({ threshold: 50 });
  const positives = posWeight ? target.mul(posWeight.sub(1)).add(1) : null;
  const each = target
    .sub(1)
    .neg()
    .mul(input)
    .add(positives ? minusLogSigmoid.mul(positives) : minusLogSigmoid);
  return reduced(weight ? each.mul(weight) : each, reduction);
}

export interface KlDivOptions {
  readonly reduction?: Reduction | "batchmean";
  /** Whether the target is given as logarithms too. */
  readonly logTarget?: boolean;
}

/** target · (log target − input), input being log-probabilities. */
export function klDiv(
  input: Tensor,
  target: Tensor,
  { reduction = "mean", logTarget = false }: KlDivOptions = {},
): Tensor {
  const each = logTarget ? target.exp().mul(target.sub(input)) : target.mul(target.clamp(1e-38).log().sub(input));
  return reduction === "batchmean" ? each.sum().div(input.size(0)) : reduced(each, reduction);
}
