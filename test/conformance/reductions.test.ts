import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, test } from "vitest";
import type { Random } from "./random";
import {
  agrees,
  backends,
  differentiates,
  expectClose,
  gradients,
  integers,
  openBackends,
  spread,
  uniform,
} from "./trial";
import type { Input, Trial } from "./trial";

beforeAll(openBackends);

type Reduce = (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor;

/** A reduction over some axes, in any order, of a tensor of any rank. */
function reduction(random: Random, reduce: Reduce, fill: (random: Random, shape: number[]) => Input): Trial {
  const rank = random.integer(1, 5);
  const axes = random.shuffle(Array.from({ length: rank }, (_, axis) => axis)).slice(0, random.integer(1, rank));
  const keepDims = random.pick([false, true]);
  return {
    inputs: [fill(random, random.shape(rank, 1, 4))],
    run: (x) => reduce(x as tf.Tensor, axes, keepDims),
    detail: { axes, keepDims },
  };
}

const small = (random: Random, shape: number[]) => uniform(random, shape, 0.5, 1.5);
const truths = (random: Random, shape: number[]): Input => ({ ...integers(random, shape, 0, 1), dtype: "bool" });
const whole = (random: Random, shape: number[]) => integers(random, shape, -50, 50);

differentiates("sum", (random) => reduction(random, (x, axes, keep) => tf.sum(x, axes, keep), uniform));
agrees("sum of whole numbers", (random) => reduction(random, (x, axes, keep) => tf.sum(x, axes, keep), whole));
differentiates("mean", (random) => reduction(random, (x, axes, keep) => tf.mean(x, axes, keep), uniform));
agrees("mean of whole numbers", (random) => reduction(random, (x, axes, keep) => tf.mean(x, axes, keep), whole));
differentiates("max", (random) => reduction(random, (x, axes, keep) => tf.max(x, axes, keep), spread));
differentiates("min", (random) => reduction(random, (x, axes, keep) => tf.min(x, axes, keep), spread));
differentiates("prod", (random) => reduction(random, (x, axes, keep) => tf.prod(x, axes, keep), small));
agrees("all", (random) => reduction(random, (x, axes, keep) => tf.all(x, axes, keep), truths));
agrees("any", (random) => reduction(random, (x, axes, keep) => tf.any(x, axes, keep), truths));
differentiates("logSumExp", (random) => reduction(random, (x, axes, keep) => tf.logSumExp(x, axes, keep), uniform));

describe("along one axis", () => {
  const alongAxis = (random: Random, apply: (x: tf.Tensor, axis: number) => tf.Tensor): Trial => {
    const rank = random.integer(1, 4);
    const axis = random.integer(0, rank - 1);
    return {
      inputs: [spread(random, random.shape(rank, 2, 5))],
      run: (x) => apply(x as tf.Tensor, axis),
      detail: { axis },
    };
  };
  const alongLast = (random: Random, apply: (x: tf.Tensor) => tf.Tensor): Trial => ({
    inputs: [uniform(random, random.shape(random.integer(1, 4), 2, 5), -3, 3)],
    run: (x) => apply(x as tf.Tensor),
  });
  agrees("argMax", (random) => alongAxis(random, (x, axis) => tf.argMax(x, axis)));
  agrees("argMin", (random) => alongAxis(random, (x, axis) => tf.argMin(x, axis)));
  agrees("cumprod", (random) => alongAxis(random, (x, axis) => tf.cumprod(x, axis)));
  differentiates("cumsum", (random) => alongAxis(random, (x, axis) => tf.cumsum(x, axis)));
  differentiates("cumsum backwards and exclusive", (random) =>
    alongAxis(random, (x, axis) => tf.cumsum(x, axis, true, true)),
  );
  differentiates("softmax", (random) => alongLast(random, (x) => tf.softmax(x)));
  differentiates("logSoftmax", (random) => alongLast(random, (x) => tf.logSoftmax(x)));
  agrees("topk", (random) => alongLast(random, (x) => tf.topk(x, 2).values));
});

test("tied maxima and minima share the gradient", () => {
  for (const backend of backends) {
    for (const reduce of [tf.max, tf.min]) {
      const trial: Trial = {
        inputs: [{ shape: [2, 3], dtype: "float32", values: [5, 5, 5, 1, 1, 1] }],
        run: (x) => reduce(x as tf.Tensor, 1),
      };
      const [gradient] = gradients(backend, trial, [3, 6]) as [number[]];
      expectClose(gradient, [1, 1, 1, 2, 2, 2], 1e-6, backend);
    }
  }
});
