import type { Dim } from "../../shape/dim";
import { add, constant, multiply, bounds, ceilDivide, floorDivide, maximum, minimum, negate } from "../../shape/dim";
import type { NativeNamespace } from "../native";
import { numberValue, plainNumber, textOf, toNumber } from "../number";
import type { Value } from "../value";
import { SOME_BOOLEAN, SOME_NUMBER, boolean, integer } from "../value";
import { native, natives } from "./define";
import type { Implementation } from "./define";

/** A function of one number: exact on known ones, and on sizes where there is a rule for them. */
function unary(exact: (x: number) => number, symbolic?: (value: Value) => Value | undefined): Implementation {
  return (_cx, _self, [argument]) => {
    const value = argument ? toNumber(argument) : SOME_NUMBER;
    const known = plainNumber(value);
    return known === undefined ? (symbolic?.(value) ?? SOME_NUMBER) : numberValue(exact(known));
  };
}

function rounded(value: Value, divide: (a: Dim, b: Dim) => Dim): Value | undefined {
  if (value.kind === "integer") return value;
  return value.kind === "ratio" ? integer(divide(value.numerator, value.denominator)) : undefined;
}

function truncated(value: Value): Value | undefined {
  const positive = value.kind === "ratio" && bounds(value.numerator).min >= 0 && bounds(value.denominator).min > 0;
  return value.kind === "integer" || positive ? rounded(value, floorDivide) : undefined;
}

/** Half a size is rounded up, as `Math.round` does it: `(2a + b) // 2b`. */
function roundedDivide(a: Dim, b: Dim): Dim {
  const two = constant(2);
  return floorDivide(add(multiply(two, a), b), multiply(two, b));
}

function sign(value: Value): Value | undefined {
  if (value.kind !== "integer") return undefined;
  const { min, max } = bounds(value.dim);
  return min > 0 ? numberValue(1) : max < 0 ? numberValue(-1) : undefined;
}

function absolute(value: Value): Value | undefined {
  if (value.kind !== "integer") return undefined;
  const { min, max } = bounds(value.dim);
  return min >= 0 ? value : max <= 0 ? integer(negate(value.dim)) : undefined;
}

function extreme(exact: (...values: number[]) => number, symbolic: (a: Dim, b: Dim) => Dim): Implementation {
  return (_cx, _self, args) => {
    const values = args.map(toNumber);
    const known = values.map(plainNumber);
    if (known.every((value) => value !== undefined)) return numberValue(exact(...known));
    const dims = values.map((value) => (value.kind === "integer" ? value.dim : undefined));
    const [first, ...rest] = dims;
    if (!first || rest.some((dim) => dim === undefined)) return SOME_NUMBER;
    return integer(rest.reduce<Dim>((a, b) => symbolic(a, b as Dim), first));
  };
}

function binary(exact: (a: number, b: number) => number): Implementation {
  return (_cx, _self, args) => {
    const [a, b] = args.map((arg) => plainNumber(toNumber(arg)));
    return a === undefined || b === undefined ? SOME_NUMBER : numberValue(exact(a, b));
  };
}

const FUNCTIONS = natives({
  floor: unary(Math.floor, (value) => rounded(value, floorDivide)),
  ceil: unary(Math.ceil, (value) => rounded(value, ceilDivide)),
  round: unary(Math.round, (value) => rounded(value, roundedDivide)),
  trunc: unary(Math.trunc, truncated),
  abs: unary(Math.abs, absolute),
  sqrt: unary(Math.sqrt),
  cbrt: unary(Math.cbrt),
  exp: unary(Math.exp),
  log: unary(Math.log),
  log2: unary(Math.log2),
  log10: unary(Math.log10),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  tanh: unary(Math.tanh),
  sign: unary(Math.sign, sign),
  ...Object.fromEntries(
    (["sinh", "cosh", "asin", "acos", "atan", "log1p", "expm1", "fround", "clz32"] as const).map((name) => [
      name,
      unary(Math[name]),
    ]),
  ),
  atan2: binary(Math.atan2),
  hypot: (_cx, _self, args) => {
    const known = args.map((arg) => plainNumber(toNumber(arg)));
    return known.every((value) => value !== undefined) ? numberValue(Math.hypot(...known)) : SOME_NUMBER;
  },
  pow: binary(Math.pow),
  imul: binary(Math.imul),
  max: extreme(Math.max, maximum),
  min: extreme(Math.min, minimum),
  random: () => SOME_NUMBER,
});

const CONSTANTS: ReadonlyMap<string, Value> = new Map(
  (["PI", "E", "SQRT2", "LN2", "LN10", "LOG2E", "LOG10E", "SQRT1_2"] as const).map((name) => [
    name,
    numberValue(Math[name]),
  ]),
);

export const MATH: NativeNamespace = { name: "Math", member: (name) => FUNCTIONS.get(name) ?? CONSTANTS.get(name) };

/** `Number(x)` and its members. */
export const NUMBER: Value = native(
  "Number",
  (_cx, _self, [value]) => (value ? toNumber(value) : numberValue(0)),
  new Map<string, Value>([
    ["MAX_SAFE_INTEGER", numberValue(Number.MAX_SAFE_INTEGER)],
    ["MIN_SAFE_INTEGER", numberValue(Number.MIN_SAFE_INTEGER)],
    ["MAX_VALUE", numberValue(Number.MAX_VALUE)],
    ["NaN", numberValue(NaN)],
    ["EPSILON", numberValue(Number.EPSILON)],
    ["POSITIVE_INFINITY", numberValue(Infinity)],
    ["NEGATIVE_INFINITY", numberValue(-Infinity)],
    ...natives({
      isInteger: (_cx, _self, [value]) => isInteger(value),
      isSafeInteger: (_cx, _self, [value]) => isInteger(value),
      isFinite: (_cx, _self, [value]) => onNumber(value, Number.isFinite),
      isNaN: (_cx, _self, [value]) => onNumber(value, Number.isNaN),
      parseFloat: parse(parseFloat),
      parseInt: parse(parseInt),
    }),
  ]),
);

function isInteger(value: Value | undefined): Value {
  if (value?.kind === "integer") return boolean(true);
  return onNumber(value, Number.isInteger);
}

/** What is true of a number; of anything else than numbers it is false. */
export function onNumber(value: Value | undefined, test: (value: number) => boolean): Value {
  if (!value || ["string", "boolean", "null", "undefined", "object", "tensor"].includes(value.kind))
    return boolean(false);
  const known = plainNumber(value);
  return known === undefined ? SOME_BOOLEAN : boolean(test(known));
}

/** `parseInt` and `parseFloat` of a known text, the former with its radix. */
export function parse(read: (text: string, radix?: number) => number): Implementation {
  return (_cx, _self, [value, radix]) => {
    const base = radix === undefined || radix.kind === "undefined" ? undefined : plainNumber(radix);
    const isDecimal = radix === undefined || radix.kind === "undefined" || base === 10;
    if (value?.kind === "integer" && isDecimal) return value;
    const text = value && textOf(value);
    if (text === undefined || (!isDecimal && base === undefined)) return SOME_NUMBER;
    return numberValue(read(text, base));
  };
}
