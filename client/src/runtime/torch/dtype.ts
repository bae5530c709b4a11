import type { DataType } from "@tensorflow/tfjs-core";

/**
 * Element types. TensorFlow.js has no 64-bit integers, so `int64` is kept in 32 bits; the name says what
 * operations accept (class indices, positions), as in PyTorch.
 */
export type DType = "float32" | "int64" | "int32" | "bool";

export type Values = Float32Array | Int32Array | Uint8Array;

type Category = "bool" | "integer" | "floating";

const order: readonly DType[] = ["bool", "int32", "int64", "float32"];
const categories: readonly Category[] = ["bool", "integer", "floating"];

/** PyTorch's names for the element types in messages about operands: `Long`, `Float`. */
const scalarTypeNames: Record<DType, string> = { float32: "Float", int64: "Long", int32: "Int", bool: "Bool" };

export function scalarTypeName(dtype: DType): string {
  return scalarTypeNames[dtype];
}

export function isFloating(dtype: DType): boolean {
  return dtype === "float32";
}

export function categoryOf(dtype: DType): Category {
  if (dtype === "bool") return "bool";
  return dtype === "float32" ? "floating" : "integer";
}

/** The dtype that TensorFlow.js stores a dtype as. */
export function storedAs(dtype: DType): DataType {
  return dtype === "int64" ? "int32" : dtype;
}

/** A zeroed array of the kind that holds `length` elements of `dtype`. */
export function allocate(dtype: DType, length: number): Values {
  if (dtype === "float32") return new Float32Array(length);
  return dtype === "bool" ? new Uint8Array(length) : new Int32Array(length);
}

/** What `torch.tensor(value)` would make of a JavaScript value: whole numbers are integers. */
export function dtypeOfScalar(value: number | boolean): DType {
  if (typeof value === "boolean") return "bool";
  return Number.isInteger(value) ? "int64" : "float32";
}

/** An operand as type promotion sees it: numbers count only by category, scalars (rank 0) after tensors. */
export type Promotable = number | boolean | { readonly dtype: DType; readonly shape: readonly number[] };

function highest(dtypes: readonly DType[]): DType | undefined {
  return dtypes.reduce<DType | undefined>(
    (best, next) => (best === undefined || order.indexOf(next) > order.indexOf(best) ? next : best),
    undefined,
  );
}

/**
 * The result dtype of an operation on these operands: tensors decide, then scalars of a higher category.
 * Source: https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 */
export function promote(...operands: readonly Promotable[]): DType {
  const tensors: DType[] = [];
  const scalars: DType[] = [];
  const numbers: DType[] = [];
  for (const operand of operands) {
    if (typeof operand !== "object") numbers.push(dtypeOfScalar(operand));
    else (operand.shape.length > 0 ? tensors : scalars).push(operand.dtype);
  }
  let result = highest(tensors);
  for (const group of [scalars, numbers]) {
    const candidate = highest(group);
    if (candidate === undefined) continue;
    if (result === undefined || categories.indexOf(categoryOf(candidate)) > categories.indexOf(categoryOf(result))) {
      result = candidate;
    }
  }
  return result ?? "float32";
}
