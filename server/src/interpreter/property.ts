import type { Span } from "../ir";
import { asNumber } from "../shape/dim";
import { inEach } from "./branch";
import { arrayMember } from "./builtins/array";
import { functionMember } from "./builtins/function";
import { mapMember } from "./builtins/map";
import { OBJECT_PROTOTYPE } from "./builtins/object";
import { promiseMember } from "./builtins/promise";
import { numberMember, stringMember } from "./builtins/text";
import { typedArrayMember } from "./builtins/typed-array";
import { COMPILED, exportOf } from "./exports";
import { callFunction } from "./function";
import type { ArrayObject, HeapObject, ListObject } from "./heap";
import { mergeWays } from "./merge";
import type { Machine } from "./machine";
import { memberOfClass } from "./member";
import { NativeCall, nowhere } from "./native-call";
import { textOf } from "./number";
import { dialectAround } from "./annotation";
import { UNKNOWN_ARRAY } from "./builtins/unknown-array";
import { anotherOf, lengthOf as lengthOfUnknown } from "./unknown-size";
import type {
  ClassValue,
  NativeFunctionValue,
  ObjectValue,
  TensorValue,
  UnionValue,
  UnknownValue,
  Value,
} from "./value";
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
      return classProperty(m, object, name, read);
    case "nativeClass":
      return object.native.statics?.get(name) ?? UNKNOWN;
    case "native":
      return object.native.members?.get(name) ?? bind(functionMember(name), object, read);
    case "function":
      return bind(functionMember(name), object, read);
    case "promise":
      return bind(promiseMember(name), object, read);
    case "union":
      return unionProperty(m, object, name, read);
    case "undefined":
    case "null":
      return read.optional ? UNDEFINED : UNKNOWN;
    case "unknown":
      return unknownProperty(m, object, name, read);
    case "boolean":
    case "accessor":
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

function unionProperty(m: Machine, union: UnionValue, name: string, read: PropertyRead): Value {
  // Reading from undefined or null would have thrown, so what follows is about the other options.
  const readable = union.options.filter(
    (option) => read.optional || (option.kind !== "undefined" && option.kind !== "null"),
  );
  return inEach(m, union, readable, (option) => getProperty(m, option, name, read));
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
      if (name === "length") return integer(m.heap.lengthOf(self, object));
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
  if (own) return readStored(m, own, self);
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
  const common = OBJECT_PROTOTYPE.get(name);
  if (common?.kind === "native") return bound(common, self, read.span);
  // A plain object has just what it was given; whatever has a class may have inherited more than is modelled.
  if (record.open || record.prototype || OBJECT_MEMBERS.has(name)) return UNKNOWN;
  return UNDEFINED;
}

/** Whether a property of this name is among those that are listed: it has a text for a name, is not private and not hidden. */
export function isListed(name: string): boolean {
  return !/^[#@*]/.test(name) && name !== COMPILED;
}

/** What a stored property is when it is read: a getter runs, and an export is what it is now. */
export function readStored(m: Machine, stored: Value, self: Value): Value {
  if (stored.kind !== "accessor") return stored;
  if (stored.exported) return exportOf(m, stored.exported.file, stored.exported.name);
  return stored.get ? callFunction(m, stored.get, { args: [], complete: true, self }) : UNDEFINED;
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

function classProperty(m: Machine, cls: ClassValue, name: string, read: PropertyRead): Value {
  if (name === "name") return { kind: "string", value: cls.name };
  let current: Value | undefined = read.from ?? cls;
  for (; current?.kind === "class"; current = current.superclass) {
    const statics = m.heap.object(current.statics);
    if (statics.type !== "record") return UNKNOWN;
    const value = statics.properties.get(name);
    if (value) return readStored(m, value, cls);
    if (statics.open) return UNKNOWN;
  }
  if (current?.kind === "nativeClass") return current.native.statics?.get(name) ?? UNKNOWN;
  if (current) return UNKNOWN;
  const inherited = functionMember(name);
  return inherited ?? (name === "prototype" || name === "length" ? UNKNOWN : UNDEFINED);
}

/** `object[index]`. */
export function getIndex(m: Machine, object: Value, index: Value, read: PropertyRead = {}): Value {
  if (object.kind === "union") return inEach(m, object, object.options, (option) => getIndex(m, option, index, read));
  if (index.kind === "union") return inEach(m, index, index.options, (option) => getIndex(m, object, option, read));
  if (object.kind === "object") {
    const target = m.heap.object(object);
    if (target.type === "array" || target.type === "list")
      return elementAt(m, target, index) ?? getByText(m, object, index, read);
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
  return inEach(m, UNKNOWN, [...record.properties.values()], (value) => readStored(m, value, object));
}

function elementAt(m: Machine, array: ArrayObject | ListObject, index: Value): Value | undefined {
  if (index.kind === "string") return undefined;
  const known = index.kind === "integer" ? asNumber(index.dim) : undefined;
  if (array.type === "list") return anotherOf(array.element);
  if (known !== undefined) return array.elements[known] ?? UNDEFINED;
  return array.elements.length === 0 ? UNDEFINED : joinValues(m, array.elements);
}
