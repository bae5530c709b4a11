import type { DType, TensorValue } from "../../interpreter/value";
import type { Parameter } from "../parameter";
import { optional, UNDETERMINED } from "../parameter";

const order: readonly DType[] = ["bool", "int32", "int64", "float32", "complex64"];

type Category = "bool" | "integer" | "floating" | "complex";
const categories: readonly Category[] = ["bool", "integer", "floating", "complex"];

function categoryOf(dtype: DType): Category {
  if (dtype === "bool") return "bool";
  if (dtype === "complex64") return "complex";
  return dtype === "float32" ? "floating" : "integer";
}

export function isFloating(dtype: DType | undefined): boolean {
  return dtype === "float32" || dtype === "complex64";
}

/** Surely an integer or boolean type. */
export function isIntegral(dtype: DType | undefined): boolean {
  return dtype === "int64" || dtype === "int32" || dtype === "bool";
}

/** `"float32"` for `torch.float32`; PyTorch's aliases `float` and `long` too. */
export const dtypes: Readonly<Record<string, DType>> = {
  float32: "float32",
  float: "float32",
  int64: "int64",
  long: "int64",
  int32: "int32",
  int: "int32",
  bool: "bool",
};

export const dtype: Parameter<DType> = {
  read(value) {
    const name = value.kind === "string" ? value.value : undefined;
    return (name === undefined ? undefined : dtypes[name]) ?? UNDETERMINED;
  },
};

/** `{ dtype }`, absent unless given. */
export const dtypeOption = optional(dtype, undefined);

/** An operand as type promotion sees it. A number counts by its category alone. */
export interface Promotable {
  readonly dtype: DType | undefined;
  readonly rank: "tensor" | "scalar" | "number" | undefined;
}

export function promotable(tensor: TensorValue): Promotable {
  return { dtype: tensor.dtype, rank: tensor.shape && (tensor.shape.length > 0 ? "tensor" : "scalar") };
}

/**
 * The element type of an operation's result: tensors decide, then tensors of rank 0 and numbers of a higher category.
 * Source: https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 */
export function promote(operands: readonly Promotable[]): DType | undefined {
  const known = operands.map((operand) => operand.dtype);
  if (known.every((one) => one !== undefined && one === known[0])) return known[0];
  // The library has no complex tensors: nothing is higher than the floating category, and float32 is alone in it.
  if (known.includes("float32") && !known.includes("complex64")) return "float32";
  if (known.includes(undefined) || operands.some((operand) => operand.rank === undefined)) return undefined;
  let result: DType | undefined;
  for (const group of ["tensor", "scalar", "number"] as const) {
    const candidate = highest(operands.filter((operand) => operand.rank === group).map((operand) => operand.dtype));
    if (!candidate) continue;
    if (!result || categories.indexOf(categoryOf(candidate)) > categories.indexOf(categoryOf(result)))
      result = candidate;
  }
  return result;
}

function highest(candidates: readonly (DType | undefined)[]): DType | undefined {
  let best: DType | undefined;
  for (const candidate of candidates) {
    if (candidate && (!best || order.indexOf(candidate) > order.indexOf(best))) best = candidate;
  }
  return best;
}
