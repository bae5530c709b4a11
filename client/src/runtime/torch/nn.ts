/** The `nn` namespace: modules. */
export { Module, Parameter } from "./nn/module";
export type { StateDict } from "./nn/module";
export * from "./nn/activation";
export * from "./nn/attention";
export * from "./nn/container";
export * from "./nn/convolution";
export * from "./nn/group-norm";
export * from "./nn/layers";
export * from "./nn/loss";
export * from "./nn/norm";
export * from "./nn/pool";
export * from "./nn/recurrent";
export * from "./nn/recurrent-cell";
export * from "./nn/resample";
export * from "./nn/transformer";
export * from "./nn/transformer-layer";
export * as init from "./nn/init";
export * as utils from "./nn/utils";
