import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { expect, test } from "vitest";
import { chooseBackend } from "../../client/src/runtime/backends";
import { Heap } from "../../client/src/runtime/backends/wasm/heap";

/** Convolution, pooling, attention-like products, a sum and an embedding: one step runs every kernel with scratch memory. */
function createStep(): () => void {
  const images = tf.randomNormal<tf.Rank.R4>([8, 12, 12, 4]);
  const index = tf.tensor1d([0, 1, 2, 1, 0, 3, 3, 2], "int32");
  const filter = tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 4, 16], 0, 0.1));
  const strided = tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 16, 16], 0, 0.1));
  const table = tf.variable(tf.randomNormal([4, 16]));
  const optimizer = tf.train.adam(1e-3);
  const loss = () => {
    const features = tf.maxPool(tf.conv2d(images, filter, 1, "same"), 2, 2, "valid");
    const rows = tf.reshape(tf.conv2d(features as tf.Tensor4D, strided, 2, 1, "NHWC", 1, "floor"), [8, 9, 16]);
    const scores = tf.softmax(tf.matMul(rows, rows, false, true));
    const mixed = tf.einsum("bij,bjk->bki", scores, rows);
    return tf.sum(tf.square(tf.sub(tf.mean(mixed, 2), tf.gather(table, index)))) as tf.Scalar;
  };
  return () => optimizer.minimize(loss);
}

test("400 training steps leave neither tensors nor WebAssembly memory behind", async () => {
  await chooseBackend("wasm");
  const backend = tf.backend() as BackendWasm;
  const step = createStep();
  const measure = () => ({
    tensors: tf.memory().numTensors,
    pieces: backend.numDataIds(),
    bytes: Heap.of(backend).module.HEAPU8.byteLength,
  });
  for (let index = 0; index < 20; index++) {
    step();
  }
  const before = measure();
  for (let index = 0; index < 400; index++) {
    step();
  }
  expect(measure()).toEqual(before);
});
