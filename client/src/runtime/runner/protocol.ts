/**
 * What the training process and its host say to each other, over the IPC channel of `child_process`.
 * The child reports; the host decides. Both ends are this package's own, so the types are trusted.
 */
import type { MetricValues, RejectedDevice, RunDevice, RunProgress, Split } from "../../training/run-files";
import type { DeviceRequest, ProbedDevice } from "../backends/device";
import type { AnyRanges, HyperparameterValue } from "../hyperparameters";
import type { Position } from "./checkpoint";

/** Host to child. `train` comes once, first. */
export type Command =
  | {
      readonly type: "train";
      /** The file whose default export is the experiment, absolute. */
      readonly file: string;
      readonly overrides: Readonly<Record<string, HyperparameterValue>>;
      /** What a plain script finds behind its name in `process.argv`. */
      readonly scriptArguments?: readonly string[];
      readonly device: DeviceRequest;
      /** An existing folder to write metrics and checkpoints to. */
      readonly runFolder: string;
      /** Where to begin: at the first epoch, or where the folder's checkpoint was made. */
      readonly from: "start" | "checkpoint";
    }
  /** Runs the file for one batch, without a run folder, and tells what tensors its instrumented sources had. */
  | {
      readonly type: "check";
      readonly file: string;
      readonly overrides: Readonly<Record<string, HyperparameterValue>>;
      readonly scriptArguments?: readonly string[];
      readonly device: DeviceRequest;
      /** What is run in place of files, by their absolute paths. */
      readonly sources: readonly InstrumentedSource[];
    }
  /** Tries every kind of device and tells which can be used. */
  | { readonly type: "devices"; readonly packageFolder: string }
  /**
   * `stop`: end within one step, with a checkpoint. `pause`: wait after the step at work, with a checkpoint. `step`: take
   * one step and pause. `continue`: go on.
   */
  | { readonly type: "stop" | "pause" | "step" | "continue" };

export interface InstrumentedSource {
  readonly path: string;
  readonly text: string;
}

/** A tensor that instrumented code has had. */
export interface ObservedTensor {
  /** `null` for a size that a symbolic tensor of TensorFlow.js leaves open. */
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
  /** Tensors of TensorFlow.js have none. */
  readonly stride?: readonly number[];
}

/** A line of the user's code, counted from 1. */
export interface CodePlace {
  readonly file: string;
  readonly line: number;
}

/** Whose fault a failure is: the way the run was asked for, the user's code, the numbers, or the disk. */
export type FailureKind = "usage" | "code" | "training" | "storage";

/** Child to host. The last report is `finished` or `failed`, unless the process was killed. */
export type Report =
  | {
      readonly type: "prepared";
      readonly experiment: string;
      readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
      readonly ranges: AnyRanges;
      readonly versions: Readonly<Record<string, string>>;
    }
  | { readonly type: "started"; readonly device: RunDevice; readonly rejected: readonly RejectedDevice[] }
  /** Of a run that goes on from its checkpoint: everything is as it was there. What was recorded after it is dropped. */
  | { readonly type: "resumed"; readonly position: Position }
  /** At most ten a second, and at the end of each epoch. The points themselves are in `metrics.jsonl`. */
  | {
      readonly type: "progress";
      readonly progress: RunProgress;
      readonly last: Readonly<Partial<Record<Split, MetricValues>>>;
      /** Means over the epoch that has just ended. */
      readonly epochEnd?: { readonly train: MetricValues; readonly validation: MetricValues | null };
    }
  /** Whether the run waits for `step` or `continue`; `waited` is how long it has, in seconds, once it goes on. */
  | { readonly type: "paused"; readonly paused: true }
  | { readonly type: "paused"; readonly paused: false; readonly waited: number }
  | { readonly type: "devices"; readonly devices: readonly ProbedDevice[] }
  /** Of a check: the different tensors that each instrumented place has had, by its number. Also before `failed`. */
  | { readonly type: "observed"; readonly tensors: readonly (readonly [number, readonly ObservedTensor[]])[] }
  | { readonly type: "finished"; readonly outcome: "done" | "stopped"; readonly message: string | null }
  | {
      readonly type: "failed";
      readonly kind: FailureKind;
      readonly message: string;
      /** Where in the user's code, as far as that is known. */
      readonly place?: CodePlace;
    };
