import type { BinaryOperator } from "../ir";
import type { Dim } from "../shape/dim";
import { add, asNumber, bounds, constant, divideExactly, floorDivide, modulo, multiply, subtract } from "../shape/dim";
import { numberValue, plainNumber } from "./number";
import type { IntegerValue, RatioValue, Value } from "./value";
import { sizeOfNumber, sizedNumber } from "./unknown-size";
import { SOME_NUMBER, integer } from "./value";

export function arithmetic(operator: BinaryOperator, left: Value, right: Value): Value {
  const a = plainNumber(left);
  const b = plainNumber(right);
  if (a !== undefined && b !== undefined) return plainArithmetic(operator, a, b);
  const ratio = ratioArithmetic(operator, left, right);
  if (ratio) return ratio;
  if (left.kind !== "integer" || right.kind !== "integer") return sizeArithmetic(operator, left, right) ?? SOME_NUMBER;
  switch (operator) {
    case "+":
      return integer(add(left.dim, right.dim));
    case "-":
      return integer(subtract(left.dim, right.dim));
    case "*":
      return integer(multiply(left.dim, right.dim));
    case "/":
      return divide(left.dim, right.dim);
    case "%":
      return remainder(left.dim, right.dim);
    case "**":
      return power(left.dim, right.dim);
    case "|":
      return b === 0 ? left : SOME_NUMBER;
    case ">>>":
      // On numbers that are not negative the two shifts are the same.
      return bounds(left.dim).min >= 0 ? arithmetic(">>", left, right) : SOME_NUMBER;
    case ">>":
      return b !== undefined && b >= 0 && b < 31 ? integer(floorDivide(left.dim, constant(2 ** b))) : SOME_NUMBER;
    case "<<":
      return b !== undefined && b >= 0 && b < 31 ? integer(multiply(left.dim, constant(2 ** b))) : SOME_NUMBER;
    default:
      return SOME_NUMBER;
  }
}

function plainArithmetic(operator: BinaryOperator, a: number, b: number): Value {
  switch (operator) {
    case "+":
      return numberValue(a + b);
    case "-":
      return numberValue(a - b);
    case "*":
      return numberValue(a * b);
    case "/":
      return numberValue(a / b);
    case "%":
      return numberValue(a % b);
    case "**":
      return numberValue(a ** b);
    case "&":
      return numberValue(a & b);
    case "|":
      return numberValue(a | b);
    case "^":
      return numberValue(a ^ b);
    case "<<":
      return numberValue(a << b);
    case ">>":
      return numberValue(a >> b);
    case ">>>":
      return numberValue(a >>> b);
    default:
      return SOME_NUMBER;
  }
}

/**
 * With a number that is not known, the result is not known either; should it be used as a size, then it is that of the operands' sizes.
 * Of a quotient that is one, there was no remainder.
 */
function sizeArithmetic(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  const a = sizeOfNumber(left);
  const b = sizeOfNumber(right);
  if (!a || !b) return undefined;
  switch (operator) {
    case "+":
      return sizedNumber(add(a, b));
    case "-":
      return sizedNumber(subtract(a, b));
    case "*":
      return sizedNumber(multiply(a, b));
    case "/":
      return asNumber(b) === 0 ? undefined : sizedNumber(divideExactly(a, b) ?? floorDivide(a, b));
    default:
      return undefined;
  }
}

/** `a / b` as JavaScript has it: a whole number only when `b` divides `a`. */
export function divide(a: Dim, b: Dim): IntegerValue | RatioValue {
  const exact = divideExactly(a, b);
  return exact ? integer(exact) : { kind: "ratio", numerator: a, denominator: b };
}

/** `(c / h) * h` is `c` again, whether or not the division left a remainder. */
function ratioArithmetic(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  if (operator === "*" && left.kind === "ratio" && right.kind === "integer")
    return divide(multiply(left.numerator, right.dim), left.denominator);
  if (operator === "*" && left.kind === "integer" && right.kind === "ratio")
    return divide(multiply(right.numerator, left.dim), right.denominator);
  if (operator === "/" && left.kind === "ratio" && right.kind === "integer")
    return divide(left.numerator, multiply(left.denominator, right.dim));
  if (
    operator === "|" &&
    left.kind === "ratio" &&
    plainNumber(right) === 0 &&
    bounds(left.numerator).min >= 0 &&
    bounds(left.denominator).min > 0
  ) {
    return integer(floorDivide(left.numerator, left.denominator));
  }
  return undefined;
}

/** JavaScript's `%` takes the sign of the dividend; only where that cannot matter is it the mathematical one. */
function remainder(a: Dim, b: Dim): Value {
  return bounds(a).min >= 0 && bounds(b).min > 0 ? integer(modulo(a, b)) : SOME_NUMBER;
}

function power(base: Dim, exponent: Dim): Value {
  const times = asNumber(exponent);
  if (times === undefined || times < 0 || times > 8) return SOME_NUMBER;
  let result = constant(1);
  for (let i = 0; i < times; i++) result = multiply(result, base);
  return integer(result);
}
