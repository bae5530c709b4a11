import type { MetricValues } from "../../training/run-files";
import type { EarlyStopping, Experiment, Monitor } from "../experiment";
import { TrainingError } from "./training-error";

/** The best epoch so far, as JSON; null before the first one. */
export type MonitorState = { readonly best: number; readonly epoch: number } | null;

const lowestLoss: Monitor = { metric: "loss", mode: "min" };

/** Compares epochs by the experiment's monitored metric. */
export class EpochMonitor {
  readonly #monitor: Monitor;
  readonly #isChosen: boolean;
  readonly #stopping: EarlyStopping | undefined;
  #state: MonitorState;

  constructor({ monitor, earlyStopping }: Pick<Experiment, "monitor" | "earlyStopping">, state: MonitorState = null) {
    this.#monitor = monitor ?? lowestLoss;
    this.#isChosen = monitor !== undefined || earlyStopping !== undefined;
    this.#stopping = earlyStopping;
    this.#state = state;
  }

  get state(): MonitorState {
    return this.#state;
  }

  /**
   * Takes an epoch into account.
   *
   * @returns whether it is the best so far, and the monitored value: NaN where the epoch has none and nobody asked for it.
   * @throws TrainingError where a metric that the experiment names was not computed.
   */
  epochEnded(epoch: number, values: MetricValues): { readonly isBest: boolean; readonly value: number } {
    const { metric, mode } = this.#monitor;
    const value = values[metric];
    if (value === undefined) {
      if (!this.#isChosen) return { isBest: false, value: Number.NaN };
      const known = Object.keys(values).join(", ");
      throw new TrainingError(`\`monitor\` names the metric "${metric}", which no epoch has. There is: ${known}.`);
    }
    const minDelta = this.#stopping?.minDelta ?? 0;
    const { best } = this.#state ?? { best: mode === "min" ? Infinity : -Infinity };
    const isBest = mode === "min" ? value < best - minDelta : value > best + minDelta;
    if (isBest) this.#state = { best: value, epoch };
    return { isBest, value };
  }

  /** Why the run should end after this epoch, as a sentence; undefined where it should not. */
  reasonToStop(epoch: number): string | undefined {
    if (!this.#stopping) return undefined;
    const waited = epoch - (this.#state?.epoch ?? 0);
    if (waited < this.#stopping.patience) return undefined;
    const { metric } = this.#monitor;
    const best = this.#state
      ? ` Its best value, ${Number(this.#state.best.toPrecision(4))}, is of epoch ${this.#state.epoch}.`
      : "";
    return `Stopped early: ${metric} has not improved for ${waited} ${waited === 1 ? "epoch" : "epochs"}.${best}`;
  }
}
