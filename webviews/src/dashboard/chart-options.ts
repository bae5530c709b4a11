import type uPlot from "uplot";
import type { XAxis } from "../contract";
import type { ChartCurve } from "./chart-data";
import type { ChartTheme } from "./chart-theme";
import { faint } from "./chart-theme";
import type { XRange } from "./decimation";
import { formatCount, formatDuration, formatMetric } from "./format";
import { axisText, texts } from "./strings";

export interface ChartLook {
  readonly width: number;
  readonly height: number;
  readonly logarithmic: boolean;
  readonly axis: XAxis;
  readonly range: XRange | undefined;
  /** What is drawn, in the order of the chart's columns. */
  readonly curves: readonly ChartCurve[];
  /** Where the run failed; undefined where it did not. */
  readonly failure: number | undefined;
  readonly theme: ChartTheme;
  /** Called with what the user has zoomed into. */
  readonly zoomed: (range: XRange) => void;
}

/** Charts with this key move their cursors together. */
const syncKey = "metrics";

/** The look of one metric's chart. */
export function chartOptions(look: ChartLook): uPlot.Options {
  const { theme, range } = look;
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
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      dataIdx: nearestValue,
      sync: { key: syncKey, scales: ["x", null] },
      // A double click shows everything again; the dashboard does that for all charts.
      bind: { dblclick: () => null },
    },
    scales: {
      x: { time: look.axis === "clock", ...(range ? { auto: false, min: range.from, max: range.to } : {}) },
      y: { distr: look.logarithmic ? 3 : 1 },
    },
    hooks: {
      setSelect: [(chart) => reportZoom(chart, look.zoomed)],
      draw: [(chart) => markFailure(chart, look)],
    },
    axes: [
      {
        ...axis,
        size: 30,
        space: 70,
        ...(look.axis === "clock" ? {} : { values: (_, splits) => splits.map((split) => formatX(split, look.axis)) }),
      },
      {
        ...axis,
        size: 62,
        // A logarithmic axis passes null for the splits that would be too close to be labelled.
        values: (_, splits: (number | null)[]) => splits.map((split) => (split === null ? "" : formatMetric(split))),
      },
    ],
    series: [
      { label: axisText(look.axis), value: (_, x: number | null) => (x === null ? "–" : legendX(x, look.axis)) },
      ...look.curves.map((curve) => seriesOf(curve, look)),
    ],
  };
}

/** A line where the run failed, at the edge where that is beyond the last value. */
function markFailure(chart: uPlot, { failure, theme }: ChartLook): void {
  const { min, max } = chart.scales["x"] ?? {};
  if (failure === undefined || typeof min !== "number" || typeof max !== "number" || failure < min) return;
  const { ctx, bbox } = chart;
  const x = Math.min(chart.valToPos(failure, "x", true), bbox.left + bbox.width);
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = theme.failure;
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.textAlign = "right";
  ctx.textBaseline = "top";
  ctx.font = theme.font.replace(/[\d.]+px/, (size) => `${Number.parseFloat(size) * ratio}px`);
  ctx.fillText(texts.failedHere, x - 6 * ratio, bbox.top + 2 * ratio);
  ctx.restore();
}

function reportZoom(chart: uPlot, zoomed: (range: XRange) => void): void {
  const { left, width } = chart.select;
  // Charts that follow another one's cursor get its selection too, and a click selects nothing.
  if (width < 4 || chart.cursor.event === undefined) return;
  zoomed({ from: chart.posToVal(left, "x"), to: chart.posToVal(left + width, "x") });
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

function formatX(x: number, axis: XAxis): string {
  if (axis === "time") return formatDuration(x);
  if (axis === "epoch") return String(Number(x.toFixed(2)));
  return Number.isInteger(x) ? formatCount(x) : "";
}

function legendX(x: number, axis: XAxis): string {
  if (axis === "clock") return new Date(x * 1000).toLocaleTimeString(document.documentElement.lang || undefined);
  return axis === "step" ? formatCount(x) : formatX(x, axis);
}

/** Where a curve has no value at the cursor, it takes the nearest one, to the left at a tie. */
function nearestValue(chart: uPlot, series: number, index: number): number {
  const values = chart.data[series];
  if (!values) return index;
  for (let distance = 0; distance < values.length; distance++) {
    if (typeof values[index - distance] === "number") return index - distance;
    if (typeof values[index + distance] === "number") return index + distance;
  }
  return index;
}

/** The curves of a run differ by width, dashes and points as well as by colour; those of other runs by colour. */
function seriesOf({ kind, run }: ChartCurve, { curves, theme }: ChartLook): uPlot.Series {
  const isAlone = curves.every((curve) => curve.run.id === run.id);
  const color = theme.curves[run.color % theme.curves.length]!;
  const named = (text: string) => (isAlone || run.name === undefined ? text : `${run.name} · ${text}`);
  const common = { spanGaps: true, value: (_: uPlot, value: number | null) => formatMetric(value) };
  switch (kind) {
    case "measured": {
      const isBehind = curves.some((curve) => curve.kind === "smoothed");
      const stroke = isBehind ? faint(color, 0.35) : color;
      return { ...common, label: named(texts.train), stroke, width: isBehind ? 1 : 1.5, points: { show: false } };
    }
    case "smoothed":
      return { ...common, label: named(texts.smoothed), stroke: color, width: 2, points: { show: false } };
    case "validation": {
      // Alone, a run has a second colour to spare.
      const stroke = isAlone ? theme.curves[(run.color + 1) % theme.curves.length]! : color;
      const points = { show: true, size: 7, fill: stroke };
      return { ...common, label: named(texts.validation), stroke, width: 2, dash: [6, 4], points };
    }
  }
}
