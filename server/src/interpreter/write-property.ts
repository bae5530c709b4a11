import type { Span } from "../ir";
import { asNumber } from "../shape/dim";
import { inEach } from "./branch";
import { forgetHandler } from "./forget";
import { callFunction } from "./function";
import type { Machine } from "./machine";
import { callSetter } from "./member";
import { textOf } from "./number";
import { joinValues } from "./property";
import { weakenObject } from "./weaken";
import type { ClassValue, ObjectValue, Value } from "./value";
import { UNDEFINED, UNKNOWN } from "./value";

/** `object.name = value`; `source` is where the value is written. */
export function setProperty(m: Machine, object: Value, name: string, value: Value, source?: Span): void {
  switch (object.kind) {
    case "union":
      return inAll(m, object.options, (option) => setProperty(m, option, name, value, source));
    case "class":
      return setStatic(m, object, name, value);
    case "object":
      return setObjectProperty(m, object, name, value, source);
    case "unknown":
      m.heap.leak(value);
      // An event handler, most likely.
      if (value.kind === "function") forgetHandler(m, value);
      return forgetLeakedProperty(m, name);
    default:
      return;
  }
}

/** Does something to one of several objects: to each on a copy of the state, so that every one of them may have been meant. */
function inAll(m: Machine, options: readonly Value[], write: (option: Value) => void): void {
  inEach(m, UNKNOWN, options, (option) => {
    write(option);
    return UNDEFINED;
  });
}

/** A setter that is inherited runs; anything else becomes the class's own. */
function setStatic(m: Machine, cls: ClassValue, name: string, value: Value): void {
  for (let current: Value | undefined = cls; current?.kind === "class"; current = current.superclass) {
    const statics = m.heap.object(current.statics);
    const stored = statics.type === "record" ? statics.properties.get(name) : undefined;
    if (stored?.kind === "accessor") return runSetter(m, stored.set, cls, value);
    if (stored) break;
  }
  const statics = m.heap.mutate(cls.statics);
  if (statics.type === "record") statics.properties.set(name, value);
}

function runSetter(m: Machine, setter: (Value & { kind: "function" }) | undefined, self: Value, value: Value): void {
  if (setter) callFunction(m, setter, { args: [{ value, span: setter.node.span }], complete: true, self });
}

function setObjectProperty(m: Machine, object: ObjectValue, name: string, value: Value, source?: Span): void {
  const current = m.heap.object(object);
  if (current.type === "record") {
    const stored = current.properties.get(name);
    if (stored?.kind === "accessor") return runSetter(m, stored.set, object, value);
    if (!stored && current.prototype?.kind === "class" && callSetter(m, object, current.prototype, name, value)) return;
    const record = m.heap.mutate(object);
    if (record.type !== "record") return;
    record.properties.set(name, value);
    if (source) record.spans.set(name, source);
    return;
  }
  if (name === "length" && current.type !== "map") setLength(m, object, value);
  else if (/^\d+$/.test(name)) setElement(m, object, Number(name), value);
}

function setLength(m: Machine, object: ObjectValue, value: Value): void {
  const length = value.kind === "integer" ? asNumber(value.dim) : undefined;
  const array = m.heap.mutate(object);
  if (array.type === "array" && length !== undefined && length <= array.elements.length + LARGEST_GAP) {
    while (array.elements.length < length) array.elements.push(UNDEFINED);
    array.elements.length = length;
  } else if (array.type === "list") array.length = value.kind === "integer" ? value.dim : undefined;
  else forgetElements(m, object);
}

/** `object[index] = value`. */
export function setIndex(m: Machine, object: Value, index: Value, value: Value): void {
  if (object.kind === "union") return inAll(m, object.options, (option) => setIndex(m, option, index, value));
  if (index.kind === "union") return inAll(m, index.options, (option) => setIndex(m, object, option, value));
  if (object.kind === "unknown") {
    m.heap.leak(value);
    return forgetLeakedProperty(m, textOf(index));
  }
  if (object.kind !== "object") {
    const name = textOf(index);
    if (object.kind === "class") {
      if (name === undefined) forgetElements(m, { kind: "object", id: object.statics });
      else setProperty(m, object, name, value);
    }
    return;
  }
  const target = m.heap.object(object);
  if (target.type !== "array" && target.type !== "list") {
    const name = textOf(index);
    if (name !== undefined) return setProperty(m, object, name, value);
    return forgetElements(m, object);
  }
  const known = index.kind === "integer" ? asNumber(index.dim) : undefined;
  setElement(m, object, known, value);
}

const LARGEST_GAP = 4096;

function setElement(m: Machine, object: ObjectValue, index: number | undefined, value: Value): void {
  const array = m.heap.mutate(object);
  if (array.type === "list") {
    array.element = joinValues(m, [array.element, value]);
    // A position behind the end makes the array longer.
    const length = array.length && asNumber(array.length);
    if (index === undefined || length === undefined || index >= length) array.length = undefined;
    return;
  }
  if (array.type === "array" && index !== undefined && index >= 0 && index <= array.elements.length + LARGEST_GAP) {
    while (array.elements.length < index) array.elements.push(UNDEFINED);
    array.elements[index] = value;
    return;
  }
  forgetElements(m, object);
}

/** Something that is not known was written to: it may be any object that can be reached by ways that are not known. */
function forgetLeakedProperty(m: Machine, name: string | undefined): void {
  const isElement = name === undefined || isElementName(name);
  const isWritten = isElement ? isElementName : (other: string): boolean => other === name;
  const what = isElement ? "[]" : `.${name}`;
  const { leaked } = m.heap;
  const { layer } = m.heap;
  let { objects: count } = leaked.mark;
  let objects: readonly number[] = [...leaked.toForget(layer, what).objects];
  while (objects.length > 0) {
    for (const id of objects) {
      // What hangs on it may be reached by the same ways.
      const object = m.heap.find(id);
      if (object && !(object.type === "record" && (object.prototype || object.payload))) m.heap.leakContents(object);
      weakenObject(m.heap, id, isWritten, isElement);
    }
    objects = leaked.after(count);
    count = leaked.mark.objects;
  }
  layer.markForgotten(what, leaked.mark);
  // Looking through them is work, too. It is counted the same, however much of it was done before.
  m.budget.spend(Math.floor(count / 64));
}

/** Whether a property of that name is an element of an array, or changes which elements it has. */
function isElementName(name: string): boolean {
  return name === "length" || /^\d+$/.test(name);
}

/** Any part of an object may have been written. */
export function forgetElements(m: Machine, object: Value): void {
  if (object.kind === "union") return object.options.forEach((option) => forgetElements(m, option));
  if (object.kind !== "object") return;
  const target = m.heap.mutate(object);
  m.heap.leakContents(target);
  if (target.type === "array" || target.type === "list")
    m.heap.replace(object, { type: "list", typed: target.typed, element: UNKNOWN, length: undefined });
  else if (target.type === "map") target.entries = undefined;
  else {
    target.open = true;
    for (const [name, stored] of target.properties)
      if (stored.kind !== "accessor" || !stored.exported) target.properties.set(name, UNKNOWN);
  }
}

/** `delete object.name`. */
export function deleteProperty(m: Machine, object: Value, name: string | undefined): void {
  if (object.kind === "union") return inAll(m, object.options, (option) => deleteProperty(m, option, name));
  if (object.kind === "unknown") return forgetLeakedProperty(m, name);
  if (object.kind !== "object") return;
  const target = m.heap.mutate(object);
  if (target.type !== "record" || name === undefined) return forgetElements(m, object);
  target.properties.delete(name);
  // Whatever it inherits shows through again, and what an open object has is not known.
}
