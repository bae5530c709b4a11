import type { MetricPoint } from "./run-files";
import { runName } from "./run-files";
import type { StoredRun } from "./run-store";

/** A run with its points. */
export interface MeasuredRun extends StoredRun {
  readonly points: readonly MetricPoint[];
}

/**
 * Metrics as a table of comma-separated values (RFC 4180), one line for each value: what spreadsheets and data frames pivot
 * from. Times are in seconds of training.
 */
export function metricsAsCsv(runs: readonly MeasuredRun[]): string {
  const lines = runs.flatMap(({ record, points }) =>
    points.flatMap(({ step, epoch, time, split, values }) =>
      Object.entries(values).map(([metric, value]) => [
        record.id,
        runName(record),
        split,
        metric,
        step,
        epoch,
        time,
        value,
      ]),
    ),
  );
  const header = ["run", "name", "split", "metric", "step", "epoch", "time", "value"];
  return [header, ...lines].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Runs with what they were trained with, their best values and all points. */
export function metricsAsJson(runs: readonly MeasuredRun[]): string {
  const exported = runs.map(({ record, points }) => {
    const { id, experiment, note, hyperparameters, status, started, ended, best } = record;
    return { id, name: runName(record), experiment, note, hyperparameters, status, started, ended, best, points };
  });
  return `${JSON.stringify({ version: 1, runs: exported }, null, 1)}\n`;
}
