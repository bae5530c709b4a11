// A functional model with two inputs, a shared layer, a residual connection and two outputs.
import * as tf from "@tensorflow/tfjs";

const image = tf.input({ shape: [8, 8, 3] });
const meta = tf.input({ shape: [5] });

const first = tf.layers.conv2d({ filters: 6, kernelSize: 3, padding: "same", activation: "relu" }).apply(image);
const second = tf.layers.conv2d({ filters: 6, kernelSize: 3, padding: "same" }).apply(first);
const sum = tf.layers.add().apply([first, second]);
const pooled = tf.layers.averagePooling2d({ poolSize: [2, 2] }).apply(sum);
const flat = tf.layers.flatten().apply(pooled);
const described = tf.layers.dense({ units: 96, activation: "tanh" }).apply(meta);
const together = tf.layers.concatenate().apply([flat, described]);
const hidden = tf.layers.dense({ units: 20 }).apply(together);
const kind = tf.layers.dense({ units: 4, activation: "softmax" }).apply(hidden);
const value = tf.layers.dense({ units: 1 }).apply(hidden);

const model = tf.model({ inputs: [image, meta], outputs: [kind, value] });
model.compile({ optimizer: "sgd", loss: ["categoricalCrossentropy", "meanSquaredError"] });
const images = tf.ones([6, 8, 8, 3]);
const rows = tf.ones([6, 5]);
await model.fit([images, rows], [tf.zeros([6, 4]), tf.zeros([6, 1])], { epochs: 1, batchSize: 3 });
const [kinds, values] = model.predict([images, rows]);
tf.concat([kinds, values], 1).dataSync();
