import type { NativeContext } from "../native";
import type { NativeFunctionValue, Value } from "../value";
import { UNDEFINED, UNKNOWN } from "../value";

export type Implementation = (cx: NativeContext, self: Value, args: readonly Value[]) => Value;

/** What may follow the arguments that are known, where a spread of unknown length was among them. */
const FURTHER: readonly Value[] = [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN];

/** A function of the language itself. Missing arguments are `undefined`, as in JavaScript. */
export function native(name: string, run: Implementation, members?: ReadonlyMap<string, Value>): NativeFunctionValue {
  return {
    kind: "native",
    native: {
      name,
      invoke: (cx, self) =>
        run(cx, self ?? UNDEFINED, [...cx.site.args.map((arg) => arg.value), ...(cx.site.complete ? [] : FURTHER)]),
      ...(members ? { members } : {}),
    },
    self: undefined,
    selfSpan: undefined,
  };
}

/** A table of functions by name. */
export function natives(table: Readonly<Record<string, Implementation>>): Map<string, Value> {
  return new Map(Object.entries(table).map(([name, run]) => [name, native(name, run)]));
}
