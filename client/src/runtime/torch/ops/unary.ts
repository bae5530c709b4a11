/** Element-wise functions of one tensor. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { isFloating, scalarTypeName } from "../dtype";
import type { DType } from "../dtype";
import { hasFused, runFused } from "../fused";
import { sameSizes } from "../shape";
import type { Tensor } from "../tensor";
import { maximum, minimum } from "./binary";
import { asFloating } from "./copy";
import { elementwise } from "./elementwise";

/** What a derivative is written in: the function's input, or its value. Nothing else is kept for `backward()`. */
type Saves = "input" | "output" | "nothing";

/** The gradient of the input from that of the result and what was saved. */
type Derivative = (g: Tensor, saved: Tensor) => Tensor;
type Kernel = (x: tf.Tensor) => tf.Tensor;

function recordUnary(name: string, x: Tensor, y: Tensor, saves: Saves, derivative: Derivative): Tensor {
  const saved = saves === "nothing" ? [] : [saves === "input" ? x : y];
  return record(name, y, [x], saved, (g, value) => [() => derivative(g, value ?? g)]);
}

/** A function of real numbers: integers are converted to floats first. */
function floating(name: string, kernel: Kernel, saves: Saves, derivative: Derivative): (self: Tensor) => Tensor {
  return (self) => {
    const x = asFloating(self);
    return recordUnary(name, x, elementwise([x], "float32", kernel), saves, derivative);
  };
}

/** A function that integers have as well: their type is kept. */
function numeric(
  name: string,
  kernel: Kernel,
  saves: Saves,
  derivative: Derivative,
  refuseBool?: string,
): (self: Tensor) => Tensor {
  return (self) => {
    if (self.dtype === "bool" && refuseBool !== undefined) throw new Error(refuseBool);
    const y = elementwise([self], self.dtype, kernel, self.dtype === "bool" ? "int32" : self.dtype);
    return recordUnary(name, self, y, saves, derivative);
  };
}

/** A function whose value is the integer itself for integers. */
function rounding(name: string, kernel: Kernel): (self: Tensor) => Tensor {
  return (self) => {
    if (self.dtype === "bool") throw new Error(`"${name}_vml_cpu" not implemented for 'Bool'`);
    if (!isFloating(self.dtype)) return self.clone();
    const y = elementwise([self], "float32", kernel);
    return record(name, y, [self], [], (g) => [() => g.mul(0)]);
  };
}

/** Refuses integers and booleans, for which a kernel of PyTorch does not exist. */
export function requireFloating(self: Tensor, kernel: string): void {
  if (!isFloating(self.dtype)) throw new Error(`"${kernel}" not implemented for '${scalarTypeName(self.dtype)}'`);
}

function test(kernel: Kernel): (self: Tensor) => Tensor {
  return (self) => elementwise([self], "bool", kernel, "float32");
}

const noNegativeBool =
  "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.";

/** −x */
export const neg = numeric("neg", tf.neg, "nothing", (g) => g.neg(), noNegativeBool);
/** |x| */
export const abs = numeric("abs", tf.abs, "input", (g, x) => g.mul(x.sign()), `"abs_cpu" not implemented for 'Bool'`);
/** −1, 0 or 1 */
export const sign = numeric("sign", tf.sign, "nothing", (g) => g.mul(0));
/** x² */
export function square(self: Tensor): Tensor {
  return squared(self.dtype === "bool" ? self.long() : self);
}

const squared = numeric("square", tf.square, "input", (g, x) => g.mul(x).mul(2));
/** max(x, 0) */
export const relu = numeric(
  "relu",
  tf.relu,
  "output",
  (g, y) => reluGradient(g, y),
  "Boolean inputs not supported for relu",
);

/** The gradient where the output is above 0: one pass for what would be a comparison and a product. */
function reluGradient(g: Tensor, y: Tensor): Tensor {
  const slope = (g: tf.Tensor, y: tf.Tensor) =>
    hasFused("reluGrad") && sameSizes(g.shape, y.shape) ? runFused("reluGrad", { dy: g, y }) : tf.mul(g, tf.step(y));
  return elementwise([g, y], "float32", slope);
}

export const exp = floating("exp", tf.exp, "output", (g, y) => g.mul(y));
export const expm1 = floating("expm1", tf.expm1, "output", (g, y) => g.mul(y.add(1)));
export const log = floating("log", tf.log, "input", (g, x) => g.div(x));
export const log1p = floating("log1p", tf.log1p, "input", (g, x) => g.div(x.add(1)));
export const sqrt = floating("sqrt", tf.sqrt, "output", (g, y) => g.div(y.mul(2)));
export const rsqrt = floating("rsqrt", tf.rsqrt, "output", (g, y) => g.mul(y.pow(3)).mul(-0.5));
export const reciprocal = floating("reciprocal", tf.reciprocal, "output", (g, y) => g.mul(y).mul(y).neg());
export const sin = floating("sin", tf.sin, "input", (g, x) => g.mul(x.cos()));
export const cos = floating("cos", tf.cos, "input", (g, x) => g.mul(x.sin()).neg());
export const tan = floating("tan", tf.tan, "output", (g, y) => g.mul(y.square().add(1)));
export const tanh = floating("tanh", tf.tanh, "output", (g, y) => tanhGradient(g, y));
/** 1 / (1 + e⁻ˣ) */
export const sigmoid = floating("sigmoid", tf.sigmoid, "output", (g, y) => sigmoidGradient(g, y));
export const erf = floating("erf", tf.erf, "input", (g, x) =>
  g.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI)),
);

function tanhGradient(g: Tensor, y: Tensor): Tensor {
  return elementwise([g, y], "float32", (g, y) => tf.mul(g, tf.sub(1, tf.square(y))));
}

function sigmoidGradient(g: Tensor, y: Tensor): Tensor {
  return elementwise([g, y], "float32", (g, y) => tf.mul(g, tf.mul(y, tf.sub(1, y))));
}

/** Rounded towards −∞. */
export const floor = rounding("floor", tf.floor);
/** Rounded towards +∞. */
export const ceil = rounding("ceil", tf.ceil);
/** Rounded to the nearest integer, halves to the even one. */
export const round = rounding("round", tf.round);
/** Rounded towards 0. */
export const trunc = rounding("trunc", (x) => tf.mul(tf.sign(x), tf.floor(tf.abs(x))));

export const isnan = test(tf.isNaN);
export const isinf = test(tf.isInf);
export const isfinite = test(tf.isFinite);

/** Whether each element is 0. */
export function logicalNot(self: Tensor): Tensor {
  return elementwise([self.bool()], "bool", tf.logicalNot);
}

/** x · sigmoid(x), also called swish. */
export function silu(self: Tensor): Tensor {
  requireFloating(self, "silu_cpu");
  const y = elementwise([self], "float32", (x) => tf.mul(x, tf.sigmoid(x)));
  return record("silu", y, [self], [self], (g, x) => [
    () =>
      elementwise([g, x], "float32", (g, x) => {
        const s = tf.sigmoid(x);
        return tf.mul(g, tf.mul(s, tf.add(1, tf.mul(x, tf.sub(1, s)))));
      }),
  ]);
}

export interface GeluOptions {
  /** "none" for x·Φ(x), "tanh" for its approximation. */
  readonly approximate?: "none" | "tanh";
}

const normalCdf: Kernel = (x) => tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
const tanhArgument: Kernel = (x) =>
  tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.square(x)))));

/** x · Φ(x), Φ the distribution function of the normal distribution. Source: arXiv 1606.08415 */
export function gelu(self: Tensor, { approximate = "none" }: GeluOptions = {}): Tensor {
  requireFloating(self, "GeluKernelImpl");
  const exact = approximate === "none";
  const y = elementwise([self], "float32", (x) =>
    tf.mul(x, exact ? normalCdf(x) : tf.mul(0.5, tf.add(1, tf.tanh(tanhArgument(x))))),
  );
  return record("gelu", y, [self], [self], (g, x) => [
    () => elementwise([g, x], "float32", (g, x) => tf.mul(g, exact ? exactGeluSlope(x) : tanhGeluSlope(x))),
  ]);
}

/** Φ(x) + x·φ(x) */
function exactGeluSlope(x: tf.Tensor): tf.Tensor {
  const density = tf.mul(1 / Math.sqrt(2 * Math.PI), tf.exp(tf.mul(-0.5, tf.square(x))));
  return tf.add(normalCdf(x), tf.mul(x, density));
}

function tanhGeluSlope(x: tf.Tensor): tf.Tensor {
  const t = tf.tanh(tanhArgument(x));
  const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(1, tf.mul(3 * 0.044715, tf.square(x))));
  const curved = tf.mul(tf.mul(0.5, x), tf.mul(tf.sub(1, tf.square(t)), inner));
  return tf.add(tf.mul(0.5, tf.add(1, t)), curved);
}

export interface SoftplusOptions {
  readonly beta?: number;
  /** Above it, the function is the identity. */
  readonly threshold?: number;
}

/** log(1 + e^(βx)) / β */
export function softplus(self: Tensor, ...options: Trailing<SoftplusOptions, ["beta", "threshold"]>): Tensor {
  const { beta = 1, threshold = 20 } = named<SoftplusOptions>(["beta", "threshold"], options);
  requireFloating(self, "softplus_cpu");
  const y = elementwise([self], "float32", (x) => {
    const scaled = tf.mul(x, beta);
    return tf.where(tf.greater(scaled, threshold), x, tf.div(tf.softplus(tf.minimum(scaled, threshold)), beta));
  });
  return record("softplus", y, [self], [self], (g, x) => [
    () =>
      elementwise([g, x], "float32", (g, x) => {
        const scaled = tf.mul(x, beta);
        return tf.where(tf.greater(scaled, threshold), g, tf.mul(g, tf.sigmoid(scaled)));
      }),
  ]);
}

export interface ClampOptions {
  readonly min?: number | Tensor | null;
  readonly max?: number | Tensor | null;
}

function isTensor(bound: number | Tensor | null): bound is Tensor {
  return typeof bound === "object" && bound !== null;
}

/** Elements below `min` become `min`, those above `max` become `max`; either may be left open. */
export function clamp(self: Tensor, ...bounds: Trailing<ClampOptions, ["min", "max"]>): Tensor {
  const { min = null, max = null } = named<ClampOptions>(["min", "max"], bounds);
  if (min === null && max === null) throw new Error("torch.clamp: At least one of 'min' or 'max' must not be None");
  if (isTensor(min) || isTensor(max)) {
    if (typeof min === "number" || typeof max === "number") {
      throw new TypeError("clamp(): the bounds must be two numbers or two tensors, not one of each");
    }
    const above = min ? maximum(self, min) : self;
    return max ? minimum(above, max) : above;
  }
  const low = min ?? -Infinity;
  const high = max ?? Infinity;
  const whole = [min, max].every((bound) => bound === null || Number.isInteger(bound));
  const dtype: DType = !whole ? "float32" : self.dtype === "bool" ? "int64" : self.dtype;
  const clip: Kernel = (x) => {
    const above = min === null ? x : tf.maximum(x, tf.scalar(low, x.dtype as "float32"));
    return max === null ? above : tf.minimum(above, tf.scalar(high, x.dtype as "float32"));
  };
  const y = elementwise([self], dtype, clip);
  return record("clamp", y, [self], [self], (g, x) => [
    () =>
      elementwise([g, x], "float32", (g, x) =>
        tf.mul(g, tf.cast(tf.logicalAnd(tf.greaterEqual(x, low), tf.lessEqual(x, high)), "float32")),
      ),
  ]);
}

export const unaryFunctions = {
  neg,
  abs,
  sign,
  square,
  relu,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  rsqrt,
  reciprocal,
  sin,
  cos,
  tan,
  tanh,
  sigmoid,
  erf,
  floor,
  ceil,
  round,
  trunc,
  isnan,
  isinf,
  isfinite,
  logicalNot,
  silu,
  gelu,
  softplus,
  clamp,
};
