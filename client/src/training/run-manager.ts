import { EventEmitter } from "node:events";
import type { RunRequest } from "./active-run";
import { ActiveRun } from "./active-run";
import type { RunRecord } from "./run-files";

interface RunManagerEvents {
  /** A run was added, has progressed or has ended. */
  change: [ActiveRun, RunRecord];
}

/** Trains one experiment at a time: two would take each other's processor. The others wait their turn. */
export class RunManager extends EventEmitter<RunManagerEvents> {
  readonly #runs: ActiveRun[] = [];

  /** The runs that are training or waiting, in their order. */
  get active(): readonly ActiveRun[] {
    return this.#runs;
  }

  find(id: string): ActiveRun | undefined {
    return this.#runs.find((run) => run.id === id);
  }

  /** @throws StorageError where the run folder cannot be made. */
  train(request: RunRequest): ActiveRun {
    const run = new ActiveRun(request);
    this.#runs.push(run);
    run.on("change", (record) => this.emit("change", run, record));
    void run.finished.then(() => this.#remove(run));
    this.emit("change", run, run.record);
    this.#startNext();
    return run;
  }

  /** Ends every run; resolves when all processes are gone or have said their last word. */
  async stopAll(): Promise<void> {
    const runs = [...this.#runs].reverse();
    // The waiting ones first, so that none of them starts when the one before it ends.
    for (const run of runs) run.stop();
    await Promise.all(runs.map((run) => run.finished));
  }

  #remove(run: ActiveRun): void {
    this.#runs.splice(this.#runs.indexOf(run), 1);
    this.emit("change", run, run.record);
    this.#startNext();
  }

  #startNext(): void {
    this.#runs[0]?.start();
  }
}
