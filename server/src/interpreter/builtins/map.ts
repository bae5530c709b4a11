import { constant, unknownDim } from "../../shape/dim";
import type { MapObject } from "../heap";
import { NativeCall } from "../native-call";
import type { NativeClass } from "../native";
import { binaryOperation } from "../operators";
import { truthiness } from "../truth";
import type { ObjectValue, Value } from "../value";
import { SOME_BOOLEAN, UNDEFINED, UNKNOWN, boolean, integer } from "../value";
import { natives } from "./define";
import type { Implementation } from "./define";

/** A member of a `Map` or a `Set`. */
export function mapMember(object: MapObject, name: string): Value | undefined {
  if (name === "size") return integer(object.entries ? constant(object.entries.length) : unknownDim(0));
  return METHODS.get(name);
}

type Entries = NonNullable<MapObject["entries"]>;

/** Runs on the entries; `unknown` when they are not known. */
function withEntries(
  run: (cx: NativeCall, entries: Entries, self: ObjectValue, args: readonly Value[]) => Value,
  unknown: (cx: NativeCall, self: ObjectValue, args: readonly Value[]) => Value = () => UNKNOWN,
): Implementation {
  return (cx, self, args) => {
    if (self.kind !== "object" || !(cx instanceof NativeCall)) return UNKNOWN;
    const entries = cx.mapState(self)?.entries;
    return entries && cx.site.complete ? run(cx, entries, self, args) : unknown(cx, self, args);
  };
}

/** The entry of a key: its index, -1 when there is surely none, `undefined` when it cannot be told. */
function indexOf(entries: Entries, key: Value): number | undefined {
  const answers = entries.map((entry) => truthiness(binaryOperation("===", entry.key, key)));
  const index = answers.findIndex((answer) => answer !== false);
  return index < 0 || answers[index] === true ? index : undefined;
}

/** A change that is not followed: what the map holds from now on is not known, nor is what it held any longer its own. */
function lose(cx: NativeCall, self: ObjectValue, args: readonly Value[]): Value {
  cx.setEntries(self, undefined);
  for (const arg of args) cx.leak(arg);
  return self;
}

const put: Implementation = withEntries((cx, entries, self, [key = UNDEFINED, value = key]) => {
  const index = indexOf(entries, key);
  if (index === undefined) return lose(cx, self, [key, value, ...entries.flatMap((entry) => [entry.key, entry.value])]);
  cx.setEntries(self, index < 0 ? [...entries, { key, value }] : entries.with(index, { key, value }));
  return self;
}, lose);

const METHODS = natives({
  get: withEntries((_cx, entries, _self, [key = UNDEFINED]) => {
    const index = indexOf(entries, key);
    return index === undefined ? UNKNOWN : (entries[index]?.value ?? UNDEFINED);
  }),
  has: withEntries(
    (_cx, entries, _self, [key = UNDEFINED]) => {
      const index = indexOf(entries, key);
      return index === undefined ? SOME_BOOLEAN : boolean(index >= 0);
    },
    () => SOME_BOOLEAN,
  ),
  set: put,
  add: put,
  delete: withEntries(
    (cx, entries, self, [key = UNDEFINED]) => {
      const index = indexOf(entries, key);
      if (index === undefined)
        lose(
          cx,
          self,
          entries.map(({ value }) => value),
        );
      else if (index >= 0) cx.setEntries(self, entries.toSpliced(index, 1));
      return index === undefined ? SOME_BOOLEAN : boolean(index >= 0);
    },
    () => SOME_BOOLEAN,
  ),
  clear: (cx, self) => {
    if (cx instanceof NativeCall) cx.setEntries(self, []);
    return UNDEFINED;
  },
  keys: withEntries((cx, entries) => cx.array(entries.map((entry) => entry.key))),
  values: withEntries((cx, entries) => cx.array(entries.map((entry) => entry.value))),
  entries: withEntries((cx, entries) => cx.array(entries.map((entry) => cx.array([entry.key, entry.value])))),
  forEach: withEntries(
    (cx, entries, self, [callback = UNKNOWN]) => {
      for (const entry of entries) cx.call(callback, [entry.value, entry.key, self]);
      return UNDEFINED;
    },
    (cx, self, [callback = UNKNOWN]) => {
      cx.callRepeatedly(callback, [UNKNOWN, UNKNOWN, self]);
      return UNDEFINED;
    },
  ),
});

export function mapClass(name: "Map" | "Set" | "WeakMap" | "WeakSet"): NativeClass {
  const isSet = name.endsWith("Set");
  return {
    name,
    construct(cx, self) {
      if (!(cx instanceof NativeCall)) return;
      const source = cx.site.args[0]?.value ?? UNDEFINED;
      const isEmpty = source.kind === "undefined" || source.kind === "null";
      const elements = isEmpty ? [] : cx.iterated(source);
      cx.becomeMap(self, isSet, elements && entriesOf(cx, elements, isSet));
      if (!isEmpty && !cx.mapState(self)?.entries) cx.leak(source);
    },
  };
}

function entriesOf(cx: NativeCall, elements: readonly Value[], isSet: boolean): Entries | undefined {
  const entries: Entries = [];
  for (const element of elements) {
    const [key = UNDEFINED, value = UNDEFINED] = isSet ? [element, element] : (cx.elements(element) ?? [UNKNOWN]);
    const index = key.kind === "unknown" ? undefined : indexOf(entries, key);
    if (index === undefined) return undefined;
    if (index < 0) entries.push({ key, value });
    else entries[index] = { key: entries[index]?.key ?? key, value };
  }
  return entries;
}
