// An encoder and a decoder as models of their own, trained as one.
import * as tf from "@tensorflow/tfjs";

function buildEncoder() {
  const input = tf.input({ shape: [16, 16, 1] });
  let x = tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }).apply(input);
  x = tf.layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }).apply(x);
  x = tf.layers.flatten().apply(x);
  const code = tf.layers.dense({ units: 6, name: "code" }).apply(x);
  return tf.model({ inputs: input, outputs: code });
}

function buildDecoder() {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 128, inputShape: [6], activation: "relu" }));
  model.add(tf.layers.reshape({ targetShape: [4, 4, 8] }));
  model.add(tf.layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }));
  model.add(tf.layers.upSampling2d({ size: [2, 2] }));
  model.add(tf.layers.conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: "sigmoid" }));
  return model;
}

const encoder = buildEncoder();
const decoder = buildDecoder();
const input = tf.input({ shape: [16, 16, 1] });
const autoencoder = tf.model({ inputs: input, outputs: decoder.apply(encoder.apply(input)) });
autoencoder.compile({ optimizer: "adam", loss: "meanSquaredError" });
const images = tf.randomUniform([4, 16, 16, 1]);
await autoencoder.fit(images, images, { epochs: 1 });
const codes = encoder.predict(images);
const mixed = codes
  .slice([0, 0], [2, 6])
  .add(codes.slice([2, 0], [2, 6]))
  .mul(0.5);
const drawn = decoder.predict(mixed);
tf.image.resizeBilinear(drawn, [32, 32]).squeeze([3]).dataSync();
