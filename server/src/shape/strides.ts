/** Memory layouts: what strides results of operations have, and which views they allow. */
export type { Answer, Strides } from "./contiguity";
export { contiguousStrides, expandStrides, isContiguous } from "./contiguity";
export type { Operand } from "./layout";
export { denseStridesLike, elementwiseStrides } from "./layout";
export type { ViewResult } from "./view";
export { reshapeStrides, viewStrides } from "./view";
