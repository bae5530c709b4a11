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
  bind: (cx, self, [receiver = UNDEFINED, ...args]) => {
    if (self.kind !== "function") {
      if (args.length > 0) cx.forget(self);
      return args.length > 0 ? UNKNOWN : self;
    }
    const bound = args.map((value, i) => ({ value, span: cx.site.args[i + 1]?.span ?? cx.site.span }));
    return {
      ...self,
      self: self.node.arrow ? self.self : (self.self ?? receiver),
      bound: self.bound || bound.length > 0 ? [...(self.bound ?? []), ...bound] : undefined,
    };
  },
});
