import { describe, expect, test } from "vitest";
import type { CheckpointInfo } from "../../client/src/runtime/runner/checkpoint";
import { decodeCheckpoint, encodeCheckpoint } from "../../client/src/runtime/runner/checkpoint";
import { decodeSafetensors, encodeSafetensors } from "../../client/src/runtime/runner/safetensors";
import { restoreState, saveState } from "../../client/src/runtime/runner/saved-state";
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

describe("safetensors that are read", () => {
  const bytes = encodeSafetensors([
    { name: "weight", shape: [2, 1], data: Float32Array.of(1.5, -2) },
    { name: "mask", shape: [3], data: Uint8Array.of(1, 0, 1) },
    { name: "steps", shape: [], data: Int32Array.of(7) },
  ]);

  test("are what was written, also out of the middle of a larger buffer", () => {
    const larger = Buffer.concat([Buffer.from("abc"), bytes]);
    expect(decodeSafetensors(larger.subarray(3)).tensors).toEqual([
      { name: "weight", shape: [2, 1], data: Float32Array.of(1.5, -2) },
      { name: "mask", shape: [3], data: Uint8Array.of(1, 0, 1) },
      { name: "steps", shape: [], data: Int32Array.of(7) },
    ]);
  });

  test("are refused wherever they are cut off", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length)), `${length} bytes`).toThrow(RangeError);
    }
  });

  test.each([
    ["text", new TextEncoder().encode("it was a dark and stormy night")],
    ["a header that is no object", header("3")],
    ["a tensor that is none", header('{"w":null}')],
    ["a shape that does not fit", header('{"w":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}')],
    ["a dtype of others", header('{"w":{"dtype":"F16","shape":[],"data_offsets":[0,2]}}')],
  ])("are refused when they are %s", (_, file) => {
    expect(() => decodeSafetensors(file)).toThrow(RangeError);
  });

  function header(text: string): Uint8Array {
    const file = new Uint8Array(8 + text.length + 2);
    file[0] = text.length;
    file.set(new TextEncoder().encode(text), 8);
    return file;
  }
});

describe("a state", () => {
  const tensor = (...values: number[]) => ({ shape: [values.length], data: () => Float32Array.from(values) });

  test("is taken apart and put together again", async () => {
    const saved = await saveState(
      {
        state: new Map([[0, { step: 2, mean: tensor(1, 2) }]]),
        groups: [{ lr: Infinity, betas: [0.9, NaN] }],
        on: true,
      },
      "The state",
    );
    const stored = JSON.parse(JSON.stringify(saved.structure)) as unknown;
    expect(saved.tensors).toEqual([{ name: "state.0.mean", shape: [2], data: Float32Array.of(1, 2) }]);
    expect(restoreState({ structure: stored, tensors: saved.tensors }, ({ data }) => [...data])).toEqual({
      state: { 0: { step: 2, mean: [1, 2] } },
      groups: [{ lr: Infinity, betas: [0.9, NaN] }],
      on: true,
    });
  });

  test("of what cannot be saved is refused with its name", async () => {
    await expect(saveState({ groups: [{ schedule: () => 1 }] }, "The optimizer")).rejects.toThrow(
      'The optimizer: the entry "groups.0.schedule" is a function, which cannot be saved.',
    );
  });

  test("that lacks a tensor is not put together", () => {
    expect(() => restoreState({ structure: { $tensor: "w" }, tensors: [] }, () => 0)).toThrow('"w" is missing');
  });
});

describe("a checkpoint", () => {
  const info: CheckpointInfo = {
    experiment: "Net",
    hyperparameters: { epochs: 3 },
    progress: {
      epochs: 1,
      batches: 2,
      step: 7,
      time: 1.5,
      sums: {},
      random: { epochStart: [1], now: [2] },
      monitor: { best: 0.25, epoch: 1 },
      schedule: { lastEpoch: 1 },
    },
  };
  const model = {
    forward: () => 0,
    parameters: () => [],
    stateDict: () => ({ w: { shape: [1], data: () => Float32Array.of(3) } }),
  };
  const optimizer = { step: () => {}, zeroGrad: () => {} };

  async function files(): Promise<Map<string, Uint8Array>> {
    const { state, weights } = (await encodeCheckpoint(model, optimizer, info))!;
    return new Map([state, weights].map(({ name, content }) => [name, content]));
  }

  test("is read as it was written", async () => {
    const written = await files();
    expect([...written.keys()]).toEqual(["state-7.safetensors", "last.safetensors"]);
    expect(decodeCheckpoint((name) => written.get(name)!)).toEqual({
      ...info,
      weights: [{ name: "w", shape: [1], data: Float32Array.of(3) }],
      optimizer: undefined,
    });
  });

  test("reads no file outside of its folder", async () => {
    const written = await files();
    written.set("last.safetensors", encodeSafetensors([], { state: "../../state-7.safetensors" }));
    expect(() => decodeCheckpoint((name) => written.get(name)!)).toThrow("does not say where the optimizer's state is");
  });

  test("that does not say where training stood is refused", async () => {
    const written = await files();
    written.set("state-7.safetensors", encodeSafetensors([], { checkpoint: '{"experiment":"Net"}' }));
    expect(() => decodeCheckpoint((name) => written.get(name)!)).toThrow("does not say where training stood");
  });

  test("does not exist of a model without a state", async () => {
    const { forward, parameters } = model;
    expect(await encodeCheckpoint({ forward, parameters }, optimizer, info)).toBeUndefined();
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
