import type { NativeContext } from "../../interpreter/native";
import type { DType, TensorOrigin, TensorValue, Value } from "../../interpreter/value";
import { unknownTensor } from "../../interpreter/value";
import type { Shape } from "../../shape/shape";
import type { Dim } from "../../shape/dim";
import { constant } from "../../shape/dim";
import { namedSizes } from "./named-sizes";
import type { OperationContext } from "../operation";
import type { Parameter, Read } from "../parameter";
import { UNDETERMINED } from "../parameter";

/** What an operation says of its result. */
export interface TensorType {
  /** `undefined`: not even the rank is known. */
  readonly shape: Shape | undefined;
  readonly dtype: DType | undefined;
}

/** The tensor that this call makes of `inputs`, the principal one first. */
export function made(cx: OperationContext, type: TensorType, inputs: readonly TensorValue[] = []): TensorValue {
  return {
    ...unknownTensor("tfjs", { operation: cx.operation, span: cx.site.span, inputs, call: cx.details }),
    shape: type.shape && namedSizes(cx, type.shape, inputs),
    dtype: type.dtype,
  };
}

/** A tensor that was made of numbers in the code, few enough to be looked at: indices, mostly. */
export interface LiteralOrigin extends TensorOrigin {
  readonly numbers: readonly Dim[];
}

/** The numbers in a tensor, where they are written out. A change of its type or shape leaves them as they are. */
export function numbersOf(tensor: TensorValue): readonly Dim[] | undefined {
  const { origin } = tensor;
  if (!origin) return undefined;
  if ("numbers" in origin) return (origin as LiteralOrigin).numbers;
  const [input] = origin.inputs;
  return input && KEEPING_NUMBERS.has(origin.operation) ? numbersOf(input) : undefined;
}

const KEEPING_NUMBERS = new Set(["cast", "toInt", "clone", "reshape", "flatten", "expandDims", "squeeze"]);

/** The result of an operation that keeps its input's type but for what is given. */
export function like(cx: OperationContext, input: TensorValue, changes: Partial<TensorType> = {}): TensorValue {
  return made(cx, { shape: input.shape, dtype: input.dtype, ...changes }, [input]);
}

/** TensorFlow.js's documentation of a name. */
export function page(name: string): string {
  return `https://js.tensorflow.org/api/latest/#${name}`;
}

/** Numbers, or arrays of them, where TensorFlow.js takes a tensor. */
export interface Literal extends TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Two rows of different lengths: TensorFlow.js looks at the first alone and makes a corrupt tensor. */
  readonly ragged: { readonly first: Shape; readonly other: Shape } | undefined;
}

/** The shape and type that TensorFlow.js infers; `undefined` when the numbers are not known well enough to tell. */
export function readLiteral(value: Value, cx: NativeContext): Literal | undefined {
  switch (value.kind) {
    case "integer":
    case "float":
    case "ratio":
      return { shape: [], dtype: "float32", ragged: undefined };
    case "boolean":
      return { shape: [], dtype: "bool", ragged: undefined };
    case "string":
      return { shape: [], dtype: "string", ragged: undefined };
    default:
      return readTyped(value, cx) ?? readRows(cx.elements(value), cx) ?? readList(value, cx);
  }
}

function readTyped(value: Value, cx: NativeContext): Literal | undefined {
  const typed = cx.typedArray(value);
  const length = cx.lengthOf(value);
  if (!typed || !length) return undefined;
  return { shape: [length], dtype: typed.startsWith("Float") ? "float32" : "int32", ragged: undefined };
}

/** An array of which only what an element is, and perhaps the length, is known. */
function readList(value: Value, cx: NativeContext): Literal | undefined {
  const length = cx.elements(value) ? undefined : cx.lengthOf(value);
  const element = length && readLiteral(cx.anyElement(value), cx);
  return element && { ...element, shape: [length, ...element.shape] };
}

function readRows(rows: readonly Value[] | undefined, cx: NativeContext): Literal | undefined {
  if (!rows) return undefined;
  const length = constant(rows.length);
  let first: Literal | undefined;
  let ragged: Literal["ragged"];
  for (const row of rows) {
    const literal = readLiteral(row, cx);
    if (!literal) return undefined;
    first ??= literal;
    const same =
      literal.shape.length === first.shape.length && literal.shape.every((size, i) => size === first?.shape[i]);
    ragged ??= literal.ragged ?? (same ? undefined : { first: first.shape, other: literal.shape });
  }
  return first
    ? { shape: [length, ...first.shape], dtype: first.dtype, ragged }
    : { shape: [length], dtype: "float32", ragged };
}

/** A tensor, or numbers that are taken for one; `dtype` is what numbers become, where that is not inferred. */
export function convertible(dtype?: DType): Parameter<TensorValue> {
  return {
    read(value, cx): Read<TensorValue> {
      if (value.kind === "tensor") return value;
      if (value.kind === "unknown") return unknownTensor("tfjs", undefined, value.because);
      const literal = readLiteral(value, cx);
      if (literal) return { ...unknownTensor("tfjs"), shape: literal.shape, dtype: dtype ?? literal.dtype };
      return value.kind === "object" ? unknownTensor("tfjs") : UNDETERMINED;
    },
    takesObject: true,
  };
}

/** A tensor or what is taken for one. */
export const tensorLike = convertible();

/** An array of tensors, or one alone. */
export const tensorOrTensors: Parameter<readonly TensorValue[]> = {
  read(value, cx) {
    if (value.kind === "tensor") return [value];
    const elements = cx.elements(value);
    if (!elements) return UNDETERMINED;
    const all = elements.map((element) => tensorLike.read(element, cx));
    return all.every((one) => one !== UNDETERMINED) ? all : UNDETERMINED;
  },
  takesObject: true,
};

/** Tensors to be joined, as far as they are known one by one; else how many there are and what each is like. */
export type TensorList = readonly TensorValue[] | { readonly each: TensorValue; readonly count: Dim };

export const tensorList: Parameter<TensorList> = {
  read(value, cx): Read<TensorList> {
    const tensors = tensorOrTensors.read(value, cx);
    if (tensors !== UNDETERMINED) return tensors;
    const count = cx.lengthOf(value);
    const each = count ? cx.anyElement(value) : undefined;
    return count && each?.kind === "tensor" ? { each, count } : UNDETERMINED;
  },
  takesObject: true,
};

/** A dtype's name. */
export const dtypeName: Parameter<DType | undefined> = {
  read(value) {
    if (value.kind !== "string") return UNDETERMINED;
    return DTYPES.find((dtype) => dtype === value.value);
  },
};

const DTYPES: readonly DType[] = ["float32", "int32", "bool", "complex64", "string"];

/** The type that both are converted to, the wider one. */
export function upcast(a: DType | undefined, b: DType | undefined): DType | undefined {
  if (!a || !b) return undefined;
  const order: readonly DType[] = ["bool", "int32", "float32", "complex64"];
  const wider = Math.max(order.indexOf(a), order.indexOf(b));
  return order.indexOf(a) < 0 || order.indexOf(b) < 0 ? undefined : order[wider];
}

/** The integers in a number or in nested arrays; what is no known integer is left out. */
export function numbersIn(value: Value, cx: NativeContext): readonly Dim[] {
  if (value.kind === "integer") return [value.dim];
  return cx.elements(value)?.flatMap((element) => numbersIn(element, cx)) ?? [];
}
