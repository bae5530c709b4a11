/**
 * What TensorFlow.js 4.22 does without this package's kernels and gradients. When a test here fails after an update,
 * the fault is mended and the replacement may go; docs/backends.md lists them.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(async () => {
  const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(main)}/`);
  await tf.setBackend("cpu");
  await tf.setBackend("wasm");
});

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

describe("WASM backend", () => {
  const onWasm = (name: string, check: () => void) =>
    test(name, () => {
      tf.setBackend("wasm");
      tf.tidy(check);
    });

  onWasm("lacks kernels of training", () => {
    const names = [
      "Conv2DBackpropFilter",
      "DepthwiseConv2dNativeBackpropInput",
      "DepthwiseConv2dNativeBackpropFilter",
      "Einsum",
      "UnsortedSegmentSum",
    ];
    expect(names.filter((name) => tf.getKernel(name, "wasm") !== undefined)).toEqual([]);
  });

  onWasm("hands max pooling's gradient to the first element where the maximum is not positive", () => {
    const x = tf.tensor4d([-4, -3, -2, -1], [1, 2, 2, 1]);
    const gradient = tf.grad((input: tf.Tensor) => tf.sum(tf.maxPool(input as tf.Tensor4D, 2, 2, "valid")));
    expect(values(gradient(x))).toEqual([1, 0, 0, 0]);
  });

  onWasm("gives 3-D max pooling of negative numbers a wrong result", () => {
    const x = tf.tensor5d([-4, -3, -2, -1], [1, 1, 2, 2, 1]);
    expect(values(tf.maxPool3d(x, [1, 2, 2], 1, "valid"))[0]).not.toBe(-1);
  });
});

describe("every backend", () => {
  const onCpu = (name: string, check: () => void) =>
    test(name, () => {
      tf.setBackend("cpu");
      tf.tidy(check);
    });

  onCpu("throws for the gradient of a product with a broadcast batch", () => {
    const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.matMul(a, b)));
    expect(() => gradients([tf.ones([2, 3, 4]), tf.ones([4, 5])])).toThrow("does not match the shape of the input");
  });

  onCpu("divides average pooling's gradient by the padding too", () => {
    const gradient = tf.grad((input: tf.Tensor) => tf.sum(tf.avgPool(input as tf.Tensor4D, 2, 2, "same")));
    // One element alone in its window: its gradient is 1.
    expect(values(gradient(tf.ones([1, 1, 1, 1])))).toEqual([0.25]);
  });

  onCpu("hands the whole gradient to each tied maximum", () => {
    expect(values(tf.grad((x: tf.Tensor) => tf.max(x))(tf.ones([3])))).toEqual([1, 1, 1]);
  });

  onCpu("throws for the gradient of elementwise operations that broadcast", () => {
    for (const apply of [tf.maximum, tf.minimum, tf.squaredDifference]) {
      const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(apply(a, b)));
      expect(() => gradients([tf.ones([2, 3]), tf.ones([3])])).toThrow("does not match the shape of the input");
    }
  });

  onCpu("permutes the gradient of a cumulative sum", () => {
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.cumsum(x, 0)));
    expect(() => gradient(tf.ones([2, 3, 4]))).toThrow("does not match the shape of the input");
  });

  onCpu("has no gradient of einsum", () => {
    expect(tf.getGradient("Einsum")).toBeUndefined();
  });

  onCpu("takes the height of a window and its stride for the width with a padding of one number", () => {
    const pooled = tf.maxPool(tf.ones<tf.Rank.R4>([1, 6, 6, 1]), [3, 3], [3, 1], 1, "floor");
    // The width is (6 + 2 - 3) / 1 + 1 = 6.
    expect(pooled.shape).toEqual([1, 2, 2, 1]);
  });
});

describe("plain JavaScript backend", () => {
  test("pairs batches wrongly where both sides of a product broadcast", () => {
    tf.setBackend("cpu");
    tf.tidy(() => {
      const a = tf.tensor4d([1, 10], [2, 1, 1, 1]);
      const b = tf.tensor4d([1, 2, 3], [1, 3, 1, 1]);
      expect(values(tf.matMul(a, b))).not.toEqual([1, 2, 3, 10, 20, 30]);
    });
  });

  test("sums over the wrong elements in some contractions", () => {
    tf.setBackend("cpu");
    tf.tidy(() => {
      const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
      expect(values(tf.einsum("bij,b->bj", x, tf.tensor1d([1, 10])))).not.toEqual([4, 6, 120, 140]);
    });
  });

  test("sends 3-D max pooling's gradient to the wrong element of a window that is not square", () => {
    tf.setBackend("cpu");
    tf.tidy(() => {
      const x = tf.tensor5d([1, 2, 3, 4, 5, 6], [1, 1, 3, 2, 1]);
      const gradient = tf.grad((input: tf.Tensor) => tf.sum(tf.maxPool3d(input as tf.Tensor5D, [1, 3, 2], 1, "valid")));
      expect(values(gradient(x))).not.toEqual([0, 0, 0, 0, 0, 1]);
    });
  });
});
