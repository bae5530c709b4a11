import type { Statement } from "../ir";
import { applyDeclaredShape } from "./annotation";
import { Unreachable, doubtUnlessFree } from "./branch";
import { exhaustion } from "./budget";
import { createClass } from "./class";
import { evaluate, evaluateForEffect, evaluateNamed, forgetNames } from "./expression";
import { markReturned } from "./eventually";
import { refineByOrder, refineByTest } from "./facts";
import { createFunction } from "./function";
import type { Layer } from "./heap";
import { mergeInto } from "./merge";
import { executeLoop } from "./loop";
import type { Exit, Machine } from "./machine";
import { binaryOperation } from "./operators";
import { truthiness } from "./truth";
import { assignPattern } from "./pattern";
import type { Scope } from "./scope";
import { childScope } from "./scope";
import { executeTry } from "./try";
import type { Value } from "./value";
import { UNDEFINED, UNKNOWN } from "./value";

/** Runs statements in a scope that is theirs already. False when control does not reach the end. */
export function executeAll(m: Machine, body: readonly Statement[], scope: Scope): boolean {
  hoist(m, body, scope);
  return executeHoisted(m, body, scope);
}

/** Runs statements whose declarations have been hoisted. */
export function executeHoisted(m: Machine, body: readonly Statement[], scope: Scope): boolean {
  return body.every((statement) => execute(m, statement, scope));
}

/** Makes the names that a body declares known in its scope, and its functions available, before any of it runs. */
export function hoist(m: Machine, body: readonly Statement[], scope: Scope): void {
  for (const statement of body) {
    if (statement.kind === "functionDeclaration" && statement.function.name) {
      m.declare(scope, statement.function.name, createFunction(m, statement.function, scope));
    }
    // Functions that are made before a variable's declaration runs must find it, not one of the same name further out.
    if (statement.kind === "declare" && statement.mode !== "var") declareNames(m, statement, scope);
    if (statement.kind === "classDeclaration" && statement.class.name)
      m.declare(scope, statement.class.name, undefined);
  }
}

function declareNames(m: Machine, statement: Statement & { kind: "declare" }, scope: Scope): void {
  for (const { pattern } of statement.declarations)
    if (pattern.kind === "binding") m.declare(scope, pattern.name, undefined);
}

/** Runs one statement. False when control does not go on behind it: the ways out are among the frame's exits then. */
export function execute(m: Machine, statement: Statement, scope: Scope): boolean {
  m.step();
  try {
    return executeKind(m, statement, scope);
  } catch (error) {
    if (error instanceof Unreachable) {
      leave(m, "throw", undefined, UNKNOWN);
      return false;
    }
    const exhausted = exhaustion(error);
    if (!exhausted) throw error;
    exhausted.at = statement.span;
    throw exhausted;
  }
}

function executeKind(m: Machine, s: Statement, scope: Scope): boolean {
  switch (s.kind) {
    case "expression":
      evaluateForEffect(m, s.expression, scope);
      return true;
    case "declare":
      declare(m, s, scope);
      return true;
    case "functionDeclaration":
      return true;
    case "classDeclaration": {
      const cls = createClass(m, s.class, scope);
      if (s.class.name) m.declare(scope, s.class.name, cls);
      return true;
    }
    case "block":
      return executeAll(m, s.body, childScope(scope));
    case "if":
      return executeIf(m, s, scope);
    case "for":
    case "forOf":
    case "forIn":
    case "while":
    case "doWhile":
      return executeLoop(m, s, scope);
    case "return":
      markReturned(s.value);
      leave(m, "return", undefined, s.value ? evaluate(m, s.value, scope) : UNDEFINED);
      return false;
    case "break":
    case "continue":
      leave(m, s.kind, s.label, undefined);
      return false;
    case "throw":
      leave(m, "throw", undefined, evaluate(m, s.value, scope));
      return false;
    case "try":
      return executeTry(m, s, scope);
    case "switch":
      return executeSwitch(m, s, scope);
    case "labeled":
      return catchBreaks(
        m,
        () => execute(m, s.body, childScope(scope)),
        (exit) => exit.label === s.label,
      );
    case "opaque":
      forgetNames(m, s.assigned, scope);
      return true;
  }
}

function leave(m: Machine, kind: Exit["kind"], label: string | undefined, value: Value | undefined): void {
  m.frame.exits.push({ kind, label, value, layer: m.heap.layer });
}

function declare(m: Machine, s: Statement & { kind: "declare" }, scope: Scope): void {
  for (const declaration of s.declarations) {
    const { pattern } = declaration;
    if (!declaration.value && s.mode === "var") continue;
    const name = pattern.kind === "binding" ? pattern.name : undefined;
    const value = declaration.value ? evaluateNamed(m, declaration.value, scope, name) : UNDEFINED;
    const shaped = applyDeclaredShape(
      m,
      value,
      declaration.type,
      s.shapeTags,
      declaration.value?.span ?? declaration.span,
    );
    assignPattern(m, pattern, shaped, scope, s.mode === "var" ? "assign" : "declare");
  }
}

function executeIf(m: Machine, s: Statement & { kind: "if" }, scope: Scope): boolean {
  const test = evaluate(m, s.test, scope);
  const decision = truthiness(test);
  if (decision === true) return execute(m, s.consequent, childScope(scope));
  if (decision === false) return s.alternate ? execute(m, s.alternate, childScope(scope)) : true;
  const base = m.heap.layer;
  const runArm = (arm: Statement | undefined, holds: boolean): Layer | undefined => {
    m.heap.layer = base;
    m.heap.push();
    refineByTest(m, s.test, scope, holds);
    const alive = arm ? doubtUnlessFree(m, test, () => execute(m, arm, childScope(scope))) : true;
    return alive ? m.heap.layer : undefined;
  };
  const exitsBefore = m.frame.exits.length;
  const [whenTrue, whenFalse] = [runArm(s.consequent, true), runArm(s.alternate, false)];
  const ends = [whenTrue, whenFalse].filter((layer) => layer !== undefined);
  const goesOn = continueFrom(m, base, ends, m.frame.exits.length > exitsBefore);
  if (ends.length === 1) refineByOrder(m, s.test, scope, whenTrue !== undefined);
  return goesOn;
}

/**
 * Goes on after ways that started from `base` have met. When other ways have left from there, `base` stays as it is for them, and
 * control goes on in a layer above it.
 */
export function continueFrom(m: Machine, base: Layer, ends: readonly Layer[], othersLeft: boolean): boolean {
  const [only] = ends;
  if (!only) {
    m.heap.layer = base;
    return false;
  }
  if (ends.length === 1 && othersLeft) {
    m.heap.layer = only;
    return true;
  }
  m.heap.layer = base;
  const into = othersLeft ? m.heap.push() : base;
  mergeInto(m.heap, base, ends, undefined, into);
  return true;
}

/** Runs something whose breaks of a certain kind end here: their states join the one at its end. */
function catchBreaks(m: Machine, run: () => boolean, ends: (exit: Exit) => boolean): boolean {
  const base = m.heap.layer;
  const outer = m.frame.exits;
  m.frame.exits = [];
  m.heap.push();
  const alive = run();
  const caught = m.frame.exits.filter((exit) => exit.kind === "break" && ends(exit));
  const escaped = m.frame.exits.filter((exit) => !caught.includes(exit));
  m.frame.exits = [...outer, ...escaped];
  const layers = [...(alive ? [m.heap.layer] : []), ...caught.map((exit) => exit.layer)];
  return continueFrom(m, base, layers, escaped.length > 0);
}

function executeSwitch(m: Machine, s: Statement & { kind: "switch" }, outer: Scope): boolean {
  const scope = childScope(outer);
  const discriminant = evaluate(m, s.discriminant, scope);
  return catchBreaks(
    m,
    () => runCases(m, s, discriminant, scope),
    (exit) => exit.label === undefined || exit.label === s.label,
  );
}

function runCases(m: Machine, s: Statement & { kind: "switch" }, discriminant: Value, scope: Scope): boolean {
  const starts = startingCases(m, s, discriminant, scope);
  const certain = starts.length === 1 ? starts[0] : undefined;
  if (certain !== undefined) return runFrom(m, s, certain, scope);
  const base = m.heap.layer;
  const exitsBefore = m.frame.exits.length;
  const ends: Layer[] = [];
  for (const start of starts) {
    m.heap.layer = base;
    m.heap.push();
    const alive = doubtUnlessFree(m, discriminant, () => runFrom(m, s, start, scope));
    if (alive) ends.push(m.heap.layer);
  }
  return continueFrom(m, base, ends, m.frame.exits.length > exitsBefore);
}

/** The cases that control may enter at; `cases.length` stands for none of them. */
function startingCases(m: Machine, s: Statement & { kind: "switch" }, discriminant: Value, scope: Scope): number[] {
  const starts: number[] = [];
  for (const [i, one] of s.cases.entries()) {
    if (!one.test) continue;
    const matches = truthiness(binaryOperation("===", discriminant, evaluate(m, one.test, scope)));
    if (matches === true) return [...starts, i];
    if (matches === undefined) starts.push(i);
  }
  const fallback = s.cases.findIndex((one) => !one.test);
  return [...starts, fallback < 0 ? s.cases.length : fallback];
}

function runFrom(m: Machine, s: Statement & { kind: "switch" }, start: number, scope: Scope): boolean {
  return s.cases.slice(start).every((one) => executeAll(m, one.body, scope));
}
