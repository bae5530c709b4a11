import type { Curve } from "./decimation";
import { decimate, decimationLimit } from "./decimation";
import type { MetricSeries } from "./metric-history";
import { smooth } from "./smoothing";

/** Columns that share their x, as uPlot draws them; null where a column has no value at that x. */
export interface ChartColumns {
  readonly x: readonly number[];
  readonly measured: readonly (number | null)[];
  readonly smoothed: readonly (number | null)[];
  readonly validation: readonly (number | null)[];
}

/** Buckets of a decimated curve: more than a wide screen has pixels. */
const buckets = 4000;

/**
 * The columns of a metric's chart. Only the training curve is smoothed: it has a point for each step, validation one
 * for each epoch.
 */
export function chartColumns(train: MetricSeries, validation: MetricSeries, smoothing: number): ChartColumns {
  const measured = thin({ x: train.steps, y: train.values });
  const smoothed = thin({ x: train.steps, y: smooth(train.values, smoothing) });
  const checked = thin({ x: validation.steps, y: validation.values });
  const x = [...new Set([...measured.x, ...smoothed.x, ...checked.x])].sort((a, b) => a - b);
  return { x, measured: align(measured, x), smoothed: align(smoothed, x), validation: align(checked, x) };
}

function thin(curve: Curve): Curve {
  return curve.x.length > decimationLimit ? decimate(curve, buckets) : curve;
}

function align({ x, y }: Curve, onto: readonly number[]): (number | null)[] {
  const values = new Map(x.map((position, index) => [position, y[index]!]));
  return onto.map((position) => values.get(position) ?? null);
}
