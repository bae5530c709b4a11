/** Activations that are no methods of `Tensor`. Each is element-wise unless said. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { isFloating } from "../dtype";
import { elementwise } from "../ops/elementwise";
import { requireFloating } from "../ops/unary";
import * as ops from "../ops/index";
import { clamp, rand, where as select, writeOver, zerosLike } from "../ops/index";
import type { SoftmaxDType } from "../ops/softmax";
import type { Tensor } from "../tensor";

function refuseBool(input: Tensor, name: string): void {
  if (input.dtype === "bool") throw new Error(`Bool inputs not supported for ${name}`);
}

/** An element-wise function by its value and its slope. */
function activation(
  name: string,
  value: (x: tf.Tensor) => tf.Tensor,
  slope: (x: tf.Tensor) => tf.Tensor,
  kernel: string | null = `${name.toLowerCase()}_cpu`,
) {
  return (input: Tensor): Tensor => {
    if (kernel !== null) requireFloating(input, kernel);
    else refuseBool(input, name);
    const y = elementwise([input], kernel === null ? input.dtype : "float32", value);
    return record(name, y, [input], [input], (g, x) => [
      () => elementwise([g, x], "float32", (g, x) => tf.mul(g, slope(x))),
    ]);
  };
}

const where = (condition: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.where(condition, a, b);
const constant = (x: tf.Tensor, value: number) => tf.fill(x.shape, value);
const between = (x: tf.Tensor, low: number, high: number) =>
  tf.cast(tf.logicalAnd(tf.greater(x, low), tf.less(x, high)), "float32");

export interface InplaceOption {
  /** Writes the result over the input. */
  readonly inplace?: boolean;
}

function applied(input: Tensor, inplace: boolean, run: (input: Tensor) => Tensor): Tensor {
  return inplace ? writeOver(input, run) : run(input);
}

/** A function without other options than `inplace`. */
function withInplace(run: (input: Tensor) => Tensor) {
  return (input: Tensor, ...options: Trailing<InplaceOption, ["inplace"]>): Tensor => {
    const { inplace = false } = named<InplaceOption>(["inplace"], options);
    return applied(input, inplace, run);
  };
}

/** max(x, 0) */
export const relu = withInplace(ops.relu);

/** x · sigmoid(x) */
export const silu = withInplace(ops.silu);

/** min(max(x, 0), 6) */
export const relu6 = withInplace(
  activation(
    "relu6",
    (x) => tf.minimum(tf.relu(x), 6),
    (x) => between(x, 0, 6),
    // Integers are clamped, too.
    null,
  ),
);

export interface LeakyReluOptions extends InplaceOption {
  readonly negativeSlope?: number;
}

/** x above 0, negativeSlope · x below. */
export function leakyRelu(input: Tensor, ...options: Trailing<LeakyReluOptions, ["negativeSlope", "inplace"]>): Tensor {
  const { negativeSlope = 0.01, inplace = false } = named<LeakyReluOptions>(["negativeSlope", "inplace"], options);
  const run = activation(
    "leakyRelu",
    (x) => where(tf.greater(x, 0), x, tf.mul(x, negativeSlope)),
    (x) => where(tf.greater(x, 0), constant(x, 1), constant(x, negativeSlope)),
  );
  return applied(input, inplace, run);
}

export interface EluOptions extends InplaceOption {
  readonly alpha?: number;
}

/** x above 0, alpha · (eˣ − 1) below. */
export function elu(input: Tensor, ...options: Trailing<EluOptions, ["alpha", "inplace"]>): Tensor {
  const { alpha = 1, inplace = false } = named<EluOptions>(["alpha", "inplace"], options);
  const run = activation(
    "elu",
    (x) => where(tf.greater(x, 0), x, tf.mul(tf.expm1(tf.minimum(x, 0)), alpha)),
    (x) => where(tf.greater(x, 0), constant(x, 1), tf.mul(tf.exp(tf.minimum(x, 0)), alpha)),
  );
  return applied(input, inplace, run);
}

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/** The self-normalising ELU. Source: arXiv 1706.02515 */
export const selu = withInplace((input) => elu(input, seluAlpha).mul(seluScale));

/** x · tanh(log(1 + eˣ)) */
export const mish = withInplace((input) => input.mul(input.softplus().tanh()));

/** x · min(max(x + 3, 0), 6) / 6 */
export const hardswish = withInplace(
  activation(
    "hardswish",
    (x) => tf.div(tf.mul(x, tf.minimum(tf.relu(tf.add(x, 3)), 6)), 6),
    (x) => where(tf.less(x, -3), constant(x, 0), where(tf.greater(x, 3), constant(x, 1), tf.add(tf.div(x, 3), 0.5))),
  ),
);

/** min(max(x / 6 + 1/2, 0), 1) */
export const hardsigmoid = withInplace(
  activation(
    "hardsigmoid",
    (x) => tf.minimum(tf.relu(tf.add(tf.div(x, 6), 0.5)), 1),
    (x) => tf.div(between(x, -3, 3), 6),
  ),
);

export interface HardtanhOptions extends InplaceOption {
  readonly minVal?: number;
  readonly maxVal?: number;
}

/** The input kept between two bounds. */
export function hardtanh(
  input: Tensor,
  ...options: Trailing<HardtanhOptions, ["minVal", "maxVal", "inplace"]>
): Tensor {
  const { minVal = -1, maxVal = 1, inplace = false } = named<HardtanhOptions>(["minVal", "maxVal", "inplace"], options);
  refuseBool(input, "hardtanh");
  // Integers stay integers, so that the bounds become some.
  const bound = (value: number) => (isFloating(input.dtype) ? value : Math.trunc(value));
  return applied(input, inplace, (x) => clamp(x, bound(minVal), bound(maxVal)));
}

/** x above 0, weight · x below; the weight is learned, one for all or one for each channel. */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  const shaped =
    weight.numel() === 1 || input.ndim < 2 ? weight : weight.view([-1, ...input.shape.slice(2).map(() => 1)]);
  return input.relu().sub(input.neg().relu().mul(shaped));
}

export interface RreluOptions extends InplaceOption {
  readonly lower?: number;
  readonly upper?: number;
  readonly training?: boolean;
}

const RRELU_ORDER = ["lower", "upper", "training", "inplace"] as const;

/** x above 0, a · x below: in training a is random in [lower, upper) for each element, else it is their mean. */
export function rrelu(input: Tensor, ...options: Trailing<RreluOptions, typeof RRELU_ORDER>): Tensor {
  const { lower = 1 / 8, upper = 1 / 3, training = false, inplace = false } = named<RreluOptions>(RRELU_ORDER, options);
  if (!training) return leakyRelu(input, (lower + upper) / 2, inplace);
  const slope = rand(input.shape)
    .mul(upper - lower)
    .add(lower);
  return applied(input, inplace, (x) => select(x.gt(0), x, x.mul(slope)));
}

export interface SoftmaxOptions extends SoftmaxDType {
  /** Chosen by the rank where it is left out, as in PyTorch, which warns of that. */
  readonly dim?: number;
}

function softmaxDim(input: Tensor, dim: number | undefined): number {
  return dim ?? ([0, 1, 3].includes(input.ndim) ? 0 : 1);
}

/** exp(x) / Σ exp(x) along a dimension. */
export function softmax(input: Tensor, ...args: Trailing<SoftmaxOptions, ["dim"]>): Tensor {
  const options = named<SoftmaxOptions>(["dim"], args);
  return ops.softmax(input, softmaxDim(input, options.dim), options);
}

/** x − log Σ exp(x) along a dimension. */
export function logSoftmax(input: Tensor, ...args: Trailing<SoftmaxOptions, ["dim"]>): Tensor {
  const options = named<SoftmaxOptions>(["dim"], args);
  return ops.logSoftmax(input, softmaxDim(input, options.dim), options);
}

export interface GumbelSoftmaxOptions {
  readonly tau?: number;
  /** Returns one-hot vectors, whose gradient is that of the soft ones. */
  readonly hard?: boolean;
  /** Without effect, as in PyTorch. */
  readonly eps?: number;
  readonly dim?: number;
}

/** Samples of a categorical distribution that have a gradient. Source: arXiv 1611.01144 */
export function gumbelSoftmax(
  logits: Tensor,
  ...options: Trailing<GumbelSoftmaxOptions, ["tau", "hard", "eps", "dim"]>
): Tensor {
  const { tau = 1, hard = false, dim = -1 } = named<GumbelSoftmaxOptions>(["tau", "hard", "eps", "dim"], options);
  // Minus the logarithm of an exponentially distributed number.
  const noise = rand(logits.shape).neg().log1p().neg().clamp(1e-38).log().neg();
  const soft = logits.add(noise).div(tau).softmax(dim);
  if (!hard) return soft;
  const winner = soft.argmax(dim, { keepdim: true });
  const oneHot = zerosLike(soft.detach()).scatter(dim, winner, 1);
  return oneHot.sub(soft.detach()).add(soft);
}
