import type { KernelConfig } from "@tensorflow/tfjs-core";
import { conv2DBackpropFilter } from "./conv2d-backprop-filter";
import { conv2DBackpropInput } from "./conv2d-backprop-input";
import { depthwiseConv2dBackpropFilter, depthwiseConv2dBackpropInput } from "./depthwise-backprop";
import { einsum } from "./einsum";
import { gatherV2 } from "./gather";
import { identity } from "./identity";
import { batchMatMul } from "./mat-mul";
import { maxPool3D, maxPool3DGrad, maxPoolGrad } from "./max-pool";
import { unsortedSegmentSum } from "./segment-sum";
import { slice, split, unpack } from "./slice";
import { mean, sum } from "./sum";
import { transpose } from "./transpose";

/** The kernel pack: what the WASM backend lacks, gets wrong, or does slowly. docs/backends.md has the cases. */
export const wasmKernels: readonly KernelConfig[] = [
  batchMatMul,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  einsum,
  gatherV2,
  identity,
  maxPool3D,
  maxPool3DGrad,
  maxPoolGrad,
  mean,
  slice,
  split,
  sum,
  transpose,
  unpack,
  unsortedSegmentSum,
];
