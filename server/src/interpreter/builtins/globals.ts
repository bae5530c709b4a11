import type { Machine } from "../machine";
import type { NativeNamespace } from "../native";
import { numberValue, toNumber } from "../number";
import { truthiness, unknownTruth } from "../truth";
import type { Value } from "../value";
import { SOME_STRING, UNDEFINED, UNKNOWN, boolean, string } from "../value";
import { ARRAY } from "./array";
import { native, natives } from "./define";
import { mapClass } from "./map";
import { MATH, NUMBER, onNumber, parse } from "./math";
import { OBJECT } from "./object";
import { PROMISE } from "./promise";
import { STRING } from "./text";
import { TYPED_ARRAYS, typedArrayClass } from "./typed-array";

/** Functions that only show their arguments: nothing is changed by them, and nothing comes back. */
const SHOWS = native("console", () => UNDEFINED);
const CONSOLE: NativeNamespace = { name: "console", member: () => SHOWS };

const JSON_FUNCTIONS: NativeNamespace = {
  name: "JSON",
  member: (name) => (name === "stringify" ? native("stringify", () => SOME_STRING) : native(name, () => UNKNOWN)),
};

/** `Symbol()` and the symbols of the language: names that no text can spell. */
function symbolFunction(): Value {
  let made = 0;
  const wellKnown = ["iterator", "asyncIterator", "toStringTag", "hasInstance", "toPrimitive", "dispose"];
  return native(
    "Symbol",
    () => string(`@@symbol ${++made}`),
    new Map<string, Value>([
      ...wellKnown.map((name) => [name, string(`@@${name}`)] as const),
      ...natives({
        for: (_cx, _self, [key]) =>
          key?.kind === "string" && key.value !== undefined ? string(`@@for ${key.value}`) : UNKNOWN,
      }),
    ]),
  );
}

function toBoolean(value: Value): Value {
  const truth = truthiness(value);
  return truth === undefined ? unknownTruth(value, value) : boolean(truth);
}

/** What every program finds without importing it. Names of libraries come from the libraries. */
export function declareGlobals(m: Machine): void {
  const globals: Record<string, Value> = {
    undefined: UNDEFINED,
    // Files are loaded by import and require: no loader of another kind is there.
    define: UNDEFINED,
    NaN: numberValue(NaN),
    Infinity: numberValue(Infinity),
    Math: { kind: "namespace", namespace: MATH },
    console: { kind: "namespace", namespace: CONSOLE },
    JSON: { kind: "namespace", namespace: JSON_FUNCTIONS },
    Number: NUMBER,
    String: STRING,
    Array: ARRAY,
    Object: OBJECT,
    Promise: PROMISE,
    Map: { kind: "nativeClass", native: mapClass("Map") },
    Set: { kind: "nativeClass", native: mapClass("Set") },
    WeakMap: { kind: "nativeClass", native: mapClass("WeakMap") },
    WeakSet: { kind: "nativeClass", native: mapClass("WeakSet") },
    Symbol: symbolFunction(),
    Boolean: native("Boolean", (_cx, _self, [value = UNDEFINED]) => toBoolean(value)),
    parseInt: native("parseInt", parse(parseInt)),
    parseFloat: native("parseFloat", parse(parseFloat)),
    isNaN: native("isNaN", (_cx, _self, [value = UNDEFINED]) => onNumber(toNumber(value), Number.isNaN)),
    isFinite: native("isFinite", (_cx, _self, [value = UNDEFINED]) => onNumber(toNumber(value), Number.isFinite)),
  };
  for (const name of TYPED_ARRAYS) globals[name] = { kind: "nativeClass", native: typedArrayClass(name) };
  const shared = new Map(m.libraries.flatMap((library) => [...library.globals]));
  for (const name of ["globalThis", "window", "self"])
    globals[name] = { kind: "namespace", namespace: { name, member: (member) => shared.get(member) } };
  for (const [name, value] of Object.entries(globals)) m.declare(m.globals, name, value);
  for (const library of m.libraries) for (const [name, value] of library.globals) m.declare(m.globals, name, value);
}
