import type * as tf from "@tensorflow/tfjs";

/** The rows of two tensors, so many at a time; what is left over at the end is left out. */
export function inBatches(xs: tf.Tensor, ys: tf.Tensor, size: number): [tf.Tensor, tf.Tensor][] {
  const count = Math.floor(xs.shape[0] / size);
  return Array.from({ length: count }, (_, i): [tf.Tensor, tf.Tensor] => [
    xs.slice(i * size, size),
    ys.slice(i * size, size),
  ]);
}
