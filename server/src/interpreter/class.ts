import { recordObject } from "./heap";
import type { ClassMember, ClassNode } from "../ir";
import { evaluate, evaluateNamed, propertyKey } from "./expression";
import { callFunction, createMethod } from "./function";
import type { FunctionCall } from "./function";
import type { Machine } from "./machine";
import { NativeCall, siteOf } from "./native-call";
import type { CallSite } from "./native";
import type { Scope } from "./scope";
import { childScope } from "./scope";
import { executeAll } from "./statement";
import type { ClassValue, ObjectValue, Value } from "./value";
import { UNDEFINED } from "./value";

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
    name: node.name ?? "(class)",
  };
  if (node.name) m.declare(scope, node.name, value);
  m.classes.push(value);
  for (const member of node.members) {
    if (member.kind === "staticBlock") inClass(m, value, value, () => executeAll(m, member.body, scope));
    else if (member.static) defineStatic(m, value, member);
    else if (member.kind !== "field") createMethod(m, member.function, value, memberName(member));
  }
  return value;
}

function memberName(member: ClassMember): string {
  return "key" in member && typeof member.key === "string" ? member.key : "(computed)";
}

function defineStatic(m: Machine, home: ClassValue, member: ClassMember): void {
  if (member.kind === "staticBlock") return;
  const name = propertyKey(m, member.key, home.scope);
  const record = m.heap.mutate(home.statics);
  if (name === undefined || record.type !== "record") return;
  if (member.kind === "field") {
    const value = member.value
      ? inClass(m, home, home, () => evaluateNamed(m, member.value!, home.scope, name))
      : UNDEFINED;
    setStatic(m, home, name, value);
    m.observe(member.keySpan, "name", value);
  } else if (member.kind === "getter") {
    setStatic(
      m,
      home,
      name,
      callFunction(m, createMethod(m, member.function, home, name), { args: [], complete: true, self: home }),
    );
  } else if (member.kind === "method") {
    record.properties.set(name, createMethod(m, member.function, home, name));
  }
}

function setStatic(m: Machine, home: ClassValue, name: string, value: Value): void {
  const record = m.heap.mutate(home.statics);
  if (record.type === "record") record.properties.set(name, value);
}

function inClass<T>(m: Machine, home: ClassValue, self: Value, run: () => T): T {
  const context = home.name;
  return m.inFrame({ ...m.frame, context, self, home, exits: [], yields: undefined, depth: m.frame.depth + 1 }, run);
}

/** `new C(…)` for a class of the user's. */
export function constructInstance(m: Machine, cls: ClassValue, call: FunctionCall, site: CallSite): ObjectValue {
  const self = m.heap.allocate(recordObject({ prototype: cls }));
  initialise(m, cls, self, call, site);
  if (!m.instances.has(cls.node)) m.instances.set(cls.node, self);
  lookAt(m, cls, self, site);
  return self;
}

/** Lets the library whose class is extended look at an instance. */
export function lookAt(m: Machine, cls: ClassValue, self: ObjectValue, site: CallSite): void {
  const root = rootOf(cls);
  for (let native = root?.kind === "nativeClass" ? root.native : undefined; native; native = native.superclass) {
    native.constructed?.(new NativeCall(m, { ...site, span: cls.node.span }), self);
  }
}

function initialise(m: Machine, cls: ClassValue, self: ObjectValue, call: FunctionCall, site: CallSite): void {
  const constructor = cls.node.members.find((member) => member.kind === "constructor");
  if (!cls.superclass) initialiseFields(m, cls, self);
  if (constructor?.kind === "constructor" && constructor.function.body) {
    callFunction(m, createMethod(m, constructor.function, cls, "constructor"), { ...call, self });
    return;
  }
  if (cls.superclass) initialiseSuper(m, cls, self, call, site);
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
    const name = propertyKey(m, member.key, cls.scope);
    const value = member.value
      ? inClass(m, cls, self, () => evaluateNamed(m, member.value!, cls.scope, name))
      : UNDEFINED;
    const record = m.heap.mutate(self);
    if (record.type !== "record" || name === undefined) continue;
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
      if (!member.static && member.key === name && kinds.includes(member.kind)) return { member, home };
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
