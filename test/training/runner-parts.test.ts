import { describe, expect, test } from "vitest";
import { encodeSafetensors } from "../../client/src/runtime/runner/safetensors";
import { WeightedMeans } from "../../client/src/runtime/runner/scalars";
import { Throughput } from "../../client/src/runtime/runner/throughput";
import { headlineMetric, updateBest } from "../../client/src/training/best-values";
import { formatDuration, formatMetric } from "../../client/src/training/progress-text";

describe("safetensors", () => {
  test("hold the header's length, the header, and the values one after the other", () => {
    const bytes = encodeSafetensors(
      [
        { name: "weight", shape: [2, 1], data: Float32Array.of(1.5, -2) },
        { name: "steps", shape: [], data: Int32Array.of(7) },
      ],
      { experiment: "Net" },
    );
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { experiment: "Net" },
      weight: { dtype: "F32", shape: [2, 1], data_offsets: [0, 8] },
      steps: { dtype: "I32", shape: [], data_offsets: [8, 12] },
    });
    const values = 8 + length;
    expect([view.getFloat32(values, true), view.getFloat32(values + 4, true)]).toEqual([1.5, -2]);
    expect(view.getInt32(values + 8, true)).toBe(7);
    expect(bytes.length).toBe(values + 12);
  });

  test("refuse a shape that does not fit the values", () => {
    const tensor = { name: "w", shape: [2, 2], data: new Float32Array(3) };
    expect(() => encodeSafetensors([tensor])).toThrow('"w" has 3 values; its shape [2, 2] holds 4.');
  });
});

describe("throughput", () => {
  test("is taken over the recent steps, and tells the time left with the validations to come", () => {
    const throughput = new Throughput();
    expect([throughput.samplesPerSecond(), throughput.secondsLeft(10, 1)]).toEqual([null, null]);
    // A slow start: compiling, warming up.
    throughput.step(4000, 64);
    for (let step = 0; step < 100; step++) throughput.step(100, 64);
    throughput.validation(3000);
    expect(throughput.samplesPerSecond()).toBeCloseTo(640);
    expect(throughput.secondsLeft(50, 2)).toBeCloseTo(5 + 6);
    expect(throughput.secondsLeft(null, 2)).toBeNull();
  });
});

test("means are weighted by the number of samples", () => {
  const means = new WeightedMeans();
  means.add({ loss: 1, accuracy: 0.5 }, 30);
  means.add({ loss: 2 }, 10);
  expect(means.get()).toEqual({ loss: 1.25, accuracy: 0.5 });
});

test("the best value is the lowest of a loss or an error and the highest of anything else", () => {
  const first = updateBest({}, "validation", 1, { loss: 2, accuracy: 0.5, meanError: 3 });
  const second = updateBest(first, "validation", 2, { loss: 3, accuracy: 0.6, meanError: 2, f1: Number.NaN });
  expect(second).toEqual({
    loss: { split: "validation", value: 2, epoch: 1 },
    accuracy: { split: "validation", value: 0.6, epoch: 2 },
    meanError: { split: "validation", value: 2, epoch: 2 },
  });
  expect(headlineMetric(second)?.[0]).toBe("accuracy");
});

test("durations read like a clock, metrics in four digits", () => {
  expect([5, 65.4, 3600 * 12 + 9].map(formatDuration)).toEqual(["0:05", "1:05", "12:00:09"]);
  expect([0, 0.123456, 12345.678, 1e-7, 2.5e9].map(formatMetric)).toEqual([
    "0",
    "0.1235",
    "12350",
    "1.000e-7",
    "2.500e+9",
  ]);
});
