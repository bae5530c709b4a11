import { LineTail } from "./line-tail";
import type { MetricPoint } from "./run-files";
import { parseMetricLine, runPaths } from "./run-files";

/** Follows the metrics of a run. A line that is cut off is left for later; one that is no point is passed over. */
export class MetricsTail {
  readonly #lines: LineTail;

  constructor(runFolder: string) {
    this.#lines = new LineTail(runPaths(runFolder).metrics);
  }

  /** The points that were added since the last call. */
  read(): MetricPoint[] {
    return this.#lines.read().flatMap((line) => parseMetricLine(line) ?? []);
  }
}
