import { isDeclared, unknownDim } from "../shape/dim";
import { exportOf } from "./exports";
import type { Machine } from "./machine";
import type { Argument } from "./native";
import { runRepeatedly } from "./iteration";
import type { FunctionCall } from "./function";
import { callFunction } from "./function";
import type { GeneratorPayload } from "./generator";
import { collectYields } from "./generator";
import type { HeapObject } from "./heap";
import { readCell, readObject } from "./heap";
import { mergeInto } from "./merge";
import { joinValues } from "./property";
import { sameSimpleValue } from "./same";
import { FREE, SOME_BOOLEAN, SOME_NUMBER, SOME_STRING, UNKNOWN, integer, lost } from "./value";
import { hasNothingToLose } from "./weaken";
import type { ObjectValue, Value } from "./value";

const CHANGED = lost(UNKNOWN, { kind: "changed", span: undefined });

/**
 * A value went where the analysis cannot follow. Arrays, maps and plain objects it reaches may be changed there; functions may be
 * called there, any number of times. Instances of classes keep what they are: code that restructures somebody else's model is rare,
 * and without this every model handed to a helper of another package would be lost.
 */
export function forget(m: Machine, value: Value): void {
  forgetValue(m, value, new Set());
}

/**
 * The same for a function that is kept for later, an event handler. It finds what the variables are then: what it would find now is not
 * shown.
 */
export function forgetHandler(m: Machine, handler: Value): void {
  m.recorder.judging(() => forget(m, handler));
}

/**
 * Code that is not known runs: it may change again whatever it has got hold of before, and call again what it was given.
 */
export function forgetLeaked(m: Machine): void {
  const { leaked } = m.heap;
  const { cells, objects } = leaked.toForget(m.heap.layer, EVERYTHING);
  // What leaks while this is done is for the next time.
  const { mark } = leaked;
  for (const cell of cells) {
    const escaped = leaked.escapedTo(cell);
    const current = m.heap.read(cell);
    if (!escaped || !current || current === escaped) continue;
    const either = eitherOf(m, escaped, current, m.heap.nameOf(cell));
    leaked.escape(cell, either);
    m.heap.write(cell, either);
  }
  m.heap.layer.markForgotten(EVERYTHING, mark);
  const seen = new Set<number>();
  for (const id of objects) {
    const state = m.heap.find(id);
    if (state && !isForgotten(state)) forgetValue(m, { kind: "object", id }, seen);
  }
  // Looking through them is work, too. It is counted the same, however much of it was done before.
  m.budget.spend(Math.floor(mark.objects / 64));
}

/** What is forgotten of an object that code which is not known has got hold of. */
const EVERYTHING = "*";

/** What a variable may be that code may write which is not seen to run. The same again when nothing new came. */
function eitherOf(m: Machine, escaped: Value, current: Value, name: string | undefined): Value {
  if (!isNumber(escaped) || !isNumber(current)) return joinValues(m, [escaped, current]);
  if (sameSimpleValue(escaped, current)) return escaped;
  const isOpen =
    escaped.kind === "float" ? escaped.value === undefined : escaped.kind === "integer" && !isDeclared(escaped.dim);
  if (isOpen && (escaped.kind === "float" || current.kind === "integer")) return escaped;
  return escaped.kind === "integer" && current.kind === "integer" ? integer(unknownDim(-Infinity, name)) : SOME_NUMBER;
}

function isNumber(value: Value): boolean {
  return value.kind === "integer" || value.kind === "float" || value.kind === "ratio";
}

/** Runs what others may run from now on, and remembers what it writes. */
function escape(m: Machine, run: () => Value): void {
  const base = m.heap.layer;
  const top = m.heap.push();
  m.recorder.doubting(() => m.recorder.sketching(() => runRepeatedly(m, run)));
  for (const [cell, value] of top.cells) {
    const before = readCell(base, cell);
    if (before) m.heap.leaked.escape(cell, whenever(value, m.heap.nameOf(cell)));
  }
  for (const id of top.objects.keys()) if (readObject(base, id)) m.heap.leaked.add(id);
  mergeInto(m.heap, base, [m.heap.layer]);
}

/** What is written whenever the writer may run: a number, a text or an answer is worked out from what variables hold then. */
export function whenever(value: Value, name: string | undefined): Value {
  switch (value.kind) {
    case "integer":
      return integer(unknownDim(-Infinity, name));
    case "float":
    case "ratio":
      return SOME_NUMBER;
    case "string":
      return SOME_STRING;
    case "boolean":
      return SOME_BOOLEAN;
    default:
      return value;
  }
}

function forgetValue(m: Machine, value: Value, seen: Set<number>): void {
  if (value.kind === "union") return value.options.forEach((option) => forgetValue(m, option, seen));
  if (value.kind === "promise") return forgetValue(m, value.value, seen);
  if (value.kind === "accessor") {
    if (value.exported) return forgetValue(m, exportOf(m, value.exported.file, value.exported.name), seen);
    for (const half of [value.get, value.set]) if (half) forgetValue(m, half, seen);
    return;
  }
  if (value.kind === "function") {
    const args = value.node.parameters.map((parameter) => ({ value: FREE, span: parameter.span }));
    const call: FunctionCall = { args, complete: true, self: UNKNOWN, unseen: true };
    return escape(m, () => callFunction(m, value, call));
  }
  if (value.kind !== "object" || seen.has(value.id)) return;
  seen.add(value.id);
  const object = m.heap.object(value);
  forgetObject(m, value, object, seen);
  m.heap.leaked.add(value.id);
}

/** Nothing is left of it to forget. */
function isForgotten(object: HeapObject): boolean {
  switch (object.type) {
    case "array":
      return false;
    case "list":
      return hasNothingToLose(object.element) && !object.length;
    case "map":
      return object.entries === undefined;
    case "record":
      return object.open && [...object.properties.values()].every(hasNothingToLose);
  }
}

function forgetObject(m: Machine, value: ObjectValue, object: HeapObject, seen: Set<number>): void {
  switch (object.type) {
    case "array":
      object.elements.forEach((element) => forgetValue(m, element, seen));
      m.heap.replace(value, { type: "list", typed: object.typed, element: CHANGED, length: undefined });
      return;
    case "list":
      forgetValue(m, object.element, seen);
      m.heap.replace(value, { type: "list", typed: object.typed, element: CHANGED, length: undefined });
      return;
    case "map":
      for (const entry of object.entries ?? []) {
        forgetValue(m, entry.key, seen);
        forgetValue(m, entry.value, seen);
      }
      m.heap.replace(value, { ...object, entries: undefined });
      return;
    case "record": {
      if (object.payload?.kind === "generator") {
        const { fn, call } = object.payload as GeneratorPayload;
        return escape(m, () => collectYields(m, { kind: "generator", fn, call }));
      }
      if (object.prototype || object.payload) return;
      for (const property of object.properties.values()) forgetValue(m, property, seen);
      const mutable = m.heap.mutate(value);
      if (mutable.type !== "record") return;
      mutable.open = true;
      // Nobody can write to the exports of a module but the module itself.
      for (const [name, stored] of mutable.properties)
        if (stored.kind !== "accessor" || !stored.exported) mutable.properties.set(name, CHANGED);
    }
  }
}

const EXPECTS_FAILURE = /expect|throw|reject|fail/i;

/** Functions of browsers, Node.js and widespread frameworks that call what they are given later. */
const CALLS_LATER: ReadonlySet<string | undefined> = new Set([
  ...["addEventListener", "addListener", "on", "once", "subscribe"],
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "nextTick"],
  ...["requestAnimationFrame", "requestIdleCallback"],
]);

/**
 * The arguments of a call that the analysis cannot follow. A function that is given to `expect` or `throws` may be there to fail, so it is
 * not run by itself as well.
 */
export function forgetArguments(m: Machine, args: readonly Argument[], callee: string | undefined): void {
  for (const { value } of args) {
    if (value.kind === "function" && CALLS_LATER.has(callee)) forgetHandler(m, value);
    else forget(m, value);
    if (value.kind === "function" && callee !== undefined && EXPECTS_FAILURE.test(callee)) m.passOver(value.node);
  }
}
