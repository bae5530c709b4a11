import type { ConditionalExpression, Expression, LogicalExpression } from "../ir";
import { inBranches } from "./branch";
import { evaluate } from "./expression";
import { evaluateQuietly } from "./facts";
import type { Machine } from "./machine";
import { joinValues } from "./property";
import type { Scope } from "./scope";
import { truthiness } from "./truth";
import type { Value } from "./value";
import { UNDEFINED } from "./value";

/** `&&`, `||` and `??`. */
export function evaluateLogical(m: Machine, e: LogicalExpression, scope: Scope): Value {
  const left = evaluate(m, e.left, scope);
  const guarded = e.operator !== "&&" && mayBeMissing(m, e.left, scope) ? joinValues(m, [left, UNDEFINED]) : left;
  return shortCircuit(m, e.operator, guarded, e, scope);
}

/**
 * An element of an array whose length is not known is taken to be there, since programs seldom read past the end; `list[i] ?? 0` says
 * that this one may.
 */
function mayBeMissing(m: Machine, e: Expression, scope: Scope): boolean {
  if (e.kind !== "index") return false;
  const owner = evaluateQuietly(m, e.object, scope);
  return owner.kind === "object" && m.heap.object(owner).type === "list";
}

/** The value of a short-circuiting operator whose left side has been evaluated. */
export function shortCircuit(
  m: Machine,
  operator: LogicalExpression["operator"],
  left: Value,
  e: { readonly left?: Expression; readonly right: Expression },
  scope: Scope,
): Value {
  const right = (): Value => evaluate(m, e.right, scope);
  if (operator === "??") {
    const nullish = isNullish(left);
    if (nullish === true) return right();
    if (nullish === false) return left;
    return inBranches(m, left, () => withoutNullish(left), right);
  }
  const decision = truthiness(left);
  const takesRight = operator === "&&" ? decision : decision === undefined ? undefined : !decision;
  if (takesRight === true) return right();
  if (takesRight === false) return left;
  const assumed = operator === "&&";
  return inBranches(m, left, () => left, right, e.left && { test: e.left, scope, whenLeft: !assumed });
}

function isNullish(value: Value): boolean | undefined {
  if (value.kind === "undefined" || value.kind === "null") return true;
  if (value.kind === "unknown") return undefined;
  if (value.kind !== "union") return false;
  const nullish = value.options.filter((option) => option.kind === "undefined" || option.kind === "null").length;
  return nullish === 0 ? false : nullish === value.options.length ? true : undefined;
}

function withoutNullish(value: Value): Value {
  if (value.kind !== "union") return value;
  const options = value.options.filter((option) => option.kind !== "undefined" && option.kind !== "null");
  return options.length === 1 ? (options[0] as Value) : { kind: "union", options };
}

/** `test ? consequent : alternate`. */
export function evaluateConditional(m: Machine, e: ConditionalExpression, scope: Scope): Value {
  const test = evaluate(m, e.test, scope);
  const decision = truthiness(test);
  if (decision !== undefined) return evaluate(m, decision ? e.consequent : e.alternate, scope);
  return inBranches(
    m,
    test,
    () => evaluate(m, e.consequent, scope),
    () => evaluate(m, e.alternate, scope),
    { test: e.test, scope, whenLeft: true },
  );
}
