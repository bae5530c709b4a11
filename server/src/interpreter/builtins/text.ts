import type { StringValue, Value } from "../value";
import { SOME_BOOLEAN, SOME_NUMBER, SOME_STRING, UNDEFINED, UNKNOWN, boolean, integer, string } from "../value";
import { numberValue, plainNumber, textOf } from "../number";
import { native, natives } from "./define";
import type { Implementation } from "./define";
import { unknownDim } from "../../shape/dim";

/** A member of a string. */
export function stringMember(self: StringValue, name: string): Value | undefined {
  if (name === "length") return self.value === undefined ? integer(unknownDim(0)) : numberValue(self.value.length);
  if (/^\d+$/.test(name)) return self.value === undefined ? UNKNOWN : characterAt(self.value, Number(name));
  return STRING_METHODS.get(name);
}

function characterAt(text: string, index: number): Value {
  const character = text[index];
  return character === undefined ? UNDEFINED : string(character);
}

export function numberMember(name: string): Value | undefined {
  return NUMBER_METHODS.get(name);
}

/** A method that gives its result when the text and all arguments are known. */
function onText(
  run: (text: string, args: readonly (string | number)[]) => Value,
  unknown: Value = SOME_STRING,
): Implementation {
  return (cx, self, args) => {
    const text = textOf(self);
    // A callback, as `replace` may have one, is called with what is not known.
    for (const arg of args) if (arg.kind === "function") cx.forget(arg);
    const known = args.map((arg) => (arg.kind === "string" ? arg.value : plainNumber(arg)));
    return text === undefined || known.some((arg) => arg === undefined)
      ? unknown
      : run(text, known as (string | number)[]);
  };
}

/** Texts longer than this are not made: nobody names a layer so. */
const LONGEST_TEXT = 4096;

/** A JavaScript method of strings whose arguments are texts and numbers. */
function method(name: TextMethod): Implementation {
  return onText((text, args) => {
    const run = text[name] as (...args: readonly (string | number)[]) => string;
    return string(run.call(text, ...args));
  });
}

type TextMethod =
  | "toUpperCase"
  | "toLowerCase"
  | "trim"
  | "trimStart"
  | "trimEnd"
  | "slice"
  | "substring"
  | "charAt"
  | "concat"
  | "replace"
  | "replaceAll"
  | "normalize";

/** One that makes a text longer. */
function lengthening(run: (text: string, args: readonly (string | number)[]) => string): Implementation {
  return onText((text, args) =>
    Number(args[0]) >= 0 && Number(args[0]) <= LONGEST_TEXT ? string(run(text, args)) : SOME_STRING,
  );
}

const TEXT_METHODS: readonly TextMethod[] = [
  ...(["toUpperCase", "toLowerCase", "trim", "trimStart", "trimEnd", "slice", "substring"] as const),
  ...(["charAt", "concat", "replace", "replaceAll", "normalize"] as const),
];

const itself: Implementation = (_cx, self) => self;

function optionalNumber(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

const STRING_METHODS = natives({
  ...Object.fromEntries(TEXT_METHODS.map((name) => [name, method(name)])),
  repeat: lengthening((text, [count]) => text.repeat(Number(count))),
  padStart: lengthening((text, [length, fill]) => text.padStart(Number(length), fill?.toString())),
  padEnd: lengthening((text, [length, fill]) => text.padEnd(Number(length), fill?.toString())),
  at: onText((text, [index]) => {
    const character = text.at(Number(index ?? 0));
    return character === undefined ? UNDEFINED : string(character);
  }, UNKNOWN),
  startsWith: onText((text, [start, at]) => boolean(text.startsWith(String(start), optionalNumber(at))), SOME_BOOLEAN),
  endsWith: onText((text, [end, at]) => boolean(text.endsWith(String(end), optionalNumber(at))), SOME_BOOLEAN),
  includes: onText((text, [part, at]) => boolean(text.includes(String(part), optionalNumber(at))), SOME_BOOLEAN),
  indexOf: onText((text, [part, at]) => numberValue(text.indexOf(String(part), optionalNumber(at))), SOME_NUMBER),
  lastIndexOf: onText((text, [part]) => numberValue(text.lastIndexOf(String(part))), SOME_NUMBER),
  localeCompare: onText((text, [other]) => numberValue(text.localeCompare(String(other))), SOME_NUMBER),
  charCodeAt: onText((text, [index]) => numberValue(text.charCodeAt(Number(index ?? 0))), SOME_NUMBER),
  codePointAt: onText((text, [index]) => numberValue(text.codePointAt(Number(index ?? 0)) ?? NaN), SOME_NUMBER),
  toString: itself,
  valueOf: itself,
  split: (cx, self, [separator, limit]) => {
    const text = textOf(self);
    const between = separator && textOf(separator);
    const most = limit === undefined ? undefined : plainNumber(limit);
    if (text === undefined || (limit !== undefined && most === undefined)) return cx.list(SOME_STRING, unknownDim(0));
    if (separator === undefined || separator.kind === "undefined") return cx.array([string(text)]);
    return between === undefined
      ? cx.list(SOME_STRING, unknownDim(0))
      : cx.array(text.split(between, most).map(string));
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
  toString: (_cx: unknown, self: Value, [radix]: readonly Value[]) => {
    const value = plainNumber(self);
    const base = radix === undefined || radix.kind === "undefined" ? 10 : plainNumber(radix);
    return value === undefined || base === undefined || base < 2 || base > 36
      ? SOME_STRING
      : string(value.toString(base));
  },
  toLocaleString: () => SOME_STRING,
  valueOf: itself,
});

export const STRING: Value = native("String", (_cx, _self, [value]) => {
  const text = value && textOf(value);
  return text === undefined ? SOME_STRING : string(text);
});
