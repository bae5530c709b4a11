// A line through noisy points: one dense layer, mean squared error, gradient descent on batches.
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";
import { inBatches } from "./batches";
import { minimizing, trainable } from "./trainable";

const slope = 2;
const offset = -1;

function line() {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 1, inputShape: [1] }));
  return model;
}

export default defineExperiment({
  name: "TensorFlow.js linear regression",
  hyperparameters: { epochs: 30, batchSize: 32, learningRate: 0.1, seed: 1 },
  data: ({ batchSize }) => {
    const x = tf.randomUniform([256, 1], -1, 1);
    const noise = tf.randomNormal([256, 1], 0, 0.05);
    const between = tf.linspace(-1, 1, batchSize).expandDims(1);
    return {
      train: inBatches(x, x.mul(slope).add(offset).add(noise), batchSize),
      validation: [[between, between.mul(slope).add(offset)]],
    };
  },
  model: () => trainable(line()),
  optimizer: (_, { learningRate }) => minimizing(tf.train.sgd(learningRate)),
  step: ({ model, optimizer, batch }) => {
    const [x, y] = batch;
    const loss = optimizer.minimize(() => tf.losses.meanSquaredError(y, model.forward(x, true)));
    const [w, b] = model.network.getWeights().map((weight) => weight.dataSync()[0]);
    return { loss, slope: w, offset: b };
  },
  metrics: { error: (output, target) => output.sub(target).abs().max().dataSync()[0] },
});
