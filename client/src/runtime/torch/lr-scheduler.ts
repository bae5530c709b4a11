/** The `optim.lrScheduler` namespace: learning rates that change while training. */
export { LRScheduler } from "./optim/scheduler";
export type { Scheduled, SchedulerState } from "./optim/scheduler";
export * from "./optim/lr-schedulers";
export { OneCycleLR } from "./optim/one-cycle";
export type { OneCycleOptions } from "./optim/one-cycle";
export { ReduceLROnPlateau } from "./optim/plateau";
export type { PlateauOptions } from "./optim/plateau";
