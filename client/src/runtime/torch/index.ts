/** `shapewright/torch`: PyTorch's API on TensorFlow.js, with true strided views and automatic differentiation. */
import "./install";

export * as torch from "./torch";
export * as nn from "./nn";
export * as F from "./functional";
export * as optim from "./optim";
export * as data from "./data";
export * as safetensors from "./safetensors";
export { Tensor } from "./tensor";
export type { NestedNumbers } from "./tensor";
export type { DType } from "./dtype";
