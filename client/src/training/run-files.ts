/**
 * The run folder: what training leaves on disk, and the only thing that everybody who shows a run reads.
 *
 * - `run.json`: what was run and how it stands ({@link RunRecord}); replaced as a whole, by the host alone
 * - `metrics.jsonl`: one {@link MetricPoint} a line, appended by the training process
 * - `checkpoints/last.safetensors`: the last checkpoint's weights
 * - `checkpoints/best.safetensors`: the weights of the best epoch
 * - `checkpoints/state-STEP.safetensors`: what else it takes to go on from there
 * - `histograms.jsonl`: one {@link Histogram} a line, where the experiment asks for them
 * - `samples/EPOCH/NAME.png` and `.txt`: what the experiment shows of the model after an epoch
 * - `log.txt`: whatever the process printed
 *
 * A process can be killed between any two bytes, so every reader accepts files that are missing, cut off or mangled.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { AnyRanges, HyperparameterValue } from "../runtime/hyperparameters";
import { isHyperparameterValue, isRange } from "../runtime/hyperparameters";

export type RunStatus = "queued" | "running" | "paused" | "done" | "failed" | "stopped";

/** Whether a run has a process, or will have one: it can be stopped, and must not be resumed or deleted. */
export function isActive(status: RunStatus): boolean {
  return status === "queued" || status === "running" || status === "paused";
}

/** Where a run computes. */
export interface RunDevice {
  readonly kind: string;
  readonly name: string;
}

/** A device that would have been preferred, and why it is not used. */
export interface RejectedDevice {
  readonly kind: string;
  readonly reason: string;
}

export type MetricValues = Readonly<Record<string, number>>;

export type Split = "train" | "validation";

export interface RunProgress {
  /** The epoch at work, counted from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps taken over the whole run. */
  readonly step: number;
  /** Steps of the whole run; null while the number of batches is unknown. */
  readonly steps: number | null;
  readonly samplesPerSecond: number | null;
  /** Seconds of training still to come; null while there is nothing to estimate it from. */
  readonly secondsLeft: number | null;
}

export interface BestValue {
  readonly split: Split;
  readonly value: number;
  readonly epoch: number;
}

/** The content of `run.json`. Times are ISO 8601. */
export interface RunRecord {
  readonly version: 1;
  readonly id: string;
  /** The user's file, absolute. */
  readonly file: string;
  readonly experiment: string;
  /** What the user calls it; null for the experiment's name. */
  readonly label: string | null;
  /** What the user wants to remember of it. */
  readonly note: string;
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  /** What the hyperparameters are limited to. */
  readonly ranges: AnyRanges;
  readonly device: RunDevice | null;
  readonly rejected: readonly RejectedDevice[];
  /** Of shapewright, TensorFlow.js and Node, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly status: RunStatus;
  /** Why it failed or stopped, in a sentence for the user. */
  readonly message: string | null;
  readonly created: string;
  /** When training began; of a run that was resumed, later by the time in which it did not train. */
  readonly started: string | null;
  readonly ended: string | null;
  readonly progress: RunProgress | null;
  readonly last: Readonly<Partial<Record<Split, MetricValues>>>;
  /** The best value of each metric so far: of the validation split where there is one. */
  readonly best: Readonly<Record<string, BestValue>>;
  /** The training process, to recognise a run whose host went away without a word. */
  readonly process: { readonly pid: number; readonly host: string } | null;
}

/** What a user may write on a run, also when it is over. */
export type Annotation = Pick<RunRecord, "label" | "note">;

/** What a run is called. */
export function runName({ label, experiment }: RunRecord): string {
  return label ?? experiment;
}

/** A line of `histograms.jsonl`: how the values of one parameter, or of its gradient, were distributed after an epoch. */
export interface Histogram {
  readonly step: number;
  readonly epoch: number;
  /** The parameter's path, as in the model's state. */
  readonly name: string;
  readonly of: "weights" | "gradients";
  readonly min: number;
  readonly max: number;
  /** The number of values in intervals of equal width from `min` to `max`; empty where no value was finite. */
  readonly counts: readonly number[];
}

/** A line of `metrics.jsonl`. */
export interface MetricPoint {
  readonly step: number;
  readonly epoch: number;
  /** Seconds since training started. */
  readonly time: number;
  readonly split: Split;
  readonly values: MetricValues;
}

/** The paths inside a run folder. */
export function runPaths(folder: string) {
  return {
    record: path.join(folder, "run.json"),
    metrics: path.join(folder, "metrics.jsonl"),
    histograms: path.join(folder, "histograms.jsonl"),
    samples: path.join(folder, "samples"),
    log: path.join(folder, "log.txt"),
    checkpoints: path.join(folder, "checkpoints"),
    weights: path.join(folder, "checkpoints", "last.safetensors"),
    best: path.join(folder, "checkpoints", "best.safetensors"),
  };
}

/** Where runs live unless the user says otherwise. */
export function defaultRunsFolder(workspace: string): string {
  return path.join(workspace, ".shapewright", "runs");
}

/**
 * Makes a new, empty run folder whose name tells when and what.
 *
 * @throws the file system's error where the folder cannot be written.
 */
export function createRunFolder(runs: string, file: string, now: Date): { id: string; folder: string } {
  fs.mkdirSync(runs, { recursive: true });
  keepOutOfGit(runs);
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const slug = path.parse(file).name.replaceAll(/[^A-Za-z0-9_-]+/g, "-");
  for (let attempt = 1; ; attempt++) {
    const id = attempt === 1 ? `${stamp}-${slug}` : `${stamp}-${slug}-${attempt}`;
    const folder = path.join(runs, id);
    try {
      fs.mkdirSync(folder);
      return { id, folder };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Weights and logs do not belong in a repository; a user who thinks otherwise deletes the file's content. */
function keepOutOfGit(runs: string): void {
  const parent = path.dirname(runs);
  if (path.basename(parent) !== ".shapewright") return;
  const ignore = path.join(parent, ".gitignore");
  if (!fs.existsSync(ignore)) fs.writeFileSync(ignore, "*\n");
}

/** Replaces `run.json` in one step, so that a reader sees the old content or the new. */
export function writeRunRecord(folder: string, record: RunRecord): void {
  const { record: target } = runPaths(folder);
  const aside = `${target}.${process.pid}.tmp`;
  fs.writeFileSync(aside, `${JSON.stringify(record, null, 2)}\n`);
  fs.renameSync(aside, target);
}

/** The record of a run folder; undefined where there is none that can be understood. */
export function readRunRecord(folder: string): RunRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(runPaths(folder).record, "utf8"));
  } catch {
    return undefined;
  }
  return parseRunRecord(value);
}

const statuses: readonly string[] = ["queued", "running", "paused", "done", "failed", "stopped"] satisfies RunStatus[];

/** Checks what cannot be done without and fills in the rest, so that a file of another version still shows. */
export function parseRunRecord(value: unknown): RunRecord | undefined {
  if (!isObject(value)) return undefined;
  const { id, file, experiment, status } = value;
  if (typeof id !== "string" || typeof file !== "string" || typeof experiment !== "string") return undefined;
  if (typeof status !== "string" || !statuses.includes(status)) return undefined;
  const device = isObject(value["device"]) ? value["device"] : undefined;
  const owner = isObject(value["process"]) ? value["process"] : undefined;
  return {
    version: 1,
    id,
    file,
    experiment,
    label: text(value["label"]),
    note: text(value["note"]) ?? "",
    hyperparameters: pick(value["hyperparameters"], isHyperparameterValue),
    ranges: pick(value["ranges"], isRange),
    device: device ? { kind: text(device["kind"]) ?? "", name: text(device["name"]) ?? "" } : null,
    rejected: list(value["rejected"]).flatMap((item) =>
      isObject(item) ? [{ kind: text(item["kind"]) ?? "", reason: text(item["reason"]) ?? "" }] : [],
    ),
    versions: pick(value["versions"], (item) => typeof item === "string"),
    status: status as RunStatus,
    message: text(value["message"]),
    created: text(value["created"]) ?? new Date(0).toISOString(),
    started: text(value["started"]),
    ended: text(value["ended"]),
    progress: parseProgress(value["progress"]),
    last: parseLast(value["last"]),
    best: pick(value["best"], isBestValue),
    process:
      typeof owner?.["pid"] === "number" && typeof owner["host"] === "string"
        ? { pid: owner["pid"], host: owner["host"] }
        : null,
  };
}

/** One line of `metrics.jsonl`; undefined where it is cut off or is no point. */
export function parseMetricLine(line: string): MetricPoint | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { step, epoch, time, split } = value;
  if (!isFiniteNumber(step) || !isFiniteNumber(epoch) || !isFiniteNumber(time)) return undefined;
  if (split !== "train" && split !== "validation") return undefined;
  return { step, epoch, time, split, values: pick(value["values"], isFiniteNumber) };
}

/** One line of `histograms.jsonl`; undefined where it is cut off or is none. */
export function parseHistogramLine(line: string): Histogram | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { step, epoch, name, of, min, max, counts } = value;
  if (![step, epoch, min, max].every(isFiniteNumber) || typeof name !== "string") return undefined;
  if ((of !== "weights" && of !== "gradients") || !Array.isArray(counts) || !counts.every(isFiniteNumber))
    return undefined;
  return { step, epoch, name, of, min, max, counts } as Histogram;
}

function parseProgress(value: unknown): RunProgress | null {
  if (!isObject(value)) return null;
  const { epoch, epochs, step, steps, samplesPerSecond, secondsLeft } = value;
  if (!isFiniteNumber(epoch) || !isFiniteNumber(epochs) || !isFiniteNumber(step)) return null;
  const optional = (item: unknown) => (isFiniteNumber(item) ? item : null);
  return {
    epoch,
    epochs,
    step,
    steps: optional(steps),
    samplesPerSecond: optional(samplesPerSecond),
    secondsLeft: optional(secondsLeft),
  };
}

function parseLast(value: unknown): RunRecord["last"] {
  if (!isObject(value)) return {};
  const last: { train?: MetricValues; validation?: MetricValues } = {};
  if (isObject(value["train"])) last.train = pick(value["train"], isFiniteNumber);
  if (isObject(value["validation"])) last.validation = pick(value["validation"], isFiniteNumber);
  return last;
}

function isBestValue(value: unknown): value is BestValue {
  if (!isObject(value)) return false;
  const { split } = value;
  return (
    (split === "train" || split === "validation") && isFiniteNumber(value["value"]) && isFiniteNumber(value["epoch"])
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function pick<T>(value: unknown, accepts: (item: unknown) => item is T): Record<string, T> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => accepts(entry[1])));
}
