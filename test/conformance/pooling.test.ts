import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe } from "vitest";
import type { Random } from "./random";
import { differentiates, openBackends, spread } from "./trial";
import type { Trial } from "./trial";

beforeAll(openBackends);

type Pool = (
  x: tf.Tensor4D,
  size: [number, number],
  strides: [number, number],
  pad: "same" | "valid" | number,
) => tf.Tensor;

function pool2d(random: Random, pool: Pool, shift: number): Trial {
  const filter = random.shape(2, 1, 3) as [number, number];
  const strides = random.shape(2, 1, 3) as [number, number];
  const pad =
    Math.min(...filter) > 1 ? random.pick(["same", "valid", 1] as const) : random.pick(["same", "valid"] as const);
  const x = spread(random, [2, ...random.shape(2, 4, 7), random.integer(1, 3)]);
  return {
    inputs: [{ ...x, values: x.values.map((value) => value + shift) }],
    run: (images) => pool(images as tf.Tensor4D, filter, strides, pad),
    detail: { filter, strides, pad },
  };
}

const maxPool: Pool = (x, size, strides, pad) => tf.maxPool(x, size, strides, pad, pad === 1 ? "floor" : undefined);
const avgPool: Pool = (x, size, strides, pad) => tf.avgPool(x, size, strides, pad, pad === 1 ? "floor" : undefined);

describe("maxPool", () => {
  differentiates("values of both signs", (random) => pool2d(random, maxPool, 0));
  differentiates("negative values alone", (random) => pool2d(random, maxPool, -100));
});

describe("avgPool", () => {
  differentiates("values of both signs", (random) => pool2d(random, avgPool, 0));
});

describe("maxPool3d", () => {
  const pool3d = (random: Random, shift: number): Trial => {
    const filter = random.shape(3, 1, 3) as [number, number, number];
    const strides = random.shape(3, 1, 2) as [number, number, number];
    const pad = random.pick(["same", "valid"] as const);
    const x = spread(random, [2, ...random.shape(3, 3, 5), 2]);
    return {
      inputs: [{ ...x, values: x.values.map((value) => value + shift) }],
      run: (volumes) => tf.maxPool3d(volumes as tf.Tensor5D, filter, strides, pad),
      detail: { filter, strides, pad },
    };
  };
  differentiates("values of both signs", (random) => pool3d(random, 0), ["wasm"]);
  differentiates("negative values alone", (random) => pool3d(random, -100), ["wasm"]);
});
