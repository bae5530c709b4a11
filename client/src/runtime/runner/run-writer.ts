import * as fs from "node:fs";
import * as path from "node:path";
import type { MetricPoint } from "../../training/run-files";
import { runPaths } from "../../training/run-files";
import { StorageError } from "../../training/storage-error";

/**
 * Writes what the training process adds to a run folder: metric points and checkpoints.
 * `run.json` is not among them: its one writer is the host.
 */
export class RunWriter {
  readonly #folder: string;
  readonly #metrics: number;

  /** @throws StorageError where the folder cannot be written. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#metrics = this.#attempt(() => {
      fs.mkdirSync(runPaths(folder).checkpoints, { recursive: true });
      return fs.openSync(runPaths(folder).metrics, "a");
    });
  }

  /** Appends points in one write, so that a process that is killed leaves at most one line cut off. */
  appendMetrics(points: readonly MetricPoint[]): void {
    if (points.length === 0) return;
    const lines = points.map((point) => `${JSON.stringify(point)}\n`).join("");
    this.#attempt(() => fs.writeSync(this.#metrics, lines));
  }

  /**
   * Replaces a checkpoint: written aside, flushed to the disk, then renamed, so that the name always leads to a
   * complete file.
   */
  writeCheckpoint(name: string, content: Uint8Array): void {
    const { checkpoints } = runPaths(this.#folder);
    const target = path.join(checkpoints, name);
    this.#attempt(() => {
      const descriptor = fs.openSync(`${target}.tmp`, "w");
      try {
        fs.writeFileSync(descriptor, content);
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
      fs.renameSync(`${target}.tmp`, target);
    });
  }

  close(): void {
    this.#attempt(() => fs.closeSync(this.#metrics));
  }

  #attempt<T>(operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      throw new StorageError(this.#folder, error);
    }
  }
}
