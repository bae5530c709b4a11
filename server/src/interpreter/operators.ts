import type { BinaryOperator, UnaryExpression } from "../ir";
import { bounds, compare, negate, subtract } from "../shape/dim";
import { arithmetic } from "./arithmetic";
import { optionsOf } from "./join";
import { numberValue, plainNumber, textOf, toNumber } from "./number";
import { sameSimpleValue } from "./same";
import { isFree, truthiness, unknownTruth } from "./truth";
import type { Value } from "./value";
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

export function unaryOperation(
  operator: Exclude<UnaryExpression["operator"], "typeof" | "delete">,
  operand: Value,
): Value {
  switch (operator) {
    case "!": {
      const truth = truthiness(operand);
      if (truth !== undefined) return boolean(!truth);
      return isFree(operand) ? FREE_BOOLEAN : SOME_BOOLEAN;
    }
    case "void":
      return UNDEFINED;
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

/** The operators whose answer does not depend on objects. */
export type ArithmeticOperator = Exclude<BinaryOperator, "in" | "instanceof">;

export function binaryOperation(operator: ArithmeticOperator, left: Value, right: Value): Value {
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
    case "+":
      if (left.kind === "string" || right.kind === "string") return concatenate(left, right);
      if (!isNumeric(left) || !isNumeric(right))
        return left.kind === "unknown" || right.kind === "unknown" ? freeIfBoth(left, right) : UNKNOWN;
      return arithmetic(operator, left, right);
    default:
      return arithmetic(operator, toNumber(left), toNumber(right));
  }
}

function overOptions(operator: ArithmeticOperator, left: Value, right: Value): Value {
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

/** Longer texts are data, and no names of anything. */
export const LONGEST_TEXT = 100_000;

function concatenate(left: Value, right: Value): Value {
  const a = textOf(left);
  const b = textOf(right);
  return a === undefined || b === undefined || a.length + b.length > LONGEST_TEXT ? SOME_STRING : string(a + b);
}

function comparison(operator: "<" | "<=" | ">" | ">=", left: Value, right: Value): Value {
  const a = plainNumber(left);
  const b = plainNumber(right);
  if (a !== undefined && b !== undefined) {
    return boolean({ "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b }[operator]);
  }
  if (left.kind === "string" && right.kind === "string" && left.value !== undefined && right.value !== undefined) {
    const [x, y] = [left.value, right.value];
    return boolean({ "<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y }[operator]);
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
  const type = typeName(left);
  const other = typeName(right);
  return type === undefined || other === undefined || type === other;
}

function typeName(value: Value): string | undefined {
  if (isNumeric(value) && value.kind !== "boolean" && value.kind !== "null") return "number";
  return value.kind === "string" || value.kind === "boolean" || value.kind === "undefined" || value.kind === "null"
    ? value.kind
    : value.kind === "tensor" || value.kind === "object"
      ? "object"
      : undefined;
}
