/** The 1cycle policy. Source: arXiv 1708.07120 */
import { LRScheduler, setInitialRate } from "./scheduler";
import type { Scheduled } from "./scheduler";

export interface OneCycleOptions {
  /** All steps; or `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** The share of the steps in which the rate rises. */
  readonly pctStart?: number;
  readonly annealStrategy?: "cos" | "linear";
  /** Whether momentum (or Adam's first beta) moves against the learning rate. */
  readonly cycleMomentum?: boolean;
  readonly baseMomentum?: number;
  readonly maxMomentum?: number;
  /** The first rate is the largest divided by it; the last one the first divided by `finalDivFactor`. */
  readonly divFactor?: number;
  readonly finalDivFactor?: number;
  /** Goes back to the first rate before going down to the last. */
  readonly threePhase?: boolean;
}

interface Phase {
  readonly end: number;
  readonly rates: readonly [Rate, Rate];
  readonly momenta: readonly [Momentum, Momentum];
}

type Rate = "initial" | "max" | "min";
type Momentum = "base" | "max";
type MomentumGroup = { momentum?: number; betas?: readonly [number, number] };

function totalOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleOptions): number {
  if (totalSteps !== undefined) {
    if (totalSteps <= 0 || !Number.isInteger(totalSteps)) {
      throw new RangeError(`Expected positive integer total_steps, but got ${totalSteps}`);
    }
    return totalSteps;
  }
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new Error("You must define either total_steps OR (epochs AND steps_per_epoch)");
  }
  return epochs * stepsPerEpoch;
}

function phasesOf(total: number, start: number, three: boolean): Phase[] {
  const rise: Phase = { end: start * total - 1, rates: ["initial", "max"], momenta: ["max", "base"] };
  if (!three) return [rise, { end: total - 1, rates: ["max", "min"], momenta: ["base", "max"] }];
  return [
    rise,
    { end: 2 * start * total - 2, rates: ["max", "initial"], momenta: ["base", "max"] },
    { end: total - 1, rates: ["initial", "min"], momenta: ["max", "max"] },
  ];
}

const anneal = {
  cos: (from: number, to: number, share: number) => to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1),
  linear: (from: number, to: number, share: number) => (to - from) * share + from,
};

/** Raises the learning rate to `maxLr` and lowers it far below the first one. Step it after every batch. */
export class OneCycleLR extends LRScheduler {
  private readonly totalSteps: number;
  private readonly phases: readonly Phase[];
  private readonly strategy: "cos" | "linear";
  private readonly momenta: Readonly<Record<Momentum, number>> | null;
  private readonly rates: readonly Readonly<Record<Rate, number>>[];

  constructor(optimizer: Scheduled, maxLr: number | readonly number[], options: OneCycleOptions = {}) {
    const { pctStart = 0.3, annealStrategy = "cos", divFactor = 25, finalDivFactor = 1e4 } = options;
    const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95, threePhase = false } = options;
    const total = totalOf(options);
    if (!(pctStart >= 0 && pctStart <= 1)) {
      throw new RangeError(`Expected float between 0 and 1 pct_start, but got ${pctStart}`);
    }
    const rates = optimizer.paramGroups.map((_, i) => {
      const max = typeof maxLr === "number" ? maxLr : (maxLr[i] as number);
      return { initial: max / divFactor, max, min: max / divFactor / finalDivFactor };
    });
    optimizer.paramGroups.forEach((group, i) => setInitialRate(group, (rates[i] as { initial: number }).initial));
    super(optimizer);
    this.totalSteps = total;
    this.phases = phasesOf(total, pctStart, threePhase);
    this.strategy = annealStrategy;
    this.momenta = cycleMomentum ? { base: baseMomentum, max: maxMomentum } : null;
    this.rates = rates;
    if (this.momenta && optimizer.paramGroups.some((group) => !("betas" in group) && !("momentum" in group))) {
      throw new Error("optimizer must support momentum or beta1 with `cycle_momentum` option enabled");
    }
    this.begin();
  }

  override step(): void {
    super.step();
    if (!this.momenta) return;
    const { phase, share } = this.position();
    const [from, to] = phase.momenta;
    const momentum = anneal[this.strategy](this.momenta[from], this.momenta[to], share);
    for (const group of this.optimizer.paramGroups as readonly MomentumGroup[]) {
      if (group.betas) group.betas = [momentum, group.betas[1]];
      else group.momentum = momentum;
    }
  }

  protected next(_present: number, _base: number, index: number): number {
    const { phase, share } = this.position();
    const rates = this.rates[index] as Readonly<Record<Rate, number>>;
    const [from, to] = phase.rates;
    return anneal[this.strategy](rates[from], rates[to], share);
  }

  private position(): { phase: Phase; share: number } {
    const step = this.lastEpoch;
    if (step > this.totalSteps) {
      throw new Error(`Tried to step ${step} times. The specified number of total steps is ${this.totalSteps}`);
    }
    const found = this.phases.findIndex(({ end }) => step <= end);
    const index = found < 0 ? this.phases.length - 1 : found;
    const phase = this.phases[index] as Phase;
    const start = this.phases[index - 1]?.end ?? 0;
    return { phase, share: (step - start) / (phase.end - start) };
  }
}
