import { Identity } from "@tensorflow/tfjs-core";
import type { IdentityInputs } from "@tensorflow/tfjs-core";
import { wasmKernel } from "../kernel";

/** The same tensor again, on the same memory. Stock: copies it, for each one that a gradient keeps. */
export const identity = wasmKernel<IdentityInputs, object>(Identity, ({ inputs, heap }) =>
  heap.alias(inputs.x, inputs.x.shape),
);
