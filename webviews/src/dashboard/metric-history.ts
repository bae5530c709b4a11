import type { MetricPoint, Split } from "../contract";
import { Column } from "./column";
import { Smoothing } from "./smoothing";

/** What one metric was at the steps it was recorded at. */
export class MetricSeries {
  readonly steps = new Column();
  readonly epochs = new Column();
  /** Seconds of training. */
  readonly times = new Column();
  readonly values = new Column();
  lowest = Infinity;
  highest = -Infinity;
  #smoothing = new Smoothing(0);

  add({ step, epoch, time }: MetricPoint, value: number): void {
    this.steps.push(step);
    this.epochs.push(epoch);
    this.times.push(time);
    this.values.push(value);
    this.lowest = Math.min(this.lowest, value);
    this.highest = Math.max(this.highest, value);
  }

  /** The values, smoothed as {@link Smoothing} says. */
  smoothed(weight: number): Float64Array {
    if (this.#smoothing.weight !== weight) this.#smoothing = new Smoothing(weight);
    return this.#smoothing.of(this.values.values);
  }
}

/** All points of a run, by metric and split, in the order they came. */
export class MetricHistory {
  readonly #series = new Map<string, Partial<Record<Split, MetricSeries>>>();

  add(points: readonly MetricPoint[]): void {
    for (const point of points) {
      for (const [name, value] of Object.entries(point.values)) this.#of(name, point.split).add(point, value);
    }
  }

  clear(): void {
    this.#series.clear();
  }

  get metrics(): string[] {
    return [...this.#series.keys()];
  }

  series(metric: string, split: Split): MetricSeries | undefined {
    return this.#series.get(metric)?.[split];
  }

  #of(metric: string, split: Split): MetricSeries {
    let splits = this.#series.get(metric);
    if (!splits) this.#series.set(metric, (splits = {}));
    return (splits[split] ??= new MetricSeries());
  }
}

/** What is measured of the process and not of the model. */
const systemMetrics = ["samples/s", "memory (MB)"];

/** The names of all metrics that some run has: the loss first, what is no matter of the model last. */
export function metricNames(histories: Iterable<MetricHistory>): string[] {
  const names = new Set<string>();
  for (const history of histories) for (const name of history.metrics) names.add(name);
  const place = (name: string) => (name === "loss" ? -1 : systemMetrics.indexOf(name) + 1);
  return [...names].sort((a, b) => place(a) - place(b));
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
  return metricNames([history]).flatMap((metric) =>
    splits.flatMap((split) => {
      const series = history.series(metric, split);
      if (!series) return [];
      const { lowest, highest } = series;
      const [latest, step] = [series.values.values.at(-1)!, series.steps.values.at(-1)!];
      return [{ metric, split, latest, lowest, highest, step }];
    }),
  );
}
