import type uPlot from "uplot";
import type { ChartTheme } from "./chart-theme";
import { formatCount, formatMetric } from "./format";
import { texts } from "./strings";

/** The curves of a chart, named as the columns they draw. */
export type CurveName = "measured" | "smoothed" | "validation";

export interface ChartLook {
  readonly width: number;
  readonly height: number;
  readonly logarithmic: boolean;
  /** What is drawn, in the order of the chart's columns. */
  readonly curves: readonly CurveName[];
  readonly theme: ChartTheme;
}

/** The look of one metric's chart. */
export function chartOptions(look: ChartLook): uPlot.Options {
  const { theme } = look;
  const axis: uPlot.Axis = {
    stroke: theme.foreground,
    font: theme.font,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { stroke: theme.grid, width: 1, size: 4 },
  };
  return {
    width: look.width,
    height: look.height,
    // The legend is a table below the chart: the values under the cursor, and a switch for each curve.
    legend: { live: true },
    cursor: { drag: { x: true, y: false }, points: { size: 7 }, dataIdx: nearestValue },
    scales: { x: { time: false }, y: { distr: look.logarithmic ? 3 : 1 } },
    axes: [
      {
        ...axis,
        size: 30,
        space: 70,
        values: (_, splits) => splits.map((step) => (Number.isInteger(step) ? formatCount(step) : "")),
      },
      {
        ...axis,
        size: 62,
        // A logarithmic axis passes null for the splits that would be too close to be labelled.
        values: (_, splits: (number | null)[]) => splits.map((split) => (split === null ? "" : formatMetric(split))),
      },
    ],
    series: [
      { label: texts.stepAxis, value: (_, step: number | null) => (step === null ? "–" : formatCount(step)) },
      ...look.curves.map((curve) => seriesOf(curve, look)),
    ],
  };
}

/** Between two epochs there is no validation value: the cursor takes the nearest one, to the left at a tie. */
function nearestValue(chart: uPlot, series: number, index: number): number {
  const values = chart.data[series];
  if (!values) return index;
  for (let distance = 0; distance < values.length; distance++) {
    if (typeof values[index - distance] === "number") return index - distance;
    if (typeof values[index + distance] === "number") return index + distance;
  }
  return index;
}

/** The curves differ by width, dashes and points as well as by colour. */
function seriesOf(curve: CurveName, { curves, theme }: ChartLook): uPlot.Series {
  const common = { spanGaps: true, value: (_: uPlot, value: number | null) => formatMetric(value) };
  switch (curve) {
    case "measured": {
      const behind = curves.includes("smoothed");
      const stroke = behind ? theme.trainFaint : theme.train;
      return { ...common, label: texts.train, stroke, width: behind ? 1 : 1.5, points: { show: false } };
    }
    case "smoothed":
      return { ...common, label: texts.smoothed, stroke: theme.train, width: 2, points: { show: false } };
    case "validation": {
      const points = { show: true, size: 7, fill: theme.validation };
      return { ...common, label: texts.validation, stroke: theme.validation, width: 2, dash: [6, 4], points };
    }
  }
}
