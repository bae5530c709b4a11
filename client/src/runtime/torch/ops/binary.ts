/** Element-wise functions of two operands: arithmetic, comparison, logic. Tensors and numbers mix freely. */
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { categoryOf, isFloating, promote } from "../dtype";
import type { DType } from "../dtype";
import type { Tensor } from "../tensor";
import { broadcastShapes, sameSizes } from "../shape";
import { elementwise, isTensorOperand } from "./elementwise";
import type { Operand } from "./elementwise";
import { sumTo } from "./reduce";

type Kernel = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

function tensorsIn(...operands: readonly Operand[]): Tensor[] {
  return operands.filter(isTensorOperand);
}

/** The gradient of an operand: summed over what broadcasting stretched, in the operand's dtype. */
function towards(operand: Tensor, gradient: () => Tensor): () => Tensor {
  const { sizes } = operand._view;
  return () => sumTo(gradient(), sizes);
}

type Partial = (g: Tensor, a: Operand, b: Operand) => Tensor;

/** Which operands the derivatives are written in: for "other", each one in the operand that it is not for. */
type Saves = "nothing" | "other" | "both";

function needed(operand: Operand, other: Operand, saves: Saves): operand is Tensor {
  if (!isTensorOperand(operand) || saves === "nothing") return false;
  return saves === "both" || (isTensorOperand(other) && other.requiresGrad);
}

/** Records a function of two operands, of which numbers need no gradient. */
function recordBinary(
  name: string,
  result: Tensor,
  [a, b]: readonly [Operand, Operand],
  saves: Saves,
  byA: Partial,
  byB: Partial,
): Tensor {
  const saved = [...(needed(a, b, saves) ? [a] : []), ...(needed(b, a, saves) ? [b] : [])];
  return record(name, result, tensorsIn(a, b), saved, (g, ...kept) => {
    // Operands that were not saved may have changed since: the formulas do not look at them.
    const first = needed(a, b, saves) ? (kept[0] as Tensor) : a;
    const second = needed(b, a, saves) ? (kept[kept.length - 1] as Tensor) : b;
    return [
      ...(isTensorOperand(a) ? [towards(a, () => byA(g, first, second))] : []),
      ...(isTensorOperand(b) ? [towards(b, () => byB(g, first, second))] : []),
    ];
  });
}

interface Arithmetic {
  readonly name: string;
  readonly kernel: Kernel;
  readonly saves: Saves;
  readonly byA: Partial;
  readonly byB: Partial;
  /** What the operation is on booleans, where they do not count as integers. */
  readonly boolKernel?: Kernel;
}

function arithmetic({ name, kernel, saves, byA, byB, boolKernel }: Arithmetic): (a: Operand, b: Operand) => Tensor {
  return (a, b) => {
    const dtype = promote(a, b);
    const run = dtype === "bool" && boolKernel ? boolKernel : kernel;
    const operandDtype: DType = dtype === "bool" && !boolKernel ? "int32" : dtype;
    const result = elementwise([a, b], dtype, run, operandDtype);
    return recordBinary(name, result, [a, b], saves, byA, byB);
  };
}

const unchanged: Partial = (g) => g;

const addition = arithmetic({
  name: "add",
  kernel: tf.add,
  saves: "nothing",
  byA: unchanged,
  byB: unchanged,
  boolKernel: tf.logicalOr,
});

const subtraction = arithmetic({ name: "sub", kernel: tf.sub, saves: "nothing", byA: unchanged, byB: (g) => g.neg() });

const multiplication = arithmetic({
  name: "mul",
  kernel: tf.mul,
  saves: "other",
  byA: (g, _a, b) => mul(g, b),
  byB: (g, a) => mul(g, a),
  boolKernel: tf.logicalAnd,
});

export interface AlphaOptions {
  /** Multiplies the other operand first. */
  readonly alpha?: number;
}

function checkAlpha(self: Tensor, other: Operand, alpha: number): void {
  if (Number.isInteger(alpha) || categoryOf(promote(self, other)) === "floating") return;
  throw new Error("For integral input tensors, argument alpha must not be a floating point number.");
}

/** self + alpha · other */
export function add(self: Tensor, other: Operand, { alpha = 1 }: AlphaOptions = {}): Tensor {
  checkAlpha(self, other, alpha);
  return addition(self, alpha === 1 ? other : scaled(other, alpha));
}

/** self − alpha · other */
export function sub(self: Tensor, other: Operand, { alpha = 1 }: AlphaOptions = {}): Tensor {
  if (self.dtype === "bool" && (typeof other === "boolean" || (isTensorOperand(other) && other.dtype === "bool"))) {
    throw new Error(
      "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
    );
  }
  if (self.dtype === "bool" || (isTensorOperand(other) && other.dtype === "bool") || typeof other === "boolean") {
    throw new Error(
      "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
    );
  }
  checkAlpha(self, other, alpha);
  return subtraction(self, alpha === 1 ? other : scaled(other, alpha));
}

function scaled(other: Operand, alpha: number): Operand {
  return isTensorOperand(other) ? mul(other, alpha) : Number(other) * alpha;
}

/** self · other */
export function mul(self: Tensor, other: Operand): Tensor {
  return multiplication(self, other);
}

export interface DivOptions {
  /** "trunc" rounds towards 0, "floor" towards −∞; without it integers become floats. */
  readonly roundingMode?: "trunc" | "floor" | null;
}

/** self / other */
export function div(self: Tensor, other: Operand, { roundingMode = null }: DivOptions = {}): Tensor {
  if (roundingMode !== null) return roundedDivision(self, other, roundingMode);
  const result = elementwise([self, other], "float32", tf.div);
  // The quotient's own derivative needs both; by a number, the number alone.
  const saves: Saves = isTensorOperand(other) ? "both" : "nothing";
  return recordBinary(
    "div",
    result,
    [self, other],
    saves,
    (g, _a, b) => div(g, b),
    (g, a, b) => div(mul(g, a), mul(b as Tensor, b)).neg(),
  );
}

function roundedDivision(self: Tensor, other: Operand, mode: "trunc" | "floor"): Tensor {
  const dtype = promote(self, other);
  const quotient = elementwise(
    [self, other],
    dtype,
    (a, b) => {
      const exact = tf.div(tf.cast(a, "float32"), tf.cast(b, "float32"));
      return mode === "floor" ? tf.floor(exact) : truncated(exact);
    },
    dtype,
  );
  return recordBinary(
    "div",
    quotient,
    [self, other],
    "nothing",
    (g) => g.mul(0),
    (g) => g.mul(0),
  );
}

/** The quotient rounded towards −∞. */
export function floorDivide(self: Tensor, other: Operand): Tensor {
  return div(self, other, { roundingMode: "floor" });
}

/** b·aᵇ⁻¹ */
function powerByBase(g: Tensor, a: Operand, b: Operand): Tensor {
  const base = a as Tensor;
  return mul(g, isTensorOperand(b) ? mul(pow(base, sub(b, 1)), b) : mul(pow(base, Number(b) - 1), b));
}

/** aᵇ·log a, whose limit at a = 0 is 0. */
function powerByExponent(g: Tensor, a: Operand, b: Operand): Tensor {
  return elementwise([g, a, b], "float32", (g, a, b) =>
    tf.mul(g, tf.mul(tf.pow(a, b), tf.log(tf.where(tf.equal(a, 0), tf.onesLike(a), a)))),
  );
}

const power = arithmetic({ name: "pow", kernel: tf.pow, saves: "both", byA: powerByBase, byB: powerByExponent });

/** self to the power of `exponent`. */
export function pow(self: Tensor, exponent: Operand): Tensor {
  if (exponent === 2) return self.square();
  if (exponent === 1) return self.dtype === "bool" ? self.long() : self.clone();
  if (exponent === 0) return self.mul(0).add(1);
  if (typeof exponent === "number" && exponent < 0 && categoryOf(promote(self, exponent)) === "integer") {
    throw new Error("Integers to negative integer powers are not allowed.");
  }
  return power(self, exponent);
}

/** Where both are equal, each gets half of the gradient. */
function shareOf(g: Tensor, own: Operand, other: Operand, kernel: Kernel): Tensor {
  return elementwise([g, own, other], "float32", (g, own, other) => {
    const wins = tf.cast(kernel(own, other), "float32");
    const ties = tf.mul(0.5, tf.cast(tf.equal(own, other), "float32"));
    return tf.mul(g, tf.add(wins, ties));
  });
}

const larger = arithmetic({
  name: "maximum",
  kernel: tf.maximum,
  saves: "both",
  byA: (g, a, b) => shareOf(g, a, b, tf.greater),
  byB: (g, a, b) => shareOf(g, b, a, tf.greater),
});

const smaller = arithmetic({
  name: "minimum",
  kernel: tf.minimum,
  saves: "both",
  byA: (g, a, b) => shareOf(g, a, b, tf.less),
  byB: (g, a, b) => shareOf(g, b, a, tf.less),
});

/** The larger of each pair. */
export function maximum(self: Tensor, other: Tensor): Tensor {
  return larger(self, other);
}

/** The smaller of each pair. */
export function minimum(self: Tensor, other: Tensor): Tensor {
  return smaller(self, other);
}

/** Rounded towards 0. */
const truncated = (x: tf.Tensor) => tf.mul(tf.sign(x), tf.floor(tf.abs(x)));

/** a − round(a / b)·b, whose derivative by b is −round(a / b). */
function modulo(name: string, round: (x: tf.Tensor) => tf.Tensor): (a: Operand, b: Operand) => Tensor {
  return arithmetic({
    name,
    kernel: (a, b) => {
      const [x, y] = [tf.cast(a, "float32"), tf.cast(b, "float32")];
      return tf.cast(tf.sub(x, tf.mul(round(tf.div(x, y)), y)), a.dtype);
    },
    saves: "both",
    byA: unchanged,
    byB: (g, a, b) => elementwise([g, a, b], "float32", (g, a, b) => tf.neg(tf.mul(g, round(tf.div(a, b))))),
  });
}

const floorModulo = modulo("remainder", (x) => tf.floor(x));
const truncatedModulo = modulo("fmod", truncated);

/** The remainder with the sign of the divisor. */
export function remainder(self: Tensor, other: Operand): Tensor {
  return floorModulo(self, other);
}

/** The remainder with the sign of the dividend. */
export function fmod(self: Tensor, other: Operand): Tensor {
  return truncatedModulo(self, other);
}

function comparison(kernel: Kernel) {
  return (self: Tensor, other: Operand): Tensor => {
    const common = promote(self, other);
    return elementwise([self, other], "bool", kernel, common === "bool" ? "int32" : common);
  };
}

export const eq = comparison(tf.equal);
export const ne = comparison(tf.notEqual);
export const lt = comparison(tf.less);
export const le = comparison(tf.lessEqual);
export const gt = comparison(tf.greater);
export const ge = comparison(tf.greaterEqual);

function logical(kernel: Kernel) {
  return (self: Tensor, other: Tensor): Tensor => elementwise([self.bool(), other.bool()], "bool", kernel);
}

export const logicalAnd = logical(tf.logicalAnd);
export const logicalOr = logical(tf.logicalOr);
export const logicalXor = logical(tf.logicalXor);

/** `tf.where` wants operands of one shape. */
function select(mask: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const shape = broadcastShapes(mask.shape, a.shape, b.shape);
  const full = (value: tf.Tensor) => (sameSizes(value.shape, shape) ? value : tf.broadcastTo(value, shape));
  return tf.where(tf.cast(full(mask), "bool"), full(a), full(b));
}

/** `self` where the condition holds, else `other`. Shapes broadcast. */
export function where(condition: Tensor, self: Operand, other: Operand): Tensor {
  const dtype = promote(self, other);
  const mask = condition.bool();
  const result = elementwise([mask, self, other], dtype, select, dtype === "bool" ? "int32" : dtype);
  return recordBinary(
    "where",
    result,
    [self, other],
    "nothing",
    (g) => where(mask, g, 0),
    (g) => where(mask, 0, g),
  );
}

/** The elements, with `value` where the mask holds. */
export function maskedFill(self: Tensor, mask: Tensor, value: number | boolean | Tensor): Tensor {
  if (mask.dtype !== "bool") {
    throw new Error(`masked_fill_ only supports boolean masks, but got mask with dtype ${mask.dtype}`);
  }
  const filled = isFloating(self.dtype) ? value : isTensorOperand(value) ? value : Math.trunc(Number(value));
  return where(mask, filled, self).to(self.dtype);
}

export const binaryFunctions = {
  add,
  sub,
  mul,
  div,
  floorDivide,
  pow,
  maximum,
  minimum,
  remainder,
  fmod,
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  logicalAnd,
  logicalOr,
  logicalXor,
  maskedFill,
};
