import type { OptimizerLike, Schedule, SchedulerLike } from "../experiment";

/** A schedule in one form: what is stepped, and when. */
export interface PreparedSchedule {
  readonly scheduler: SchedulerLike;
  readonly every: "epoch" | "step";
}

export function prepareSchedule(schedule: Schedule): PreparedSchedule {
  return "scheduler" in schedule ? schedule : { scheduler: schedule, every: "epoch" };
}

/** The learning rate of an optimizer's first group, where the optimizer tells it as PyTorch's do. */
export function learningRate(optimizer: OptimizerLike): number | undefined {
  const { paramGroups } = optimizer as { paramGroups?: readonly { readonly lr?: unknown }[] };
  const rate = Array.isArray(paramGroups) ? (paramGroups[0] as { lr?: unknown } | undefined)?.lr : undefined;
  return typeof rate === "number" ? rate : undefined;
}
