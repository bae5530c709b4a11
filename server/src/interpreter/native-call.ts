import type { Span } from "../ir";
import type { Finding } from "../rules/finding";
import type { Dim } from "../shape/dim";
import { constant, unknownDim } from "../shape/dim";
import { inBranches, Unreachable } from "./branch";
import { callValue, construct } from "./call";
import { assumeEqual } from "./facts";
import { forget } from "./forget";
import type { MapObject, TypedArrayName } from "./heap";
import { recordObject } from "./heap";
import { iterate, runRepeatedly } from "./iteration";
import type { Machine } from "./machine";
import type { Argument, CallSite, NativeClass, NativeContext, NativePayload } from "./native";
import { getProperty, joinValues, setProperty } from "./property";
import { anotherOf } from "./unknown-size";
import type { NativeFunctionValue, ObjectValue, UnionValue, Value } from "./value";
import { SOME_NUMBER, UNKNOWN, integer } from "./value";

/** What native code sees of the interpreter during one call. */
export class NativeCall implements NativeContext {
  constructor(
    private readonly m: Machine,
    readonly site: CallSite,
  ) {}

  with<Extra extends object>(extra: Extra): this & Extra {
    // A copy and not an heir: engines give up on objects that inherit from one of a kind.
    return Object.assign(Object.create(NativeCall.prototype) as this, this, extra);
  }

  report(finding: Finding): void {
    const span = finding.span ?? this.site.span;
    this.m.recorder.report({ ...finding, span, context: this.m.frame.context });
  }

  withdraw(finding: Finding): void {
    if (finding.span) this.m.recorder.withdraw({ ...finding, span: finding.span });
  }

  array(elements: readonly Value[]): ObjectValue {
    return this.m.heap.allocate({ type: "array", elements: [...elements] });
  }

  list(element: Value, length: Dim): ObjectValue {
    return this.m.heap.allocate({ type: "list", element, length });
  }

  typedList(kind: TypedArrayName, length: Dim): ObjectValue {
    return this.m.heap.allocate({ type: "list", typed: kind, element: elementOfTyped(kind), length });
  }

  record(properties: Readonly<Record<string, Value>>): ObjectValue {
    return this.m.heap.allocate(recordObject({ properties: new Map(Object.entries(properties)) }));
  }

  elements(value: Value): readonly Value[] | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    if (object?.type === "array") return object.elements;
    return object?.type === "record" && object.prototype ? iterate(this.m, value).elements : undefined;
  }

  anyElement(value: Value): Value {
    const parts = iterate(this.m, value);
    return parts.element;
  }

  lengthOf(value: Value): Dim | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    if (object?.type === "array") return constant(object.elements.length);
    return object?.type === "list" ? object.length : undefined;
  }

  typedArray(value: Value): TypedArrayName | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    return object?.type === "array" || object?.type === "list" ? object.typed : undefined;
  }

  properties(value: Value): ReadonlyMap<string, Value> | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    return object?.type === "record" && !object.open && !object.prototype ? object.properties : undefined;
  }

  fields(value: Value): ReadonlyMap<string, Value> | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    return object?.type === "record" ? object.properties : undefined;
  }

  mapValues(value: Value): readonly Value[] | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    return object?.type === "map" ? object.entries?.map((entry) => entry.value) : undefined;
  }

  propertySpan(value: Value, name: string): Span | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    if (object?.type === "array") return object.spans?.[Number(name)];
    return object?.type === "record" ? object.spans.get(name) : undefined;
  }

  getProperty(value: Value, name: string): Value {
    return getProperty(this.m, value, name);
  }

  setProperty(target: ObjectValue, name: string, value: Value): void {
    setProperty(this.m, target, name, value);
  }

  call(callee: Value, args: readonly Value[]): Value {
    return callValue(this.m, callee, {
      ...this.site,
      receiver: undefined,
      args: this.asArguments(args),
      complete: true,
    });
  }

  /** Calls a function with a `this`. */
  callOn(callee: Value, receiver: Value, args: readonly Value[]): Value {
    const self = { value: receiver, span: this.site.span };
    return callValue(this.m, callee, { ...this.site, receiver: self, args: this.asArguments(args), complete: true });
  }

  construct(callee: Value, args: readonly Value[]): Value {
    return construct(this.m, callee, {
      ...this.site,
      receiver: undefined,
      args: this.asArguments(args),
      complete: true,
    });
  }

  callRepeatedly(callee: Value, args: readonly Value[]): Value {
    return runRepeatedly(this.m, () => this.call(callee, args.map(anotherOf)));
  }

  doubting<T>(run: () => T): T {
    return this.m.recorder.doubting(run);
  }

  payload(target: Value): NativePayload | undefined {
    const object = target.kind === "object" ? this.m.heap.object(target) : undefined;
    return object?.type === "record" ? object.payload : undefined;
  }

  setPayload(target: ObjectValue, payload: NativePayload): void {
    const object = this.m.heap.mutate(target);
    if (object.type === "record") object.payload = payload;
  }

  instance(native: NativeClass): ObjectValue {
    return this.m.heap.allocate(recordObject({ prototype: { kind: "nativeClass", native } }));
  }

  assumeEqual(left: Dim, right: Dim): void {
    assumeEqual(this.m, left, right);
  }

  forget(value: Value): void {
    forget(this.m, value);
  }

  trace(result: Value): void {
    this.m.traced?.push(result);
  }

  /** Lets a method of arrays change one in place. Of an array whose elements are not all known, only what an element is changes. */
  changeArray(target: ObjectValue, added: readonly Value[], change: (elements: Value[]) => Value | undefined): Value {
    const object = this.m.heap.mutate(target);
    if (object.type === "array") return change(object.elements) ?? target;
    if (object.type === "list") {
      object.element = joinValues(this.m, [object.element, ...added]);
      object.length = unknownDim(0);
      return object.element;
    }
    return UNKNOWN;
  }

  /** The state of a `Map` or a `Set`. */
  mapState(target: ObjectValue): MapObject | undefined {
    const object = this.m.heap.object(target);
    return object.type === "map" ? object : undefined;
  }

  setEntries(target: Value, entries: MapObject["entries"]): void {
    const object = target.kind === "object" ? this.m.heap.mutate(target) : undefined;
    if (object?.type === "map") object.entries = entries;
  }

  /** Makes an object a typed array, of known elements or of a length. */
  becomeTyped(target: ObjectValue, typed: TypedArrayName, contents: Value[] | Dim): void {
    if (Array.isArray(contents)) return this.m.heap.replace(target, { type: "array", typed, elements: contents });
    this.m.heap.replace(target, { type: "list", typed, element: elementOfTyped(typed), length: contents });
  }

  becomeMap(target: ObjectValue, set: boolean, entries: MapObject["entries"]): void {
    this.m.heap.replace(target, { type: "map", set, entries });
  }

  private asArguments(values: readonly Value[]): Argument[] {
    return values.map((value, i) => ({ value, span: this.site.args[i]?.span ?? this.site.span }));
  }
}

function elementOfTyped(kind: TypedArrayName): Value {
  return kind.startsWith("Float") ? SOME_NUMBER : integer(unknownDim(-Infinity));
}

/** The call site for what runs without a call: reading a property. */
export function nowhere(m: Machine): CallSite {
  const span = m.frame.module.module.span;
  return { span, nameSpan: span, receiver: undefined, args: [], complete: true };
}

export function siteOf(site: CallSite, args: readonly Argument[]): CallSite {
  return { ...site, args };
}

/**
 * Calls native code. An argument that is one of several tensors is tried with each: only what is wrong with all of them is
 * reported, and the results are joined.
 */
export function invokeNative(m: Machine, callee: NativeFunctionValue, site: CallSite): Value {
  const receiver = callee.self && site.receiver ? { ...site.receiver, value: callee.self } : site.receiver;
  const whole: CallSite = { ...site, receiver };
  const index = whole.args.findIndex((arg) => splits(arg.value));
  if (index < 0) return invokeOnce(m, callee, whole);
  const union = whole.args[index]?.value as UnionValue;
  const attempts = union.options.map((option) =>
    m.recorder.capturing(() => {
      const layer = m.heap.layer;
      try {
        return inBranches(
          m,
          union,
          () => invokeNative(m, callee, withArgument(whole, index, option)),
          () => {
            throw new Unreachable();
          },
        );
      } finally {
        m.heap.layer = layer;
      }
    }),
  );
  if (attempts.every((attempt) => attempt.diagnostics.length > 0)) {
    for (const diagnostic of attempts[0]?.diagnostics ?? []) m.recorder.report(diagnostic);
  }
  const surviving = attempts.filter((attempt) => attempt.diagnostics.length === 0).map((attempt) => attempt.result);
  const [first, ...rest] = surviving.length > 0 ? surviving : attempts.map((attempt) => attempt.result);
  return rest.reduce<Value>(
    (joined, value) =>
      inBranches(
        m,
        UNKNOWN,
        () => joined,
        () => value,
      ),
    first ?? UNKNOWN,
  );
}

function invokeOnce(m: Machine, callee: NativeFunctionValue, site: CallSite): Value {
  const result = callee.native.invoke(new NativeCall(m, site), callee.self);
  // A layer's `forward` has told of its result already.
  if (m.traced && m.traced.at(-1) !== result) m.traced.push(result);
  return result;
}

function splits(value: Value): boolean {
  return value.kind === "union" && value.options.some((option) => option.kind === "tensor" || option.kind === "object");
}

function withArgument(site: CallSite, index: number, value: Value): CallSite {
  return { ...site, args: site.args.map((arg, i) => (i === index ? { ...arg, value } : arg)) };
}
