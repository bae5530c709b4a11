/** A scheduler that looks at a metric. Source: https://pytorch.org/docs/stable/optim.html */
import { Tensor } from "../tensor";
import type { Scheduled, SchedulerState } from "./scheduler";

export interface PlateauOptions {
  /** Whether the metric is to fall or to rise. */
  readonly mode?: "min" | "max";
  readonly factor?: number;
  /** How many steps without improvement are borne. */
  readonly patience?: number;
  /** What counts as an improvement: a share of the best value, or a difference. */
  readonly threshold?: number;
  readonly thresholdMode?: "rel" | "abs";
  /** How many steps after a reduction do not count. */
  readonly cooldown?: number;
  readonly minLr?: number | readonly number[];
  /** Smaller changes are not made. */
  readonly eps?: number;
}

/** Multiplies the learning rates by `factor` when a metric has stopped improving. */
export class ReduceLROnPlateau {
  lastEpoch = 0;
  best: number;
  numBadEpochs = 0;
  cooldownCounter = 0;
  readonly #settings: Required<PlateauOptions>;

  constructor(
    private readonly optimizer: Scheduled,
    options: PlateauOptions = {},
  ) {
    this.#settings = {
      mode: "min",
      factor: 0.1,
      patience: 10,
      threshold: 1e-4,
      thresholdMode: "rel",
      cooldown: 0,
      minLr: 0,
      eps: 1e-8,
      ...options,
    };
    if (this.#settings.factor >= 1) throw new RangeError("Factor should be < 1.0.");
    this.best = this.#settings.mode === "min" ? Infinity : -Infinity;
  }

  /** Call it with the metric of each epoch. */
  step(metric: number | Tensor): void {
    const current = metric instanceof Tensor ? metric.item() : metric;
    this.lastEpoch++;
    if (this.isBetter(current)) {
      this.best = current;
      this.numBadEpochs = 0;
    } else {
      this.numBadEpochs++;
    }
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs <= this.#settings.patience) return;
    this.reduce();
    this.cooldownCounter = this.#settings.cooldown;
    this.numBadEpochs = 0;
  }

  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  stateDict(): SchedulerState {
    const { lastEpoch, best, numBadEpochs, cooldownCounter } = this;
    return { lastEpoch, best, numBadEpochs, cooldownCounter };
  }

  loadStateDict(state: Readonly<SchedulerState>): void {
    Object.assign(this, state);
  }

  private isBetter(current: number): boolean {
    const { mode, threshold, thresholdMode } = this.#settings;
    const sign = mode === "min" ? -1 : 1;
    const bar = thresholdMode === "rel" ? this.best * (1 + sign * threshold) : this.best + sign * threshold;
    return mode === "min" ? current < bar : current > bar;
  }

  private reduce(): void {
    const { factor, minLr, eps } = this.#settings;
    this.optimizer.paramGroups.forEach((group, i) => {
      const least = typeof minLr === "number" ? minLr : (minLr[i] ?? 0);
      const reduced = Math.max(group.lr * factor, least);
      if (group.lr - reduced > eps) group.lr = reduced;
    });
  }
}
