import { LineTail } from "./line-tail";
import type { MetricPoint } from "./run-files";
import { parseMetricLine, runPaths } from "./run-files";

/** Follows the metrics of a run. A line that is cut off is left for later; one that is no point is passed over. */
export class MetricsTail {
  readonly #lines: LineTail;

  constructor(runFolder: string) {
    this.#lines = new LineTail(runPaths(runFolder).metrics);
  }

  /** Whether the last call of `read` gave all points anew: a run that goes on has dropped some of those given before. */
  get restarted(): boolean {
    return this.#lines.restarted;
  }

  /** The points that were added since the last call. */
  read(): MetricPoint[] {
    return this.#lines.read().flatMap((line) => parseMetricLine(line) ?? []);
  }
}
