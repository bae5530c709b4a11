/** `shapewright/torch`: PyTorch's API on TensorFlow.js, with true strided views and automatic differentiation. */
import "./install";

export * as torch from "./torch";
export { Tensor } from "./tensor";
export type { NestedNumbers } from "./tensor";
export type { DType } from "./dtype";
