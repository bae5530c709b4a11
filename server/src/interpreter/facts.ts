import type { Expression } from "../ir";
import type { Dim } from "../shape/dim";
import {
  asNumber,
  bounds,
  constant,
  isDeclared,
  isRemainder,
  remainderOf,
  substitute,
  symbolsOf,
  unknownDim,
  vanishingRemainder,
  withExactQuotients,
  withLeast,
  withoutCommonFactors,
} from "../shape/dim";
import { evaluate } from "./expression";
import { truthiness } from "./truth";
import type { Machine } from "./machine";
import type { Scope } from "./scope";
import { findCell } from "./scope";
import type { TensorValue, Value } from "./value";

/** Two sizes are the same from here on, since an operation that needs it succeeded or a test holds. */
export function assumeEqual(m: Machine, left: Dim, right: Dim): void {
  if (left === right) return;
  const [a, b] = withoutCommonFactors(refineDim(m, left), refineDim(m, right));
  if (a === b) return;
  const [symbol, size] = replaceable(a, b) ?? replaceable(b, a) ?? [];
  if (symbol && size) return m.heap.assume(symbol, size);
  const remainder = vanishingRemainder(a, b) ?? [a, b].find((one, i) => isRemainder(one) && [b, a][i] === ZERO);
  if (remainder) m.heap.assume(remainder, ZERO);
}

const ZERO = constant(0);

/** A lone symbol can be replaced by a size it is not part of; one that nobody named goes first. */
function replaceable(symbol: Dim, size: Dim): [Dim, Dim] | undefined {
  if (symbolsOf(symbol)[0] !== symbol || symbolsOf(size).includes(symbol)) return undefined;
  return isDeclared(symbol) && !isDeclared(size) ? undefined : [symbol, size];
}

function refineDim(m: Machine, dim: Dim): Dim {
  if (asNumber(dim) !== undefined) return dim;
  let refined = dim;
  // One assumption may lead to the next; a chain is no longer than the assumptions made.
  for (let i = 0; i < 8; i++) {
    const known = (part: Dim): Dim | undefined => m.heap.equality(part);
    const next = withExactQuotients(substitute(refined, known, known), (remainder) => known(remainder) === ZERO);
    if (next === refined) return refined;
    refined = next;
  }
  return refined;
}

/** The value with what is assumed put in. */
export function refineValue(m: Machine, value: Value): Value {
  if (!m.heap.hasEqualities) return value;
  if (value.kind === "integer") {
    const dim = refineDim(m, value.dim);
    return dim === value.dim ? value : { ...value, dim };
  }
  if (value.kind !== "tensor" || !value.shape) return value;
  const shape = value.shape.map((dim) => refineDim(m, dim));
  if (shape.every((dim, axis) => dim === value.shape?.[axis])) return value;
  return { ...value, shape, strides: value.strides?.map((stride) => refineDim(m, stride)) };
}

/** Takes into account, in one branch, that the condition leading there holds, or does not. */
export function refineByTest(m: Machine, test: Expression, scope: Scope, holds: boolean): void {
  if (test.kind === "unary" && test.operator === "!") return refineByTest(m, test.operand, scope, !holds);
  if (test.kind === "logical" && test.operator !== "??") {
    // `a && b` holds when both do, `a || b` fails when both do; otherwise nothing follows for either.
    if ((test.operator === "&&") === holds) {
      refineByTest(m, test.left, scope, holds);
      refineByTest(m, test.right, scope, holds);
    }
    return;
  }
  if (test.kind === "name") return narrow(m, test.name, scope, (option) => truthiness(option) !== !holds);
  if (test.kind !== "binary") return;
  // `if (d % h)`
  if (test.operator === "%" && !holds) return assumeDivides(m, test, scope);
  const equal = equalityOf(test.operator, holds);
  if (equal === undefined) return;
  if (equal && isZero(test.right)) assumeDivides(m, test.left, scope);
  const left = evaluateQuietly(m, test.left, scope);
  const right = evaluateQuietly(m, test.right, scope);
  if (equal && left.kind === "integer" && right.kind === "integer") {
    assumeEqual(m, left.dim, right.dim);
    assumeRank(m, test.left, right.dim, scope);
  }
  narrowNullish(m, test.left, right, scope, { equal, loose: test.operator.length === 2 });
}

/** `whole % part` is zero. */
function assumeDivides(m: Machine, e: Expression, scope: Scope): void {
  if (e.kind !== "binary" || e.operator !== "%") return;
  const whole = evaluateQuietly(m, e.left, scope);
  const part = evaluateQuietly(m, e.right, scope);
  if (whole.kind !== "integer" || part.kind !== "integer" || asNumber(part.dim) !== undefined) return;
  m.heap.assume(remainderOf(whole.dim, part.dim), ZERO);
}

function isZero(e: Expression): boolean {
  return e.kind === "literal" && e.value === 0;
}

/** What a comparison says when it does not hold. */
const ORDERS: Readonly<Record<string, string>> = { "<": ">=", ">=": "<", ">": "<=", "<=": ">" };

/**
 * A number that is not known is at least what it was compared with: where the other way does not go on, so that nothing is joined
 * later with what is still called by its old name.
 */
export function refineByOrder(m: Machine, test: Expression, scope: Scope, holds: boolean): void {
  if (test.kind === "unary" && test.operator === "!") return refineByOrder(m, test.operand, scope, !holds);
  if (test.kind === "logical" && (test.operator === "&&") === holds && test.operator !== "??") {
    refineByOrder(m, test.left, scope, holds);
    refineByOrder(m, test.right, scope, holds);
  }
  if (test.kind !== "binary" || !(test.operator in ORDERS)) return;
  const operator = holds ? test.operator : ORDERS[test.operator];
  const left = evaluateQuietly(m, test.left, scope);
  const right = evaluateQuietly(m, test.right, scope);
  if (left.kind !== "integer" || right.kind !== "integer") return;
  if (operator === ">" || operator === ">=") assumeLeast(m, left.dim, right.dim, operator === ">");
  else assumeLeast(m, right.dim, left.dim, operator === "<");
}

function assumeLeast(m: Machine, symbol: Dim, size: Dim, strictly: boolean): void {
  const least = bounds(size).min + Number(strictly);
  if (symbolsOf(symbol)[0] === symbol && Number.isFinite(least) && least > bounds(symbol).min)
    m.heap.assume(symbol, withLeast(symbol, least));
}

function equalityOf(operator: string, holds: boolean): boolean | undefined {
  if (operator === "===" || operator === "==") return holds;
  if (operator === "!==" || operator === "!=") return !holds;
  return undefined;
}

/** A plain expression once more, for what it says about the state: what reading it does, as getters may, has been done already. */
export function evaluateQuietly(m: Machine, e: Expression, scope: Scope): Value {
  if (!isPlain(e)) return { kind: "unknown", free: false, tensorLike: false };
  const { layer } = m.heap;
  m.heap.push();
  try {
    return m.recorder.muting(() => evaluate(m, e, scope));
  } finally {
    m.heap.layer = layer;
  }
}

function isPlain(e: Expression): boolean {
  if (e.kind === "member") return isPlain(e.object);
  if (e.kind === "index") return isPlain(e.object) && isPlain(e.index);
  return e.kind === "literal" || e.kind === "name" || e.kind === "this";
}

function narrow(m: Machine, name: string, scope: Scope, keep: (option: Value) => boolean): void {
  const cell = findCell(scope, name);
  const value = cell === undefined ? undefined : m.heap.read(cell);
  if (cell === undefined || value?.kind !== "union") return;
  const options = value.options.filter(keep);
  if (options.length === 0 || options.length === value.options.length) return;
  m.heap.write(cell, options.length === 1 ? (options[0] as Value) : { kind: "union", options });
}

function narrowNullish(
  m: Machine,
  e: Expression,
  other: Value,
  scope: Scope,
  how: { equal: boolean; loose: boolean },
): void {
  if (e.kind !== "name" || (other.kind !== "undefined" && other.kind !== "null")) return;
  const matches = (option: Value): boolean =>
    option.kind === other.kind || (how.loose && (option.kind === "undefined" || option.kind === "null"));
  narrow(m, e.name, scope, (option) => matches(option) === how.equal);
}

/** `x.shape.length === 4` and `x.rank === 4` give a tensor of unknown rank its rank. */
function assumeRank(m: Machine, e: Expression, size: Dim, scope: Scope): void {
  const rank = asNumber(size);
  if (rank === undefined || rank > 8 || e.kind !== "member") return;
  const owner =
    e.property === "length" && e.object.kind === "member" && e.object.property === "shape"
      ? e.object.object
      : e.property === "rank"
        ? e.object
        : undefined;
  if (owner?.kind !== "name") return;
  const cell = findCell(scope, owner.name);
  const value = cell === undefined ? undefined : m.heap.read(cell);
  if (cell === undefined || value?.kind !== "tensor" || value.shape) return;
  const ranked: TensorValue = { ...value, shape: Array.from({ length: rank }, () => unknownDim()) };
  m.heap.write(cell, ranked);
}
