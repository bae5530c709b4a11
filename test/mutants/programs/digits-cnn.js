// Convolutions over handwritten digits.
import * as tf from "@tensorflow/tfjs";

const model = tf.sequential({
  layers: [
    tf.layers.conv2d({ inputShape: [12, 12, 1], filters: 4, kernelSize: 3, activation: "relu", padding: "same" }),
    tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }),
    tf.layers.conv2d({ filters: 6, kernelSize: 3, activation: "relu" }),
    tf.layers.batchNormalization(),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 16, activation: "relu" }),
    tf.layers.dense({ units: 10, activation: "softmax" }),
  ],
});
model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });

function nextBatch(size) {
  const pixels = tf.randomUniform([size, 144]);
  return { xs: pixels.reshape([size, 12, 12, 1]), labels: tf.zeros([size, 1]) };
}

const { xs, labels } = nextBatch(8);
await model.fit(xs, labels, { epochs: 1 });
const image = tf.randomUniform([12, 12, 1]);
const scores = model.predict(image.expandDims(0)).squeeze([0]);
scores.reshape([5, 2]).max(1).dataSync();
