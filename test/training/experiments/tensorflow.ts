// A step of one's own, in TensorFlow.js: weights that are to become 1, 2 and 3.
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";

const weights = tf.variable(tf.zeros<tf.Rank.R2>([3, 1]));
const optimizer = tf.train.sgd(0.1);

function batch(seed: number): [tf.Tensor2D, tf.Tensor2D] {
  const inputs = tf.randomNormal<tf.Rank.R2>([8, 3], 0, 1, "float32", seed);
  return [inputs, tf.tidy(() => tf.matMul(inputs, tf.tensor2d([1, 2, 3], [3, 1])))];
}

export default defineExperiment({
  name: "TensorFlow.js",
  hyperparameters: { epochs: 2 },
  data: () => ({ train: Array.from({ length: 20 }, (_, seed) => batch(seed)) }),
  model: () => ({ forward: (inputs: tf.Tensor2D) => tf.matMul(inputs, weights), parameters: () => [weights] }),
  optimizer: () => ({ step: () => {}, zeroGrad: () => {} }),
  step: ({ batch: [inputs, targets], model }) => {
    const error = () => tf.losses.meanSquaredError(targets, model.forward(inputs)).asScalar();
    const loss = optimizer.minimize(error, true)!;
    const value = loss.dataSync()[0]!;
    loss.dispose();
    return { loss: value, tensors: tf.memory().numTensors };
  },
});
