import type { Dim } from "../../shape/dim";
import { bounds, ceilDivide, floorDivide, maximum, minimum, negate } from "../../shape/dim";
import type { NativeNamespace } from "../native";
import { numberValue, plainNumber, toNumber } from "../number";
import type { Value } from "../value";
import { SOME_NUMBER, integer } from "../value";
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
  round: unary(Math.round, (value) => (value.kind === "integer" ? value : undefined)),
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
  sign: unary(Math.sign),
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
    ["EPSILON", numberValue(Number.EPSILON)],
    ["POSITIVE_INFINITY", numberValue(Infinity)],
    ["NEGATIVE_INFINITY", numberValue(-Infinity)],
    ...natives({
      isInteger: (_cx, _self, [value]) => isInteger(value),
      parseFloat: parse(parseFloat),
      parseInt: parse(parseInt),
    }),
  ]),
);

function isInteger(value: Value | undefined): Value {
  if (value?.kind === "integer") return { kind: "boolean", value: true, free: false };
  const known = value && plainNumber(value);
  return { kind: "boolean", value: known === undefined ? undefined : Number.isInteger(known), free: false };
}

/** `parseInt` and `parseFloat` of a known text. */
export function parse(read: (text: string) => number): Implementation {
  return (_cx, _self, [value]) => {
    if (value?.kind === "integer") return value;
    return value?.kind === "string" && value.value !== undefined ? numberValue(read(value.value)) : SOME_NUMBER;
  };
}
