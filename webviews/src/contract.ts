/**
 * Every message between the extension and a webview, with the checks for both directions. This file and nothing else
 * is shared by the two sides: the types say what is meant, the checks what really arrived.
 */

export type RunStatus = "queued" | "running" | "paused" | "done" | "failed" | "stopped";

export type Split = "train" | "validation";

export type HyperparameterValue = number | string | boolean;

/** The only values that make sense, or the ends of an interval. */
export type Range =
  | { readonly choices: readonly HyperparameterValue[] }
  | { readonly min?: number; readonly max?: number; readonly step?: number };

/** A run as the dashboard shows it. Times are ISO 8601, durations in seconds. */
export interface RunView {
  readonly id: string;
  readonly experiment: string;
  /** The experiment's file, relative to the workspace where it lies in one. */
  readonly file: string;
  readonly status: RunStatus;
  /** Why it failed or stopped. */
  readonly message: string | null;
  /** Where it computes, for people; null until that is known. */
  readonly device: string | null;
  /** Better devices and why they are not used. */
  readonly rejected: readonly { readonly kind: string; readonly reason: string }[];
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  /** What the hyperparameters are limited to. */
  readonly ranges: Readonly<Record<string, Range>>;
  readonly started: string | null;
  readonly ended: string | null;
  readonly progress: {
    readonly epoch: number;
    readonly epochs: number;
    readonly step: number;
    readonly steps: number | null;
    readonly samplesPerSecond: number | null;
    readonly secondsLeft: number | null;
  } | null;
  /** Whether this window can pause and stop the run: another one's, or a terminal's, it cannot. */
  readonly canStop: boolean;
  /** Whether the run has ended before its time and has a checkpoint to go on from. */
  readonly canResume: boolean;
  /** Whether the experiment can be trained again: it exists and the workspace is trusted. */
  readonly canTrain: boolean;
}

/** The numbers recorded at one step. */
export interface MetricPoint {
  readonly step: number;
  readonly epoch: number;
  /** Seconds since training started. */
  readonly time: number;
  readonly split: Split;
  readonly values: Readonly<Record<string, number>>;
}

/** A run in the table of all runs. */
export interface RunSummary extends Pick<RunView, "id" | "status" | "hyperparameters" | "progress" | "started"> {
  /** What the user called it, else its experiment's name. */
  readonly name: string;
  readonly created: string;
  /** The best value of each metric. */
  readonly best: Readonly<Record<string, number>>;
  readonly note: string;
  readonly canDelete: boolean;
}

/** What charts have on their x axis: `time` is of training, from its start; `clock` is of the day, without pauses. */
export const xAxes = ["step", "epoch", "time", "clock"] as const;
export type XAxis = (typeof xAxes)[number];

export const exportFormats = ["csv", "json", "png", "tensorboard"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A text, or the address of a picture, that the model was shown by after an epoch. */
export interface SampleView {
  readonly epoch: number;
  readonly name: string;
  readonly kind: "text" | "picture";
  readonly content: string;
}

/** How the values of a parameter, or of its gradient, were distributed after an epoch: counts from `min` to `max`. */
export interface HistogramView {
  readonly epoch: number;
  readonly name: string;
  readonly of: "weights" | "gradients";
  readonly min: number;
  readonly max: number;
  readonly counts: readonly number[];
}

/** What the extension tells the dashboard. */
export type DashboardState =
  | { readonly type: "run"; readonly run: RunView }
  /** All runs of the workspace, newest first. */
  | { readonly type: "runs"; readonly runs: readonly RunSummary[] }
  /** Points of a run to add; with `restart`, they take the place of those known before. */
  | {
      readonly type: "points";
      readonly run: string;
      readonly restart: boolean;
      readonly points: readonly MetricPoint[];
    }
  /** What the model showed after an epoch, all that there is. */
  | { readonly type: "samples"; readonly samples: readonly SampleView[] }
  /** Histograms of the run to add; with `restart`, they take the place of those known before. */
  | { readonly type: "histograms"; readonly restart: boolean; readonly histograms: readonly HistogramView[] }
  /** The run's folder cannot be read (any more). */
  | { readonly type: "gone"; readonly message: string };

/** What the dashboard asks of the extension. `ready` comes first and each time the page is loaded anew. */
export type DashboardRequest =
  | { readonly type: (typeof plainRequests)[number] }
  /** A new run of the same experiment, with some hyperparameters replaced. */
  | { readonly type: "trainAgain"; readonly overrides: Readonly<Record<string, HyperparameterValue>> }
  /** The other runs whose points are wanted too. */
  | { readonly type: "compare"; readonly runs: readonly string[] }
  | { readonly type: (typeof runRequests)[number]; readonly run: string }
  /** Writes the points of the runs that are drawn to a file. */
  | { readonly type: "export"; readonly format: Exclude<ExportFormat, "png"> }
  | { readonly type: "exportImages"; readonly images: readonly ChartImage[] };

/** A chart as a PNG, in a data URL. */
export interface ChartImage {
  readonly metric: string;
  readonly data: string;
}

const runRequests = ["open", "rename", "note", "delete"] as const;

const plainRequests = [
  "ready",
  "stop",
  "pause",
  "step",
  "continue",
  "resume",
  "check",
  "chooseDevice",
  "openFile",
  "openLog",
  "revealFolder",
] as const;

/** What the dashboard keeps across reloads of the page; the run itself comes from its folder. */
export interface DashboardSettings {
  readonly runId: string;
  readonly runFolder: string;
  /** 0 (as measured) to below 1. */
  readonly smoothing: number;
  readonly logarithmic: boolean;
  readonly axis: XAxis;
  /** The other runs that are drawn beside it, by id. */
  readonly compared: readonly string[];
}

const statuses: readonly unknown[] = ["queued", "running", "paused", "done", "failed", "stopped"] satisfies RunStatus[];

/** The request in a message from a webview; undefined where it is none. */
export function parseDashboardRequest(message: unknown): DashboardRequest | undefined {
  if (!isObject(message)) return undefined;
  const { type, overrides } = message;
  if (type === "trainAgain") return isHyperparameters(overrides) ? { type, overrides } : undefined;
  switch (type) {
    case "compare":
      return isStrings(message["runs"]) ? { type, runs: message["runs"] } : undefined;
    case "export": {
      const format = exportFormats.find((known) => known === message["format"]);
      return format === undefined || format === "png" ? undefined : { type, format };
    }
    case "exportImages": {
      const { images } = message;
      return Array.isArray(images) && images.every(isChartImage) ? { type, images } : undefined;
    }
  }
  const { run } = message;
  const ofRun = runRequests.find((known) => known === type);
  if (ofRun) return typeof run === "string" ? { type: ofRun, run } : undefined;
  const plain = plainRequests.find((known) => known === type);
  return plain && { type: plain };
}

/** The state in a message from the extension; undefined where it is none. */
export function parseDashboardState(message: unknown): DashboardState | undefined {
  if (!isObject(message)) return undefined;
  switch (message["type"]) {
    case "run":
      return isRunView(message["run"]) ? { type: "run", run: message["run"] } : undefined;
    case "runs": {
      const { runs } = message;
      return Array.isArray(runs) && runs.every(isRunSummary) ? { type: "runs", runs } : undefined;
    }
    case "points": {
      const { run, restart, points } = message;
      if (typeof run !== "string" || typeof restart !== "boolean" || !Array.isArray(points)) return undefined;
      return { type: "points", run, restart, points: points.filter(isMetricPoint) };
    }
    case "samples": {
      const { samples } = message;
      return Array.isArray(samples) && samples.every(isSampleView) ? { type: "samples", samples } : undefined;
    }
    case "histograms": {
      const { restart, histograms } = message;
      if (typeof restart !== "boolean" || !Array.isArray(histograms)) return undefined;
      return { type: "histograms", restart, histograms: histograms.filter(isHistogramView) };
    }
    case "gone":
      return typeof message["message"] === "string" ? { type: "gone", message: message["message"] } : undefined;
    default:
      return undefined;
  }
}

/** The settings in what a webview kept; undefined where it does not say which run it showed. */
export function parseDashboardSettings(state: unknown): DashboardSettings | undefined {
  if (!isObject(state)) return undefined;
  const { runId, runFolder, smoothing, logarithmic, axis, compared } = state;
  if (typeof runId !== "string" || typeof runFolder !== "string") return undefined;
  return {
    runId,
    runFolder,
    smoothing: isNumber(smoothing) && smoothing >= 0 && smoothing < 1 ? smoothing : 0,
    logarithmic: logarithmic === true,
    axis: xAxes.find((known) => known === axis) ?? "step",
    compared: isStrings(compared) ? compared : [],
  };
}

function isRunView(value: unknown): value is RunView {
  if (!isObject(value)) return false;
  const { id, experiment, file, status, message, device, rejected, hyperparameters, started, ended } = value;
  return (
    [id, experiment, file].every((item) => typeof item === "string") &&
    [message, device, started, ended].every((item) => item === null || typeof item === "string") &&
    statuses.includes(status) &&
    Array.isArray(rejected) &&
    rejected.every(
      (item) => isObject(item) && typeof item["kind"] === "string" && typeof item["reason"] === "string",
    ) &&
    isHyperparameters(hyperparameters) &&
    isObject(value["ranges"]) &&
    Object.values(value["ranges"]).every(isRange) &&
    (value["progress"] === null || isProgress(value["progress"])) &&
    typeof value["canStop"] === "boolean" &&
    typeof value["canResume"] === "boolean" &&
    typeof value["canTrain"] === "boolean"
  );
}

function isRunSummary(value: unknown): value is RunSummary {
  if (!isObject(value)) return false;
  const { id, name, created, note, started, status, hyperparameters, best, progress, canDelete } = value;
  return (
    [id, name, created, note].every((item) => typeof item === "string") &&
    (started === null || typeof started === "string") &&
    statuses.includes(status) &&
    isHyperparameters(hyperparameters) &&
    isObject(best) &&
    Object.values(best).every(isNumber) &&
    (progress === null || isProgress(progress)) &&
    typeof canDelete === "boolean"
  );
}

function isSampleView(value: unknown): value is SampleView {
  if (!isObject(value)) return false;
  const { epoch, name, kind, content } = value;
  return (
    isNumber(epoch) &&
    typeof name === "string" &&
    (kind === "text" || kind === "picture") &&
    typeof content === "string"
  );
}

function isHistogramView(value: unknown): value is HistogramView {
  if (!isObject(value)) return false;
  const { epoch, name, of, min, max, counts } = value;
  return (
    [epoch, min, max].every(isNumber) &&
    typeof name === "string" &&
    (of === "weights" || of === "gradients") &&
    Array.isArray(counts) &&
    counts.every(isNumber)
  );
}

function isChartImage(value: unknown): value is ChartImage {
  if (!isObject(value)) return false;
  const { metric, data } = value;
  return (
    typeof metric === "string" && typeof data === "string" && /^data:image\/png;base64,[A-Za-z0-9+/]+=*$/.test(data)
  );
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isHyperparameters(value: unknown): value is Record<string, HyperparameterValue> {
  return isObject(value) && Object.values(value).every(isHyperparameterValue);
}

function isHyperparameterValue(value: unknown): value is HyperparameterValue {
  return isNumber(value) || typeof value === "string" || typeof value === "boolean";
}

function isRange(value: unknown): value is Range {
  if (!isObject(value)) return false;
  const { choices, min, max, step } = value;
  if (choices !== undefined) return Array.isArray(choices) && choices.every(isHyperparameterValue);
  return [min, max, step].every((item) => item === undefined || isNumber(item));
}

function isProgress(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { epoch, epochs, step, steps, samplesPerSecond, secondsLeft } = value;
  return (
    [epoch, epochs, step].every(isNumber) &&
    [steps, samplesPerSecond, secondsLeft].every((item) => item === null || isNumber(item))
  );
}

function isMetricPoint(value: unknown): value is MetricPoint {
  if (!isObject(value)) return false;
  const { step, epoch, time, split, values } = value;
  return (
    [step, epoch, time].every(isNumber) &&
    (split === "train" || split === "validation") &&
    isObject(values) &&
    Object.values(values).every(isNumber)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
