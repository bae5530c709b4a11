import type { MetricPoint, Split } from "../contract";

/** What one metric was at the steps it was recorded at. */
export interface MetricSeries {
  readonly steps: number[];
  readonly values: number[];
}

/** All points of a run, by metric and split, in the order they came. */
export class MetricHistory {
  readonly #series = new Map<string, Record<Split, MetricSeries>>();

  add(points: readonly MetricPoint[]): void {
    for (const { step, split, values } of points) {
      for (const [name, value] of Object.entries(values)) {
        const series = this.#of(name)[split];
        series.steps.push(step);
        series.values.push(value);
      }
    }
  }

  clear(): void {
    this.#series.clear();
  }

  /** The names of the metrics, the loss first. */
  get metrics(): string[] {
    const names = [...this.#series.keys()];
    return [...names.filter((name) => name === "loss"), ...names.filter((name) => name !== "loss")];
  }

  series(metric: string, split: Split): MetricSeries {
    return this.#series.get(metric)?.[split] ?? { steps: [], values: [] };
  }

  #of(metric: string): Record<Split, MetricSeries> {
    let series = this.#series.get(metric);
    if (!series) {
      series = { train: { steps: [], values: [] }, validation: { steps: [], values: [] } };
      this.#series.set(metric, series);
    }
    return series;
  }
}

export interface MetricSummary {
  readonly metric: string;
  readonly split: Split;
  readonly latest: number;
  readonly lowest: number;
  readonly highest: number;
  readonly step: number;
}

/** The latest value and the range of each metric and split that has any. */
export function summarize(history: MetricHistory): MetricSummary[] {
  const splits: readonly Split[] = ["train", "validation"];
  return history.metrics.flatMap((metric) =>
    splits.flatMap((split) => {
      const { steps, values } = history.series(metric, split);
      const [latest, step] = [values.at(-1), steps.at(-1)];
      if (latest === undefined || step === undefined) return [];
      // Spreading a long array into Math.min would overflow the stack.
      const lowest = values.reduce((a, b) => Math.min(a, b));
      const highest = values.reduce((a, b) => Math.max(a, b));
      return [{ metric, split, latest, lowest, highest, step }];
    }),
  );
}
