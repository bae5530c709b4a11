import type { Span } from "../ir";
import type { Finding } from "../rules/finding";
import type { Dim } from "../shape/dim";
import { constant, unknownDim } from "../shape/dim";
import { inBranches, Unreachable } from "./branch";
import { callValue, construct } from "./call";
import { eventually } from "./eventually";
import { assumeEqual } from "./facts";
import { forget } from "./forget";
import type { GeneratorPayload } from "./generator";
import { collectYields } from "./generator";
import type { MapObject, TypedArrayName } from "./heap";
import { recordObject } from "./heap";
import { iterate, runRepeatedly } from "./iteration";
import type { Machine } from "./machine";
import type { Argument, CallSite, NativeClass, NativeContext, NativePayload } from "./native";
import { getProperty, joinValues, readStored } from "./property";
import { forgetElements, setIndex, setProperty } from "./write-property";
import { anotherOf } from "./unknown-size";
import type { FunctionValue, NativeFunctionValue, ObjectValue, TensorOrigin, UnionValue, Value } from "./value";
import { SOME_NUMBER, UNKNOWN, integer } from "./value";
import { within } from "./witness";

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

  get machine(): Machine {
    return this.m;
  }

  /** Whatever a generator may yield; its body may run, as often as it likes. */
  anyYielded(payload: GeneratorPayload): Value {
    let value: Value = UNKNOWN;
    runRepeatedly(this.m, () => (value = this.anyElement(collectYields(this.m, payload))));
    return value;
  }

  /** Something that is set now or later; without a value as long as it surely has not been. */
  variable(): { get(): Value | undefined; set(value: Value): void } {
    const cell = this.m.heap.newCell(undefined);
    return { get: () => this.m.heap.read(cell), set: (value) => this.m.heap.write(cell, value) };
  }

  /** Calls a function that runs later, unless the caller waits for it. */
  callLater(callee: Value, args: readonly Value[]): Value {
    return this.site.awaited ? this.call(callee, args) : eventually(this.m, () => this.call(callee, args));
  }

  /** Calls a function that perhaps runs. */
  callPerhaps(callee: Value, args: readonly Value[], otherwise: Value): Value {
    return inBranches(
      this.m,
      UNKNOWN,
      () => otherwise,
      () => this.call(callee, args),
    );
  }

  /** The own properties of an object, also of a class's instance; `undefined` when there may be more. */
  ownProperties(value: Value): ReadonlyMap<string, Value> | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    if (object?.type !== "record" || object.open || object.prototype?.kind === "nativeClass") return undefined;
    return new Map([...object.properties].map(([name, stored]) => [name, readStored(this.m, stored, value)]));
  }

  /** Any property of an object may have been written, whatever its class is. */
  forgetProperties(target: ObjectValue): void {
    forgetElements(this.m, target);
  }

  defineAccessor(
    target: ObjectValue,
    name: string,
    get: FunctionValue | undefined,
    set: FunctionValue | undefined,
  ): void {
    const object = this.m.heap.mutate(target);
    if (object.type === "record") object.properties.set(name, { kind: "accessor", get, set });
  }

  /** It may have properties that are not listed, or not the ones that are. */
  open(target: ObjectValue): void {
    const object = this.m.heap.mutate(target);
    if (object.type === "record") object.open = true;
  }

  /** From here on the value may be reached by ways that are not known. */
  leak(value: Value): void {
    this.m.heap.leak(value);
  }

  joined(values: readonly Value[]): Value {
    return joinValues(this.m, values);
  }

  report(finding: Finding): void {
    if (finding.doubtful) return;
    const span = finding.span ?? this.site.span;
    const diagnostic = { ...finding, span, context: this.m.frame.context };
    this.m.witness?.reported?.(diagnostic);
    this.m.recorder.report(diagnostic);
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

  iterated(value: Value, limit?: number): readonly Value[] | undefined {
    return iterate(this.m, value, limit).elements;
  }

  anyElement(value: Value): Value {
    const parts = iterate(this.m, value);
    return parts.element;
  }

  lengthOf(value: Value): Dim | undefined {
    if (value.kind !== "object") return undefined;
    const object = this.m.heap.object(value);
    return object.type === "array" || object.type === "list" ? this.m.heap.lengthOf(value, object) : undefined;
  }

  typedArray(value: Value): TypedArrayName | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    return object?.type === "array" || object?.type === "list" ? object.typed : undefined;
  }

  properties(value: Value): ReadonlyMap<string, Value> | undefined {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    if (object?.type !== "record" || object.open || object.prototype) return undefined;
    return [...object.properties.values()].some(({ kind }) => kind === "accessor")
      ? this.ownProperties(value)
      : object.properties;
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

  setProperty(target: ObjectValue, name: string | undefined, value: Value): void {
    if (name === undefined) setIndex(this.m, target, UNKNOWN, value);
    else setProperty(this.m, target, name, value);
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
    const on = callee.kind === "native" ? { ...callee, self: receiver } : callee;
    return callValue(this.m, on, { ...this.site, receiver: self, args: this.asArguments(args), complete: true });
  }

  construct(callee: Value, args: readonly Value[]): Value {
    return construct(this.m, callee, {
      ...this.site,
      receiver: undefined,
      args: this.asArguments(args),
      complete: true,
    });
  }

  isArray(value: Value): boolean {
    const object = value.kind === "object" ? this.m.heap.object(value) : undefined;
    return object?.type === "array" || object?.type === "list";
  }

  foldRepeatedly(callee: Value, start: Value, args: readonly Value[]): Value {
    const cell = this.m.heap.newCell(start);
    runRepeatedly(this.m, () => {
      const value = this.call(callee, [this.m.heap.read(cell) ?? UNKNOWN, ...args]);
      this.m.heap.write(cell, value);
      return value;
    });
    return this.m.heap.read(cell) ?? UNKNOWN;
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

  writeOver(origin: TensorOrigin): void {
    this.m.writeOver(origin);
  }

  isWrittenOver(origin: TensorOrigin): boolean {
    return this.m.isWrittenOver(origin);
  }

  forget(value: Value): void {
    forget(this.m, value);
  }

  within<T>(callee: ObjectValue, run: () => T): T {
    return within(this.m, callee, undefined, run);
  }

  trace(result: Value): void {
    this.m.witness?.made(result, this.site);
  }

  /** A copy of the elements of an array, if all of them are known. */
  exactElements(target: ObjectValue): Value[] | undefined {
    const object = this.m.heap.object(target);
    return object.type === "array" ? [...object.elements] : undefined;
  }

  setElements(target: ObjectValue, elements: Value[]): void {
    const object = this.m.heap.mutate(target);
    if (object.type === "array") object.elements = elements;
  }

  /** The elements of an array may have changed places, and others may have come; how many there are is known only if none came or went. */
  blurElements(target: ObjectValue, added: readonly Value[], keepsLength: boolean): void {
    const object = this.m.heap.object(target);
    if (object.type !== "array" && object.type !== "list") return;
    const elements = object.type === "array" ? object.elements : [object.element];
    const length = object.type === "array" ? constant(object.elements.length) : object.length;
    this.m.heap.replace(target, {
      type: "list",
      typed: object.typed,
      element: joinValues(this.m, [...elements, ...added]),
      length: keepsLength ? length : undefined,
    });
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
  m.witness?.made(result, site);
  return result;
}

function splits(value: Value): boolean {
  return value.kind === "union" && value.options.some((option) => option.kind === "tensor" || option.kind === "object");
}

function withArgument(site: CallSite, index: number, value: Value): CallSite {
  return { ...site, args: site.args.map((arg, i) => (i === index ? { ...arg, value } : arg)) };
}
