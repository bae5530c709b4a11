import type { ClassMember, ClassNode, FunctionNode, Span } from "../ir";
import type { Dim } from "../shape/dim";
import type { Shape } from "../shape/shape";
import type { Strides } from "../shape/strides";
import type { Loss } from "./loss";
import type { Scope } from "./scope";
import type { Argument, NativeClass, NativeFunction, NativeNamespace } from "./native";

/**
 * What an expression can be when code runs on shapes instead of numbers. Values are immutable; whatever can be mutated lives in
 * the {@link Heap} and is referred to by an {@link ObjectValue}.
 */
export type Value =
  | IntegerValue
  | FloatValue
  | RatioValue
  | StringValue
  | BooleanValue
  | NullValue
  | UndefinedValue
  | TensorValue
  | ObjectValue
  | FunctionValue
  | ClassValue
  | NativeFunctionValue
  | NativeClassValue
  | NamespaceValue
  | PromiseValue
  | AccessorValue
  | UnionValue
  | UnknownValue;

/** An integer, as a polynomial over sizes that may not be known. */
export interface IntegerValue {
  readonly kind: "integer";
  readonly dim: Dim;
  /** The numeric literal that this number was written as, so that a fix can change it where it is declared. */
  readonly literal: Span | undefined;
}

/** A number that is no integer, or is not known to be one. */
export interface FloatValue {
  readonly kind: "float";
  readonly value: number | undefined;
  /** What the program calls one that is not known. Each object with a label stands for one number, the same wherever it is. */
  readonly label?: string | undefined;
}

/** A division of integers that may leave a remainder. Used as a size it must have left none. */
export interface RatioValue {
  readonly kind: "ratio";
  readonly numerator: Dim;
  readonly denominator: Dim;
}

export interface StringValue {
  readonly kind: "string";
  readonly value: string | undefined;
}

export interface BooleanValue {
  readonly kind: "boolean";
  readonly value: boolean | undefined;
  /** Of an unknown one: any caller may choose it, so that both branches on it are real. */
  readonly free: boolean;
}

export interface NullValue {
  readonly kind: "null";
}

export interface UndefinedValue {
  readonly kind: "undefined";
}

export type DType = "float32" | "int64" | "int32" | "bool" | "complex64" | "string";

/** The library whose operations a tensor has. */
export type Dialect = "torch" | "tfjs";

export interface TensorValue {
  readonly kind: "tensor";
  /** Whose API it has. `undefined`: a declared tensor whose library is not known. */
  readonly dialect: Dialect | undefined;
  /** `undefined`: not even the rank is known. */
  readonly shape: Shape | undefined;
  readonly dtype: DType | undefined;
  /** In elements. `undefined`: not known, or a TensorFlow.js tensor, which has none. */
  readonly strides: Strides | undefined;
  /** `symbolic` is a TensorFlow.js SymbolicTensor, whose leading `null` is the batch. */
  readonly form: "tensor" | "symbolic" | "parameter";
  readonly origin: TensorOrigin | undefined;
  /** Facts about the numbers that rules use: what an activation has done to them. */
  readonly content: "probabilities" | "logProbabilities" | "logits" | undefined;
  /** Of one whose rank is not known: what lost it, where that is no operation on another tensor. */
  readonly because?: Loss | undefined;
}

/** Where a tensor comes from: the call that made it and the tensors that went in, the principal one first. */
export interface TensorOrigin {
  readonly operation: string;
  readonly span: Span;
  readonly inputs: readonly TensorValue[];
  /** The expression of the principal input, or the layer before this one in a list of layers. */
  readonly operand?: Span | undefined;
  /** Of a model that is called as a layer: what its last layer made of the same. */
  readonly inner?: TensorValue | undefined;
  /** A type that promises nothing, since casts make it say anything. */
  readonly hint?: boolean | undefined;
  /** How the operation was called, for whoever wants to explain it. */
  readonly call?: CallDetails | undefined;
}

export interface CallDetails {
  /** By parameter, as the operation read them; a layer's configuration is among them. */
  readonly args: Readonly<Record<string, unknown>>;
  /** What a layer learns, by name, when that is known. */
  readonly weights?: Readonly<Record<string, Shape>> | undefined;
  /** The layer's object. */
  readonly layer?: number | undefined;
  readonly documentation?: string | undefined;
}

export interface ObjectValue {
  readonly kind: "object";
  readonly id: number;
}

export interface FunctionValue {
  readonly kind: "function";
  readonly node: FunctionNode;
  readonly scope: Scope;
  /** Bound by a method call or an arrow's surroundings. */
  readonly self: Value | undefined;
  /** The class whose body holds a method: where `super` starts from. */
  readonly home: ClassValue | undefined;
  /** For facts and messages: `Net.forward`. */
  readonly qualifiedName: string;
  /** The arguments that `bind` has put before those of a call. */
  readonly bound?: readonly Argument[] | undefined;
}

export interface ClassValue {
  readonly kind: "class";
  readonly node: ClassNode;
  readonly scope: Scope;
  readonly superclass: Value | undefined;
  /** Heap object with the static members. */
  readonly statics: number;
  /** What the computed names of its members came out as, as far as that is known. */
  readonly keys: ReadonlyMap<ClassMember, string>;
  readonly name: string;
}

export interface NativeFunctionValue {
  readonly kind: "native";
  readonly native: NativeFunction;
  readonly self: Value | undefined;
  /** The receiver's expression in a method call. */
  readonly selfSpan: Span | undefined;
}

export interface NativeClassValue {
  readonly kind: "nativeClass";
  readonly native: NativeClass;
}

export interface NamespaceValue {
  readonly kind: "namespace";
  readonly namespace: NativeNamespace;
}

export interface PromiseValue {
  readonly kind: "promise";
  readonly value: Value;
}

/** A property that runs code when it is read or written. Found among the properties of objects alone; no expression is one. */
export interface AccessorValue {
  readonly kind: "accessor";
  readonly get: FunctionValue | undefined;
  readonly set: FunctionValue | undefined;
  /** Of a module as an object: what is read is the module's export, as it is then. */
  readonly exported?: ExportName | undefined;
}

export interface ExportName {
  readonly file: string;
  readonly name: string;
}

/** One of a few. Never nested, never with an unknown among the options, at most {@link UNION_LIMIT}. */
export interface UnionValue {
  readonly kind: "union";
  readonly options: readonly Value[];
}

export interface UnknownValue {
  readonly kind: "unknown";
  /** `true`: whatever a caller passes, so that every branch on it is real. `false`: the analysis lost it. */
  readonly free: boolean;
  /** It was computed from tensors, so it counts as a tensor expression whose shape was lost. */
  readonly tensorLike: boolean;
  /** What lost it. */
  readonly because?: Loss | undefined;
  /** What the program calls it. Each object with a label stands for one value, the same wherever it is. */
  readonly label?: string | undefined;
}

export const UNION_LIMIT = 4;

export const NULL: NullValue = { kind: "null" };
export const UNDEFINED: UndefinedValue = { kind: "undefined" };
/** The analysis does not know. */
export const UNKNOWN: UnknownValue = { kind: "unknown", free: false, tensorLike: false };
/** The analysis does not know, and tensors went in. */
export const LOST_TENSOR: UnknownValue = { kind: "unknown", free: false, tensorLike: true };
/** A caller's choice. */
export const FREE: UnknownValue = { kind: "unknown", free: true, tensorLike: false };
export const TRUE: BooleanValue = { kind: "boolean", value: true, free: false };
export const FALSE: BooleanValue = { kind: "boolean", value: false, free: false };
export const SOME_BOOLEAN: BooleanValue = { kind: "boolean", value: undefined, free: false };
export const FREE_BOOLEAN: BooleanValue = { kind: "boolean", value: undefined, free: true };
export const SOME_NUMBER: FloatValue = { kind: "float", value: undefined };
export const SOME_STRING: StringValue = { kind: "string", value: undefined };

/** The same, with what lost it. */
export function lost(value: UnknownValue, because: Loss | undefined): UnknownValue {
  return because ? { ...value, because } : value;
}

export function integer(dim: Dim, literal?: Span): IntegerValue {
  return { kind: "integer", dim, literal };
}

export function string(value: string): StringValue {
  return { kind: "string", value };
}

export function boolean(value: boolean): BooleanValue {
  return value ? TRUE : FALSE;
}

/** A tensor with nothing known about it. */
export function unknownTensor(dialect: Dialect | undefined, origin?: TensorOrigin, because?: Loss): TensorValue {
  return {
    kind: "tensor",
    dialect,
    shape: undefined,
    dtype: undefined,
    strides: undefined,
    form: "tensor",
    origin,
    content: undefined,
    because,
  };
}
