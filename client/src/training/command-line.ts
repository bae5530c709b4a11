import * as fs from "node:fs";
import * as path from "node:path";
import type { DeviceRequest } from "../runtime/backends/device";
import { deviceKinds } from "../runtime/backends/device";
import type { HyperparameterValue } from "../runtime/hyperparameters";
import type { Report } from "../runtime/runner/protocol";
import { ActiveRun } from "./active-run";
import { LineTail } from "./line-tail";
import type { Terminal } from "./progress-bar";
import { ProgressBar } from "./progress-bar";
import { formatDuration, formatValues } from "./progress-text";
import type { RunRecord } from "./run-files";
import { defaultRunsFolder, isActive, runPaths } from "./run-files";
import type { StoredRun } from "./run-store";
import { hasCheckpoint, listRuns, readRun } from "./run-store";
import { StorageError } from "./storage-error";

/** `shapewright train FILE` with its options as they were typed. */
export interface TrainCommandLine {
  readonly file: string;
  readonly epochs?: string;
  readonly batchSize?: string;
  /** `KEY=VALUE`, any number of times. */
  readonly set?: readonly string[];
  /** What a plain script finds behind its name in `process.argv`. */
  readonly scriptArguments?: readonly string[];
  readonly device?: string;
  /** The folder for runs; `.shapewright/runs` in the working directory where it is not given. */
  readonly runs?: string;
  /** The id or the folder of a run that was interrupted and is to go on. */
  readonly resume?: string;
  /** Runs one batch and compares the shapes that it has with those that are traced. */
  readonly check?: boolean;
}

/** What surrounds the command. */
export interface TrainEnvironment {
  /** The bundled entry of the training process. */
  readonly runner: string;
  readonly workingDirectory: string;
  /** Gets the run's folder, at the end. */
  readonly output: Terminal;
  /** Gets progress, the log of the user's code, and errors. */
  readonly progress: Terminal;
  /** Calls back when the user interrupts; returns a function that ends that. */
  onInterrupt(interrupted: () => void): () => void;
}

/** 0: trained to the end. 1: failed. 2: asked for something that makes no sense. 130: interrupted. */
export type TrainExitCode = 0 | 1 | 2 | 130;

/** The command makes no sense; the message says what to do. */
export class UsageError extends Error {}

/** Trains an experiment headless, with progress on standard error, writing the same run folder as the editor. */
export async function trainFromCommandLine(
  command: TrainCommandLine,
  environment: TrainEnvironment,
): Promise<TrainExitCode> {
  const bar = new ProgressBar(environment.progress);
  let run: ActiveRun;
  try {
    run = prepareRun(command, environment);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof StorageError)) throw error;
    bar.print(`shapewright train: ${error.message}`);
    return error instanceof UsageError ? 2 : 1;
  }
  const removeInterrupt = environment.onInterrupt(() => {
    if (run.record.status === "running") bar.print("Stopping after this step; interrupt again to end at once.");
    run.stop();
  });
  try {
    const record = await follow(run, bar);
    return conclude(run, record, bar, environment.output);
  } finally {
    removeInterrupt();
  }
}

/**
 * What a command asks of a training process, whatever it is to do.
 *
 * @throws UsageError where it makes no sense.
 */
export function readRequest(command: TrainCommandLine, workingDirectory: string) {
  const file = path.resolve(workingDirectory, command.file);
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`${command.file} is not a file.`);
  return {
    file,
    overrides: parseOverrides(command),
    ...(command.scriptArguments ? { scriptArguments: command.scriptArguments } : {}),
    device: parseDevice(command.device ?? "auto"),
    workingDirectory,
  };
}

function prepareRun(command: TrainCommandLine, environment: TrainEnvironment): ActiveRun {
  const { workingDirectory, runner } = environment;
  const request = readRequest(command, workingDirectory);
  const runsFolder = command.runs ? path.resolve(workingDirectory, command.runs) : defaultRunsFolder(workingDirectory);
  return new ActiveRun({
    ...request,
    name: path.basename(request.file),
    runsFolder,
    runner,
    ...(command.resume === undefined ? {} : { resume: findRun(command.resume, runsFolder, workingDirectory) }),
  });
}

/** A run that can go on, by its id among the runs or by its folder. */
function findRun(run: string, runsFolder: string, workingDirectory: string): StoredRun {
  const found = readRun(path.resolve(runsFolder, run)) ?? readRun(path.resolve(workingDirectory, run));
  if (!found) {
    const ids = listRuns(runsFolder).map(({ record }) => record.id);
    const known = ids.length === 0 ? "There are none yet." : `The newest ones: ${ids.slice(0, 5).join(", ")}.`;
    throw new UsageError(`there is no run "${run}" in ${runsFolder}. ${known}`);
  }
  const { status, id } = found.record;
  if (isActive(status)) throw new UsageError(`the run ${id} is still training.`);
  return found;
}

function parseDevice(device: string): DeviceRequest {
  const known = ["auto" as const, ...deviceKinds].find((request) => request === device);
  if (known) return known;
  throw new UsageError(`there is no device "${device}". Choose one of auto, ${deviceKinds.join(", ")}.`);
}

/** Values stay strings here: what they stand for is known to the experiment alone. */
function parseOverrides({ epochs, batchSize, set }: TrainCommandLine): Record<string, HyperparameterValue> {
  const overrides: Record<string, HyperparameterValue> = {};
  for (const assignment of set ?? []) {
    const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined || value === undefined) {
      throw new UsageError(`"--set ${assignment}" is not of the form KEY=VALUE.`);
    }
    overrides[name] = value;
  }
  if (epochs !== undefined) overrides["epochs"] = epochs;
  if (batchSize !== undefined) overrides["batchSize"] = batchSize;
  return overrides;
}

/** Shows the run while it goes on: what its code prints, a line for each epoch, the bar below. */
async function follow(run: ActiveRun, bar: ProgressBar): Promise<RunRecord> {
  const log = new LineTail(runPaths(run.folder).log);
  // What a run that goes on has printed before was read then.
  log.skip();
  const printLog = () => {
    for (const line of log.read()) bar.print(line);
  };
  const timer = setInterval(printLog, 200);
  let device: RunRecord["device"] = null;
  run.on("change", (record) => {
    if (record.device && !device) {
      device = record.device;
      printLog();
      for (const line of describeStart(record)) bar.print(line);
    }
    if (record.progress && record.status === "running") bar.update(record.progress, record.last.train ?? {});
  });
  run.on("epoch", (report) => {
    printLog();
    bar.print(describeEpoch(report));
  });
  run.start();
  const record = await run.finished;
  clearInterval(timer);
  bar.clear();
  printLog();
  if (log.rest() !== "") bar.print(log.rest());
  return record;
}

function describeStart({ experiment, device, rejected, hyperparameters }: RunRecord): string[] {
  const settings = Object.entries(hyperparameters).map(([name, value]) => `${name}=${value}`);
  return [
    `${experiment} on ${device?.name}  ${settings.join(" ")}`,
    ...rejected.map(({ kind, reason }) => `  not ${kind}: ${reason}`),
  ];
}

function describeEpoch({ progress, epochEnd }: Extract<Report, { type: "progress" }>): string {
  const validation = epochEnd?.validation ? `  |  validation ${formatValues(epochEnd.validation)}` : "";
  return `epoch ${progress.epoch}/${progress.epochs}  ${formatValues(epochEnd?.train ?? {})}${validation}`;
}

function conclude(run: ActiveRun, record: RunRecord, bar: ProgressBar, output: Terminal): TrainExitCode {
  if (record.status === "failed") {
    bar.print(`shapewright train: ${record.message}`);
    return run.failure === "usage" ? 2 : 1;
  }
  const seconds = (Date.parse(record.ended ?? "") - Date.parse(record.started ?? "")) / 1000;
  bar.print(`${record.status} after ${formatDuration(seconds)}${record.message ? `: ${record.message}` : ""}`);
  output.write(`${run.folder}\n`);
  if (record.status !== "stopped") return 0;
  if (hasCheckpoint(run.folder)) bar.print(`To go on, add --resume ${run.id} to the same command.`);
  return 130;
}
