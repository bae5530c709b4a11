// What the dashboard computes before it draws.
import { describe, expect, test } from "vitest";
import type { MetricPoint } from "../../webviews/src/contract";
import { parseDashboardRequest, parseDashboardSettings, parseDashboardState } from "../../webviews/src/contract";
import { chartColumns } from "../../webviews/src/dashboard/chart-data";
import { decimate, decimationLimit } from "../../webviews/src/dashboard/decimation";
import { MetricHistory, summarize } from "../../webviews/src/dashboard/metric-history";
import { smooth } from "../../webviews/src/dashboard/smoothing";

describe("smoothing", () => {
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
});

describe("a chart's columns", () => {
  test("share their steps, with gaps where a curve has no value", () => {
    const columns = chartColumns({ steps: [1, 2, 3], values: [3, 2, 1] }, { steps: [2], values: [5] }, 0);
    expect(columns).toEqual({ x: [1, 2, 3], measured: [3, 2, 1], smoothed: [3, 2, 1], validation: [null, 5, null] });
  });

  test("are thinned when there are more points than can be drawn", () => {
    const steps = Array.from({ length: decimationLimit + 1 }, (_, index) => index);
    const { x } = chartColumns({ steps, values: steps.map(Math.sin) }, { steps: [], values: [] }, 0.5);
    expect(x.length).toBeLessThan(decimationLimit / 4);
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
    expect(history.metrics).toEqual(["loss", "accuracy"]);
    expect(history.series("loss", "train")).toEqual({ steps: [1, 2], values: [3, 1] });
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
    expect(history.metrics).toEqual([]);
    expect(history.series("loss", "train")).toEqual({ steps: [], values: [] });
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
    const points = [{ step: 1, epoch: 1, time: 0, split: "train", values: { loss: 1 } }, { step: "2" }];
    expect(parseDashboardState({ type: "points", restart: true, points })).toEqual({
      type: "points",
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
    const objects = { type: "trainAgain", overrides: { epochs: {} } };
    for (const message of [null, 3, {}, { type: "delete" }, { type: ["stop"] }, { type: "trainAgain" }, objects]) {
      expect(parseDashboardRequest(message)).toBeUndefined();
    }
  });

  test("kept settings are used where they make sense", () => {
    const settings = { runId: "1", runFolder: "/runs/1", smoothing: 0.6, logarithmic: true };
    expect(parseDashboardSettings(settings)).toEqual(settings);
    expect(parseDashboardSettings({ ...settings, smoothing: 7, logarithmic: "yes" })).toEqual({
      ...settings,
      smoothing: 0,
      logarithmic: false,
    });
    expect(parseDashboardSettings({ smoothing: 0.5 })).toBeUndefined();
  });
});
