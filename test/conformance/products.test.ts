import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe } from "vitest";
import { differentiates, openBackends, uniform } from "./trial";
import type { Trial } from "./trial";
import type { Random } from "./random";

beforeAll(openBackends);

describe("matMul", () => {
  const product = (random: Random, aBatch: number[], bBatch: number[]): Trial => {
    const [m, k, n] = random.shape(3, 1, 6) as [number, number, number];
    const [transposeA, transposeB] = [random.pick([false, true]), random.pick([false, true])];
    return {
      inputs: [
        uniform(random, [...aBatch, ...(transposeA ? [k, m] : [m, k])]),
        uniform(random, [...bBatch, ...(transposeB ? [n, k] : [k, n])]),
      ],
      run: (a, b) => tf.matMul(a as tf.Tensor, b as tf.Tensor, transposeA, transposeB),
      detail: { transposeA, transposeB },
    };
  };
  /** The plain JavaScript backend pairs the batches wrongly, unless they are repeated before. */
  const broadcastBoth = (random: Random): Trial => {
    const trial = product(random, [2, 1], [1, 3]);
    const repeat = (tensor: tf.Tensor) => tf.broadcastTo(tensor, [2, 3, ...tensor.shape.slice(2)]);
    return { ...trial, reference: (a, b) => trial.run(repeat(a as tf.Tensor), repeat(b as tf.Tensor)) };
  };
  differentiates("two matrices", (random) => product(random, [], []));
  differentiates("a batch of pairs", (random) => product(random, [3], [3]));
  differentiates("two batch dimensions", (random) => product(random, [2, 3], [2, 3]));
  differentiates("one right side for the batch", (random) => product(random, [2, 3], []));
  differentiates("one left side for the batch", (random) => product(random, [], [2, 3]));
  differentiates("a right side of batch 1", (random) => product(random, [4], [1]));
  differentiates("both sides broadcast", (random) => broadcastBoth(random), ["wasm"]);
});

describe("einsum", () => {
  const sizes: Record<string, number> = { b: 2, h: 3, i: 4, j: 5, k: 2, d: 3 };
  const equations = [
    "ij,jk->ik",
    "bij,bjk->bik",
    "bhid,bhjd->bhij",
    "bihd,bjhd->bhij",
    "ij,ij->",
    "i,j->ij",
    "ij->ji",
    "ij->j",
    "bij,jk->kbi",
    "ijk,i->k",
  ];
  for (const equation of equations) {
    differentiates(equation, (random) => {
      const terms = (equation.split("->")[0] as string).split(",");
      return {
        inputs: terms.map((term) =>
          uniform(
            random,
            [...term].map((label) => sizes[label] as number),
          ),
        ),
        run: (...tensors) => tf.einsum(equation, ...tensors),
      };
    });
  }
  /** The plain JavaScript backend multiplies by the wrong elements. */
  differentiates(
    "bij,b->bj",
    (random) => ({
      inputs: [uniform(random, [2, 4, 5]), uniform(random, [2])],
      run: (...tensors) => tf.einsum("bij,b->bj", ...tensors),
      reference: (x, y) => tf.mul(tf.sum(x as tf.Tensor, 1), tf.expandDims(y as tf.Tensor, 1)),
    }),
    ["wasm"],
  );
});
