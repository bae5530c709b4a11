import type { BinaryOperator, UnaryExpression } from "../ir";
import type { Dim } from "../shape/dim";
import {
  add,
  asNumber,
  bounds,
  compare,
  constant,
  divideExactly,
  floorDivide,
  isKnown,
  modulo,
  multiply,
  negate,
  subtract,
} from "../shape/dim";
import { optionsOf, sameSimpleValue } from "./join";
import type { BooleanValue, IntegerValue, RatioValue, Value } from "./value";
import {
  FREE,
  FREE_BOOLEAN,
  SOME_BOOLEAN,
  SOME_NUMBER,
  SOME_STRING,
  UNDEFINED,
  UNKNOWN,
  boolean,
  integer,
  string,
} from "./value";

/** Whether a condition holds; `undefined` when it may go either way. */
export function truthiness(value: Value): boolean | undefined {
  switch (value.kind) {
    case "undefined":
    case "null":
      return false;
    case "boolean":
      return value.value;
    case "integer": {
      const known = asNumber(value.dim);
      if (known !== undefined) return known !== 0;
      const { min, max } = bounds(value.dim);
      return min > 0 || max < 0 ? true : undefined;
    }
    case "float":
      return value.value === undefined ? undefined : Boolean(value.value);
    case "string":
      return value.value === undefined ? undefined : value.value !== "";
    case "ratio":
    case "unknown":
      return undefined;
    case "union": {
      const [first, ...rest] = value.options.map(truthiness);
      return rest.every((other) => other === first) ? first : undefined;
    }
    default:
      return true;
  }
}

/** Both ways of a condition on it are real, since a caller chooses. */
export function isFree(value: Value): boolean {
  if (value.kind === "unknown" || value.kind === "boolean") return value.free;
  return value.kind === "union" && value.options.some(isFree);
}

export function unaryOperation(operator: UnaryExpression["operator"], operand: Value): Value {
  switch (operator) {
    case "!": {
      const truth = truthiness(operand);
      if (truth !== undefined) return boolean(!truth);
      return isFree(operand) ? FREE_BOOLEAN : SOME_BOOLEAN;
    }
    case "void":
      return UNDEFINED;
    case "delete":
      return SOME_BOOLEAN;
    case "typeof":
      return typeOf(operand);
    case "+":
      return toNumber(operand);
    case "-": {
      const value = toNumber(operand);
      if (value.kind === "integer") return integer(negate(value.dim), value.literal);
      return value.kind === "float" && value.value !== undefined ? numberValue(-value.value) : SOME_NUMBER;
    }
    case "~": {
      const known = plainNumber(toNumber(operand));
      return known === undefined ? SOME_NUMBER : numberValue(~known);
    }
  }
}

function typeOf(value: Value): Value {
  switch (value.kind) {
    case "integer":
    case "float":
    case "ratio":
      return string("number");
    case "string":
    case "boolean":
    case "undefined":
      return string(value.kind);
    case "function":
    case "class":
    case "native":
    case "nativeClass":
      return string("function");
    case "null":
    case "tensor":
    case "promise":
    case "namespace":
      return string("object");
    case "union": {
      const [first, ...rest] = value.options.map(typeOf);
      return first && rest.every((other) => sameSimpleValue(first, other)) ? first : SOME_STRING;
    }
    // Modules are objects that can be called, so an object may well be a function.
    default:
      return SOME_STRING;
  }
}

export function toNumber(value: Value): Value {
  switch (value.kind) {
    case "integer":
    case "float":
    case "ratio":
      return value;
    case "boolean":
      return value.value === undefined ? SOME_NUMBER : integer(constant(Number(value.value)));
    case "null":
      return integer(constant(0));
    case "string":
      return value.value === undefined ? SOME_NUMBER : numberValue(Number(value.value));
    default:
      return SOME_NUMBER;
  }
}

/** The value of a JavaScript number. */
export function numberValue(value: number): Value {
  return Number.isSafeInteger(value) ? integer(constant(value)) : { kind: "float", value };
}

/** The number that a value surely is. */
export function plainNumber(value: Value): number | undefined {
  if (value.kind === "integer") return asNumber(value.dim);
  return value.kind === "float" ? value.value : undefined;
}

export function binaryOperation(operator: BinaryOperator, left: Value, right: Value): Value {
  if (left.kind === "union" || right.kind === "union") return overOptions(operator, left, right);
  switch (operator) {
    case "===":
    case "!==":
    case "==":
    case "!=":
      return equality(operator, left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return comparison(operator, left, right);
    case "in":
    case "instanceof":
      return left.kind === "unknown" && left.free ? FREE_BOOLEAN : SOME_BOOLEAN;
    case "+":
      if (left.kind === "string" || right.kind === "string") return concatenate(left, right);
      if (!isNumeric(left) || !isNumeric(right))
        return left.kind === "unknown" || right.kind === "unknown" ? freeIfBoth(left, right) : UNKNOWN;
      return arithmetic(operator, left, right);
    default:
      return arithmetic(operator, toNumber(left), toNumber(right));
  }
}

function overOptions(operator: BinaryOperator, left: Value, right: Value): Value {
  const results: Value[] = [];
  for (const a of optionsOf(left)) {
    for (const b of optionsOf(right)) {
      const result = binaryOperation(operator, a, b);
      if (!results.some((other) => sameSimpleValue(other, result))) results.push(result);
    }
  }
  if (results.length === 1) return results[0] as Value;
  if (results.every((result) => result.kind === "boolean")) return SOME_BOOLEAN;
  return results.every(isNumeric) ? SOME_NUMBER : UNKNOWN;
}

function freeIfBoth(left: Value, right: Value): Value {
  return [left, right].every((v) => v.kind !== "unknown" || v.free) ? FREE : UNKNOWN;
}

function isNumeric(value: Value): boolean {
  return (
    value.kind === "integer" ||
    value.kind === "float" ||
    value.kind === "ratio" ||
    value.kind === "boolean" ||
    value.kind === "null"
  );
}

/** The text of a value in a template or a concatenation. */
export function textOf(value: Value): string | undefined {
  switch (value.kind) {
    case "string":
      return value.value;
    case "integer": {
      const known = asNumber(value.dim);
      return known === undefined ? undefined : String(known);
    }
    case "float":
      return value.value === undefined ? undefined : String(value.value);
    case "boolean":
      return value.value === undefined ? undefined : String(value.value);
    case "null":
    case "undefined":
      return value.kind;
    default:
      return undefined;
  }
}

function concatenate(left: Value, right: Value): Value {
  const a = textOf(left);
  const b = textOf(right);
  return a === undefined || b === undefined ? SOME_STRING : string(a + b);
}

function arithmetic(operator: BinaryOperator, left: Value, right: Value): Value {
  const a = plainNumber(left);
  const b = plainNumber(right);
  if (a !== undefined && b !== undefined) return plainArithmetic(operator, a, b);
  const ratio = ratioArithmetic(operator, left, right);
  if (ratio) return ratio;
  if (left.kind !== "integer" || right.kind !== "integer") return SOME_NUMBER;
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

function comparison(operator: "<" | "<=" | ">" | ">=", left: Value, right: Value): Value {
  const a = plainNumber(left);
  const b = plainNumber(right);
  if (a !== undefined && b !== undefined) {
    return boolean({ "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b }[operator]);
  }
  if (left.kind !== "integer" || right.kind !== "integer") return unknownTruth(left, right);
  const { min, max } = bounds(subtract(left.dim, right.dim));
  switch (operator) {
    case "<":
      return max < 0 ? boolean(true) : min >= 0 ? boolean(false) : unknownTruth(left, right);
    case "<=":
      return max <= 0 ? boolean(true) : min > 0 ? boolean(false) : unknownTruth(left, right);
    case ">":
      return min > 0 ? boolean(true) : max <= 0 ? boolean(false) : unknownTruth(left, right);
    case ">=":
      return min >= 0 ? boolean(true) : max < 0 ? boolean(false) : unknownTruth(left, right);
  }
}

function equality(operator: "===" | "!==" | "==" | "!=", left: Value, right: Value): Value {
  const equal = areEqual(left, right, operator === "==" || operator === "!=");
  if (equal === undefined) return unknownTruth(left, right);
  return boolean(operator === "===" || operator === "==" ? equal : !equal);
}

function areEqual(left: Value, right: Value, loose: boolean): boolean | undefined {
  if (left.kind === "unknown" || right.kind === "unknown") return undefined;
  const nullish = [left, right].filter((v) => v.kind === "null" || v.kind === "undefined").length;
  if (nullish === 2) return loose || left.kind === right.kind;
  if (nullish === 1) return false;
  if (left.kind === "integer" && right.kind === "integer") {
    const order = compare(left.dim, right.dim);
    return order === "maybe" ? undefined : order === "equal";
  }
  const a = plainNumber(left);
  const b = plainNumber(right);
  if (a !== undefined && b !== undefined) return a === b;
  if (left.kind === "string" && right.kind === "string")
    return left.value === undefined || right.value === undefined ? undefined : left.value === right.value;
  if (left.kind === "boolean" && right.kind === "boolean")
    return left.value === undefined || right.value === undefined ? undefined : left.value === right.value;
  if (left.kind === "object" && right.kind === "object") return left.id === right.id ? true : undefined;
  if (sameSimpleValue(left, right)) return true;
  return loose || sameType(left, right) ? undefined : false;
}

function sameType(left: Value, right: Value): boolean {
  const type = typeOf(left);
  const other = typeOf(right);
  return type === SOME_STRING || other === SOME_STRING || sameSimpleValue(type, other);
}

function unknownTruth(left: Value, right: Value): BooleanValue {
  return isFree(left) || isFree(right) || (isSymbolic(left) && isSymbolic(right)) ? FREE_BOOLEAN : SOME_BOOLEAN;
}

/** A size that depends on what is passed in, and on nothing the analysis lost. */
function isSymbolic(value: Value): boolean {
  return value.kind === "integer" && isKnown(value.dim);
}
