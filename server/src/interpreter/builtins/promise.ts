import { unknownDim } from "../../shape/dim";
import { NativeCall } from "../native-call";
import type { NativeContext } from "../native";
import type { Value } from "../value";
import { SOME_STRING, UNDEFINED, UNKNOWN } from "../value";
import { native, natives } from "./define";

/** `then`, `catch` and `finally`: a promise is as good as its value here. */
export function promiseMember(name: string): Value | undefined {
  return METHODS.get(name);
}

function promise(value: Value): Value {
  return { kind: "promise", value: settle(value) };
}

function settle(value: Value): Value {
  return value.kind === "promise" ? settle(value.value) : value;
}

function isCallback(value: Value | undefined): value is Value {
  return value !== undefined && value.kind !== "undefined" && value.kind !== "null";
}

function later(cx: NativeContext, callback: Value, args: readonly Value[]): Value {
  return cx instanceof NativeCall ? cx.callLater(callback, args) : UNKNOWN;
}

/** What comes when the promise is kept or, if that was expected, broken. */
function handled(cx: NativeContext, kept: Value, handler: Value | undefined): Value {
  if (!isCallback(handler) || !(cx instanceof NativeCall)) return promise(kept);
  return promise(cx.callPerhaps(handler, [UNKNOWN], settle(kept)));
}

const METHODS = natives({
  then: (cx, self, [callback, handler]) =>
    handled(cx, isCallback(callback) ? later(cx, callback, [settle(self)]) : self, handler),
  catch: (cx, self, [handler]) => handled(cx, self, handler),
  finally: (cx, self, [callback]) => {
    if (isCallback(callback)) later(cx, callback, []);
    return self;
  },
});

/** `new Promise(…)`: what the executor resolves it with, as far as it does. */
function construct(cx: NativeContext, executor: Value): Value {
  if (!(cx instanceof NativeCall)) return promise(UNKNOWN);
  const result = cx.variable();
  const resolve = native("resolve", (_inner, _self, [value = UNDEFINED]) => {
    if (!result.get()) result.set(value);
    return UNDEFINED;
  });
  cx.call(executor, [resolve, native("reject", () => UNDEFINED)]);
  return promise(result.get() ?? UNKNOWN);
}

function ofAll(cx: NativeContext, values: Value, each: (value: Value) => Value): Value {
  const elements = cx.iterated(values);
  if (elements) return promise(cx.array(elements.map((one) => each(settle(one)))));
  return promise(cx.list(each(settle(cx.anyElement(values))), cx.lengthOf(values) ?? unknownDim(0)));
}

function ofAny(cx: NativeContext, values: Value): Value {
  const elements = cx.iterated(values)?.map(settle);
  if (!elements || !(cx instanceof NativeCall)) return promise(settle(cx.anyElement(values)));
  return promise(cx.joined(elements));
}

export const PROMISE: Value = native(
  "Promise",
  (cx, _self, [executor = UNDEFINED]) => construct(cx, executor),
  natives({
    resolve: (_cx, _self, [value = UNDEFINED]) => promise(value),
    reject: () => promise(UNKNOWN),
    all: (cx, _self, [values = UNKNOWN]) => ofAll(cx, values, (value) => value),
    allSettled: (cx, _self, [values = UNKNOWN]) =>
      ofAll(cx, values, (value) => cx.record({ status: SOME_STRING, value, reason: UNKNOWN })),
    race: (cx, _self, [values = UNKNOWN]) => ofAny(cx, values),
    any: (cx, _self, [values = UNKNOWN]) => ofAny(cx, values),
  }),
);
