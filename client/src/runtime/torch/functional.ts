/** The `F` namespace: layers as functions. */
export * from "./functional/activation";
export * from "./functional/adaptive-pool";
export * from "./functional/attention";
export * from "./functional/conv";
export { conv3d } from "./functional/conv3d";
export * from "./functional/dropout";
export * from "./functional/group-norm";
export * from "./functional/loss";
export * from "./functional/metric-loss";
export * from "./functional/norm";
export * from "./functional/pad";
export * from "./functional/patches";
export * from "./functional/pool";
export { interpolate, pixelShuffle } from "./functional/resample";
export type { InterpolateMode, InterpolateOptions } from "./functional/resample";
export * from "./functional/sparse";
export { bilinear, gelu, linear, sigmoid, softplus, tanh } from "./ops/index";
