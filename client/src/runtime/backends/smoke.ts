import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";

/**
 * A trial step on the current backend: a convolution, max pooling over windows with negative maxima, of which no two
 * elements share one, and a matrix product, forward and backward, compared with numbers from PyTorch 2.13. A driver that computes nonsense, and a
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
  const images = tf.tensor4d(pattern(32, 13, 41, 12), [2, 4, 4, 1]);
  const filter = tf.tensor4d(pattern(18, 5, 7, 3), [3, 3, 1, 2]);
  const matrix = tf.tensor2d(pattern(6, 3, 5, 2), [2, 3]);
  const features = tf.sub(tf.conv2d(images, filter, 1, "valid"), 170) as Tensor4D;
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
  { name: "forward result", values: [-108, -4, 120, -90, -13, 129] },
  {
    name: "gradient of the images",
    values: [
      -28.5, 28.5, -14.25, 0, 34.125, 0, -34.125, 0, 11.375, -22.75, 22.75, 0, 2.875, -8.625, 0, 0, -27.375, 27.375,
      -13.6875, 0, 37.5, 0, -37.5, 0, 12.5, -25, 25, 0, 1.1875, -3.5625, 0, 0,
    ],
  },
  {
    name: "gradient of the filter",
    values: [
      -0.5, 294.188, 52.3125, -69, 105.125, -432.188, 44.1875, -13.125, 97, -376.312, -16.75, -739.5, 88.875, -320.438,
      -24.875, -683.625, 27.9375, 98.625,
    ],
  },
  { name: "gradient of the matrix", values: [50.0625, 5.78125, -67.4062, 358.875, 30.8125, -451.312] },
];
