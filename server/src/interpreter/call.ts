import { recordObject } from "./heap";
import type { CallExpression, NewExpression, Span } from "../ir";
import { inBranches } from "./branch";
import { constructInstance, initialiseSuper, rootOf } from "./class";
import { evaluate, evaluateElements } from "./expression";
import { forget } from "./forget";
import { callFunction } from "./function";
import type { Loss } from "./loss";
import type { Machine } from "./machine";
import { importByRequire } from "./module";
import type { Argument, CallSite, Receiver } from "./native";
import { invokeNative, NativeCall } from "./native-call";
import { pathOf } from "./path-of";
import { getProperty } from "./property";
import { memberOfClass } from "./member";
import type { Scope } from "./scope";
import { findCell } from "./scope";
import type { ObjectValue, Value } from "./value";
import { FREE, LOST_TENSOR, UNDEFINED, UNKNOWN, lost } from "./value";

export function evaluateCall(m: Machine, e: CallExpression, scope: Scope): Value {
  if (e.callee.kind === "super") return callSuper(m, e, scope);
  if (e.callee.kind === "name" && e.callee.name === "require" && findCell(scope, "require") === undefined)
    return requireModule(m, e);
  const target = evaluateCallee(m, e, scope);
  if (target.callee.kind === "undefined" && (e.optional || target.optional)) return UNDEFINED;
  const { args, complete } = evaluateArguments(m, e.args, scope);
  const site: CallSite = { span: e.span, nameSpan: target.nameSpan, receiver: target.receiver, args, complete };
  return callValue(m, target.callee, site);
}

interface Callee {
  readonly callee: Value;
  readonly receiver: Receiver | undefined;
  readonly nameSpan: Span;
  readonly optional: boolean;
}

function evaluateCallee(m: Machine, e: CallExpression, scope: Scope): Callee {
  const { callee } = e;
  if (callee.kind !== "member" || callee.object.kind === "super") {
    const receiver =
      callee.kind === "member" && m.frame.self ? { value: m.frame.self, span: callee.object.span } : undefined;
    const nameSpan = callee.kind === "member" ? callee.propertySpan : callee.span;
    return { callee: evaluate(m, callee, scope), receiver, nameSpan, optional: false };
  }
  const object = evaluate(m, callee.object, scope);
  const value = getProperty(m, object, callee.property, { span: callee.object.span, optional: callee.optional });
  const nullish = object.kind === "undefined" || object.kind === "null";
  return {
    callee: value,
    receiver: { value: object, span: callee.object.span, path: pathOf(callee.object) },
    nameSpan: callee.propertySpan,
    optional: callee.optional && nullish,
  };
}

export function evaluateArguments(
  m: Machine,
  nodes: CallExpression["args"],
  scope: Scope,
): { args: Argument[]; complete: boolean } {
  if (nodes.every((node) => !node.spread)) {
    return {
      args: nodes.map((node) => ({
        value: evaluate(m, node.value, scope),
        span: node.value.span,
        path: pathOf(node.value),
      })),
      complete: true,
    };
  }
  const args: Argument[] = [];
  for (const node of nodes) {
    const { elements, complete } = evaluateElements(m, [node], scope);
    if (!complete) return { args, complete: false };
    args.push(...elements.map((value) => ({ value, span: node.value.span })));
  }
  return { args, complete: true };
}

/** Calls whatever the callee is: a function, a method, an instance of a module, something unknown. */
export function callValue(m: Machine, callee: Value, site: CallSite): Value {
  switch (callee.kind) {
    case "function":
      return callFunction(m, callee, { args: site.args, complete: site.complete, self: site.receiver?.value });
    case "native":
      return invokeNative(m, callee, site);
    case "object":
      return callObject(m, callee, site);
    case "union": {
      const [first, ...rest] = callee.options.filter((option) => option.kind !== "undefined" && option.kind !== "null");
      if (!first) return UNKNOWN;
      const others: Value | undefined =
        rest.length === 0 ? undefined : rest.length === 1 ? rest[0] : { kind: "union", options: rest };
      if (!others) return callValue(m, first, site);
      return inBranches(
        m,
        callee,
        () => callValue(m, first, site),
        () => callValue(m, others, site),
      );
    }
    default:
      return callUnknown(m, callee, site);
  }
}

/** `this.fc(x)`: modules and layers are callable, a user's own through `forward`. */
function callObject(m: Machine, callee: ObjectValue, site: CallSite): Value {
  const object = m.heap.object(callee);
  if (object.type !== "record" || !object.prototype) return callUnknown(m, callee, site);
  if (object.prototype.kind === "class") {
    const forward = memberOfClass(m, callee, object.prototype, "forward");
    if (forward?.kind === "function")
      return callFunction(m, forward, { args: site.args, complete: site.complete, self: callee });
    const root = rootOf(object.prototype);
    if (root?.kind === "nativeClass" && root.native.invoke) return root.native.invoke(new NativeCall(m, site), callee);
    return callUnknown(m, callee, site);
  }
  const { native } = object.prototype;
  return native.invoke ? native.invoke(new NativeCall(m, site), callee) : callUnknown(m, callee, site);
}

/** The analysis does not know what runs: it may change whatever it can reach, and call back. */
function callUnknown(m: Machine, callee: Value, site: CallSite): Value {
  for (const arg of site.args) forget(m, arg.value);
  const tensorLike = [...site.args, ...(site.receiver ? [site.receiver] : [])].some(
    (arg) => arg.value.kind === "tensor" || (arg.value.kind === "unknown" && arg.value.tensorLike),
  );
  const because: Loss = (callee.kind === "unknown" ? callee.because : undefined) ?? { kind: "call", span: site.span };
  if (tensorLike) return lost(LOST_TENSOR, because);
  return lost(callee.kind === "unknown" && callee.free ? FREE : UNKNOWN, because);
}

function callSuper(m: Machine, e: CallExpression, scope: Scope): Value {
  const { args, complete } = evaluateArguments(m, e.args, scope);
  const { home, self } = m.frame;
  if (home && self?.kind === "object") {
    const site: CallSite = { span: e.span, nameSpan: e.callee.span, receiver: undefined, args, complete };
    initialiseSuper(m, home, self, { args, complete, self }, site);
  }
  return UNDEFINED;
}

function requireModule(m: Machine, e: CallExpression): Value {
  const specifier = e.args[0]?.value;
  return specifier?.kind === "literal" && typeof specifier.value === "string"
    ? importByRequire(m, specifier.value)
    : UNKNOWN;
}

export function evaluateNew(m: Machine, e: NewExpression, scope: Scope): Value {
  const callee = evaluate(m, e.callee, scope);
  const { args, complete } = evaluateArguments(m, e.args, scope);
  const nameSpan = e.callee.kind === "member" ? e.callee.propertySpan : e.callee.span;
  return construct(m, callee, { span: e.span, nameSpan, receiver: undefined, args, complete });
}

export function construct(m: Machine, callee: Value, site: CallSite): Value {
  if (callee.kind === "class")
    return constructInstance(m, callee, { args: site.args, complete: site.complete, self: undefined }, site);
  if (callee.kind === "nativeClass") {
    const self = m.heap.allocate(recordObject({ prototype: callee }));
    callee.native.construct?.(new NativeCall(m, site), self);
    return self;
  }
  // `new Array(3)`, `new Promise(…)`: functions of the language that serve as constructors too.
  return callee.kind === "native" ? invokeNative(m, callee, site) : callUnknown(m, callee, site);
}
