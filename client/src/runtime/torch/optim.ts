/** The `optim` namespace: optimizers. */
export { Optimizer } from "./optim/optimizer";
export type { OptimizerStateDict, ParameterGroup, ParametersOrGroups } from "./optim/optimizer";
export { SGD } from "./optim/sgd";
export type { SgdOptions } from "./optim/sgd";
export { Adam, AdamW } from "./optim/adam";
export type { AdamOptions } from "./optim/adam";
export { Adadelta, Adagrad, RMSprop } from "./optim/accumulating";
export type { AdadeltaOptions, AdagradOptions, RmsPropOptions } from "./optim/accumulating";
export { NAdam, RAdam } from "./optim/adam-variants";
export type { NAdamOptions, RAdamOptions } from "./optim/adam-variants";
export * as lrScheduler from "./lr-scheduler";
