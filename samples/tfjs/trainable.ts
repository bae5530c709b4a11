import * as tf from "@tensorflow/tfjs";

/** A model of TensorFlow.js, in the form in which experiments take models. Its parameters are what a checkpoint keeps. */
export function trainable(network: tf.LayersModel) {
  return {
    network,
    forward: (x: tf.Tensor, training = false): tf.Tensor => tf.tidy(() => network.apply(x, { training }) as tf.Tensor),
    parameters: () => network.weights,
  };
}

/** An optimizer of `tf.train`: its steps are made by `minimize`. */
export function minimizing(optimizer: tf.Optimizer) {
  return {
    minimize: (loss: () => tf.Scalar): number => {
      const value = optimizer.minimize(loss, true) as tf.Scalar;
      const [number] = value.dataSync();
      value.dispose();
      return number;
    },
    getWeights: () => optimizer.getWeights(),
    setWeights: (...weights: Parameters<tf.Optimizer["setWeights"]>) => optimizer.setWeights(...weights),
    step: () => undefined,
    zeroGrad: () => undefined,
  };
}
