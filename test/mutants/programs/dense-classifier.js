// A classifier of iris flowers, as tutorials write it.
import * as tf from "@tensorflow/tfjs";

const features = 4;
const classes = 3;

function createModel() {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 10, activation: "sigmoid", inputShape: [features] }));
  model.add(tf.layers.dropout({ rate: 0.1 }));
  model.add(tf.layers.dense({ units: 3, activation: "softmax" }));
  model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

const xs = tf.randomNormal([12, 4]);
const ys = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], "int32"), classes);
const model = createModel();
await model.fit(xs, ys, { epochs: 1, batchSize: 6 });
const probabilities = model.predict(tf.randomNormal([2, 4]));
const best = probabilities.argMax(1);
const hit = best.equal(tf.tensor1d([0, 1], "int32")).sum();
hit.dataSync();
