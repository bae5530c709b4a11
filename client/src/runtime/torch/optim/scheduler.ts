/** What an optimizer is to a scheduler. */
export interface Scheduled {
  readonly paramGroups: readonly { lr: number }[];
}

type Group = Scheduled["paramGroups"][number];

/** The learning rate that each group was given first: several schedulers of one optimizer start from the same. */
const initialRates = new WeakMap<Group, number>();

export function initialRate(group: Group): number {
  return initialRates.get(group) ?? group.lr;
}

export function setInitialRate(group: Group, rate: number): void {
  initialRates.set(group, rate);
}

export type SchedulerState = Record<string, unknown>;

/**
 * The base of the schedulers that count steps. As in PyTorch most compute the next learning rate from the present one, so
 * that several can be applied together.
 */
export abstract class LRScheduler {
  /** The number of steps so far. */
  lastEpoch = -1;
  readonly baseLrs: readonly number[];

  /** Subclasses call `begin()` when they are complete. */
  constructor(protected readonly optimizer: Scheduled) {
    for (const group of optimizer.paramGroups) setInitialRate(group, initialRate(group));
    this.baseLrs = optimizer.paramGroups.map(initialRate);
  }

  /** A group's next learning rate, from its present one; `base` is the first. */
  protected abstract next(present: number, base: number, index: number): number;

  /** The learning rate at `lastEpoch` from the first one alone, where that can be said. */
  protected at(_base: number): number | null {
    return null;
  }

  /** @internal The step that construction makes. */
  begin(): void {
    this.step();
  }

  /** Sets the learning rates of the next epoch; call it after the optimizer's steps of this one. */
  step(): void {
    this.lastEpoch++;
    this.set((group, i) => this.next(group.lr, this.baseLrs[i] as number, i));
  }

  /** @internal Starts over, as a `SequentialLR` asks of the scheduler whose turn it is. */
  restart(): void {
    this.lastEpoch = 0;
    this.set((group, i) => {
      const base = this.baseLrs[i] as number;
      return this.at(base) ?? this.next(group.lr, base, i);
    });
  }

  /** The learning rate of each group. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Everything that changes: numbers and lists of them. */
  stateDict(): SchedulerState {
    return Object.fromEntries(Object.entries(this).filter(([name]) => name !== "optimizer"));
  }

  loadStateDict(state: Readonly<SchedulerState>): void {
    Object.assign(this, state);
  }

  private set(rate: (group: Group, index: number) => number): void {
    const rates = this.optimizer.paramGroups.map(rate);
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = rates[i] as number;
    });
  }
}
