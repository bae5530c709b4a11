import { callFunction, createMethod } from "./function";
import { findMember, rootOf } from "./class";
import type { Machine } from "./machine";
import { NativeCall, nowhere } from "./native-call";
import { privateMember } from "./private-name";
import type { ClassValue, ObjectValue, Value } from "./value";

/** What an instance has from its class, a getter's result included; `undefined` when the class has no such member. */
export function memberOfClass(m: Machine, self: ObjectValue, cls: ClassValue, name: string): Value | undefined {
  const kinds = ["method", "getter"] as const;
  const found = name.startsWith("#") ? privateMember(m, name, kinds) : findMember(cls, name, kinds);
  if (found) {
    const method = createMethod(m, found.member.function, found.home, name);
    const bound = { ...method, self: undefined };
    return found.member.kind === "getter" ? callFunction(m, bound, { args: [], complete: true, self }) : bound;
  }
  const root = rootOf(cls);
  return root?.kind === "nativeClass" ? root.native.member?.(new NativeCall(m, nowhere(m)), self, name) : undefined;
}

/** Runs a setter; false when the class has none of that name. */
export function callSetter(m: Machine, self: ObjectValue, cls: ClassValue, name: string, value: Value): boolean {
  const found = name.startsWith("#") ? privateMember(m, name, ["setter"]) : findMember(cls, name, ["setter"]);
  if (!found) return false;
  const setter = createMethod(m, found.member.function, found.home, name);
  callFunction(m, setter, { args: [{ value, span: found.member.span }], complete: true, self });
  return true;
}
