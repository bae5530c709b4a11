import { findMember } from "./class";
import type { Machine } from "./machine";
import { textOf } from "./number";
import { sameSimpleValue } from "./same";
import { isFree } from "./truth";
import type { ClassValue, NativeClassValue, Value } from "./value";
import { FREE_BOOLEAN, SOME_BOOLEAN, SOME_STRING, boolean, string } from "./value";

const OBJECT_OR_FUNCTION: Value = { kind: "union", options: [string("object"), string("function")] };

/** `typeof value`. */
export function typeOf(m: Machine, value: Value): Value {
  switch (value.kind) {
    case "integer":
    case "float":
    case "ratio":
      return string("number");
    case "string":
      return string(value.value?.startsWith("@@") ? "symbol" : "string");
    case "boolean":
    case "undefined":
      return string(value.kind);
    case "function":
    case "class":
    case "native":
    case "nativeClass":
      return string("function");
    case "null":
    case "tensor":
    case "promise":
    case "namespace":
      return string("object");
    case "object":
      return isCallable(m, value) ? OBJECT_OR_FUNCTION : string("object");
    case "union": {
      const [first, ...rest] = value.options.map((option) => typeOf(m, option));
      return first && rest.every((other) => sameSimpleValue(first, other)) ? first : SOME_STRING;
    }
    default:
      return SOME_STRING;
  }
}

/** Modules are objects that can be called, and what a class that is not known makes may be, too. */
function isCallable(m: Machine, value: Value & { kind: "object" }): boolean {
  const object = m.heap.object(value);
  if (object.type !== "record" || !object.prototype) return object.type === "record" && object.open;
  let root: Value | undefined = object.prototype;
  while (root?.kind === "class") root = root.superclass;
  return root !== undefined && (root.kind !== "nativeClass" || root.native.invoke !== undefined);
}

/** `value instanceof cls`. */
export function isInstance(m: Machine, value: Value, cls: Value): Value {
  if (value.kind === "union") {
    const [first, ...rest] = value.options.map((option) => isInstance(m, option, cls));
    return first && rest.every((other) => sameSimpleValue(first, other)) ? first : unknownAnswer(value);
  }
  const known = instanceAnswer(m, value, cls);
  return known === undefined ? unknownAnswer(value) : boolean(known);
}

function unknownAnswer(value: Value): Value {
  return isFree(value) ? FREE_BOOLEAN : SOME_BOOLEAN;
}

const PRIMITIVES: ReadonlySet<Value["kind"]> = new Set([
  ...(["integer", "float", "ratio", "string", "boolean", "null", "undefined"] as const),
]);

function instanceAnswer(m: Machine, value: Value, cls: Value): boolean | undefined {
  if (cls.kind === "nativeClass" && cls.native.hasInstance) return cls.native.hasInstance(value);
  if (PRIMITIVES.has(value.kind)) return false;
  const name = cls.kind === "nativeClass" || cls.kind === "native" ? cls.native.name : undefined;
  if (value.kind === "tensor") return name === "Tensor" ? true : cls.kind === "class" ? false : undefined;
  if (value.kind !== "object") return undefined;
  const object = m.heap.object(value);
  switch (object.type) {
    case "array":
    case "list":
      if (name === "Object") return true;
      if (object.typed === undefined && name === "Array") return true;
      return object.typed === name ? true : cls.kind === "class" || name !== undefined ? false : undefined;
    case "map":
      return name === (object.set ? "Set" : "Map") ? true : cls.kind === "class" ? false : undefined;
    case "record":
      if (object.prototype) return descends(object.prototype, cls);
      return object.open ? undefined : name === "Object" ? true : cls.kind === "class" ? false : undefined;
  }
}

function descends(prototype: ClassValue | NativeClassValue, cls: Value): boolean | undefined {
  let current: Value | undefined = prototype;
  while (current?.kind === "class") {
    if (sameSimpleValue(current, cls)) return true;
    current = current.superclass;
  }
  if (current?.kind === "nativeClass") {
    for (let native = current.native; ; native = native.superclass) {
      if (cls.kind === "nativeClass" && native === cls.native) return true;
      if (!native.superclass) break;
    }
    return cls.kind === "class" ? false : undefined;
  }
  // A chain that ends in a class that is not known may lead anywhere from there.
  return current === undefined && (cls.kind === "class" || cls.kind === "nativeClass") ? false : undefined;
}

/** `key in object`. */
export function hasProperty(m: Machine, key: Value, object: Value): Value {
  const name = textOf(key);
  const known = name === undefined ? undefined : propertyAnswer(m, name, object);
  return known === undefined ? unknownAnswer(object) : boolean(known);
}

function propertyAnswer(m: Machine, name: string, object: Value): boolean | undefined {
  if (object.kind !== "object") return undefined;
  const target = m.heap.object(object);
  if (target.type === "array") return /^\d+$/.test(name) ? Number(name) < target.elements.length : undefined;
  if (target.type !== "record") return undefined;
  const stored = target.properties.get(name);
  // Code that is not known may have taken it away.
  if (stored) return stored.kind === "unknown" ? undefined : true;
  if (target.open) return undefined;
  const { prototype } = target;
  if (!prototype) return name in Object.prototype ? undefined : false;
  if (prototype.kind === "class" && findMember(prototype, name, ["method", "getter", "setter"])) return true;
  let root: Value | undefined = prototype;
  while (root?.kind === "class") root = root.superclass;
  return root === undefined && !(name in Object.prototype) ? false : undefined;
}
