import type { Value } from "../value";
import { UNDEFINED, UNKNOWN } from "../value";
import { NativeCall } from "../native-call";
import { natives } from "./define";

/** `call`, `apply` and `bind` of functions. */
export function functionMember(name: string): Value | undefined {
  return METHODS.get(name);
}

const METHODS = natives({
  call: (cx, self, [receiver = UNDEFINED, ...args]) =>
    cx instanceof NativeCall ? cx.callOn(self, receiver, args) : UNKNOWN,
  apply: (cx, self, [receiver = UNDEFINED, args = UNDEFINED]) => {
    const elements = args.kind === "undefined" ? [] : cx.elements(args);
    return elements && cx instanceof NativeCall ? cx.callOn(self, receiver, elements) : UNKNOWN;
  },
  bind: (_cx, self, [receiver = UNDEFINED, ...args]) => {
    if (args.length > 0 || self.kind !== "function" || self.node.arrow) return args.length > 0 ? UNKNOWN : self;
    return { ...self, self: receiver };
  },
});
