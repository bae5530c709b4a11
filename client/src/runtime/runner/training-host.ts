import type { Histogram, MetricPoint } from "../../training/run-files";
import type { Experiment, ExperimentData, GradientClipping, ModelLike, OptimizerLike } from "../experiment";
import type { Hyperparameters } from "../hyperparameters";
import type { Progress } from "./checkpoint";
import type { Report } from "./protocol";
import type { SampleFile } from "./samples";
import type { PreparedSchedule } from "./schedule";

/** What the loop needs from around it; the process supplies the real ones, a test its own. */
export interface TrainingHost {
  /** Whether a value can be read from the device without holding it up: so it is where the device is the processor. */
  readonly readsAreCheap: boolean;
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Asked between steps. */
  stopRequested(): boolean;
  /** Asked after each step: whether the next one has to wait. */
  mustWait(): boolean;
  /** Resolves when what the host wants has changed. */
  nextCommand(): Promise<void>;
  /** Runs a computation whose gradient nobody will ask for. */
  noGrad<T>(compute: () => T): T;
  /**
   * Computes metrics of tensors, with copies of them where the device does not hand values over at once: what measures
   * is written with `item()`, and seldom worth a graphics card.
   */
  measure<T>(tensors: readonly unknown[], compute: (...tensors: unknown[]) => Promise<T>): Promise<T>;
  record(points: readonly MetricPoint[]): void;
  report(report: Extract<Report, { type: "progress" | "paused" }>): void;
  /** The state of the generator that everything random uses, as JSON. */
  randomState(): unknown;
  setRandomState(state: unknown): void;
  /** Keeps the weights and the optimizer's state as they are now, with what is to be known to go on from here. */
  checkpoint(progress: Progress): Promise<void>;
  /** Takes the weights as those of the best epoch, which the next checkpoint keeps. */
  keepBest(epoch: number): Promise<void>;
  /** Writes what the experiment shows of the model after an epoch. */
  writeSamples(epoch: number, files: readonly SampleFile[]): void;
  writeHistograms(histograms: readonly Histogram[]): void;
  clipGradients(bounds: GradientClipping): void;
}

/** The parts of an experiment once its functions have run. */
export interface Prepared {
  readonly experiment: Experiment;
  readonly hyperparameters: Hyperparameters;
  readonly data: ExperimentData<unknown>;
  readonly model: ModelLike;
  readonly optimizer: OptimizerLike;
  readonly schedule: PreparedSchedule | undefined;
  /** The model and the optimizer as the experiment made them, for its own functions. */
  readonly given: { readonly model: ModelLike; readonly optimizer: OptimizerLike };
}
