import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { EventEmitter } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { DeviceRequest } from "../runtime/backends/device";
import type { HyperparameterValue } from "../runtime/hyperparameters";
import type { Position } from "../runtime/runner/checkpoint";
import type { Command, FailureKind, Report } from "../runtime/runner/protocol";
import { updateBest } from "./best-values";
import { MetricsTail } from "./metrics-tail";
import type { Annotation, RunRecord } from "./run-files";
import { createRunFolder, runPaths, writeRunRecord } from "./run-files";
import type { StoredRun } from "./run-store";
import { runnerProcess } from "./runner-process";
import { StorageError } from "./storage-error";

export interface RunRequest {
  /** The file whose default export is the experiment, absolute. */
  readonly file: string;
  /** What to call the run until the file has been loaded. */
  readonly name: string;
  readonly overrides: Readonly<Record<string, HyperparameterValue>>;
  /** What a plain script finds behind its name in `process.argv`. */
  readonly scriptArguments?: readonly string[];
  readonly device: DeviceRequest;
  /** The folder that gets a folder of this run. */
  readonly runsFolder: string;
  /** A run that has ended and is to go on from its checkpoint, in its own folder. */
  readonly resume?: StoredRun;
  /** The bundled entry of the training process. */
  readonly runner: string;
  /** Where packages lie that bring devices to every workspace. */
  readonly packagesFolder?: string;
  /** The working directory of the user's code. */
  readonly workingDirectory: string;
}

interface ActiveRunEvents {
  /** The record is another one now. */
  change: [RunRecord];
  /** An epoch has ended. */
  epoch: [Extract<Report, { type: "progress" }>];
}

/** How long the process may take to end after it was asked to. */
const stopPatience = 10_000;
/** `run.json` is written at most this often while nothing but the progress changes. */
const saveInterval = 1000;

/**
 * A run from its folder to its end: starts the training process, keeps `run.json` true, and decides what became of
 * it, also when the process says nothing.
 */
export class ActiveRun extends EventEmitter<ActiveRunEvents> {
  readonly id: string;
  readonly folder: string;
  /** Resolves with the last record. Never rejects. */
  readonly finished: Promise<RunRecord>;
  #record: RunRecord;
  /** The record of a run that is to go on, until it does: a failure before that leaves the run as it was. */
  #interrupted: RunRecord | undefined;
  #process: ChildProcess | undefined;
  #stopping = false;
  #failure: FailureKind | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #saved = 0;
  #finish!: (record: RunRecord) => void;

  /** @throws StorageError where the run folder cannot be made. */
  constructor(private readonly request: RunRequest) {
    super();
    this.finished = new Promise((resolve) => (this.#finish = resolve));
    const { resume } = request;
    const host = { pid: process.pid, host: os.hostname() };
    if (resume) {
      ({ id: this.id } = resume.record);
      this.folder = resume.folder;
      this.#interrupted = resume.record;
      const queued = {
        status: "queued",
        message: null,
        started: null,
        ended: null,
        device: null,
        rejected: [],
      } as const;
      this.#record = { ...resume.record, ...queued, file: request.file, process: host };
    } else {
      ({ id: this.id, folder: this.folder } = newFolder(request));
      this.#record = newRecord(this.id, request, host);
    }
    this.#save();
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** What kind of failure ended the run, where one did. */
  get failure(): FailureKind | undefined {
    return this.#failure;
  }

  /** Starts the training process of a run that is queued. */
  start(): void {
    if (this.#record.status !== "queued") return;
    let log: number;
    try {
      log = fs.openSync(runPaths(this.folder).log, "a");
    } catch (error) {
      return this.#end("failed", new StorageError(this.folder, error).message, "storage");
    }
    const {
      file,
      overrides,
      device,
      runner,
      workingDirectory,
      resume,
      packagesFolder,
      scriptArguments = [],
    } = this.request;
    // The log is the process's own file, not a pipe through this one: it survives whatever happens here.
    const child = fork(runner, [], {
      ...runnerProcess(workingDirectory, packagesFolder),
      stdio: ["ignore", log, log, "ipc"],
    });
    fs.closeSync(log);
    this.#process = child;
    child.on("message", (report: Report) => this.#receive(report));
    child.on("error", (error) => this.#end("failed", `The training process did not start: ${error.message}`, "code"));
    child.on("exit", (code, signal) => this.#exited(code, signal));
    this.#update({
      status: "running",
      started: new Date().toISOString(),
      ...(child.pid === undefined ? {} : { process: { pid: child.pid, host: os.hostname() } }),
    });
    const from = resume ? "checkpoint" : "start";
    this.#send({ type: "train", file, overrides, scriptArguments, device, runFolder: this.folder, from });
  }

  /** Asks for the end of the run; one that does not follow in time, or a second request, kills the process. */
  stop(): void {
    if (this.#record.status === "queued") return this.#end("stopped", "It was taken from the queue.");
    if (this.#record.status !== "running" && this.#record.status !== "paused") return;
    if (this.#stopping) return void this.#process?.kill("SIGKILL");
    this.#stopping = true;
    this.#send({ type: "stop" });
    this.#killTimer = setTimeout(() => this.#process?.kill("SIGKILL"), stopPatience);
  }

  /** Names the run, or adds a note to it. */
  annotate(annotation: Partial<Annotation>): void {
    this.#update(annotation);
  }

  /** Asks the run to wait after the step at work, keeping its process. */
  pause(): void {
    this.#send({ type: "pause" });
  }

  /** Lets a run that waits take one step. */
  stepOnce(): void {
    this.#send({ type: "step" });
  }

  /** Lets a run that waits go on. */
  continue(): void {
    this.#send({ type: "continue" });
  }

  #send(command: Command): void {
    // A process that has died in the meantime is noticed by its exit.
    if (this.#process?.connected) this.#process.send(command, () => undefined);
  }

  #receive(report: Report): void {
    switch (report.type) {
      case "prepared":
        return this.#update({
          experiment: report.experiment,
          hyperparameters: report.hyperparameters,
          ranges: report.ranges,
          versions: report.versions,
        });
      case "started":
        return this.#update({ device: report.device, rejected: report.rejected });
      case "resumed":
        return this.#resumed(report.position);
      case "paused":
        return this.#paused(report);
      case "progress":
        return this.#progress(report);
      case "finished":
        return this.#end(report.outcome, report.message);
      case "failed":
        return this.#end("failed", report.message, report.kind);
      case "observed":
      case "devices":
        // Nobody has asked a run for these.
        return;
    }
  }

  #resumed({ epochs, time }: Position): void {
    this.#interrupted = undefined;
    const kept = Object.entries(this.#record.best).filter(([, { epoch }]) => epoch <= epochs);
    const points = new MetricsTail(this.folder).read().filter(({ split }) => split === "validation");
    const best = points.reduce(
      (so, { split, epoch, values }) => updateBest(so, split, epoch, values),
      Object.fromEntries(kept),
    );
    // The end minus the start is the time trained, without that in which the run did not train.
    this.#update({ best, started: new Date(Date.now() - time * 1000).toISOString() });
  }

  #paused(report: Extract<Report, { type: "paused" }>): void {
    if (report.paused) return this.#update({ status: "paused" });
    // The end minus the start is the time trained.
    const started = new Date(Date.parse(this.#record.started ?? "") + report.waited * 1000).toISOString();
    this.#update({ status: "running", started });
  }

  #progress(report: Extract<Report, { type: "progress" }>): void {
    const { progress, last, epochEnd } = report;
    this.#record = { ...this.#record, progress, last: { ...this.#record.last, ...last } };
    if (epochEnd) {
      const split = epochEnd.validation ? "validation" : "train";
      const best = updateBest(this.#record.best, split, progress.epoch, epochEnd.validation ?? epochEnd.train);
      this.#record = { ...this.#record, best };
    }
    if (epochEnd || Date.now() - this.#saved >= saveInterval) this.#save();
    this.emit("change", this.#record);
    if (epochEnd) this.emit("epoch", report);
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    clearTimeout(this.#killTimer);
    if (this.#record.ended !== null) return;
    if (this.#stopping) {
      return this.#end("stopped", "It did not stop when asked, so its process was ended. The last checkpoint is kept.");
    }
    const how = signal ? `was ended by ${signal}` : `ended by itself with exit code ${code}`;
    const memory =
      signal === "SIGKILL" || signal === "SIGABRT" || code === 134 ? " It may have run out of memory." : "";
    const log = path.basename(runPaths(this.folder).log);
    this.#end("failed", `The training process ${how}.${memory} See ${log} in the run's folder.`, "code");
  }

  #end(status: "done" | "failed" | "stopped", message: string | null, failure?: FailureKind): void {
    if (this.#record.ended !== null) return;
    this.#failure = failure;
    this.#update({ status, message, ended: new Date().toISOString(), process: null });
    if (this.#interrupted) this.#write(this.#interrupted);
    this.#finish(this.#record);
  }

  #update(changes: Partial<RunRecord>): void {
    this.#record = { ...this.#record, ...changes };
    this.#save();
    this.emit("change", this.#record);
  }

  #save(): void {
    this.#saved = Date.now();
    this.#write(this.#record);
  }

  #write(record: RunRecord): void {
    try {
      writeRunRecord(this.folder, record);
    } catch (error) {
      // The run goes on in memory; whoever shows it must at least be able to say why the file is out of date.
      const { message } = new StorageError(this.folder, error);
      this.#record = { ...this.#record, message: this.#record.message ?? message };
    }
  }
}

function newFolder({ runsFolder, file }: RunRequest): { id: string; folder: string } {
  try {
    return createRunFolder(runsFolder, file, new Date());
  } catch (error) {
    throw new StorageError(runsFolder, error);
  }
}

function newRecord(id: string, { file, name }: RunRequest, host: RunRecord["process"]): RunRecord {
  return {
    version: 1,
    id,
    file,
    experiment: name,
    label: null,
    note: "",
    hyperparameters: {},
    device: null,
    ranges: {},
    rejected: [],
    versions: {},
    status: "queued",
    message: null,
    created: new Date().toISOString(),
    started: null,
    ended: null,
    progress: null,
    last: {},
    best: {},
    process: host,
  };
}
