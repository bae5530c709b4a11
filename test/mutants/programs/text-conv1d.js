// Sentiment of a sentence by convolutions over its words, fed from a dataset.
import * as tf from "@tensorflow/tfjs";

const model = tf.sequential();
model.add(tf.layers.embedding({ inputDim: 50, outputDim: 12, inputLength: 20 }));
model.add(tf.layers.conv1d({ filters: 8, kernelSize: 5, activation: "relu" }));
model.add(tf.layers.maxPooling1d({ poolSize: 4 }));
model.add(tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 6, returnSequences: true }), mergeMode: "concat" }));
model.add(tf.layers.globalMaxPooling1d());
model.add(tf.layers.dense({ units: 1, activation: "sigmoid" }));
model.compile({ optimizer: "adam", loss: "binaryCrossentropy" });

const sentences = [];
const labels = [];
for (let i = 0; i < 8; i++) {
  sentences.push(new Array(20).fill(i));
  labels.push([i % 2]);
}
const xs = tf.tensor2d(sentences, [8, 20]);
const ys = tf.tensor2d(labels, [8, 1]);
await model.fit(xs, ys, { epochs: 1, batchSize: 4, validationData: [tf.zeros([3, 20]), tf.zeros([3, 1])] });
model.evaluate(xs, ys).dataSync();
