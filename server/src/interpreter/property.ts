import type { Span } from "../ir";
import { asNumber, constant } from "../shape/dim";
import { arrayMember } from "./builtins/array";
import { functionMember } from "./builtins/function";
import { mapMember } from "./builtins/map";
import { promiseMember } from "./builtins/promise";
import { numberMember, stringMember } from "./builtins/text";
import { typedArrayMember } from "./builtins/typed-array";
import type { HeapObject } from "./heap";
import { mergeWays } from "./merge";
import type { Machine } from "./machine";
import { callSetter, memberOfClass } from "./member";
import { NativeCall, nowhere } from "./native-call";
import { textOf } from "./number";
import { dialectAround } from "./annotation";
import { UNKNOWN_ARRAY } from "./builtins/unknown-array";
import { anotherOf, lengthOf as lengthOfUnknown } from "./unknown-size";
import type { NativeFunctionValue, ObjectValue, TensorValue, UnknownValue, Value } from "./value";
import { FREE, LOST_TENSOR, UNDEFINED, UNKNOWN, integer, lost, unknownTensor } from "./value";

export interface PropertyRead {
  /** The expression of the object: the receiver, should the property be a method that is called. */
  readonly span?: Span;
  readonly optional?: boolean;
  /** Where the search starts instead of the object's own class: `super.forward`. */
  readonly from?: Value;
}

export function getProperty(m: Machine, object: Value, name: string, read: PropertyRead = {}): Value {
  switch (object.kind) {
    case "object":
      return objectProperty(m, object, name, read);
    case "tensor":
      return tensorProperty(m, object, name, read);
    case "string":
      return bind(stringMember(object, name), object, read);
    case "integer":
    case "float":
    case "ratio":
      return bind(numberMember(name), object, read);
    case "namespace":
      return object.namespace.member(name) ?? UNKNOWN;
    case "class":
      return classProperty(m, object, name);
    case "nativeClass":
      return object.native.statics?.get(name) ?? UNKNOWN;
    case "native":
      return object.native.members?.get(name) ?? bind(functionMember(name), object, read);
    case "function":
      return bind(functionMember(name), object, read);
    case "promise":
      return bind(promiseMember(name), object, read);
    case "union":
      return unionProperty(m, object.options, name, read);
    case "undefined":
    case "null":
      return read.optional ? UNDEFINED : UNKNOWN;
    case "unknown":
      return unknownProperty(m, object, name, read);
    case "boolean":
      return UNKNOWN;
  }
}

/** Arrays have a length, tensors have methods: what is used so is one. */
function unknownProperty(m: Machine, object: UnknownValue, name: string, read: PropertyRead): Value {
  if (name === "length") return integer(lengthOfUnknown(object));
  if (object.tensorLike || DISTINCTIVE.has(name)) {
    const tensor = unknownTensor(dialectAround(m) ?? "tfjs", undefined, object.because);
    const member = tensorProperty(m, tensor, name, read);
    if (member.kind === "native") return member;
  }
  return unknownMember(name, object, read) ?? partOf(object);
}

/** Methods that only tensors have, among all that JavaScript programs handle. */
const DISTINCTIVE: ReadonlySet<string> = new Set([
  ...["reshape", "expandDims", "squeeze", "argMax", "argMin", "matMul", "toFloat", "toInt", "asScalar", "as1D", "as2D"],
  ...[
    "as3D",
    "as4D",
    "asType",
    "resizeBilinear",
    "resizeNearestNeighbor",
    "logSoftmax",
    "oneHot",
    "dataSync",
    "arraySync",
  ],
]);

function unknownMember(name: string, object: UnknownValue, read: PropertyRead): Value | undefined {
  const member = UNKNOWN_ARRAY.get(name);
  return member && bind(member, object, read);
}

/** Of something that is not known, no part is. */
function partOf(whole: UnknownValue): Value {
  return lost(whole.free ? FREE : UNKNOWN, whole.because);
}

function bind(member: Value | undefined, self: Value, read: PropertyRead): Value {
  if (member?.kind !== "native") return member ?? UNKNOWN;
  return bound(member, self, read.span);
}

function bound(member: NativeFunctionValue, self: Value, span: Span | undefined): Value {
  return { ...member, self, selfSpan: span };
}

function tensorProperty(m: Machine, tensor: TensorValue, name: string, read: PropertyRead): Value {
  const library = m.libraries.find((one) => one.name === tensor.dialect);
  if (!library) return UNKNOWN;
  const member = library.tensorMember?.(new NativeCall(m, nowhere(m)), tensor, name);
  return bind(member, tensor, read);
}

function unionProperty(m: Machine, options: readonly Value[], name: string, read: PropertyRead): Value {
  // Reading from undefined or null would have thrown, so what follows is about the other options.
  const readable = options.filter((option) => read.optional || (option.kind !== "undefined" && option.kind !== "null"));
  const values = readable.map((option) => getProperty(m, option, name, read));
  return joinValues(m, values);
}

/** One of several values, all of the current state. */
export function joinValues(m: Machine, values: readonly Value[]): Value {
  const base = m.heap.layer;
  const ways = values.map((value) => {
    m.heap.layer = base;
    return { value, layer: m.heap.push() };
  });
  m.heap.layer = base;
  return mergeWays(m.heap, base, ways);
}

function objectProperty(m: Machine, self: ObjectValue, name: string, read: PropertyRead): Value {
  const object = m.heap.object(self);
  switch (object.type) {
    case "array":
    case "list":
      return bind(typedArrayMember(object, name) ?? arrayMember(object, name), self, read);
    case "map":
      return bind(mapMember(object, name), self, read);
    case "record":
      return recordProperty(m, self, object, name, read);
  }
}

function recordProperty(
  m: Machine,
  self: ObjectValue,
  record: HeapObject & { type: "record" },
  name: string,
  read: PropertyRead,
): Value {
  const own = read.from ? undefined : record.properties.get(name);
  if (own) return own;
  const prototype = read.from ?? record.prototype;
  const inherited =
    prototype?.kind === "class"
      ? memberOfClass(m, self, prototype, name)
      : prototype?.kind === "nativeClass"
        ? prototype.native.member?.(new NativeCall(m, nowhere(m)), self, name)
        : undefined;
  if (inherited?.kind === "native") return bound(inherited, self, read.span);
  if (inherited) return inherited;
  if (name === "constructor" && record.prototype) return record.prototype;
  // A plain object has just what it was given; whatever has a class may have inherited more than is modelled.
  if (record.open || record.prototype || OBJECT_MEMBERS.has(name)) return UNKNOWN;
  return UNDEFINED;
}

const OBJECT_MEMBERS = new Set([
  "hasOwnProperty",
  "toString",
  "valueOf",
  "isPrototypeOf",
  "constructor",
  "toLocaleString",
  "propertyIsEnumerable",
  "__proto__",
]);

function classProperty(m: Machine, cls: Value & { kind: "class" }, name: string): Value {
  if (name === "name") return { kind: "string", value: cls.name };
  for (
    let current: Value | undefined = cls;
    current;
    current = current.kind === "class" ? current.superclass : undefined
  ) {
    if (current.kind === "nativeClass") return current.native.statics?.get(name) ?? UNKNOWN;
    if (current.kind !== "class") return UNKNOWN;
    const statics = m.heap.object(current.statics);
    const value = statics.type === "record" ? statics.properties.get(name) : undefined;
    if (value) return value;
  }
  return name === "prototype" ? UNKNOWN : UNDEFINED;
}

/** `object[index]`. */
export function getIndex(m: Machine, object: Value, index: Value, read: PropertyRead = {}): Value {
  if (object.kind === "union")
    return joinValues(
      m,
      object.options.map((option) => getIndex(m, option, index, read)),
    );
  if (object.kind === "object") {
    const target = m.heap.object(object);
    if (target.type === "array" || target.type === "list")
      return elementAt(target, index) ?? getByText(m, object, index, read);
  }
  if (object.kind === "unknown" && object.tensorLike) return lost(LOST_TENSOR, object.because);
  return getByText(m, object, index, read);
}

function getByText(m: Machine, object: Value, index: Value, read: PropertyRead): Value {
  const name = textOf(index);
  if (name !== undefined) return getProperty(m, object, name, read);
  const record = object.kind === "object" ? m.heap.object(object) : undefined;
  if (record?.type !== "record" || record.prototype || record.open || record.properties.size === 0) {
    return object.kind === "unknown" ? partOf(object) : UNKNOWN;
  }
  return joinValues(m, [...record.properties.values()]);
}

function elementAt(array: HeapObject, index: Value): Value | undefined {
  if (index.kind === "string") return undefined;
  const known = index.kind === "integer" ? asNumber(index.dim) : undefined;
  if (array.type === "list") return anotherOf(array.element);
  if (array.type !== "array") return undefined;
  if (known !== undefined) return array.elements[known] ?? UNDEFINED;
  const [first, ...rest] = array.elements;
  return first && rest.every((element) => element === first) ? first : UNKNOWN;
}

export function setProperty(m: Machine, object: Value, name: string, value: Value): void {
  if (object.kind === "class") {
    const statics = m.heap.mutate(object.statics);
    if (statics.type === "record") statics.properties.set(name, value);
    return;
  }
  if (object.kind === "union") {
    for (const option of object.options) weaken(m, option, name);
    return;
  }
  if (object.kind !== "object") return;
  const current = m.heap.object(object);
  if (current.type === "record") {
    if (current.prototype?.kind === "class" && callSetter(m, object, current.prototype, name, value)) return;
    const record = m.heap.mutate(object);
    if (record.type === "record") record.properties.set(name, value);
    return;
  }
  if (name === "length" && current.type === "array" && value.kind === "integer") {
    const length = asNumber(value.dim);
    const array = m.heap.mutate(object);
    if (array.type === "array" && length !== undefined) array.elements.length = Math.min(length, array.elements.length);
  }
}

/** One of several objects was written to: each may have been. */
function weaken(m: Machine, object: Value, name: string): void {
  if (object.kind !== "object") return;
  const record = m.heap.mutate(object);
  if (record.type === "record") record.properties.set(name, UNKNOWN);
}

export function setIndex(m: Machine, object: Value, index: Value, value: Value): void {
  if (object.kind === "union") return object.options.forEach((option) => forgetElements(m, option));
  if (object.kind !== "object") return;
  const target = m.heap.object(object);
  if (target.type !== "array" && target.type !== "list") {
    const name = textOf(index);
    if (name !== undefined) return setProperty(m, object, name, value);
    return forgetElements(m, object);
  }
  const known = index.kind === "integer" ? asNumber(index.dim) : undefined;
  const array = m.heap.mutate(object);
  if (array.type === "list") {
    array.element = joinValues(m, [array.element, value]);
    return;
  }
  if (array.type === "array" && known !== undefined && known >= 0 && known <= array.elements.length + 4096) {
    while (array.elements.length < known) array.elements.push(UNDEFINED);
    array.elements[known] = value;
    return;
  }
  forgetElements(m, object);
}

function forgetElements(m: Machine, object: Value): void {
  if (object.kind !== "object") return;
  const target = m.heap.mutate(object);
  if (target.type === "array") target.elements = target.elements.map(() => UNKNOWN);
  else if (target.type === "list") target.element = UNKNOWN;
  else if (target.type === "map") target.entries = undefined;
  else {
    target.open = true;
    for (const name of target.properties.keys()) target.properties.set(name, UNKNOWN);
  }
}

/** The length of an array or of whatever has one. */
export function lengthOf(object: HeapObject): Value {
  if (object.type === "array") return integer(constant(object.elements.length));
  return object.type === "list" ? integer(object.length) : UNKNOWN;
}
