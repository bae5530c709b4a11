// A pipeline with tf.data: rows of a table are normalised, shuffled and batched on the way to the model.
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";
import { minimizing, trainable } from "./trainable";

const features = 3;

/** Prices of flats, by their area in square metres, their number of rooms and their age in years. */
function* flats(count) {
  for (let i = 0; i < count; i++) {
    const area = 20 + ((i * 37) % 100);
    const rooms = 1 + (i % 4);
    const age = (i * 13) % 60;
    yield { xs: [area, rooms, age], ys: [2 * area + 10 * rooms - 0.5 * age] };
  }
}

function normalise({ xs, ys }) {
  const mean = tf.tensor1d([70, 2.5, 30]);
  const deviation = tf.tensor1d([30, 1, 17]);
  return { xs: tf.tensor1d(xs).sub(mean).div(deviation), ys: tf.tensor1d(ys).div(100) };
}

async function batchesOf(count, batchSize) {
  const rows = tf.data.generator(() => flats(count));
  const batches = await rows.map(normalise).shuffle(count).batch(batchSize, false).prefetch(2).toArray();
  return batches.map(({ xs, ys }) => [xs, ys]);
}

function regression() {
  return tf.sequential({
    layers: [tf.layers.dense({ inputShape: [features], units: 16, activation: "relu" }), tf.layers.dense({ units: 1 })],
  });
}

export default defineExperiment({
  name: "TensorFlow.js data pipeline",
  hyperparameters: { epochs: 20, batchSize: 25, learningRate: 0.01, seed: 1 },
  data: async ({ batchSize }) => ({
    train: await batchesOf(400, batchSize),
    validation: await batchesOf(100, batchSize),
  }),
  model: () => trainable(regression()),
  optimizer: (_, { learningRate }) => minimizing(tf.train.adam(learningRate)),
  step: ({ model, optimizer, batch }) => {
    const [flats, prices] = batch;
    const loss = optimizer.minimize(() => tf.losses.meanSquaredError(prices, model.forward(flats, true)));
    return { loss };
  },
  metrics: { error: (output, target) => output.sub(target).abs().mean().dataSync()[0] },
});
