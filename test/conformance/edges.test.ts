import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { backends, openBackends } from "./trial";

beforeAll(openBackends);

/** Runs `check` on each backend. */
function onEach(name: string, check: () => void): void {
  for (const backend of backends) {
    test(`${name}, on ${backend}`, () => {
      tf.setBackend(backend);
      tf.tidy(check);
    });
  }
}

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

describe("tensors without elements", () => {
  onEach("a product over an inner dimension of 0 is 0", () => {
    expect(values(tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])))).toEqual([0, 0, 0, 0, 0, 0]);
  });
  onEach("a product without rows is empty", () => {
    expect(tf.matMul(tf.zeros([2, 0, 4]), tf.zeros([2, 4, 3])).shape).toEqual([2, 0, 3]);
  });
  onEach("a sum over a dimension of 0 is 0", () => {
    expect(values(tf.sum(tf.zeros([2, 0, 3]), 1))).toEqual([0, 0, 0, 0, 0, 0]);
  });
  onEach("a sum that keeps a dimension of 0 is empty", () => {
    expect(tf.sum(tf.zeros([2, 0, 3]), 2).shape).toEqual([2, 0]);
  });
  onEach("transposing and slicing give empty tensors", () => {
    expect(tf.transpose(tf.zeros([2, 0, 3])).shape).toEqual([3, 0, 2]);
    expect(tf.slice(tf.ones([2, 3]), [1, 1], [1, 0]).shape).toEqual([1, 0]);
  });
});

describe("scalars", () => {
  onEach("are their own sum and transpose", () => {
    expect(values(tf.sum(tf.scalar(3)))).toEqual([3]);
    expect(values(tf.transpose(tf.scalar(3)))).toEqual([3]);
  });
});

describe("values that are no numbers", () => {
  onEach("pass through a product", () => {
    const x = tf.tensor2d([NaN, 1, Infinity, 1, 2, 3], [3, 2]);
    expect(values(tf.matMul(x, tf.ones([2, 2])))).toEqual([NaN, NaN, Infinity, Infinity, 5, 5]);
  });
  onEach("pass through a sum", () => {
    expect(values(tf.sum(tf.tensor2d([NaN, 1, Infinity, 1], [2, 2]), 1))).toEqual([NaN, Infinity]);
  });
});

test("a sum of many small numbers keeps its precision", () => {
  tf.setBackend("wasm");
  const count = 2 ** 20;
  const total = tf.tidy(() => tf.sum(tf.fill([count], 0.1)).dataSync()[0] as number);
  expect(Math.abs(total / (count * Math.fround(0.1)) - 1)).toBeLessThan(1e-7);
});

test("an index outside the tensor is refused", () => {
  tf.setBackend("wasm");
  const gather = () => tf.tidy(() => tf.gather(tf.ones([4, 2]), tf.tensor1d([0, 4], "int32")));
  expect(gather).toThrow("gather: the index 4 is outside [0, 4) of axis 0.");
});

test("a result larger than the memory is refused", () => {
  tf.setBackend("wasm");
  const product = () => tf.tidy(() => tf.matMul(tf.ones([70_000, 1]), tf.ones([1, 70_000])));
  expect(product).toThrow(/WebAssembly memory is exhausted: 18692.0 MB more were needed. Use a smaller batch/);
});

test("text is left to the stock kernels", () => {
  tf.setBackend("wasm");
  const words = tf.tidy(() => tf.slice(tf.tensor1d(["a", "b", "c"]), [1], [2]).dataSync());
  expect(Array.from(words as unknown as string[])).toEqual(["b", "c"]);
});

test("a product of unequal inner dimensions says which", () => {
  tf.setBackend("wasm");
  const call = () =>
    tf.tidy(() =>
      tf
        .engine()
        .runKernel("BatchMatMul", { a: tf.ones([2, 3]), b: tf.ones([4, 5]) }, { transposeA: false, transposeB: false }),
    );
  expect(call).toThrow("matMul: the inner dimensions differ: 3 of [2,3] and 4 of [4,5].");
});
