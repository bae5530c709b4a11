import type { Span } from "../ir";
import type { TypedArrayName } from "./heap";
import type { Finding } from "../rules/finding";
import type { Dim } from "../shape/dim";
import type { Dialect, ObjectValue, TensorOrigin, TensorValue, Value } from "./value";

/** An evaluated argument and where it stands. */
export interface Argument {
  readonly value: Value;
  readonly span: Span;
  /** How it is written, when that is a path of names: `this.model`. For names of sizes, and fixes that write another call beside this one. */
  readonly path?: string | undefined;
}

export type Receiver = Argument;

/** One call, as the operation that answers it sees it. */
export interface CallSite {
  /** The whole call expression. */
  readonly span: Span;
  /** The name that was called: `view` in `x.view(2, 3)`. */
  readonly nameSpan: Span;
  readonly name?: string | undefined;
  /** `x` in `x.view(2, 3)`; absent for functions. */
  readonly receiver: Receiver | undefined;
  readonly args: readonly Argument[];
  /** False when a spread of unknown length was among the arguments: then `args` holds only what came before it. */
  readonly complete: boolean;
  /** The promise that the call gives is awaited where it comes to be. */
  readonly awaited?: boolean | undefined;
}

/** What native code may ask of the interpreter. */
export interface NativeContext {
  readonly site: CallSite;
  /** The same context with more in it, or some of it answered differently. */
  with<Extra extends object>(extra: Extra): this & Extra;
  /** Reports a finding at the call unless the finding names another place. Only what is certain is reported. */
  report(finding: Finding): void;
  /** Takes back what was reported with its span: as this call shows, the program never gets that far. */
  withdraw(finding: Finding): void;
  array(elements: readonly Value[]): ObjectValue;
  /** An array of which only what an element is, and perhaps the length, is known. */
  list(element: Value, length: Dim): ObjectValue;
  /** A typed array of which only the kind and the length are known. */
  typedList(kind: TypedArrayName, length: Dim): ObjectValue;
  record(properties: Readonly<Record<string, Value>>): ObjectValue;
  /** The elements of an array whose elements are all known, else `undefined`. */
  elements(value: Value): readonly Value[] | undefined;
  /** What iterating gives, one after the other, if all of it is known: of strings, maps and generators, too. `limit`: no more are asked for. */
  iterated(value: Value, limit?: number): readonly Value[] | undefined;
  /** For an array or iterable whose elements are not all known: what an element is. */
  anyElement(value: Value): Value;
  /** Whether the value is an array, also one whose elements are not known. */
  isArray(value: Value): boolean;
  /** The length of an array or a list. */
  lengthOf(value: Value): Dim | undefined;
  /** The kind of a typed array. */
  typedArray(value: Value): TypedArrayName | undefined;
  /** The own properties of a plain object, `undefined` when the value is none or has properties that are not known. */
  properties(value: Value): ReadonlyMap<string, Value> | undefined;
  /** The own properties of any object, an instance of a class included, as far as they are known. */
  fields(value: Value): ReadonlyMap<string, Value> | undefined;
  /** The values of a `Map`, or of a `Set`, where they are known. */
  mapValues(value: Value): readonly Value[] | undefined;
  /** Where an object literal gives the property its value, or an array literal the element of that index. */
  propertySpan(value: Value, name: string): Span | undefined;
  getProperty(value: Value, name: string): Value;
  /** `name` undefined: some property, nobody knows which. */
  setProperty(target: ObjectValue, name: string | undefined, value: Value): void;
  /** Calls a function value, a module or a class's instance; unknown callees give unknown. */
  call(callee: Value, args: readonly Value[]): Value;
  construct(callee: Value, args: readonly Value[]): Value;
  /** Runs a callback that may run any number of times: what it assigns is known no more than that. */
  callRepeatedly(callee: Value, args: readonly Value[]): Value;
  /** Runs code that may never run: its diagnostics do not count. */
  doubting<T>(run: () => T): T;
  /** Runs a callback any number of times, first on `start`, then on what it gave the time before; gives what may come out. */
  foldRepeatedly(callee: Value, start: Value, args: readonly Value[]): Value;
  /** What native code keeps with an object: the configuration of a layer. */
  payload(target: Value): NativePayload | undefined;
  setPayload(target: ObjectValue, payload: NativePayload): void;
  /** A fresh object of a native class, outside `new`. */
  instance(native: NativeClass): ObjectValue;
  /** The operation succeeded, so from here on these are the same size. */
  assumeEqual(left: Dim, right: Dim): void;
  /** Runs what an object of native code is made of: a container's layers. */
  within<T>(callee: ObjectValue, run: () => T): T;
  /** Tells of what a layer made, in the order in which layers run. */
  trace(result: Value): void;
  /** The numbers of the tensor that came to be there were written over in place. */
  writeOver(origin: TensorOrigin): void;
  isWrittenOver(origin: TensorOrigin): boolean;
  /** Nothing known is left of arrays and plain objects that `value` reaches: it went where the analysis cannot follow. */
  forget(value: Value): void;
}

/** Immutable data of native code about an object; `kind` tells whose it is. */
export interface NativePayload {
  readonly kind: string;
  /** Whether what has the other payload does the same: either may then stand for both, as one of the layers of a list. */
  isLike?(other: NativePayload): boolean;
}

export interface NativeFunction {
  readonly name: string;
  /** The page that documents it. */
  readonly documentation?: string;
  /** Optional statics: `tf.tensor.foo` has none, `Array.from` has. */
  readonly members?: ReadonlyMap<string, Value>;
  invoke(cx: NativeContext, self: Value | undefined): Value;
}

export interface NativeClass {
  readonly name: string;
  readonly documentation?: string;
  /** Sets the new object up. `cx.site.args` are the constructor's. Absent: nothing to do. */
  construct?(cx: NativeContext, self: ObjectValue): void;
  /** Looks at an instance of a user's class that extends this one, once it is set up. `cx.site.span` is the class. */
  constructed?(cx: NativeContext, self: ObjectValue): void;
  /** A member of an instance; `undefined` when the class has none of that name. */
  member?(cx: NativeContext, self: ObjectValue, name: string): Value | undefined;
  /** Calling an instance: `this.fc(x)`. */
  invoke?(cx: NativeContext, self: ObjectValue): Value;
  /** Whether a value is of this class, for `instanceof`; `undefined` when that is not known. */
  hasInstance?(value: Value): boolean | undefined;
  /** Static members: `tf.layers.Layer.x`. */
  readonly statics?: ReadonlyMap<string, Value>;
  readonly superclass?: NativeClass;
}

export interface NativeNamespace {
  readonly name: string;
  /** `undefined`: the library has no such member, or it is not modelled; both are unknown. */
  member(name: string): Value | undefined;
  /** Of its members, for documentation. */
  readonly names?: Iterable<string>;
}

/** A library that imports name: which specifiers are its own, and what they export. */
export interface Library {
  readonly name: Dialect | "shapewright";
  /** True for `@tensorflow/tfjs`, `@tensorflow/tfjs-node`, … */
  owns(specifier: string): boolean;
  readonly exports: NativeNamespace;
  /** Names that scripts use without importing them: `tf`. */
  readonly globals: ReadonlyMap<string, Value>;
  /** A member of one of its tensors: a method (bound by the interpreter), or a property such as `shape`. `undefined`: not modelled. */
  tensorMember?(cx: PropertyContext, tensor: TensorValue, name: string): Value | undefined;
  /** The methods among them by name, for documentation. */
  readonly tensorMethods?: ReadonlyMap<string, Value>;
  /** What a payload of its own stands for; `undefined` for other payloads. */
  describe?(payload: NativePayload): LayerDescription | undefined;
  /** What something made of layers consists of, by name; `undefined` for other payloads. */
  parts?(payload: NativePayload): ReadonlyMap<string, Value> | undefined;
}

/** A layer or model as people read of it. */
export interface LayerDescription {
  /** `Linear` */
  readonly name: string;
  /** The arguments it was made with, by parameter. */
  readonly settings: ReadonlyMap<string, { readonly span: Span; readonly literal: Span | undefined }>;
  /** How many numbers it learns, when that is known already. */
  readonly parameterCount: Dim | undefined;
}

/** The little that reading a property needs. */
export interface PropertyContext {
  array(elements: readonly Value[]): ObjectValue;
}
