import * as tf from "@tensorflow/tfjs";

/** How many of the rows have their largest number in the same place. */
export function accuracy(output: tf.Tensor, target: tf.Tensor): number {
  return tf.tidy(() => output.argMax(-1).equal(target.argMax(-1)).mean().dataSync()[0]);
}
