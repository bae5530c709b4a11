import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";

/**
 * A trial step on the current backend: a convolution, max pooling over windows with negative maxima and a matrix
 * product, forward and backward, compared with numbers from PyTorch 2.13. A driver that computes nonsense, and a
 * backend without the kernels training needs, show here and not after an hour of training.
 *
 * @returns what is wrong, or undefined when all is well. Leaves no tensors behind.
 */
export async function smokeTest(): Promise<string | undefined> {
  let tensors: Tensor[] = [];
  try {
    tensors = tf.tidy(trialStep);
    const seen = await Promise.all(tensors.map((tensor) => tensor.data()));
    for (const [index, { name, values }] of expected.entries()) {
      const actual = Array.from(seen[index] ?? []);
      if (!isClose(actual, values)) {
        return `a trial step gave a wrong ${name}: ${preview(actual)} instead of ${preview(values)}`;
      }
    }
    return undefined;
  } catch (error) {
    return `a trial step failed: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    tf.dispose(tensors);
  }
}

/**
 * The backward half names its kernels, because tfjs-core alone, without the union package, registers no gradients.
 * The loss is the sum of the squares of the result, over 64.
 */
function trialStep(): Tensor[] {
  const images = tf.tensor4d(pattern(32, 7, 11, 5), [2, 4, 4, 1]);
  const filter = tf.tensor4d(pattern(18, 5, 7, 3), [3, 3, 1, 2]);
  const matrix = tf.tensor2d(pattern(6, 3, 5, 2), [2, 3]);
  const features = tf.sub(tf.conv2d(images, filter, 1, "valid"), 26) as Tensor4D;
  const pooled = tf.maxPool(features, 2, 2, "valid");
  const rows = tf.reshape(pooled, [2, 2]);
  const result = tf.matMul(rows, matrix);

  const resultGradient = tf.div(result, 32);
  const matrixGradient = tf.matMul(rows, resultGradient, true, false);
  const pooledGradient = tf.reshape(tf.matMul(resultGradient, matrix, false, true), pooled.shape);
  const pooling = { filterSize: 2, strides: 2, pad: "valid" };
  const poolingInputs = { dy: pooledGradient, input: features, output: pooled };
  const dy = run(tf.MaxPoolGrad, poolingInputs, pooling);
  const convolution = { strides: 1, pad: "valid", dataFormat: "NHWC" };
  const imagesGradient = run(tf.Conv2DBackpropInput, { dy, filter }, { ...convolution, inputShape: images.shape });
  const filterGradient = run(tf.Conv2DBackpropFilter, { x: images, dy }, { ...convolution, filterShape: filter.shape });
  return [result, imagesGradient, filterGradient, matrixGradient].map((tensor) => tf.reshape(tensor, [-1]));
}

function run(kernelName: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): Tensor {
  return tf.engine().runKernel(kernelName, inputs, attributes);
}

/** Small integers without an obvious order: `(index · step) mod modulus - shift`. */
function pattern(length: number, step: number, modulus: number, shift: number): number[] {
  return Array.from({ length }, (_, index) => ((index * step) % modulus) - shift);
}

/** Wide enough for graphics cards that round products to TF32. */
function isClose(actual: readonly number[], values: readonly number[]): boolean {
  const scale = Math.max(...values.map(Math.abs));
  return (
    actual.length === values.length &&
    values.every((value, index) => Math.abs((actual[index] as number) - value) <= 0.01 * scale)
  );
}

function preview(values: readonly number[]): string {
  const shown = values.slice(0, 4).map((value) => Number(value.toPrecision(6)));
  return `[${shown.join(", ")}${values.length > shown.length ? ", …" : ""}]`;
}

const expected: readonly { name: string; values: readonly number[] }[] = [
  { name: "forward result", values: [-4, 3, -5, -16, -2, 22] },
  {
    name: "gradient of the images",
    values: [
      0, 0.125, -0.125, 0.0625, -1.5, -0.1875, 1.5, 0.1875, -0.5, 0.9375, -0.875, -0.125, 0.5, -1.5, 0, 0, 0, -4.75,
      4.75, -2.375, 0, 6.375, 0, -6.375, 0, 2.125, -4.25, 4.25, 0, 0.25, -0.75, 0,
    ],
  },
  {
    name: "gradient of the filter",
    values: [
      0.25, -9.375, -2.75, -0.125, 2.5, 9.8125, -0.75, 2.1875, 1.75, 12.125, -1.25, -4.75, 1, -11.6875, -2, -2.4375,
      3.25, 6.8125,
    ],
  },
  { name: "gradient of the matrix", values: [0.625, 0.40625, -1.84375, 4.875, 0.71875, -7.03125] },
];
