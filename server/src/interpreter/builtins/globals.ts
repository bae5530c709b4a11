import type { Machine } from "../machine";
import type { NativeNamespace } from "../native";
import { numberValue } from "../number";
import type { Value } from "../value";
import { SOME_BOOLEAN, SOME_STRING, UNDEFINED, UNKNOWN } from "../value";
import { ARRAY } from "./array";
import { native } from "./define";
import { mapClass } from "./map";
import { MATH, NUMBER, parse } from "./math";
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

/** What every program finds without importing it. Names of libraries come from the libraries. */
export function declareGlobals(m: Machine): void {
  const globals: Record<string, Value> = {
    undefined: UNDEFINED,
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
    parseInt: native(
      "parseInt",
      parse((text) => parseInt(text, 10)),
    ),
    parseFloat: native("parseFloat", parse(parseFloat)),
    isNaN: native("isNaN", () => SOME_BOOLEAN),
  };
  for (const name of TYPED_ARRAYS) globals[name] = { kind: "nativeClass", native: typedArrayClass(name) };
  for (const [name, value] of Object.entries(globals)) m.declare(m.globals, name, value);
  for (const library of m.libraries) for (const [name, value] of library.globals) m.declare(m.globals, name, value);
}
