/** Activations that are no methods of `Tensor`. Each is element-wise unless said. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { isFloating } from "../dtype";
import { defaultGenerator } from "../generator";
import { elementwise } from "../ops/elementwise";
import { requireFloating } from "../ops/unary";
import { clamp, rand, where as select, zerosLike } from "../ops/index";
import { Storage } from "../storage";
import { Tensor } from "../tensor";

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

/** min(max(x, 0), 6) */
export const relu6 = activation(
  "relu6",
  (x) => tf.minimum(tf.relu(x), 6),
  (x) => between(x, 0, 6),
  // Integers are clamped, too.
  null,
);

/** x above 0, negativeSlope · x below. */
export function leakyRelu(input: Tensor, ...options: Trailing<{ negativeSlope?: number }, ["negativeSlope"]>): Tensor {
  const { negativeSlope = 0.01 } = named<{ negativeSlope?: number }>(["negativeSlope"], options);
  return activation(
    "leakyRelu",
    (x) => where(tf.greater(x, 0), x, tf.mul(x, negativeSlope)),
    (x) => where(tf.greater(x, 0), constant(x, 1), constant(x, negativeSlope)),
  )(input);
}

/** x above 0, alpha · (eˣ − 1) below. */
export function elu(input: Tensor, ...options: Trailing<{ alpha?: number }, ["alpha"]>): Tensor {
  const { alpha = 1 } = named<{ alpha?: number }>(["alpha"], options);
  return activation(
    "elu",
    (x) => where(tf.greater(x, 0), x, tf.mul(tf.expm1(tf.minimum(x, 0)), alpha)),
    (x) => where(tf.greater(x, 0), constant(x, 1), tf.mul(tf.exp(tf.minimum(x, 0)), alpha)),
  )(input);
}

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/** The self-normalising ELU. Source: arXiv 1706.02515 */
export function selu(input: Tensor): Tensor {
  return elu(input, seluAlpha).mul(seluScale);
}

/** x · tanh(log(1 + eˣ)) */
export function mish(input: Tensor): Tensor {
  return input.mul(input.softplus().tanh());
}

/** x · min(max(x + 3, 0), 6) / 6 */
export const hardswish = activation(
  "hardswish",
  (x) => tf.div(tf.mul(x, tf.minimum(tf.relu(tf.add(x, 3)), 6)), 6),
  (x) => where(tf.less(x, -3), constant(x, 0), where(tf.greater(x, 3), constant(x, 1), tf.add(tf.div(x, 3), 0.5))),
);

/** min(max(x / 6 + 1/2, 0), 1) */
export const hardsigmoid = activation(
  "hardsigmoid",
  (x) => tf.minimum(tf.relu(tf.add(tf.div(x, 6), 0.5)), 1),
  (x) => tf.div(between(x, -3, 3), 6),
);

/** The input kept between two bounds. */
export interface HardtanhOptions {
  readonly minVal?: number;
  readonly maxVal?: number;
}

export function hardtanh(input: Tensor, ...options: Trailing<HardtanhOptions, ["minVal", "maxVal"]>): Tensor {
  const { minVal = -1, maxVal = 1 } = named<HardtanhOptions>(["minVal", "maxVal"], options);
  refuseBool(input, "hardtanh");
  // Integers stay integers, so that the bounds become some.
  return isFloating(input.dtype) ? clamp(input, minVal, maxVal) : clamp(input, Math.trunc(minVal), Math.trunc(maxVal));
}

/** x above 0, weight · x below; the weight is learned, one for all or one for each channel. */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  const shaped =
    weight.numel() === 1 || input.ndim < 2 ? weight : weight.view([-1, ...input.shape.slice(2).map(() => 1)]);
  return input.relu().sub(input.neg().relu().mul(shaped));
}

export interface RreluOptions {
  readonly lower?: number;
  readonly upper?: number;
  readonly training?: boolean;
}

/** x above 0, a · x below: in training a is random in [lower, upper) for each element, else it is their mean. */
export function rrelu(input: Tensor, ...options: Trailing<RreluOptions, ["lower", "upper", "training"]>): Tensor {
  const {
    lower = 1 / 8,
    upper = 1 / 3,
    training = false,
  } = named<RreluOptions>(["lower", "upper", "training"], options);
  if (!training) return leakyRelu(input, (lower + upper) / 2);
  const slope = rand(input.shape)
    .mul(upper - lower)
    .add(lower);
  return select(input.gt(0), input, input.mul(slope));
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

export interface DropoutOptions {
  readonly p?: number;
  readonly training?: boolean;
}

function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`dropout probability has to be between 0 and 1, but got ${p}`);
}

/** Sets elements to 0 with probability p, and scales the others so that the mean stays. The identity when not training. */
export function dropout(input: Tensor, ...options: Trailing<DropoutOptions, ["p", "training"]>): Tensor {
  const { p = 0.5, training = true } = named<DropoutOptions>(["p", "training"], options);
  checkProbability(p);
  if (!training || p === 0) return input;
  return input.mul(dropoutMask(input.shape, p));
}

/** Dropout of whole channels of [N, C, H, W]. */
export function dropout2d(input: Tensor, ...options: Trailing<DropoutOptions, ["p", "training"]>): Tensor {
  const { p = 0.5, training = true } = named<DropoutOptions>(["p", "training"], options);
  checkProbability(p);
  if (!training || p === 0) return input;
  const spatial = input.shape.map((size, d) => (d >= input.ndim - 2 ? 1 : size));
  return input.mul(dropoutMask(spatial, p));
}

function dropoutMask(sizes: number[], p: number): Tensor {
  const values = defaultGenerator.uniforms(sizes.reduce((product, size) => product * size, 1));
  const kept = p === 1 ? 0 : 1 / (1 - p);
  values.forEach((uniform, i) => {
    values[i] = uniform < p ? 0 : kept;
  });
  return new Tensor(Storage.fromValues("float32", values), sizes);
}
