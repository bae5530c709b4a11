import uPlot from "uplot";
import type { XAxis } from "../contract";
import type { Curve, XRange } from "./decimation";
import { decimate } from "./decimation";
import type { MetricHistory, MetricSeries } from "./metric-history";

/** A run as far as its curves are concerned. */
export interface ChartRun {
  readonly id: string;
  /** What its curves are called; undefined where the page shows no other run. */
  readonly name: string | undefined;
  /** Which of the theme's colours it has. */
  readonly color: number;
  readonly history: MetricHistory;
  /** Milliseconds since 1970 at which training began; for the axis of clock times. */
  readonly started: number;
  /** The step at which it failed; undefined of any other run. */
  readonly failedAt: number | undefined;
  /** Steps in an epoch, to tell where within an epoch a step is; undefined where the data did not say. */
  readonly stepsPerEpoch: number | undefined;
}

/** How all charts are drawn. */
export interface ChartView {
  readonly axis: XAxis;
  readonly smoothing: number;
  /** What was zoomed into; undefined for everything. */
  readonly range: XRange | undefined;
}

export type CurveKind = "measured" | "smoothed" | "validation";

/** One curve of a chart, with what is drawn of it. */
export interface ChartCurve {
  readonly kind: CurveKind;
  readonly run: Pick<ChartRun, "id" | "name" | "color">;
  readonly points: Curve;
}

/** Buckets of a curve: more than a wide chart has pixels. */
const buckets = 1000;

/**
 * The curves of a metric's chart. Only the training curve is smoothed: it has a point for each step, validation one for
 * each epoch.
 */
export function chartCurves(runs: readonly ChartRun[], metric: string, view: ChartView): ChartCurve[] {
  return runs.flatMap((run): ChartCurve[] => {
    const train = run.history.series(metric, "train");
    const validation = run.history.series(metric, "validation");
    const curve = (kind: CurveKind, series: MetricSeries, y: Float64Array): ChartCurve => {
      const { id, name, color } = run;
      return {
        kind,
        run: { id, name, color },
        points: decimate({ x: positions(series, run, view.axis), y }, buckets, view.range),
      };
    };
    return [
      // Behind a smoothed curve the measured one is drawn for a run alone; of several they would cover each other.
      ...(train && (view.smoothing === 0 || runs.length === 1) ? [curve("measured", train, train.values.values)] : []),
      ...(train && view.smoothing > 0 ? [curve("smoothed", train, train.smoothed(view.smoothing))] : []),
      ...(validation ? [curve("validation", validation, validation.values.values)] : []),
    ];
  });
}

/** Where a run failed, on the axis of its charts; undefined of any other run. */
export function failurePosition(run: ChartRun, metric: string, { axis }: ChartView): number | undefined {
  const { failedAt, history, stepsPerEpoch } = run;
  if (failedAt === undefined) return undefined;
  if (axis === "step") return failedAt;
  if (axis === "epoch" && stepsPerEpoch) return failedAt / stepsPerEpoch;
  const series = history.series(metric, "train");
  return series && positions(series, run, axis).at(-1);
}

/** Columns that share their x, as uPlot draws them; null or undefined where a curve has no value at that x. */
export function alignedColumns(curves: readonly ChartCurve[]): uPlot.AlignedData {
  if (curves.length === 0) return [[]];
  return uPlot.join(curves.map(({ points }): uPlot.AlignedData => [points.x as number[], points.y as number[]]));
}

function positions(series: MetricSeries, { started, stepsPerEpoch }: ChartRun, axis: XAxis): Float64Array {
  switch (axis) {
    case "step":
      return series.steps.values;
    case "epoch":
      return stepsPerEpoch ? series.steps.values.map((step) => step / stepsPerEpoch) : series.epochs.values;
    case "time":
      return series.times.values;
    case "clock":
      return series.times.values.map((time) => started / 1000 + time);
  }
}
