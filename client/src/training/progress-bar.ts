import type { MetricValues, RunProgress } from "./run-files";
import { formatDuration, formatValues, fractionDone } from "./progress-text";

/** Where progress is shown: standard error, or a test's stand-in. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const barWidth = 24;
const clearLine = "\r\u001b[2K";

/**
 * One line that is drawn over and over, with other output above it. Where the output is no terminal (a log of a
 * build), nothing is redrawn: only the lines that stay are written.
 */
export class ProgressBar {
  #shown = "";

  constructor(private readonly terminal: Terminal) {}

  update(progress: RunProgress, last: MetricValues): void {
    if (!this.terminal.isTTY) return;
    const filled = Math.round(fractionDone(progress) * barWidth);
    const bar = "━".repeat(filled) + "─".repeat(barWidth - filled);
    const speed = progress.samplesPerSecond === null ? "" : `  ${Math.round(progress.samplesPerSecond)} samples/s`;
    const left = progress.secondsLeft === null ? "" : `  ${formatDuration(progress.secondsLeft)} left`;
    const text = `epoch ${progress.epoch}/${progress.epochs} ${bar}  ${formatValues(last)}${speed}${left}`;
    // A line that wraps could not be redrawn.
    this.#draw(text.slice(0, Math.max(20, (this.terminal.columns ?? 80) - 1)));
  }

  /** Writes a line that stays, above the bar. */
  print(line: string): void {
    const shown = this.#shown;
    this.clear();
    this.terminal.write(`${line}\n`);
    if (shown !== "") this.#draw(shown);
  }

  clear(): void {
    if (this.#shown !== "") this.terminal.write(clearLine);
    this.#shown = "";
  }

  #draw(text: string): void {
    this.terminal.write(`${this.#shown === "" ? "" : clearLine}${text}`);
    this.#shown = text;
  }
}
