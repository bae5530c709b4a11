/** Every operation, as functions; what each file lists as its `…Functions` is also a method of `Tensor`. */
import type { Methods } from "../methods";
import { binaryFunctions } from "./binary";
import { copyFunctions } from "./copy";
import { indexingFunctions } from "./indexing";
import { inplaceFunctions } from "./inplace";
import { joinFunctions } from "./join";
import { matmulFunctions } from "./matmul";
import { max, min, reduceFunctions } from "./reduce";
import type { ReduceMethods } from "./reduce";
import { softmaxFunctions } from "./softmax";
import { median, sortFunctions } from "./sort";
import { unaryFunctions } from "./unary";
import { viewFunctions } from "./view";

export * from "./binary";
export * from "./copy";
export * from "./create";
export * from "./einsum";
export * from "./indexing";
export * from "./inplace";
export * from "./join";
export * from "./matmul";
export * from "./reduce";
export * from "./softmax";
export * from "./sort";
export * from "./unary";
export * from "./view";

export interface TensorMethods
  extends
    Methods<typeof viewFunctions>,
    Methods<typeof unaryFunctions>,
    Methods<typeof binaryFunctions>,
    ReduceMethods,
    Methods<typeof matmulFunctions>,
    Methods<typeof softmaxFunctions>,
    Methods<typeof indexingFunctions>,
    Methods<typeof joinFunctions>,
    Methods<typeof sortFunctions>,
    Methods<typeof copyFunctions>,
    Methods<typeof inplaceFunctions> {}

/** The functions that `Tensor` has as methods, by name. */
export const methodFunctions = () => ({
  ...viewFunctions,
  ...unaryFunctions,
  ...binaryFunctions,
  ...reduceFunctions,
  max,
  min,
  median,
  ...matmulFunctions,
  ...softmaxFunctions,
  ...indexingFunctions,
  ...joinFunctions,
  ...sortFunctions,
  ...copyFunctions,
  ...inplaceFunctions,
});
