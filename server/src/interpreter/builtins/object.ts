import { unknownDim } from "../../shape/dim";
import type { NativeContext } from "../native";
import type { Value } from "../value";
import { SOME_STRING, UNDEFINED, UNKNOWN, string } from "../value";
import { native, natives } from "./define";
import type { Implementation } from "./define";

/** A list made from each property of a plain object. */
function fromProperties(element: (cx: NativeContext, name: string, value: Value) => Value, any: Value): Implementation {
  return (cx, _self, [object = UNDEFINED]) => {
    const indexed = cx.elements(object)?.map((value, i) => [String(i), value] as const);
    const properties = indexed ?? cx.properties(object);
    if (!properties) return cx.list(any, unknownDim(0));
    return cx.array([...properties].map(([name, value]) => element(cx, name, value)));
  };
}

const assign: Implementation = (cx, _self, [target = UNDEFINED, ...sources]) => {
  if (target.kind !== "object") return target;
  for (const source of sources) {
    const properties = cx.properties(source);
    if (!properties) {
      if (source.kind !== "undefined" && source.kind !== "null") cx.forget(target);
      continue;
    }
    for (const [name, value] of properties) cx.setProperty(target, name, value);
  }
  return target;
};

const fromEntries: Implementation = (cx, _self, [entries = UNDEFINED]) => {
  const pairs = cx.elements(entries)?.map((entry) => cx.elements(entry));
  const properties: Record<string, Value> = {};
  for (const pair of pairs ?? [undefined]) {
    const [key, value] = pair ?? [];
    if (key?.kind !== "string" || key.value === undefined || !value) return UNKNOWN;
    properties[key.value] = value;
  }
  return cx.record(properties);
};

/** `Object` and its functions. */
export const OBJECT: Value = native(
  "Object",
  (_cx, _self, [value = UNDEFINED]) => value,
  natives({
    keys: fromProperties((_cx, name) => string(name), SOME_STRING),
    values: fromProperties((_cx, _name, value) => value, UNKNOWN),
    entries: fromProperties((cx, name, value) => cx.array([string(name), value]), UNKNOWN),
    assign,
    fromEntries,
    freeze: (_cx, _self, [value = UNDEFINED]) => value,
    seal: (_cx, _self, [value = UNDEFINED]) => value,
    defineProperty: (cx, _self, [target = UNDEFINED]) => {
      cx.forget(target);
      return target;
    },
  }),
);
