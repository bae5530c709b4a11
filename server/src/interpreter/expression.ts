import { recordObject } from "./heap";
import type {
  ArrayExpression,
  AssignExpression,
  BinaryExpression,
  Expression,
  ObjectExpression,
  Pattern,
  PropertyKeyNode,
  Span,
  UnaryExpression,
  UpdateExpression,
} from "../ir";
import { constant, unknownDim } from "../shape/dim";
import { evaluateCall, evaluateNew } from "./call";
import { createClass, defineAccessor } from "./class";
import { createFunction } from "./function";
import type { Machine } from "./machine";
import { forget, forgetLeaked } from "./forget";
import { iterate, runRepeatedly } from "./iteration";
import { lossAt } from "./loss";
import { privateKey } from "./private-name";
import { evaluateConditional, evaluateLogical, shortCircuit } from "./logical";
import { getIndex, getProperty, readStored } from "./property";
import { evaluateReference } from "./reference";
import type { ArithmeticOperator } from "./operators";
import { binaryOperation, LONGEST_TEXT, unaryOperation } from "./operators";
import { numberValue, textOf, toNumber } from "./number";
import { assignPattern } from "./pattern";
import { markAwaited } from "./eventually";
import { refineValue } from "./facts";
import { pathOf } from "./path-of";
import { hasProperty, isInstance, typeOf } from "./type-tests";
import { labelled } from "./unknown-size";
import { deleteProperty, forgetElements } from "./write-property";
import type { Scope } from "./scope";
import { findCell } from "./scope";
import type { ObjectValue, Value } from "./value";
import { FALSE, NULL, SOME_BOOLEAN, SOME_STRING, TRUE, UNDEFINED, UNKNOWN, integer, lost, string } from "./value";

/** What an expression is, when it runs on shapes. */
export function evaluate(m: Machine, expression: Expression, scope: Scope): Value {
  m.step();
  const value = explained(evaluateKind(m, expression, scope), expression);
  m.observe(expression.span, "expression", value);
  return value;
}

/** An expression that stands alone. A result that nobody takes is no tensor unless it is known to be one. */
export function evaluateForEffect(m: Machine, e: Expression, scope: Scope): void {
  if (e.kind === "await") {
    markAwaited(e.operand);
    evaluateForEffect(m, e.operand, scope);
    forgetLeaked(m);
    return;
  }
  m.step();
  const value = evaluateKind(m, e, scope);
  if (value.kind !== "unknown") m.observe(e.span, "expression", value);
}

/** An unknown value remembers the innermost expression that gave it. */
function explained(value: Value, e: Expression): Value {
  if (value.kind !== "unknown" || value.because?.span) return value;
  return lost(value, value.because ? { ...value.because, span: e.span } : lossAt(e));
}

function evaluateKind(m: Machine, e: Expression, scope: Scope): Value {
  switch (e.kind) {
    case "literal":
      return literal(e.value, e);
    case "template":
      return template(m, e.texts, e.expressions, scope);
    case "name":
      return readName(m, e.name, scope);
    case "member": {
      if (e.object.kind === "super") return readSuper(m, e.property);
      const object = evaluate(m, e.object, scope);
      const name = privateKey(m, e.property);
      const value = getProperty(m, object, name, { span: e.object.span, optional: e.optional });
      return refineValue(m, labelled(value, e.property));
    }
    case "index": {
      const object = evaluate(m, e.object, scope);
      const index = evaluate(m, e.index, scope);
      const value = getIndex(m, object, index, { span: e.object.span, optional: e.optional });
      return refineValue(m, labelledElement(value, e.object, index));
    }
    case "call":
      return refineValue(m, evaluateCall(m, e, scope));
    case "new":
      return evaluateNew(m, e, scope);
    case "array": {
      const { elements, complete } = evaluateElements(m, e.elements, scope);
      if (complete) return m.heap.allocate({ type: "array", elements, spans: elementSpans(e) });
      return m.heap.allocate({ type: "list", element: UNKNOWN, length: unknownDim(0) });
    }
    case "object":
      return objectLiteral(m, e, scope);
    case "function":
      return createFunction(m, e.function, scope);
    case "class":
      return createClass(m, e.class, scope);
    case "unary":
      return unary(m, e, scope);
    case "update":
      return update(m, e, scope);
    case "binary":
      return binary(m, e, scope);
    case "logical":
      return evaluateLogical(m, e, scope);
    case "conditional":
      return evaluateConditional(m, e, scope);
    case "assign":
      return assign(m, e, scope);
    case "await": {
      markAwaited(e.operand);
      const value = awaited(evaluate(m, e.operand, scope));
      forgetLeaked(m);
      return value;
    }
    case "yield":
      return yielded(m, e.operand && evaluate(m, e.operand, scope), e.delegate);
    case "this":
      return m.frame.self ?? UNDEFINED;
    case "super":
      return UNKNOWN;
    case "sequence": {
      let last: Value = UNDEFINED;
      for (const part of e.expressions) last = evaluate(m, part, scope);
      return last;
    }
    case "opaque":
      for (const part of e.parts) forget(m, evaluate(m, part, scope));
      forgetNames(m, e.assigned, scope);
      return UNKNOWN;
  }
}

/** `x.shape[0]` is called so when it is not known; an element at an index that is not known has no name of its own. */
function labelledElement(value: Value, of: Expression, index: Value): Value {
  const path = pathOf(of);
  const text = index.kind === "string" ? index.value : textOf(index);
  return path === undefined || text === undefined ? value : labelled(value, `${path}[${text}]`);
}

function literal(value: number | string | boolean | null | undefined, e: Expression): Value {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) ? integer(constant(value), e.span) : numberValue(value);
    case "string":
      return string(value);
    case "boolean":
      return value ? TRUE : FALSE;
    default:
      return value === null ? NULL : UNDEFINED;
  }
}

function template(m: Machine, texts: readonly string[], expressions: readonly Expression[], scope: Scope): Value {
  const parts = expressions.map((part) => textOf(evaluate(m, part, scope)));
  if (parts.some((part) => part === undefined)) return SOME_STRING;
  const length = [...texts, ...parts].reduce((sum, part) => sum + (part?.length ?? 0), 0);
  return length > LONGEST_TEXT ? SOME_STRING : string(texts.map((text, i) => text + (parts[i] ?? "")).join(""));
}

export function readName(m: Machine, name: string, scope: Scope): Value {
  const cell = findCell(scope, name);
  if (cell === undefined) return UNKNOWN;
  return refineValue(m, m.heap.read(cell) ?? UNKNOWN);
}

function readSuper(m: Machine, property: string): Value {
  const superclass = m.frame.home?.superclass;
  if (!superclass || !m.frame.self) return UNKNOWN;
  return getProperty(m, m.frame.self, property, { from: superclass });
}

export function forgetNames(m: Machine, names: readonly string[], scope: Scope): void {
  for (const name of names) {
    const cell = findCell(scope, name);
    if (cell !== undefined) m.heap.lose(cell);
  }
}

/** Evaluates arguments or elements in order; `complete` is false when a spread of unknown length ended the list. */
export function evaluateElements(
  m: Machine,
  nodes: readonly { readonly value: Expression; readonly spread: boolean }[],
  scope: Scope,
): { readonly elements: Value[]; readonly complete: boolean } {
  const elements: Value[] = [];
  let complete = true;
  for (const node of nodes) {
    const value = evaluate(m, node.value, scope);
    if (!node.spread) {
      if (complete) elements.push(value);
      continue;
    }
    const spread = iterate(m, value);
    if (spread.elements && complete) elements.push(...spread.elements);
    else complete = false;
  }
  return { elements, complete };
}

function elementSpans(e: ArrayExpression): readonly Span[] | undefined {
  return e.elements.some(({ spread }) => spread) ? undefined : e.elements.map(({ value }) => value.span);
}

function objectLiteral(m: Machine, e: ObjectExpression, scope: Scope): Value {
  const record: ObjectValue = m.heap.allocate(recordObject());
  for (const property of e.properties) {
    if (property.kind === "spread") {
      copyProperties(m, evaluate(m, property.value, scope), record);
      continue;
    }
    const key = propertyKey(m, property.key, scope);
    const value = evaluateNamed(m, property.value, scope, key);
    if (key === undefined) {
      // It may be the name of any property before it.
      forgetElements(m, record);
      continue;
    }
    if (property.kind !== "value" && value.kind === "function") {
      defineAccessor(m, record.id, key, property.kind, value);
      continue;
    }
    const object = m.heap.mutate(record);
    if (object.type !== "record") continue;
    object.properties.set(key, value);
    object.spans.set(key, property.value.span);
  }
  return record;
}

/** A function that is given a name by where it stands is called by it in facts and messages. */
export function evaluateNamed(m: Machine, e: Expression, scope: Scope, name: string | undefined): Value {
  if (e.kind !== "function" || name === undefined) return evaluate(m, e, scope);
  m.step();
  return createFunction(m, e.function, scope, e.function.name ?? name);
}

function copyProperties(m: Machine, from: Value, to: ObjectValue): void {
  const target = m.heap.mutate(to);
  if (target.type !== "record" || from.kind === "undefined" || from.kind === "null") return;
  const source = from.kind === "object" ? m.heap.object(from) : undefined;
  if (source?.type !== "record") {
    target.open = true;
    for (const name of target.properties.keys()) target.properties.set(name, UNKNOWN);
    return;
  }
  for (const [name, stored] of [...source.properties]) {
    if (name.startsWith("#")) continue;
    const value = readStored(m, stored, from);
    const target = m.heap.mutate(to);
    if (target.type !== "record") return;
    target.properties.set(name, value);
    const span = source.spans.get(name);
    if (span) target.spans.set(name, span);
  }
  if (!source.open) return;
  target.open = true;
  for (const name of target.properties.keys()) if (!source.properties.has(name)) target.properties.set(name, UNKNOWN);
}

/** The name of a property, computed if need be; `undefined` when it is not known. */
export function propertyKey(m: Machine, key: PropertyKeyNode, scope: Scope): string | undefined {
  return typeof key === "string" ? key : textOf(evaluate(m, key, scope));
}

function unary(m: Machine, e: UnaryExpression, scope: Scope): Value {
  if (e.operator === "delete") return remove(m, e.operand, scope);
  const operand = evaluate(m, e.operand, scope);
  return e.operator === "typeof" ? typeOf(m, operand) : unaryOperation(e.operator, operand);
}

/** `delete object.name`. */
function remove(m: Machine, e: Expression, scope: Scope): Value {
  if (e.kind === "member") deleteProperty(m, evaluate(m, e.object, scope), e.property);
  else if (e.kind === "index") {
    const object = evaluate(m, e.object, scope);
    deleteProperty(m, object, textOf(evaluate(m, e.index, scope)));
  } else evaluate(m, e, scope);
  return SOME_BOOLEAN;
}

function binary(m: Machine, e: BinaryExpression, scope: Scope): Value {
  const { operator } = e;
  const left = evaluate(m, e.left, scope);
  const right = evaluate(m, e.right, scope);
  if (operator === "instanceof") return isInstance(m, left, right);
  if (operator !== "in") return binaryOperation(operator, left, right);
  return hasProperty(m, left.kind === "string" && left.value ? string(privateKey(m, left.value)) : left, right);
}

function update(m: Machine, e: UpdateExpression, scope: Scope): Value {
  const target = evaluateReference(m, e.target, scope);
  const before = toNumber(target.read());
  m.observe(e.target.span, "expression", before);
  const after = binaryOperation(e.operator === "++" ? "+" : "-", before, integer(constant(1)));
  target.write(after);
  return e.prefix ? after : before;
}

function assign(m: Machine, e: AssignExpression, scope: Scope): Value {
  const { operator } = e;
  if (operator === undefined) {
    const name =
      e.target.kind === "binding"
        ? e.target.name
        : e.target.kind === "target" && e.target.target.kind === "member"
          ? e.target.target.property
          : undefined;
    const value = evaluateNamed(m, e.value, scope, name);
    assignPattern(m, e.target, value, scope, "assign", e.value.span);
    return value;
  }
  const target = patternExpression(e.target);
  if (!target) return UNKNOWN;
  const reference = evaluateReference(m, target, scope);
  const before = reference.read();
  m.observe(target.span, "expression", before);
  const value =
    operator === "&&" || operator === "||" || operator === "??"
      ? shortCircuit(m, operator, before, { right: e.value }, scope)
      : binaryOperation(operator as ArithmeticOperator, before, evaluate(m, e.value, scope));
  m.observe(target.kind === "member" ? target.propertySpan : target.span, "name", value);
  reference.write(value);
  return value;
}

function patternExpression(pattern: Pattern): Expression | undefined {
  if (pattern.kind === "binding") return { kind: "name", name: pattern.name, span: pattern.span };
  return pattern.kind === "target" ? pattern.target : undefined;
}

export function awaited(value: Value): Value {
  if (value.kind === "promise") return awaited(value.value);
  return value;
}

function yielded(m: Machine, value: Value | undefined, delegate: boolean): Value {
  const { yields } = m.frame;
  if (!yields) return UNKNOWN;
  if (!delegate) return yields(value ?? UNDEFINED);
  const inner = value && iterate(m, value);
  if (inner?.elements) for (const element of inner.elements) yields(element);
  else if (inner) runRepeatedly(m, () => yields(inner.element));
  return UNKNOWN;
}
