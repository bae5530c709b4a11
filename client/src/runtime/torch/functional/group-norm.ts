/** Normalisation of each sample on its own: over groups of channels, over single channels, by the root mean square. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { noGrad } from "../grad-mode";
import { compute, raw } from "../kernel";
import { formatSizes, numelOf, sameSizes } from "../shape";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { batchNorm, standardise, standardiseGradient } from "./norm";
import type { RunningStatistics } from "./norm";

export interface AffineOptions {
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
  readonly eps?: number;
}

function checkChannelVector(input: Tensor, vector: Tensor | null, name: string): void {
  if (!vector || (vector.ndim === 1 && vector.size(0) === input.size(1))) return;
  throw new Error(
    `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${formatSizes(vector.shape)} and input of shape ${formatSizes(input.shape)}`,
  );
}

/** PyTorch counts in the shape that it gives batch normalisation. */
function checkMoreThanOneValue(rows: number, numGroups: number, spatial: Sizes): void {
  if (rows * numelOf(spatial) > 1) return;
  throw new Error(
    `Expected more than 1 value per channel when training, got input size ${formatSizes([rows, numGroups, ...spatial])}`,
  );
}

/**
 * Each sample's channels, in groups, shifted and scaled to mean 0 and variance 1; then each channel by weight and bias.
 * @param input [N, C, …]
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
 */
export function groupNorm(
  input: Tensor,
  numGroups: number,
  ...args: Trailing<AffineOptions, ["weight", "bias", "eps"]>
): Tensor {
  const options = named<AffineOptions>(["weight", "bias", "eps"], args);
  const { weight = null, bias = null, eps = 1e-5 } = options;
  if (input.ndim < 2) {
    throw new Error(`Expected at least 2 dimensions for input tensor but received ${input.ndim}`);
  }
  const [samples = 1, channels = 1, ...spatial] = input.shape;
  if (channels % numGroups !== 0) {
    throw new Error(
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${formatSizes(input.shape)} and num_groups=${numGroups}`,
    );
  }
  checkChannelVector(input, weight, "weight");
  checkChannelVector(input, bias, "bias");
  const positions = numelOf(spatial);
  checkMoreThanOneValue((samples * channels) / numGroups, numGroups, spatial);
  const asGroups = (x: tf.Tensor) => tf.reshape(x, [samples * numGroups, (channels / numGroups) * positions]);
  const asChannels = (x: tf.Tensor) => tf.reshape(x, [samples, channels, positions]);
  const column = (vector: Tensor) => tf.reshape(raw(vector), [channels, 1]);
  const result = compute("float32", input.shape, () => {
    const normalised = asChannels(standardise(asGroups(raw(input)), eps).normalised);
    const weighted = weight ? tf.mul(normalised, column(weight)) : normalised;
    return tf.reshape(bias ? tf.add(weighted, column(bias)) : weighted, input.shape);
  });
  const inputs = [input, ...(weight ? [weight] : []), ...(bias ? [bias] : [])];
  return record("groupNorm", result, inputs, weight ? [input, weight] : [input], (g, x, w) => {
    const total = (run: () => tf.Tensor) => compute("float32", [channels], () => tf.sum(run(), [0, 2]));
    const normalised = () => asChannels(standardise(asGroups(raw(x)), eps).normalised);
    return [
      () =>
        compute("float32", x.shape, () => {
          const weighted = w ? tf.mul(asChannels(raw(g)), column(w)) : raw(g);
          return tf.reshape(standardiseGradient(asGroups(weighted), standardise(asGroups(raw(x)), eps)), x.shape);
        }),
      ...(weight ? [() => total(() => tf.mul(asChannels(raw(g)), normalised()))] : []),
      ...(bias ? [() => total(() => asChannels(raw(g)))] : []),
    ];
  });
}

export interface InstanceNormOptions extends AffineOptions {
  /** Normalises by each sample's own statistics, and updates the running ones; else by the running ones. */
  readonly useInputStats?: boolean;
  readonly momentum?: number;
}

/**
 * Each channel of each sample shifted and scaled to mean 0 and variance 1, or by running statistics.
 * @param input [N, C, …] with at least one spatial dimension
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html
 */
export function instanceNorm(
  input: Tensor,
  running: RunningStatistics | null = null,
  options: InstanceNormOptions = {},
): Tensor {
  const { useInputStats = true, momentum = 0.1, weight = null, bias = null, eps = 1e-5 } = options;
  if (!useInputStats) return batchNorm(input, running, { weight, bias, eps });
  const [, channels = 1, ...spatial] = input.shape;
  if (numelOf(spatial) === 1) {
    throw new Error(
      `Expected more than 1 spatial element when training, got input size torch.Size(${formatSizes(input.shape)})`,
    );
  }
  if (running) updateRunning(running, input, momentum);
  return groupNorm(input, channels, { weight, bias, eps });
}

function updateRunning(running: RunningStatistics, input: Tensor, momentum: number): void {
  noGrad(() => {
    const samples = input.flatten(2);
    const mean = samples.mean(2).mean(0);
    const variance = samples.var(2).mean(0);
    running.mean.copy_(running.mean.mul(1 - momentum).add(mean, { alpha: momentum }));
    running.variance.copy_(running.variance.mul(1 - momentum).add(variance, { alpha: momentum }));
  });
}

export interface RmsNormOptions {
  readonly weight?: Tensor | null;
  /** The distance between 1 and the next float32 unless given. */
  readonly eps?: number | null;
}

const float32Epsilon = 2 ** -23;

/**
 * Each sample divided by the root mean square over its last dimensions, then scaled by the weight.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html
 */
export function rmsNorm(
  input: Tensor,
  normalizedShape: Sizes,
  ...args: Trailing<RmsNormOptions, ["weight", "eps"]>
): Tensor {
  const options = named<RmsNormOptions>(["weight", "eps"], args);
  const tail = input.shape.slice(Math.max(input.ndim - normalizedShape.length, 0));
  if (!sameSizes(tail, normalizedShape)) {
    throw new Error(
      `Given normalized_shape=${formatSizes(normalizedShape)}, expected input with shape [*${normalizedShape.join(", ")}], but got input of size${formatSizes(input.shape)}`,
    );
  }
  const { weight = null } = options;
  const eps = options.eps ?? float32Epsilon;
  const width = numelOf(normalizedShape);
  const rows = (x: Tensor) => tf.reshape(raw(x), [-1, width]);
  const vector = (x: Tensor) => tf.reshape(raw(x), [width]);
  const scaleOf = (x: tf.Tensor) => tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), eps));
  const result = compute("float32", input.shape, () => {
    const x = rows(input);
    const normalised = tf.mul(x, scaleOf(x));
    return tf.reshape(weight ? tf.mul(normalised, vector(weight)) : normalised, input.shape);
  });
  const inputs = weight ? [input, weight] : [input];
  return record("rmsNorm", result, inputs, inputs, (g, saved, w) => [
    () =>
      compute("float32", saved.shape, () => {
        const x = rows(saved);
        const scale = scaleOf(x);
        const weighted = w ? tf.mul(rows(g), vector(w)) : rows(g);
        const normalised = tf.mul(x, scale);
        const along = tf.mean(tf.mul(weighted, normalised), 1, true);
        return tf.reshape(tf.mul(tf.sub(weighted, tf.mul(normalised, along)), scale), saved.shape);
      }),
    () =>
      compute("float32", normalizedShape, () => {
        const x = rows(saved);
        return tf.reshape(tf.sum(tf.mul(rows(g), tf.mul(x, scaleOf(x))), 0), [...normalizedShape]);
      }),
  ]);
}
