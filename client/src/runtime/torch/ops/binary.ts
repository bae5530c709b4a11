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

/** Records a function of two operands, of which numbers need no gradient. */
function recordBinary(name: string, result: Tensor, a: Operand, b: Operand, byA: Partial, byB: Partial): Tensor {
  const inputs = tensorsIn(a, b);
  return record(name, result, inputs, inputs, (g, ...saved) => {
    const [first, second] = isTensorOperand(a)
      ? [saved[0] as Tensor, isTensorOperand(b) ? (saved[1] as Tensor) : b]
      : [a, saved[0] as Tensor];
    return [
      ...(isTensorOperand(a) ? [towards(a, () => byA(g, first, second))] : []),
      ...(isTensorOperand(b) ? [towards(b, () => byB(g, first, second))] : []),
    ];
  });
}

function arithmetic(name: string, kernel: Kernel, byA: Partial, byB: Partial, boolKernel?: Kernel) {
  return (a: Operand, b: Operand): Tensor => {
    const dtype = promote(a, b);
    const run = dtype === "bool" && boolKernel ? boolKernel : kernel;
    const operandDtype: DType = dtype === "bool" && !boolKernel ? "int32" : dtype;
    const result = elementwise([a, b], dtype, run, operandDtype);
    return recordBinary(name, result, a, b, byA, byB);
  };
}

const asTensorGradient = (g: Tensor) => g;

const addition = arithmetic("add", tf.add, asTensorGradient, asTensorGradient, tf.logicalOr);
const subtraction = arithmetic("sub", tf.sub, asTensorGradient, (g) => g.neg());
const multiplication = arithmetic(
  "mul",
  tf.mul,
  (g, _a, b) => mul(g, b),
  (g, a) => mul(g, a),
  tf.logicalAnd,
);

export interface AlphaOptions {
  /** Multiplies the other operand first. */
  readonly alpha?: number;
}

/** self + alpha · other */
export function add(self: Tensor, other: Operand, { alpha = 1 }: AlphaOptions = {}): Tensor {
  return addition(self, alpha === 1 ? other : scaled(other, alpha));
}

/** self − alpha · other */
export function sub(self: Tensor, other: Operand, { alpha = 1 }: AlphaOptions = {}): Tensor {
  if (self.dtype === "bool" && (typeof other === "boolean" || (isTensorOperand(other) && other.dtype === "bool"))) {
    throw new Error(
      "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
    );
  }
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
  return recordBinary(
    "div",
    result,
    self,
    other,
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
      return mode === "floor" ? tf.floor(exact) : tf.mul(tf.sign(exact), tf.floor(tf.abs(exact)));
    },
    dtype,
  );
  return recordBinary(
    "div",
    quotient,
    self,
    other,
    (g) => g.mul(0),
    (g) => g.mul(0),
  );
}

/** The quotient rounded towards −∞. */
export function floorDivide(self: Tensor, other: Operand): Tensor {
  return div(self, other, { roundingMode: "floor" });
}

const power = arithmetic(
  "pow",
  tf.pow,
  (g, a, b) =>
    mul(g, isTensorOperand(b) ? mul(pow(a as Tensor, sub(b, 1)), b) : mul(pow(a as Tensor, Number(b) - 1), b)),
  (g, a, b) =>
    // The limit of aᵇ·log a at a = 0 is 0.
    mul(
      g,
      mul(
        elementwise([a, b], "float32", tf.pow),
        elementwise([a], "float32", (x) => tf.log(tf.where(tf.equal(x, 0), tf.onesLike(x), x))),
      ),
    ),
);

/** self to the power of `exponent`. */
export function pow(self: Tensor, exponent: Operand): Tensor {
  if (exponent === 2) return self.square();
  if (exponent === 1) return self.clone();
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

const larger = arithmetic(
  "maximum",
  tf.maximum,
  (g, a, b) => shareOf(g, a, b, tf.greater),
  (g, a, b) => shareOf(g, b, a, tf.greater),
);
const smaller = arithmetic(
  "minimum",
  tf.minimum,
  (g, a, b) => shareOf(g, a, b, tf.less),
  (g, a, b) => shareOf(g, b, a, tf.less),
);

/** The larger of each pair. */
export function maximum(self: Tensor, other: Tensor): Tensor {
  return larger(self, other);
}

/** The smaller of each pair. */
export function minimum(self: Tensor, other: Tensor): Tensor {
  return smaller(self, other);
}

const modulo = arithmetic(
  "remainder",
  (a, b) => {
    const exact = tf.sub(
      tf.cast(a, "float32"),
      tf.mul(tf.floor(tf.div(tf.cast(a, "float32"), tf.cast(b, "float32"))), tf.cast(b, "float32")),
    );
    return tf.cast(exact, a.dtype);
  },
  asTensorGradient,
  (g, a, b) =>
    mul(
      g,
      elementwise([a, b], "float32", (a, b) => tf.floor(tf.div(a, b))),
    ).neg(),
);

const truncatedModulo = arithmetic(
  "fmod",
  (a, b) => {
    const quotient = tf.div(tf.cast(a, "float32"), tf.cast(b, "float32"));
    const whole = tf.mul(tf.sign(quotient), tf.floor(tf.abs(quotient)));
    return tf.cast(tf.sub(tf.cast(a, "float32"), tf.mul(whole, tf.cast(b, "float32"))), a.dtype);
  },
  asTensorGradient,
  (g, a, b) =>
    mul(
      g,
      elementwise([a, b], "float32", (a, b) => tf.mul(tf.sign(tf.div(a, b)), tf.floor(tf.abs(tf.div(a, b))))),
    ).neg(),
);

/** The remainder with the sign of the divisor. */
export function remainder(self: Tensor, other: Operand): Tensor {
  return modulo(self, other);
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
    self,
    other,
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
