/** Schedulers by a formula of the number of steps. Source: https://pytorch.org/docs/stable/optim.html */
import { initialRate, LRScheduler } from "./scheduler";
import type { Scheduled } from "./scheduler";

/** `new StepLR(optimizer, 30, 0.5)` and `new StepLR(optimizer, 30, { gamma: 0.5 })` are the same schedule. */
export type GammaOrOptions = number | { readonly gamma?: number };

function gammaOf(value: GammaOrOptions): number {
  return typeof value === "number" ? value : (value.gamma ?? 0.1);
}

/** Multiplies by gamma every `stepSize` steps. */
export class StepLR extends LRScheduler {
  private readonly gamma: number;

  constructor(
    optimizer: Scheduled,
    private readonly stepSize: number,
    gamma: GammaOrOptions = {},
  ) {
    super(optimizer);
    this.gamma = gammaOf(gamma);
    this.begin();
  }

  protected next(present: number): number {
    return this.lastEpoch === 0 || this.lastEpoch % this.stepSize !== 0 ? present : present * this.gamma;
  }

  protected override at(base: number): number {
    return base * this.gamma ** Math.floor(this.lastEpoch / this.stepSize);
  }
}

/** Multiplies by gamma at each milestone. */
export class MultiStepLR extends LRScheduler {
  private readonly gamma: number;

  constructor(
    optimizer: Scheduled,
    private readonly milestones: readonly number[],
    gamma: GammaOrOptions = {},
  ) {
    super(optimizer);
    this.gamma = gammaOf(gamma);
    this.begin();
  }

  protected next(present: number): number {
    return present * this.gamma ** this.milestones.filter((each) => each === this.lastEpoch).length;
  }

  protected override at(base: number): number {
    return base * this.gamma ** this.milestones.filter((each) => each <= this.lastEpoch).length;
  }
}

/** Multiplies by gamma every step. */
export class ExponentialLR extends LRScheduler {
  constructor(
    optimizer: Scheduled,
    private readonly gamma: number,
  ) {
    super(optimizer);
    this.begin();
  }

  protected next(present: number): number {
    return this.lastEpoch === 0 ? present : present * this.gamma;
  }

  protected override at(base: number): number {
    return base * this.gamma ** this.lastEpoch;
  }
}

export interface LinearLrOptions {
  readonly startFactor?: number;
  readonly endFactor?: number;
  readonly totalIters?: number;
}

/** Multiplies by a factor that moves from one value to another: a warm-up. */
export class LinearLR extends LRScheduler {
  private readonly startFactor: number;
  private readonly endFactor: number;
  private readonly totalIters: number;

  constructor(optimizer: Scheduled, { startFactor = 1 / 3, endFactor = 1, totalIters = 5 }: LinearLrOptions = {}) {
    super(optimizer);
    if (startFactor > 1 || startFactor <= 0) {
      throw new RangeError("Starting multiplicative factor expected to be greater than 0 and less or equal to 1.");
    }
    if (endFactor > 1 || endFactor < 0) {
      throw new RangeError("Ending multiplicative factor expected to be between 0 and 1.");
    }
    this.startFactor = startFactor;
    this.endFactor = endFactor;
    this.totalIters = totalIters;
    this.begin();
  }

  protected next(present: number): number {
    const { startFactor, totalIters, lastEpoch } = this;
    if (lastEpoch === 0) return present * startFactor;
    if (lastEpoch > totalIters) return present;
    const change = this.endFactor - startFactor;
    return present * (1 + change / (totalIters * startFactor + (lastEpoch - 1) * change));
  }

  protected override at(base: number): number {
    const share = Math.min(this.totalIters, this.lastEpoch) / this.totalIters;
    return base * (this.startFactor + (this.endFactor - this.startFactor) * share);
  }
}

/** Follows half a cosine from the first learning rate to `etaMin`, in `tMax` steps, and back. */
export class CosineAnnealingLR extends LRScheduler {
  private readonly etaMin: number;

  constructor(
    optimizer: Scheduled,
    private readonly tMax: number,
    { etaMin = 0 }: { readonly etaMin?: number } = {},
  ) {
    super(optimizer);
    this.etaMin = etaMin;
    this.begin();
  }

  protected next(present: number, base: number): number {
    const { lastEpoch, tMax, etaMin } = this;
    if (lastEpoch === 0) return present;
    const wave = (epoch: number) => 1 + Math.cos((Math.PI * epoch) / tMax);
    // At the bottom the present rate says nothing about the way up.
    if ((lastEpoch - 1 - tMax) % (2 * tMax) === 0) {
      return present + ((base - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2;
    }
    return (wave(lastEpoch) / wave(lastEpoch - 1)) * (present - etaMin) + etaMin;
  }

  protected override at(base: number): number {
    return this.etaMin + ((base - this.etaMin) * (1 + Math.cos((Math.PI * this.lastEpoch) / this.tMax))) / 2;
  }
}

/** Multiplies the first learning rate by a function of the number of steps: one for all groups, or one for each. */
export class LambdaLR extends LRScheduler {
  private readonly lambdas: readonly ((epoch: number) => number)[];

  constructor(optimizer: Scheduled, lrLambda: ((epoch: number) => number) | readonly ((epoch: number) => number)[]) {
    super(optimizer);
    const groups = optimizer.paramGroups.length;
    this.lambdas = typeof lrLambda === "function" ? new Array<typeof lrLambda>(groups).fill(lrLambda) : lrLambda;
    if (this.lambdas.length !== groups) {
      throw new Error(`Expected ${groups} lr_lambdas, but got ${this.lambdas.length}`);
    }
    this.begin();
  }

  protected next(_present: number, base: number, index: number): number {
    return base * (this.lambdas[index] as (epoch: number) => number)(this.lastEpoch);
  }
}

/** Cosine annealing that starts over after `t0` steps, then after `tMult` times as many each time. */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  private readonly tMult: number;
  private readonly etaMin: number;
  /** The length of this period, and the steps taken in it. */
  private period: number;
  private taken = -1;

  constructor(
    optimizer: Scheduled,
    private readonly t0: number,
    { tMult = 1, etaMin = 0 }: { readonly tMult?: number; readonly etaMin?: number } = {},
  ) {
    super(optimizer);
    if (t0 <= 0 || !Number.isInteger(t0)) throw new RangeError(`Expected positive integer T_0, but got ${t0}`);
    if (tMult < 1 || !Number.isInteger(tMult)) throw new RangeError(`Expected integer T_mult >= 1, but got ${tMult}`);
    this.tMult = tMult;
    this.etaMin = etaMin;
    this.period = t0;
    this.begin();
  }

  override step(): void {
    this.taken++;
    if (this.taken >= this.period) {
      this.taken -= this.period;
      this.period *= this.tMult;
    }
    super.step();
  }

  override restart(): void {
    this.taken = 0;
    this.period = this.t0;
    super.restart();
  }

  protected next(_present: number, base: number): number {
    return this.etaMin + ((base - this.etaMin) * (1 + Math.cos((Math.PI * this.taken) / this.period))) / 2;
  }
}

/** Schedulers one after the other: the second takes over at the first milestone, and so on. */
export class SequentialLR {
  lastEpoch = 0;

  constructor(
    private readonly optimizer: Scheduled,
    private readonly schedulers: readonly LRScheduler[],
    private readonly milestones: readonly number[],
  ) {
    if (schedulers.length === 0)
      throw new Error("SequentialLR expects at least one scheduler to be chained, but got no scheduler.");
    if (milestones.length !== schedulers.length - 1) {
      throw new Error(
        `Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers ${schedulers.length} and the number of milestones to be equal to ${milestones.length}`,
      );
    }
    for (const group of optimizer.paramGroups) group.lr = initialRate(group);
    // Undoes the steps that construction made.
    for (const scheduler of schedulers) scheduler.lastEpoch--;
    this.scheduler.begin();
  }

  private get turn(): number {
    return this.milestones.filter((each) => each <= this.lastEpoch).length;
  }

  private get scheduler(): LRScheduler {
    return this.schedulers[this.turn] as LRScheduler;
  }

  step(): void {
    this.lastEpoch++;
    if (this.turn > 0 && this.milestones[this.turn - 1] === this.lastEpoch) this.scheduler.restart();
    else this.scheduler.step();
  }

  getLastLr(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  stateDict(): { lastEpoch: number; schedulers: Record<string, unknown>[] } {
    return { lastEpoch: this.lastEpoch, schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()) };
  }

  loadStateDict(state: ReturnType<SequentialLR["stateDict"]>): void {
    this.lastEpoch = state.lastEpoch;
    this.schedulers.forEach((scheduler, i) => scheduler.loadStateDict(state.schedulers[i] ?? {}));
  }
}
