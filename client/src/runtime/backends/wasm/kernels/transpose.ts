import { Transpose } from "@tensorflow/tfjs-core";
import type { TransposeAttrs, TransposeInputs } from "@tensorflow/tfjs-core";
import { wasmKernel } from "../kernel";
import { permute } from "../permute";

/** Any permutation of the dimensions. Stock: right, but slow from five dimensions on and for sizes of a power of two. */
export const transpose = wasmKernel<TransposeInputs, TransposeAttrs>(Transpose, ({ inputs, attrs, heap }) =>
  permute(heap, inputs.x, attrs.perm),
);
