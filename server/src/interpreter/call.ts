import { recordObject } from "./heap";
import type { CallExpression, IndexExpression, NewExpression, Span } from "../ir";
import { inEach } from "./branch";
import { constructInstance, initialiseSuper, rootOf } from "./class";
import { isAwaited } from "./eventually";
import { evaluate, evaluateElements } from "./expression";
import { forget, forgetArguments, forgetLeaked } from "./forget";
import { callFunction } from "./function";
import type { FunctionCall } from "./function";
import type { Loss } from "./loss";
import type { Machine } from "./machine";
import { importByCall } from "./module";
import type { Argument, CallSite, Receiver } from "./native";
import { invokeNative, NativeCall } from "./native-call";
import { pathOf } from "./path-of";
import { privateKey } from "./private-name";
import { getIndex, getProperty } from "./property";
import { memberOfClass } from "./member";
import type { Scope } from "./scope";
import { findCell } from "./scope";
import type { FunctionValue, ObjectValue, Value } from "./value";
import { FREE, LOST_TENSOR, UNDEFINED, UNKNOWN, lost } from "./value";

export function evaluateCall(m: Machine, e: CallExpression, scope: Scope): Value {
  if (e.callee.kind === "super") return callSuper(m, e, scope);
  if (e.callee.kind === "name" && (e.callee.name === "require" || e.callee.name === "import")) {
    if (findCell(scope, e.callee.name) === undefined) return importedModule(m, e, e.callee.name);
  }
  const target = evaluateCallee(m, e, scope);
  if (target.callee.kind === "undefined" && (e.optional || target.optional)) return UNDEFINED;
  const { args, complete } = evaluateArguments(m, e.args, scope);
  const { nameSpan, receiver } = target;
  const name = e.callee.kind === "member" ? e.callee.property : e.callee.kind === "name" ? e.callee.name : undefined;
  const awaited = isAwaited(m, e);
  return callValue(m, target.callee, { span: e.span, nameSpan, name, receiver, args, complete, awaited });
}

interface Callee {
  readonly callee: Value;
  readonly receiver: Receiver | undefined;
  readonly nameSpan: Span;
  readonly optional: boolean;
}

function evaluateCallee(m: Machine, e: CallExpression, scope: Scope): Callee {
  const { callee } = e;
  if (callee.kind === "index" && callee.object.kind !== "super") return indexedCallee(m, callee, scope);
  if (callee.kind !== "member" || callee.object.kind === "super") {
    const receiver =
      callee.kind === "member" && m.frame.self ? { value: m.frame.self, span: callee.object.span } : undefined;
    const nameSpan = callee.kind === "member" ? callee.propertySpan : callee.span;
    return { callee: evaluate(m, callee, scope), receiver, nameSpan, optional: false };
  }
  const object = evaluate(m, callee.object, scope);
  const name = privateKey(m, callee.property);
  const value = getProperty(m, object, name, { span: callee.object.span, optional: callee.optional });
  const nullish = object.kind === "undefined" || object.kind === "null";
  return {
    callee: value,
    receiver: { value: object, span: callee.object.span, path: pathOf(callee.object) },
    nameSpan: callee.propertySpan,
    optional: callee.optional && nullish,
  };
}

/** `object[name](…)`. */
function indexedCallee(m: Machine, e: IndexExpression, scope: Scope): Callee {
  const object = evaluate(m, e.object, scope);
  const index = evaluate(m, e.index, scope);
  const value = getIndex(m, object, index, { span: e.object.span, optional: e.optional });
  const nullish = object.kind === "undefined" || object.kind === "null";
  const receiver = { value: object, span: e.object.span };
  return { callee: value, receiver, nameSpan: e.index.span, optional: e.optional && nullish };
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
  let complete = true;
  for (const node of nodes) {
    const spread = evaluateElements(m, [node], scope);
    // Behind a spread of unknown length arguments have no position, but they are evaluated.
    complete &&= spread.complete;
    if (complete) args.push(...spread.elements.map((value) => ({ value, span: node.value.span })));
    else for (const value of spread.elements) forget(m, value);
  }
  return { args, complete };
}

/** Calls whatever the callee is: a function, a method, an instance of a module, something unknown. */
export function callValue(m: Machine, callee: Value, site: CallSite): Value {
  switch (callee.kind) {
    case "function":
      return callFunction(m, callee, { ...argumentsOf(site), self: site.receiver?.value });
    case "native":
      return invokeNative(m, callee, site);
    case "object":
      return callObject(m, callee, site);
    case "union": {
      const callable = callee.options.filter((option) => option.kind !== "undefined" && option.kind !== "null");
      return callable.length === 0 ? UNKNOWN : inEach(m, callee, callable, (option) => callValue(m, option, site));
    }
    default:
      return callUnknown(m, callee, site);
  }
}

function argumentsOf({ args, complete, awaited, span }: CallSite): Omit<FunctionCall, "self"> {
  return { args, complete, awaited, span };
}

/** `this.fc(x)`: modules and layers are callable, a user's own through `forward`. */
function callObject(m: Machine, callee: ObjectValue, site: CallSite): Value {
  const object = m.heap.object(callee);
  if (object.type !== "record" || !object.prototype) return callUnknown(m, callee, site);
  if (object.prototype.kind === "class") {
    const forward = memberOfClass(m, callee, object.prototype, "forward");
    if (forward?.kind === "function") return callFunction(m, forward, { ...argumentsOf(site), self: callee });
    const root = rootOf(object.prototype);
    if (root?.kind === "nativeClass" && root.native.invoke) return root.native.invoke(new NativeCall(m, site), callee);
    return callUnknown(m, callee, site);
  }
  const { native } = object.prototype;
  return native.invoke ? native.invoke(new NativeCall(m, site), callee) : callUnknown(m, callee, site);
}

/** The analysis does not know what runs: it may change whatever it can reach, and call back. */
function callUnknown(m: Machine, callee: Value, site: CallSite): Value {
  forgetArguments(m, site.args, site.name);
  if (site.receiver) forget(m, site.receiver.value);
  forgetLeaked(m);
  const tensorLike = [...site.args, ...(site.receiver ? [site.receiver] : [])].some(
    (arg) => arg.value.kind === "tensor" || (arg.value.kind === "unknown" && arg.value.tensorLike),
  );
  const because: Loss = (callee.kind === "unknown" ? callee.because : undefined) ?? { kind: "call", span: site.span };
  if (tensorLike) return witnessed(m, lost(LOST_TENSOR, because), site);
  return lost(callee.kind === "unknown" && callee.free ? FREE : UNKNOWN, because);
}

function witnessed(m: Machine, result: Value, site: CallSite): Value {
  m.witness?.made(result, site);
  return result;
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

/** A specifier that the program puts together names no file: which ones there are to load is not known to be what is there now. */
function importedModule(m: Machine, e: CallExpression, how: "require" | "import"): Value {
  const specifier = e.args[0]?.value;
  return specifier?.kind === "literal" && typeof specifier.value === "string"
    ? importByCall(m, specifier.value, how)
    : UNKNOWN;
}

export function evaluateNew(m: Machine, e: NewExpression, scope: Scope): Value {
  const callee = evaluate(m, e.callee, scope);
  const { args, complete } = evaluateArguments(m, e.args, scope);
  const nameSpan = e.callee.kind === "member" ? e.callee.propertySpan : e.callee.span;
  return construct(m, callee, { span: e.span, nameSpan, receiver: undefined, args, complete });
}

export function construct(m: Machine, callee: Value, site: CallSite): Value {
  if (callee.kind === "class") return constructInstance(m, callee, { ...argumentsOf(site), self: undefined }, site);
  if (callee.kind === "nativeClass") {
    const self = m.heap.allocate(recordObject({ prototype: callee }));
    callee.native.construct?.(new NativeCall(m, site), self);
    return self;
  }
  if (callee.kind === "function" && !callee.node.arrow) return constructByFunction(m, callee, site);
  // `new Array(3)`, `new Promise(…)`: functions of the language that serve as constructors too.
  return callee.kind === "native" ? invokeNative(m, callee, site) : callUnknown(m, callee, site);
}

/** A function that serves as a class: what it assigns to `this` is known, what its prototype adds is not. */
function constructByFunction(m: Machine, callee: FunctionValue, site: CallSite): Value {
  const self = m.heap.allocate(recordObject({ open: true }));
  const returned = callFunction(m, callee, { args: site.args, complete: site.complete, self });
  return returned.kind === "undefined" ? self : returned;
}
