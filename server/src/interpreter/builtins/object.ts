import { unknownDim } from "../../shape/dim";
import { NativeCall } from "../native-call";
import type { NativeContext } from "../native";
import { textOf } from "../number";
import { sameSimpleValue } from "../same";
import { truthiness } from "../truth";
import type { Value } from "../value";
import { FALSE, SOME_BOOLEAN, SOME_STRING, TRUE, UNDEFINED, UNKNOWN, boolean, string } from "../value";
import { isListed } from "../property";
import { native, natives } from "./define";
import type { Implementation } from "./define";

/** The own properties that are listed, or those that `isWanted`. */
function listed(cx: NativeContext, object: Value, isWanted = isListed): [string, Value][] | undefined {
  const indexed = cx.elements(object)?.map((value, i): [string, Value] => [String(i), value]);
  if (indexed) return indexed;
  const properties = cx instanceof NativeCall ? cx.ownProperties(object) : undefined;
  return properties && [...properties].filter(([name]) => isWanted(name));
}

/** A list made from each property of an object. */
function fromProperties(
  element: (cx: NativeContext, name: string, value: Value) => Value,
  any: Value,
  isWanted = isListed,
): Implementation {
  return (cx, _self, [object = UNDEFINED]) => {
    const properties = listed(cx, object, isWanted);
    if (!properties) return cx.list(any, unknownDim(0));
    return cx.array(properties.map(([name, value]) => element(cx, name, value)));
  };
}

const assign: Implementation = (cx, _self, [target = UNDEFINED, ...sources]) => {
  if (target.kind !== "object" || !(cx instanceof NativeCall)) return target;
  for (const source of cx.site.complete ? sources : [UNKNOWN]) {
    if (source.kind === "undefined" || source.kind === "null") continue;
    const properties = listed(cx, source);
    if (!properties) cx.forgetProperties(target);
    for (const [name, value] of properties ?? []) cx.setProperty(target, name, value);
  }
  return target;
};

const fromEntries: Implementation = (cx, _self, [entries = UNDEFINED]) => {
  const pairs = cx.iterated(entries)?.map((entry) => cx.elements(entry));
  const properties: Record<string, Value> = {};
  for (const pair of pairs ?? [undefined]) {
    const [key, value = UNDEFINED] = pair ?? [];
    const name = key && textOf(key);
    if (name === undefined) return UNKNOWN;
    properties[name] = value;
  }
  return cx.record(properties);
};

const defineProperty: Implementation = (cx, _self, [target = UNDEFINED, key = UNDEFINED, descriptor = UNDEFINED]) => {
  if (target.kind !== "object" || !(cx instanceof NativeCall)) return target;
  const name = textOf(key);
  const parts = cx.properties(descriptor);
  const [get, set] = [parts?.get("get"), parts?.get("set")];
  if (name === undefined || !parts) cx.forgetProperties(target);
  else if (isListed(name) && truthiness(parts.get("enumerable") ?? FALSE) !== true) cx.open(target);
  if (name === undefined || !parts) return target;
  if (get?.kind === "function" || set?.kind === "function")
    cx.defineAccessor(
      target,
      name,
      get?.kind === "function" ? get : undefined,
      set?.kind === "function" ? set : undefined,
    );
  else cx.setProperty(target, name, parts.has("get") ? UNKNOWN : (parts.get("value") ?? UNDEFINED));
  return target;
};

/** What `Object.defineProperty` would have to be given to make the property what it is. That objects are frozen is not followed. */
const descriptorOf: Implementation = (cx, _self, [object = UNDEFINED, key = UNDEFINED]) => {
  const name = textOf(key);
  const known = cx.fields(object);
  const stored = name === undefined ? undefined : known?.get(name);
  if (!stored || name === undefined) return isKnownNotToHave(cx, object, name) ? UNDEFINED : UNKNOWN;
  const enumerable = boolean(isListed(name));
  if (stored.kind !== "accessor") return cx.record({ value: stored, writable: TRUE, enumerable, configurable: TRUE });
  return cx.record({ get: stored.get ?? UNKNOWN, set: stored.set ?? UNDEFINED, enumerable, configurable: TRUE });
};

function isKnownNotToHave(cx: NativeContext, object: Value, name: string | undefined): boolean {
  return name !== undefined && cx instanceof NativeCall && cx.ownProperties(object)?.has(name) === false;
}

const hasOwn: Implementation = (cx, _self, [object = UNDEFINED, key = UNDEFINED]) => {
  const name = textOf(key);
  const properties = cx instanceof NativeCall ? cx.ownProperties(object) : undefined;
  if (properties && name !== undefined) return boolean(properties.has(name));
  // One that is not known may have been taken away.
  const stored = name === undefined ? undefined : cx.fields(object)?.get(name);
  return stored && stored.kind !== "unknown" ? TRUE : SOME_BOOLEAN;
};

const hasOwnProperty: Implementation = (cx, self, args) => hasOwn(cx, UNDEFINED, [self, ...args]);

/** What every object has. */
export const OBJECT_PROTOTYPE: ReadonlyMap<string, Value> = natives({
  hasOwnProperty,
  propertyIsEnumerable: () => SOME_BOOLEAN,
  isPrototypeOf: () => SOME_BOOLEAN,
  toString: () => SOME_STRING,
  toLocaleString: () => SOME_STRING,
});

const is: Implementation = (_cx, _self, [a = UNDEFINED, b = UNDEFINED]) =>
  sameSimpleValue(a, b)
    ? TRUE
    : a.kind !== b.kind && a.kind !== "unknown" && b.kind !== "unknown"
      ? FALSE
      : SOME_BOOLEAN;

const groupBy: Implementation = (cx, _self, [source = UNDEFINED, callback = UNKNOWN]) => {
  const elements = cx.iterated(source);
  if (!elements) {
    cx.callRepeatedly(callback, [cx.anyElement(source), UNKNOWN]);
    return UNKNOWN;
  }
  const groups = new Map<string, Value[]>();
  let isKnown = true;
  for (const [i, element] of elements.entries()) {
    const name = textOf(cx.call(callback, [element, string(String(i))]));
    if (name === undefined) isKnown = false;
    else groups.set(name, [...(groups.get(name) ?? []), element]);
  }
  if (!isKnown) return UNKNOWN;
  return cx.record(Object.fromEntries([...groups].map(([name, group]) => [name, cx.array(group)])));
};

const itself: Implementation = (_cx, _self, [value = UNDEFINED]) => value;

/** `Object` and its functions. */
export const OBJECT: Value = native(
  "Object",
  (cx, _self, [value = UNDEFINED]) => (truthiness(value) === false ? cx.record({}) : value),
  natives({
    keys: fromProperties((_cx, name) => string(name), SOME_STRING),
    values: fromProperties((_cx, _name, value) => value, UNKNOWN),
    entries: fromProperties((cx, name, value) => cx.array([string(name), value]), UNKNOWN),
    getOwnPropertyNames: fromProperties(
      (_cx, name) => string(name),
      SOME_STRING,
      (name) => !/^[#@*]/.test(name),
    ),
    assign,
    create: (cx, _self, [prototype = UNDEFINED, more]) =>
      prototype.kind === "null" && !more ? cx.record({}) : UNKNOWN,
    fromEntries,
    defineProperty,
    getOwnPropertyDescriptor: descriptorOf,
    hasOwn,
    is,
    groupBy,
    freeze: itself,
    seal: itself,
    preventExtensions: itself,
  }).set("prototype", {
    kind: "namespace",
    namespace: { name: "Object.prototype", member: (name) => OBJECT_PROTOTYPE.get(name) },
  }),
);
