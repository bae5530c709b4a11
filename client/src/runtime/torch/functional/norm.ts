/** Normalisation. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { noGrad } from "../grad-mode";
import { hasFused, runFusedAll } from "../fused";
import { compute, computeAll, computeChannelsLast, raw, rawChannelsLast } from "../kernel";
import { formatSizes, numelOf, sameSizes } from "../shape";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";

export interface RunningStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

export interface BatchNormOptions {
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
  /** Normalises by the batch's own statistics, and updates the running ones. */
  readonly training?: boolean;
  /** The share of the batch in the new running statistics. */
  readonly momentum?: number;
  readonly eps?: number;
}

/** [N, C], [N, C, L] or [N, C, H, W] with the channels last, as rows of channels. Inside `compute`. */
function rowsOfChannels(x: Tensor): tf.Tensor {
  return tf.reshape(x.ndim === 2 ? raw(x) : rawChannelsLast(x), [-1, x.size(1)]);
}

/** Makes a tensor of x's shape from rows of channels. */
function fromRows(x: Tensor, run: () => tf.Tensor): Tensor {
  if (x.ndim === 2) return compute("float32", x.shape, run);
  const [n = 1, c = 1, ...spatial] = x.shape;
  return computeChannelsLast("float32", () => tf.reshape(run(), [n, ...spatial, c]));
}

function checkVector(vector: Tensor | null | undefined, channels: number, name: string): void {
  if (!vector || vector.numel() === channels) return;
  throw new Error(`${name} should contain ${channels} elements not ${vector.numel()}`);
}

/**
 * Each channel shifted and scaled to mean 0 and variance 1 over the batch (or by running statistics), then by bias and
 * weight. The running variance is the unbiased estimate.
 * @param input [N, C, …]
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
 */
export function batchNorm(input: Tensor, running: RunningStatistics | null, options: BatchNormOptions = {}): Tensor {
  const { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 } = options;
  const channels = input.size(1);
  checkVector(running?.mean, channels, "running_mean");
  checkVector(weight, channels, "weight");
  const count = input.numel() / channels;
  if (training && count <= 1) {
    throw new Error(
      `Expected more than 1 value per channel when training, got input size torch.Size(${formatSizes(input.shape)})`,
    );
  }
  if (!training && !running) throw new Error("Expected running_mean and running_var to be defined when training=False");
  const mean = training || !running ? channelMean(input) : running.mean;
  const variance = training || !running ? channelVariance(input, mean) : running.variance;
  if (training && running) updateRunning(running, mean, variance, momentum, count);

  const scale = compute("float32", [channels], () => tf.rsqrt(tf.add(raw(variance), eps)));
  const result = fromRows(input, () => {
    const normalised = tf.mul(tf.sub(rowsOfChannels(input), raw(mean)), raw(scale));
    const weighted = weight ? tf.mul(normalised, raw(weight)) : normalised;
    return bias ? tf.add(weighted, raw(bias)) : weighted;
  });
  const inputs = [input, ...(weight ? [weight] : []), ...(bias ? [bias] : [])];
  // Saved as they are now: running statistics change with the next batch.
  const centre = mean === running?.mean ? mean.clone() : mean;
  return record(
    "batchNorm",
    result,
    inputs,
    weight ? [input, centre, scale, weight] : [input, centre, scale],
    (g, x, m, s, w) => {
      const normalised = () => tf.mul(tf.sub(rowsOfChannels(x), raw(m)), raw(s));
      const perChannel = (run: () => tf.Tensor) => compute("float32", [channels], () => tf.sum(run(), 0));
      return [
        () =>
          fromRows(x, () => {
            const rows = w ? tf.mul(rowsOfChannels(g), raw(w)) : rowsOfChannels(g);
            if (!training) return tf.mul(rows, raw(s));
            const hat = normalised();
            const centred = tf.sub(rows, tf.div(tf.sum(rows, 0), count));
            const along = tf.div(tf.sum(tf.mul(rows, hat), 0), count);
            return tf.mul(tf.sub(centred, tf.mul(hat, along)), raw(s));
          }),
        ...(weight ? [() => perChannel(() => tf.mul(rowsOfChannels(g), normalised()))] : []),
        ...(bias ? [() => perChannel(() => rowsOfChannels(g))] : []),
      ];
    },
  );
}

function channelMean(x: Tensor): Tensor {
  return compute("float32", [x.size(1)], () => tf.mean(rowsOfChannels(x), 0));
}

function channelVariance(x: Tensor, mean: Tensor): Tensor {
  return compute("float32", [x.size(1)], () => tf.mean(tf.square(tf.sub(rowsOfChannels(x), raw(mean))), 0));
}

function updateRunning(
  running: RunningStatistics,
  mean: Tensor,
  variance: Tensor,
  momentum: number,
  count: number,
): void {
  const unbiased = count / Math.max(count - 1, 1);
  noGrad(() => {
    running.mean.copy_(running.mean.mul(1 - momentum).add(mean, { alpha: momentum }));
    running.variance.copy_(running.variance.mul(1 - momentum).add(variance, { alpha: momentum * unbiased }));
  });
}

interface Standardised {
  readonly normalised: tf.Tensor;
  /** What each row was multiplied by. */
  readonly scale: tf.Tensor;
}

/** Each row of a matrix shifted and scaled to mean 0 and variance 1. Inside `compute`. */
export function standardise(rows: tf.Tensor, eps: number): Standardised {
  const centred = tf.sub(rows, tf.mean(rows, 1, true));
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), eps));
  return { normalised: tf.mul(centred, scale), scale };
}

/** The gradient of the rows from that of the standardised rows. Inside `compute`. */
export function standardiseGradient(gradient: tf.Tensor, { normalised, scale }: Standardised): tf.Tensor {
  const centred = tf.sub(gradient, tf.mean(gradient, 1, true));
  const along = tf.mean(tf.mul(gradient, normalised), 1, true);
  return tf.mul(tf.sub(centred, tf.mul(normalised, along)), scale);
}

type Three = [tf.Tensor, tf.Tensor, tf.Tensor];

export interface LayerNormOptions {
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
  readonly eps?: number;
}

function checkNormalizedShape(input: Tensor, normalizedShape: Sizes): void {
  const tail = input.shape.slice(Math.max(input.ndim - normalizedShape.length, 0));
  if (sameSizes(tail, normalizedShape)) return;
  throw new Error(
    `Given normalized_shape=${formatSizes(normalizedShape)}, expected input with shape [*, ${normalizedShape.join(", ")}], but got input of size${formatSizes(input.shape)}`,
  );
}

/**
 * Each sample shifted and scaled to mean 0 and variance 1 over its last dimensions, then by bias and weight.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
 */
export function layerNorm(
  input: Tensor,
  normalizedShape: Sizes,
  ...args: Trailing<LayerNormOptions, ["weight", "bias", "eps"]>
): Tensor {
  const options = named<LayerNormOptions>(["weight", "bias", "eps"], args);
  checkNormalizedShape(input, normalizedShape);
  const { weight = null, bias = null, eps = 1e-5 } = options;
  const width = numelOf(normalizedShape);
  const inputs = [input, ...(weight ? [weight] : []), ...(bias ? [bias] : [])];
  const rows = (x: Tensor) => tf.reshape(raw(x), [-1, width]);
  const vector = (x: Tensor) => tf.reshape(raw(x), [width]);
  if (hasFused("layerNorm") && input.numel() > 0) {
    const shape = [input.numel() / width, width];
    const weights = (w: Tensor | null) => (w ? { weight: vector(w) } : {});
    const biases = () => (bias ? { bias: vector(bias) } : {});
    const [y, statistics] = computeAll(() => {
      const x = tf.reshape(raw(input), shape);
      const [y, statistics] = runFusedAll("layerNorm", { x, ...weights(weight), ...biases() }, { eps }) as [
        tf.Tensor,
        tf.Tensor,
      ];
      return [tf.reshape(y, input.shape), statistics];
    }) as [Tensor, Tensor];
    return record("layerNorm", y, inputs, weight ? [input, statistics, weight] : [input, statistics], (g, x, s, w) => {
      let gradients: Tensor[] | null = null;
      const all = () =>
        (gradients ??= computeAll(() => {
          const tensors = { x: tf.reshape(raw(x), shape), dy: tf.reshape(raw(g), shape), statistics: raw(s) };
          const [dx, dWeight, dBias] = runFusedAll("layerNormGrad", { ...tensors, ...weights(w ?? null) }) as Three;
          const like = (values: tf.Tensor) => tf.reshape(values, [...normalizedShape]);
          return [tf.reshape(dx, x.shape), ...(weight ? [like(dWeight)] : []), ...(bias ? [like(dBias)] : [])];
        }));
      return inputs.map((_, i) => () => all()[i] as Tensor);
    });
  }
  const result = compute("float32", input.shape, () => {
    const { normalised } = standardise(rows(input), eps);
    const weighted = weight ? tf.mul(normalised, vector(weight)) : normalised;
    return tf.reshape(bias ? tf.add(weighted, vector(bias)) : weighted, input.shape);
  });
  return record("layerNorm", result, inputs, weight ? [input, weight] : [input], (g, x, w) => {
    const total = (run: () => tf.Tensor) =>
      compute("float32", normalizedShape, () => tf.reshape(tf.sum(run(), 0), [...normalizedShape]));
    return [
      () =>
        compute("float32", x.shape, () => {
          const weighted = w ? tf.mul(rows(g), vector(w)) : rows(g);
          return tf.reshape(standardiseGradient(weighted, standardise(rows(x), eps)), x.shape);
        }),
      ...(weight ? [() => total(() => tf.mul(rows(g), standardise(rows(x), eps).normalised))] : []),
      ...(bias ? [() => total(() => rows(g))] : []),
    ];
  });
}
