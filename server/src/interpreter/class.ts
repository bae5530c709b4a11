import { recordObject } from "./heap";
import type { ClassMember, ClassNode } from "../ir";
import { evaluate, evaluateNamed, propertyKey } from "./expression";
import { callFunction, createMethod } from "./function";
import type { FunctionCall } from "./function";
import type { Machine } from "./machine";
import { DEEPEST_CALL } from "./machine";
import { NativeCall, siteOf } from "./native-call";
import { keyIn } from "./private-name";
import type { CallSite } from "./native";
import type { Scope } from "./scope";
import { childScope } from "./scope";
import { executeAll } from "./statement";
import type { ClassValue, FunctionValue, ObjectValue, Value } from "./value";
import { UNDEFINED, UNKNOWN } from "./value";
import { forgetElements } from "./write-property";

export function createClass(m: Machine, node: ClassNode, outer: Scope): ClassValue {
  const scope = childScope(outer);
  const superclass = node.superclass && evaluate(m, node.superclass, scope);
  const statics = m.heap.allocate(recordObject());
  const value: ClassValue = {
    kind: "class",
    node,
    scope,
    superclass,
    statics: statics.id,
    keys: computedKeys(m, node, scope),
    name: node.name ?? "(class)",
  };
  if (node.name) m.declare(scope, node.name, value);
  m.addClass(value);
  for (const member of node.members) {
    if (member.kind === "staticBlock") inClass(m, value, value, () => executeAll(m, member.body, childScope(scope)));
    else if (member.static) defineStatic(m, value, member);
    else if (member.kind !== "field")
      createMethod(m, member.function, value, memberName(value, member) ?? "(computed)");
  }
  return value;
}

function computedKeys(m: Machine, node: ClassNode, scope: Scope): ReadonlyMap<ClassMember, string> {
  const keys = new Map<ClassMember, string>();
  for (const member of node.members) {
    if (!("key" in member) || typeof member.key === "string") continue;
    const key = propertyKey(m, member.key, scope);
    if (key !== undefined) keys.set(member, key);
  }
  return keys;
}

/** The name of a member, as far as it is known; a private one's as it is written. */
function memberName(cls: ClassValue, member: ClassMember): string | undefined {
  if (!("key" in member)) return undefined;
  return typeof member.key === "string" ? member.key : cls.keys.get(member);
}

function defineStatic(m: Machine, home: ClassValue, member: Exclude<ClassMember, { kind: "staticBlock" }>): void {
  const written = memberName(home, member);
  if (written === undefined) return forgetElements(m, { kind: "object", id: home.statics });
  const name = keyIn(home, written);
  if (member.kind === "field") {
    const value = member.value
      ? inClass(m, home, home, () => evaluateNamed(m, member.value!, home.scope, written))
      : UNDEFINED;
    define(m, home.statics, name, value);
    m.observe(member.keySpan, "name", value);
    return;
  }
  const method = createMethod(m, member.function, home, written);
  if (member.kind === "method") define(m, home.statics, name, method);
  else if (member.kind !== "constructor") defineAccessor(m, home.statics, name, member.kind, method);
}

function define(m: Machine, object: number, name: string, value: Value): void {
  const record = m.heap.mutate(object);
  if (record.type === "record") record.properties.set(name, value);
}

/** Gives a property a getter or a setter, beside the other half that it may have. */
export function defineAccessor(
  m: Machine,
  object: number,
  name: string,
  half: "getter" | "setter",
  run: FunctionValue,
): void {
  const record = m.heap.object(object);
  const stored = record.type === "record" ? record.properties.get(name) : undefined;
  const { get, set } = stored?.kind === "accessor" ? stored : { get: undefined, set: undefined };
  define(m, object, name, { kind: "accessor", ...(half === "getter" ? { get: run, set } : { get, set: run }) });
}

function inClass<T>(m: Machine, home: ClassValue, self: Value, run: () => T): T {
  const context = home.name;
  return m.inFrame({ ...m.frame, context, self, home, exits: [], yields: undefined, depth: m.frame.depth + 1 }, run);
}

/** `new C(…)` for a class of the user's. */
export function constructInstance(m: Machine, cls: ClassValue, call: FunctionCall, site: CallSite): Value {
  // Fields may make instances of their own class, which needs no function to be called.
  if (m.frame.depth >= DEEPEST_CALL) return m.heap.allocate(recordObject({ prototype: cls, open: true }));
  const self = m.heap.allocate(recordObject({ prototype: cls }));
  const returned = initialise(m, cls, self, call, site);
  m.addInstance(cls.node, self);
  lookAt(m, cls, self, site);
  if (returned.kind === "object") return returned;
  return returned.kind === "unknown" || returned.kind === "union" ? UNKNOWN : self;
}

/** Lets the library whose class is extended look at an instance. */
export function lookAt(m: Machine, cls: ClassValue, self: ObjectValue, site: CallSite): void {
  const root = rootOf(cls);
  for (let native = root?.kind === "nativeClass" ? root.native : undefined; native; native = native.superclass) {
    native.constructed?.(new NativeCall(m, { ...site, span: cls.node.span }), self);
  }
}

/** Sets an instance up, and gives what the constructor returns: an object takes the instance's place. */
function initialise(m: Machine, cls: ClassValue, self: ObjectValue, call: FunctionCall, site: CallSite): Value {
  const constructor = cls.node.members.find((member) => member.kind === "constructor");
  if (!cls.superclass) initialiseFields(m, cls, self);
  if (constructor?.kind === "constructor" && constructor.function.body) {
    return callFunction(m, createMethod(m, constructor.function, cls, "constructor"), { ...call, self });
  }
  if (cls.superclass) initialiseSuper(m, cls, self, call, site);
  return UNDEFINED;
}

/** `super(…)`: what the superclass sets up, then the fields of the class itself. */
export function initialiseSuper(
  m: Machine,
  cls: ClassValue,
  self: ObjectValue,
  call: FunctionCall,
  site: CallSite,
): void {
  const parent = cls.superclass;
  if (parent?.kind === "class") initialise(m, parent, self, call, site);
  else if (parent?.kind === "nativeClass") parent.native.construct?.(new NativeCall(m, siteOf(site, call.args)), self);
  else {
    const record = m.heap.mutate(self);
    if (record.type === "record") record.open = true;
  }
  initialiseFields(m, cls, self);
}

function initialiseFields(m: Machine, cls: ClassValue, self: ObjectValue): void {
  for (const member of cls.node.members) {
    if (member.kind !== "field" || member.static) continue;
    const written = memberName(cls, member);
    const value = member.value
      ? inClass(m, cls, self, () => evaluateNamed(m, member.value!, cls.scope, written))
      : UNDEFINED;
    if (written === undefined) {
      forgetElements(m, self);
      continue;
    }
    const record = m.heap.mutate(self);
    if (record.type !== "record") continue;
    const name = keyIn(cls, written);
    record.properties.set(name, value);
    if (member.value) record.spans.set(name, member.value.span);
    m.observe(member.keySpan, "name", value);
  }
}

type CallableMember = Extract<ClassMember, { readonly function: unknown }>;

/** The member that an instance of the class has under that name, from its own class or one above. */
export function findMember(
  cls: ClassValue,
  name: string,
  kinds: readonly ClassMember["kind"][],
): { readonly member: CallableMember; readonly home: ClassValue } | undefined {
  for (
    let home: ClassValue | undefined = cls;
    home;
    home = home.superclass?.kind === "class" ? home.superclass : undefined
  ) {
    for (const member of home.node.members) {
      if (member.kind !== "method" && member.kind !== "getter" && member.kind !== "setter") continue;
      if (!member.static && memberName(home, member) === name && kinds.includes(member.kind)) return { member, home };
    }
  }
  return undefined;
}

/** The native class at the root of a class's chain, and whether the chain ends in something unknown. */
export function rootOf(cls: ClassValue): Value | undefined {
  let parent = cls.superclass;
  while (parent?.kind === "class") parent = parent.superclass;
  return parent;
}
