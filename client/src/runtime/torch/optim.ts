/** The `optim` namespace: optimizers. */
export { Optimizer } from "./optim/optimizer";
export type { ParameterGroup, ParametersOrGroups } from "./optim/optimizer";
export { SGD } from "./optim/sgd";
export type { SgdOptions } from "./optim/sgd";
export { Adam, AdamW } from "./optim/adam";
export type { AdamOptions } from "./optim/adam";
