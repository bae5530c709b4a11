import * as fs from "node:fs";
import * as path from "node:path";
import type { Histogram, MetricPoint } from "../../training/run-files";
import { parseHistogramLine, parseMetricLine, runPaths } from "../../training/run-files";
import { StorageError } from "../../training/storage-error";
import type { CheckpointFiles, Position } from "./checkpoint";
import { stateName } from "./checkpoint";
import type { SampleFile } from "./samples";

/**
 * Writes what the training process adds to a run folder: metric points and checkpoints.
 * `run.json` is not among them: its one writer is the host.
 */
export class RunWriter {
  readonly #folder: string;
  #metrics: number;

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

  /** Drops the points and histograms that were recorded after a checkpoint, and lines that are cut off. */
  dropMetricsAfter(position: Position): void {
    const { metrics, histograms } = runPaths(this.#folder);
    this.#attempt(() => {
      if (keepLines(metrics, (line) => isWithin(parseMetricLine(line), position))) {
        fs.closeSync(this.#metrics);
        this.#metrics = fs.openSync(metrics, "a");
      }
      if (!fs.existsSync(histograms)) return;
      keepLines(histograms, (line) => (parseHistogramLine(line)?.epoch ?? Infinity) <= position.epochs);
    });
  }

  /** Replaces the checkpoint: the state beside the weights first, since the weights name it; then those before go. */
  writeCheckpoint({ state, weights }: CheckpointFiles): void {
    const { checkpoints } = runPaths(this.#folder);
    this.#attempt(() => {
      for (const { name, content } of [state, weights]) replaceFile(path.join(checkpoints, name), content);
      for (const name of fs.readdirSync(checkpoints)) {
        if (stateName.test(name) && name !== state.name) fs.rmSync(path.join(checkpoints, name), { force: true });
      }
    });
  }

  /** Appends histograms in one write. */
  appendHistograms(histograms: readonly Histogram[]): void {
    const lines = histograms.map((histogram) => `${JSON.stringify(histogram)}\n`).join("");
    this.#attempt(() => fs.appendFileSync(runPaths(this.#folder).histograms, lines));
  }

  /** Writes the samples of an epoch, in the place of those that a run before an interruption may have left. */
  writeSamples(epoch: number, files: readonly SampleFile[]): void {
    if (files.length === 0) return;
    const folder = path.join(runPaths(this.#folder).samples, String(epoch).padStart(6, "0"));
    this.#attempt(() => {
      fs.mkdirSync(folder, { recursive: true });
      for (const { name, content } of files) fs.writeFileSync(path.join(folder, name), content);
    });
  }

  /** Replaces the weights of the best epoch. */
  writeBest(content: Uint8Array): void {
    this.#attempt(() => replaceFile(runPaths(this.#folder).best, content));
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

/** Whether a point was recorded before the position. The validation of an epoch that is not over comes after it. */
function isWithin(point: MetricPoint | undefined, { step, batches }: Position): boolean {
  if (!point || point.step > step) return false;
  return point.step < step || point.split === "train" || batches === 0;
}

/** Replaces a file by those of its lines that are kept; returns whether some were not. */
function keepLines(file: string, keep: (line: string) => boolean): boolean {
  const text = fs.readFileSync(file, "utf8");
  const kept = text.split("\n").filter(keep);
  const replacement = kept.map((line) => `${line}\n`).join("");
  if (replacement === text) return false;
  replaceFile(file, replacement);
  return true;
}

/**
 * Replaces a file: written aside, flushed to the disk, then renamed, so that the name always leads to a complete one.
 */
function replaceFile(target: string, content: string | Uint8Array): void {
  const descriptor = fs.openSync(`${target}.tmp`, "w");
  try {
    fs.writeFileSync(descriptor, content);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(`${target}.tmp`, target);
}
