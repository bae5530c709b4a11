// What the dashboard computes before it draws.
import { describe, expect, test } from "vitest";
import type { DashboardRequest, MetricPoint } from "../../webviews/src/contract";
import { parseDashboardRequest, parseDashboardSettings, parseDashboardState } from "../../webviews/src/contract";
import type { ChartRun } from "../../webviews/src/dashboard/chart-data";
import { alignedColumns, chartCurves } from "../../webviews/src/dashboard/chart-data";
import { decimate } from "../../webviews/src/dashboard/decimation";
import { MetricHistory, metricNames, summarize } from "../../webviews/src/dashboard/metric-history";
import { Smoothing } from "../../webviews/src/dashboard/smoothing";

describe("smoothing", () => {
  const smooth = (values: number[], weight: number) => [...new Smoothing(weight).of(Float64Array.from(values))];

  test("starts at the first value instead of being pulled towards zero", () => {
    expect(smooth([4, 4, 4], 0.9)).toEqual([4, 4, 4].map((value) => expect.closeTo(value)));
  });

  test("is the moving average over the weight gathered so far", () => {
    // 0.5·2 = 1 over 0.5; 0.5·1 + 0.5·4 = 2.5 over 0.75; 0.5·2.5 + 0.5·0 = 1.25 over 0.875.
    expect(smooth([2, 4, 0], 0.5)).toEqual([2, 2.5 / 0.75, 1.25 / 0.875].map((value) => expect.closeTo(value)));
  });

  test("leaves values as they are at weight 0, and passes over what is not finite", () => {
    expect(smooth([1, 5, 2], 0)).toEqual([1, 5, 2]);
    expect(smooth([1, Number.NaN, 1], 0.9)).toEqual([1, Number.NaN, expect.closeTo(1)]);
  });

  test("of a curve that has grown is that of the whole curve", () => {
    const smoothing = new Smoothing(0.7);
    smoothing.of(Float64Array.of(3, 1));
    expect([...smoothing.of(Float64Array.of(3, 1, 4, 1, 5))]).toEqual(smooth([3, 1, 4, 1, 5], 0.7));
  });
});

describe("decimation", () => {
  const count = 50_000;
  const x = Array.from({ length: count }, (_, index) => index);
  const y = x.map((index) => Math.sin(index / 500));

  test("keeps the ends, the order and every spike", () => {
    const spiked = y.with(12_345, 9).with(40_001, -9);
    const thin = decimate({ x, y: spiked }, 100);
    expect(thin.x.length).toBeLessThanOrEqual(2 * 100 + 2);
    expect([thin.x[0], thin.x.at(-1)]).toEqual([0, count - 1]);
    expect([...thin.x].sort((a, b) => a - b)).toEqual(thin.x);
    expect(thin.x).toContain(12_345);
    expect(thin.x).toContain(40_001);
    expect(thin.x.every((position, index) => thin.y[index] === spiked[position])).toBe(true);
  });

  test("leaves a short curve alone", () => {
    expect(decimate({ x: [1, 2, 3], y: [4, 5, 6] }, 1)).toEqual({ x: [1, 2, 3], y: [4, 5, 6] });
  });

  test("of a range keeps every point in it and those that lines lead to", () => {
    const thin = decimate({ x, y }, 100, { from: 100.5, to: 104 });
    expect(thin.x).toEqual([100, 101, 102, 103, 104]);
  });
});

describe("a chart", () => {
  const point = (step: number, split: "train" | "validation", values: Record<string, number>): MetricPoint => ({
    step,
    epoch: Math.ceil(step / 2),
    time: step / 10,
    split,
    values,
  });
  const run = (id: string, color: number, points: MetricPoint[]): ChartRun => {
    const history = new MetricHistory();
    history.add(points);
    return { id, name: `run ${id}`, color, history, started: 1000, failedAt: undefined, stepsPerEpoch: 2 };
  };
  const first = run("a", 0, [
    point(1, "train", { loss: 3 }),
    point(2, "train", { loss: 2 }),
    point(3, "train", { loss: 1 }),
    point(2, "validation", { loss: 5 }),
  ]);
  const view = { axis: "step", smoothing: 0, range: undefined } as const;

  test("has columns that share their steps, with gaps where a curve has no value", () => {
    const curves = chartCurves([first], "loss", view);
    expect(curves.map(({ kind }) => kind)).toEqual(["measured", "validation"]);
    const [steps, measured, validation] = alignedColumns(curves);
    expect([steps, measured]).toEqual([
      [1, 2, 3],
      [3, 2, 1],
    ]);
    expect(Array.from(validation!, (value) => value ?? null)).toEqual([null, 5, null]);
  });

  test.each([
    ["epoch", [0.5, 1, 1.5]],
    ["time", [0.1, 0.2, 0.3]],
    ["clock", [1.1, 1.2, 1.3]],
  ] as const)("has its x in %s", (axis, x) => {
    const [measured] = chartCurves([first], "loss", { ...view, axis });
    expect(Array.from(measured!.points.x)).toEqual(x.map((value) => expect.closeTo(value)));
  });

  test("draws several runs, each in its colour, smoothed where that is wanted", () => {
    const second = run("b", 1, [point(4, "train", { loss: 7 })]);
    const curves = chartCurves([first, second], "loss", { ...view, smoothing: 0.5 });
    expect(curves.map(({ kind, run: { id, color } }) => [id, color, kind])).toEqual([
      ["a", 0, "smoothed"],
      ["a", 0, "validation"],
      ["b", 1, "smoothed"],
    ]);
    const alone = chartCurves([second], "loss", { ...view, smoothing: 0.5 });
    expect(alone.map(({ kind }) => kind)).toEqual(["measured", "smoothed"]);
    expect(chartCurves([second], "accuracy", view)).toEqual([]);
  });

  test("of a million points draws no more than fit on a screen", () => {
    const points = Array.from({ length: 1_000_000 }, (_, step) => point(step, "train", { loss: 1 / (step + 1) }));
    const [measured] = chartCurves([run("c", 0, points)], "loss", view);
    expect(measured!.points.x.length).toBeLessThan(2100);
  });
});

describe("the history", () => {
  const point = (step: number, split: "train" | "validation", values: Record<string, number>): MetricPoint => ({
    step,
    epoch: 1,
    time: step,
    split,
    values,
  });

  test("sorts points by metric and split, the loss first", () => {
    const history = new MetricHistory();
    history.add([point(1, "train", { accuracy: 0.1, loss: 3 }), point(2, "train", { loss: 1 })]);
    history.add([point(2, "validation", { loss: 2, accuracy: 0.5 })]);
    expect(metricNames([history])).toEqual(["loss", "accuracy"]);
    const series = history.series("loss", "train")!;
    expect([[...series.steps.values], [...series.values.values]]).toEqual([
      [1, 2],
      [3, 1],
    ]);
    expect(summarize(history)).toEqual([
      { metric: "loss", split: "train", latest: 1, lowest: 1, highest: 3, step: 2 },
      { metric: "loss", split: "validation", latest: 2, lowest: 2, highest: 2, step: 2 },
      { metric: "accuracy", split: "train", latest: 0.1, lowest: 0.1, highest: 0.1, step: 1 },
      { metric: "accuracy", split: "validation", latest: 0.5, lowest: 0.5, highest: 0.5, step: 2 },
    ]);
  });

  test("starts over when it is cleared", () => {
    const history = new MetricHistory();
    history.add([point(1, "train", { loss: 3 })]);
    history.clear();
    expect(metricNames([history])).toEqual([]);
    expect(history.series("loss", "train")).toBeUndefined();
  });
});

describe("messages", () => {
  const run = {
    id: "1",
    experiment: "Net",
    file: "net.ts",
    status: "running",
    message: null,
    device: "WebAssembly",
    rejected: [{ kind: "cuda", reason: "not installed" }],
    hyperparameters: { epochs: 1, optimizer: "sgd" },
    ranges: { epochs: { min: 1 }, optimizer: { choices: ["sgd", "adam"] } },
    started: "2026-01-01T00:00:00Z",
    ended: null,
    progress: { epoch: 1, epochs: 1, step: 1, steps: null, samplesPerSecond: 3, secondsLeft: null },
    canStop: true,
    canResume: false,
    canTrain: false,
  };

  test("from the extension are accepted as they are meant", () => {
    expect(parseDashboardState({ type: "run", run })).toEqual({ type: "run", run });
    expect(parseDashboardState({ type: "gone", message: "x" })).toEqual({ type: "gone", message: "x" });
    const { id, status, hyperparameters, started, progress } = run;
    const facts = { id, status, hyperparameters, started, progress };
    const summary = { ...facts, name: "wide", created: "2026-01-01", best: { loss: 1 }, note: "", canDelete: true };
    expect(parseDashboardState({ type: "runs", runs: [summary] })).toEqual({ type: "runs", runs: [summary] });
    expect(parseDashboardState({ type: "runs", runs: [{ ...summary, best: { loss: "1" } }] })).toBeUndefined();
    const points = [{ step: 1, epoch: 1, time: 0, split: "train", values: { loss: 1 } }, { step: "2" }];
    expect(parseDashboardState({ type: "points", run: "1", restart: true, points })).toEqual({
      type: "points",
      run: "1",
      restart: true,
      points: points.slice(0, 1),
    });
  });

  test.each([
    [undefined],
    ["ready"],
    [{ type: "run" }],
    [{ type: "run", run: { ...run, status: "odd" } }],
    [{ type: "run", run: { ...run, progress: { epoch: "1" } } }],
    [{ type: "run", run: { ...run, rejected: [{}] } }],
    [{ type: "points", points: [] }],
    [{ type: "gone" }],
    [{ type: "eval", code: "1" }],
  ])("from elsewhere are ignored: %j", (message) => {
    expect(parseDashboardState(message)).toBeUndefined();
  });

  test("to the extension are the requests there are, and nothing else is taken over", () => {
    expect(parseDashboardRequest({ type: "stop", file: "/etc/passwd" })).toEqual({ type: "stop" });
    const again = { type: "trainAgain", overrides: { epochs: 3, optimizer: "adam" } };
    expect(parseDashboardRequest(again)).toEqual(again);
    const others: DashboardRequest[] = [
      { type: "compare", runs: ["1", "2"] },
      { type: "rename", run: "1" },
      { type: "export", format: "csv" },
      { type: "exportImages", images: [{ metric: "loss", data: "data:image/png;base64,AAAA" }] },
    ];
    for (const message of others) expect(parseDashboardRequest({ ...message, more: 1 })).toEqual(message);
    expect(parseDashboardRequest({ type: "export", format: "exe" })).toBeUndefined();
    const script = { metric: "loss", data: "data:text/html;base64,AAAA" };
    expect(parseDashboardRequest({ type: "exportImages", images: [script] })).toBeUndefined();
    const objects = { type: "trainAgain", overrides: { epochs: {} } };
    for (const message of [null, 3, {}, { type: "delete" }, { type: ["stop"] }, { type: "trainAgain" }, objects]) {
      expect(parseDashboardRequest(message)).toBeUndefined();
    }
  });

  test("kept settings are used where they make sense", () => {
    const settings = {
      runId: "1",
      runFolder: "/runs/1",
      smoothing: 0.6,
      logarithmic: true,
      axis: "time",
      compared: ["2"],
    };
    expect(parseDashboardSettings(settings)).toEqual(settings);
    expect(parseDashboardSettings({ ...settings, smoothing: 7, logarithmic: "yes", axis: "w", compared: [3] })).toEqual(
      {
        ...settings,
        smoothing: 0,
        logarithmic: false,
        axis: "step",
        compared: [],
      },
    );
    expect(parseDashboardSettings({ smoothing: 0.5 })).toBeUndefined();
  });
});
