import type { NativeContext } from "../native";
import type { StringValue, Value } from "../value";
import { SOME_BOOLEAN, SOME_NUMBER, SOME_STRING, boolean, string } from "../value";
import { numberValue, plainNumber, textOf } from "../number";
import { native, natives } from "./define";
import type { Implementation } from "./define";
import { unknownDim } from "../../shape/dim";

/** A member of a string. */
export function stringMember(self: StringValue, name: string): Value | undefined {
  if (name === "length") return self.value === undefined ? SOME_NUMBER : numberValue(self.value.length);
  return STRING_METHODS.get(name);
}

export function numberMember(name: string): Value | undefined {
  return NUMBER_METHODS.get(name);
}

/** A method that gives its result when the text and all arguments are known. */
function onText(
  run: (text: string, args: readonly (string | number)[]) => Value,
  unknown: Value = SOME_STRING,
): Implementation {
  return (_cx, self, args) => {
    const text = textOf(self);
    const known = args.map((arg) => (arg.kind === "string" ? arg.value : plainNumber(arg)));
    return text === undefined || known.some((arg) => arg === undefined)
      ? unknown
      : run(text, known as (string | number)[]);
  };
}

const STRING_METHODS = natives({
  toUpperCase: onText((text) => string(text.toUpperCase())),
  toLowerCase: onText((text) => string(text.toLowerCase())),
  trim: onText((text) => string(text.trim())),
  slice: onText((text, [from, to]) => string(text.slice(Number(from), to === undefined ? undefined : Number(to)))),
  substring: onText((text, [from, to]) =>
    string(text.substring(Number(from), to === undefined ? undefined : Number(to))),
  ),
  charAt: onText((text, [index]) => string(text.charAt(Number(index)))),
  repeat: onText((text, [count]) =>
    string(Number(count) <= 1024 && Number(count) >= 0 ? text.repeat(Number(count)) : text),
  ),
  padStart: onText((text, [length, fill]) =>
    string(text.padStart(Math.min(1024, Number(length)), fill === undefined ? " " : String(fill))),
  ),
  replace: onText((text, [from, to]) => string(text.replace(String(from), String(to)))),
  startsWith: onText((text, [start]) => boolean(text.startsWith(String(start))), SOME_BOOLEAN),
  endsWith: onText((text, [end]) => boolean(text.endsWith(String(end))), SOME_BOOLEAN),
  includes: onText((text, [part]) => boolean(text.includes(String(part))), SOME_BOOLEAN),
  indexOf: onText((text, [part]) => numberValue(text.indexOf(String(part))), SOME_NUMBER),
  charCodeAt: onText((text, [index]) => numberValue(text.charCodeAt(Number(index ?? 0))), SOME_NUMBER),
  split: (cx, self, [separator]) => {
    const text = textOf(self);
    const between = separator && textOf(separator);
    return text === undefined || between === undefined
      ? cx.list(SOME_STRING, unknownDim(0))
      : cx.array(text.split(between).map(string));
  },
});

const NUMBER_METHODS = natives({
  toFixed: (_cx, self, [digits]) => {
    const value = plainNumber(self);
    const places = digits === undefined ? 0 : plainNumber(digits);
    return value === undefined || places === undefined || places < 0 || places > 100
      ? SOME_STRING
      : string(value.toFixed(places));
  },
  toString: (_cx: NativeContext, self: Value, args: readonly Value[]): Value => {
    const text = textOf(self);
    return text === undefined || args.length > 0 ? SOME_STRING : string(text);
  },
});

export const STRING: Value = native("String", (_cx, _self, [value]) => {
  const text = value && textOf(value);
  return text === undefined ? SOME_STRING : string(text);
});
