import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Random } from "./random";
import { agrees, differentiates, integers, openBackends, uniform } from "./trial";
import type { Input, Trial } from "./trial";

beforeAll(openBackends);

describe("transpose", () => {
  const permutation = (random: Random, rank: number, high: number, input: Fill): Trial => {
    const order = random.shuffle(Array.from({ length: rank }, (_, axis) => axis));
    return {
      inputs: [input(random, random.shape(rank, 1, high))],
      run: (x) => tf.transpose(x as tf.Tensor, order),
      detail: { order },
    };
  };
  for (const rank of [2, 3, 4, 5, 6]) {
    differentiates(`rank ${rank}`, (random) => permutation(random, rank, 4, uniform));
  }
  agrees("large matrices", (random) => permutation(random, 2, 70, uniform));
  agrees("large stacks", (random) => permutation(random, 3, 40, uniform));
  agrees("columns that share cache lines", (random) => ({
    inputs: [uniform(random, [2, 1024, random.integer(3, 20)])],
    run: (x) => tf.transpose(x as tf.Tensor, [0, 2, 1]),
  }));
  agrees("whole numbers", (random) => permutation(random, 4, 4, wholeNumbers));
  agrees("truth values", (random) => permutation(random, 4, 4, truthValues));
  test("whole numbers keep all their bits", () => {
    tf.setBackend("wasm");
    // As a float this is a signalling NaN, which moving would turn into a quiet one.
    const signalling = 0x7fa00001;
    const moved = tf.tidy(() => tf.transpose(tf.tensor2d([signalling, 1, 2, 3], [2, 2], "int32")).dataSync());
    expect(Array.from(moved)).toEqual([signalling, 2, 1, 3]);
  });
});

describe("pieces", () => {
  const block = (random: Random, input: Fill): Trial => {
    const shape = random.shape(random.integer(1, 5), 1, 5);
    const begin = shape.map((size) => random.integer(0, size - 1));
    const size = shape.map((length, axis) => random.integer(1, length - (begin[axis] as number)));
    return {
      inputs: [input(random, shape)],
      run: (x) => tf.slice(x as tf.Tensor, begin, size),
      detail: { begin, size },
    };
  };
  differentiates("slice", (random) => block(random, uniform));
  agrees("slice of whole numbers", (random) => block(random, wholeNumbers));
  agrees("slice of truth values", (random) => block(random, truthValues));
  agrees("slice with long runs", (random) => ({
    inputs: [uniform(random, [3, 4, 100])],
    run: (x) => tf.slice(x as tf.Tensor, [1, 1, 0], [2, 2, 100]),
  }));
  const alongAxis = (random: Random, apply: (x: tf.Tensor, axis: number) => tf.Tensor): Trial => {
    const rank = random.integer(1, 4);
    const axis = random.integer(0, rank - 1);
    return {
      inputs: [uniform(random, random.shape(rank, 3, 5))],
      run: (x) => apply(x as tf.Tensor, axis),
      detail: { axis },
    };
  };
  differentiates("unstack", (random) =>
    alongAxis(random, (x, axis) => tf.sub(...(tf.unstack(x, axis).slice(0, 2) as [tf.Tensor, tf.Tensor]))),
  );
  differentiates("split", (random) =>
    alongAxis(random, (x, axis) => {
      const [first, second] = tf.split(x, [1, 2, (x.shape[axis] as number) - 3], axis) as [tf.Tensor, tf.Tensor];
      return tf.mul(first, second);
    }),
  );
  differentiates("reverse", (random) => alongAxis(random, (x, axis) => tf.reverse(x, axis)));
});

describe("joins and fills", () => {
  differentiates("concat", (random) => {
    const shape = random.shape(random.integer(1, 4), 1, 4);
    const axis = random.integer(0, shape.length - 1);
    const piece = () =>
      uniform(
        random,
        shape.map((size, index) => (index === axis ? random.integer(1, 4) : size)),
      );
    return { inputs: [piece(), piece(), piece()], run: (...pieces) => tf.concat(pieces, axis), detail: { axis } };
  });
  differentiates("stack", (random) => {
    const shape = random.shape(random.integer(1, 3), 1, 4);
    const axis = random.integer(0, shape.length);
    return { inputs: [uniform(random, shape), uniform(random, shape)], run: (...pieces) => tf.stack(pieces, axis) };
  });
  differentiates("pad", (random) => {
    const shape = random.shape(random.integer(1, 4), 1, 4);
    const paddings = shape.map(() => random.shape(2, 0, 2) as [number, number]);
    return { inputs: [uniform(random, shape)], run: (x) => tf.pad(x as tf.Tensor, paddings), detail: paddings };
  });
  differentiates("tile", (random) => {
    const shape = random.shape(random.integer(1, 4), 1, 3);
    const times = shape.map(() => random.integer(1, 3));
    return { inputs: [uniform(random, shape)], run: (x) => tf.tile(x as tf.Tensor, times), detail: times };
  });
});

describe("by index", () => {
  differentiates("gather", (random) => {
    const shape = random.shape(random.integer(1, 3), 2, 5);
    const axis = random.integer(0, shape.length - 1);
    return {
      inputs: [uniform(random, shape), integers(random, [2, 3], 0, (shape[axis] as number) - 1)],
      run: (x, index) => tf.gather(x as tf.Tensor, index as tf.Tensor2D, axis),
      detail: { axis },
    };
  });
  agrees("gather with a batch dimension", (random) => ({
    inputs: [uniform(random, [2, 3, 5, 2]), integers(random, [2, 4], 0, 2)],
    run: (x, index) => tf.gather(x as tf.Tensor, index as tf.Tensor2D, 1, 1),
  }));
  agrees("gather of whole numbers", (random) => ({
    inputs: [wholeNumbers(random, [5, 3]), integers(random, [7], 0, 4)],
    run: (x, index) => tf.gather(x as tf.Tensor, index as tf.Tensor1D),
  }));
  agrees("clone", (random) => ({
    inputs: [uniform(random, [3, 4])],
    run: (x) => tf.add((x as tf.Tensor).clone(), x as tf.Tensor),
  }));
  agrees("unsortedSegmentSum", (random) => ({
    inputs: [uniform(random, [6, ...random.shape(random.integer(0, 2), 1, 4)]), integers(random, [6], 0, 3)],
    run: (x, ids) => tf.unsortedSegmentSum(x as tf.Tensor, ids as tf.Tensor1D, 5),
  }));
  agrees("oneHot", (random) => ({
    inputs: [integers(random, random.shape(2, 1, 4), 0, 4)],
    run: (index) => tf.oneHot(index as tf.Tensor1D, 5, 2, -1),
  }));
});

type Fill = (random: Random, shape: number[]) => Input;

const wholeNumbers: Fill = (random, shape) => integers(random, shape, -(2 ** 31), 2 ** 31 - 1);
const truthValues: Fill = (random, shape) => ({ ...integers(random, shape, 0, 1), dtype: "bool" });

describe("points and strides", () => {
  differentiates("gatherND, with points named twice", (random) => ({
    inputs: [
      uniform(random, [3, 4, 2]),
      {
        shape: [5, 2],
        dtype: "int32",
        values: Array.from({ length: 5 }, () => [random.integer(0, 2), random.integer(0, 3)]).flat(),
      },
    ],
    run: (x, indices) => tf.gatherND(x as tf.Tensor, indices as tf.Tensor),
  }));
  differentiates("stridedSlice", (random) => ({
    inputs: [uniform(random, [5, 6, 2])],
    run: (x) => tf.stridedSlice(x as tf.Tensor, [1, 0, 0], [5, 6, 2], [2, 3, 1]),
  }));
  differentiates("stridedSlice backwards", (random) => ({
    inputs: [uniform(random, [5, 6, 2])],
    run: (x) => tf.stridedSlice(x as tf.Tensor, [4, 0, 0], [0, 6, 2], [-1, 2, 1]),
  }));
});
