import type { KernelConfig } from "@tensorflow/tfjs-core";
import { conv2D, conv2DBackpropFilter, conv2DBackpropInput, fusedConv2D } from "./conv2d";
import { conv3DBackpropFilter, conv3DBackpropInput } from "./conv3d-gradients";
import { depthwiseConv2dBackpropFilter, depthwiseConv2dBackpropInput } from "./depthwise-backprop";
import { einsum } from "./einsum";
import { adam, crossEntropy, layerNorm, layerNormGrad, linear, reluGrad } from "./fused";
import { attention, attentionGrad } from "./fused-attention";
import { gru, gruGrad, lstm, lstmGrad } from "./fused-recurrent";
import { gatherV2 } from "./gather";
import { identity } from "./identity";
import { batchMatMul, fusedMatMul } from "./mat-mul";
import { maxPool3D, maxPool3DGrad } from "./max-pool-3d";
import { pad } from "./pad";
import { avgPoolGrad, maxPoolGrad } from "./pool-gradients";
import { unsortedSegmentSum } from "./segment-sum";
import { slice, split, unpack } from "./slice";
import { mean, sum } from "./sum";
import { transpose } from "./transpose";

/** The kernel pack: what the WASM backend lacks, gets wrong, or does slowly. docs/backends.md has the cases. */
export const wasmKernels: readonly KernelConfig[] = [
  adam,
  attention,
  attentionGrad,
  avgPoolGrad,
  batchMatMul,
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  conv3DBackpropFilter,
  conv3DBackpropInput,
  crossEntropy,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  einsum,
  fusedConv2D,
  fusedMatMul,
  gatherV2,
  gru,
  gruGrad,
  identity,
  layerNorm,
  layerNormGrad,
  linear,
  lstm,
  lstmGrad,
  maxPool3D,
  maxPool3DGrad,
  maxPoolGrad,
  mean,
  pad,
  reluGrad,
  slice,
  split,
  sum,
  transpose,
  unpack,
  unsortedSegmentSum,
];
