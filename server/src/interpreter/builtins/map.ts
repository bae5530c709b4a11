import { constant, unknownDim } from "../../shape/dim";
import type { MapObject } from "../heap";
import { sameSimpleValue } from "../same";
import { NativeCall } from "../native-call";
import type { NativeClass } from "../native";
import type { Value } from "../value";
import { SOME_BOOLEAN, UNDEFINED, UNKNOWN, boolean, integer } from "../value";
import { natives } from "./define";
import type { Implementation } from "./define";

/** A member of a `Map` or a `Set`. */
export function mapMember(object: MapObject, name: string): Value | undefined {
  if (name === "size") return integer(object.entries ? constant(object.entries.length) : unknownDim(0));
  return METHODS.get(name);
}

/** Runs on the map's state; `undefined` when its entries are not known. */
function withEntries(
  run: (cx: NativeCall, map: MapObject, self: Value, args: readonly Value[]) => Value,
  unknown: Value = UNKNOWN,
): Implementation {
  return (cx, self, args) => {
    if (self.kind !== "object" || !(cx instanceof NativeCall)) return unknown;
    const map = cx.mapState(self);
    return map?.entries ? run(cx, map, self, args) : unknown;
  };
}

/** The entry of a key: its index, -1 when there is surely none, `undefined` when it cannot be told. */
function indexOf(map: MapObject, key: Value): number | undefined {
  const entries = map.entries ?? [];
  const index = entries.findIndex((entry) => sameSimpleValue(entry.key, key));
  if (index >= 0) return index;
  const comparable = (value: Value): boolean => value.kind === "string" && value.value !== undefined;
  return entries.every((entry) => comparable(entry.key)) && comparable(key)
    ? -1
    : entries.length === 0
      ? -1
      : undefined;
}

const METHODS = natives({
  get: withEntries((_cx, map, _self, [key = UNDEFINED]) => {
    const index = indexOf(map, key);
    return index === undefined ? UNKNOWN : (map.entries?.[index]?.value ?? UNDEFINED);
  }),
  has: withEntries((_cx, map, _self, [key = UNDEFINED]) => {
    const index = indexOf(map, key);
    return index === undefined ? SOME_BOOLEAN : boolean(index >= 0);
  }, SOME_BOOLEAN),
  set: withEntries((cx, map, self, [key = UNDEFINED, value = UNDEFINED]) => put(cx, map, self, key, value)),
  add: withEntries((cx, map, self, [key = UNDEFINED]) => put(cx, map, self, key, key)),
  delete: withEntries((cx, map, self, [key = UNDEFINED]) => {
    const index = indexOf(map, key);
    cx.setEntries(self, index === undefined ? undefined : (map.entries ?? []).filter((_, i) => i !== index));
    return SOME_BOOLEAN;
  }, SOME_BOOLEAN),
  clear: (cx, self) => {
    if (cx instanceof NativeCall) cx.setEntries(self, []);
    return UNDEFINED;
  },
  keys: withEntries((cx, map) => cx.array((map.entries ?? []).map((entry) => entry.key))),
  values: withEntries((cx, map) => cx.array((map.entries ?? []).map((entry) => entry.value))),
  entries: withEntries((cx, map) => cx.array((map.entries ?? []).map((entry) => cx.array([entry.key, entry.value])))),
  forEach: withEntries((cx, map, self, [callback = UNKNOWN]) => {
    for (const entry of map.entries ?? []) cx.call(callback, [entry.value, entry.key, self]);
    return UNDEFINED;
  }, UNDEFINED),
});

function put(cx: NativeCall, map: MapObject, self: Value, key: Value, value: Value): Value {
  const index = indexOf(map, key);
  const entries = map.entries ?? [];
  if (index === undefined) cx.setEntries(self, undefined);
  else if (index < 0) cx.setEntries(self, [...entries, { key, value }]);
  else cx.setEntries(self, entries.with(index, { key, value }));
  return self;
}

export function mapClass(name: "Map" | "Set"): NativeClass {
  return {
    name,
    construct(cx, self) {
      if (!(cx instanceof NativeCall)) return;
      const [source] = cx.site.args;
      const elements = !source || source.value.kind === "undefined" ? [] : cx.elements(source.value);
      const entries = elements?.map((element) =>
        name === "Set" ? { key: element, value: element } : pair(cx, element),
      );
      cx.becomeMap(self, name === "Set", entries?.every((entry) => entry !== undefined) ? entries : undefined);
    },
  };
}

function pair(cx: NativeCall, element: Value): { key: Value; value: Value } | undefined {
  const parts = cx.elements(element);
  return parts?.[0] && parts[1] && { key: parts[0], value: parts[1] };
}
