import type { Value } from "../value";
import { UNKNOWN } from "../value";
import { native, natives } from "./define";

/** `then`, `catch` and `finally`: a promise is as good as its value here. */
export function promiseMember(name: string): Value | undefined {
  return METHODS.get(name);
}

const METHODS = natives({
  then: (cx, self, [callback = UNKNOWN]) => ({ kind: "promise", value: settle(cx.call(callback, [settle(self)])) }),
  catch: (_cx, self) => self,
  finally: (cx, self, [callback = UNKNOWN]) => {
    cx.call(callback, []);
    return self;
  },
});

function settle(value: Value): Value {
  return value.kind === "promise" ? settle(value.value) : value;
}

export const PROMISE: Value = native(
  "Promise",
  (cx, _self, args) => {
    for (const arg of args) cx.forget(arg);
    return { kind: "promise", value: UNKNOWN };
  },
  natives({
    resolve: (_cx, _self, [value = UNKNOWN]) => ({ kind: "promise", value: settle(value) }),
    all: (cx, _self, [values = UNKNOWN]) => {
      const elements = cx.elements(values);
      return { kind: "promise", value: elements ? cx.array(elements.map(settle)) : UNKNOWN };
    },
  }),
);
