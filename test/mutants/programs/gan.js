// A generator and a discriminator, each trained with the other.
import * as tf from "@tensorflow/tfjs";

const latent = 5;

function makeGenerator() {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 36, inputShape: [latent] }));
  model.add(tf.layers.leakyReLU({ alpha: 0.2 }));
  model.add(tf.layers.reshape({ targetShape: [3, 3, 4] }));
  model.add(tf.layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: "same" }));
  model.add(tf.layers.conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: "tanh" }));
  return model;
}

function makeDiscriminator() {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", inputShape: [6, 6, 1] }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 1 }));
  return model;
}

const generator = makeGenerator();
const discriminator = makeDiscriminator();
const optimizer = tf.train.adam(0.001);
const real = tf.randomUniform([4, 6, 6, 1]);

function discriminatorLoss(z) {
  const fake = generator.apply(z);
  const logits = discriminator.apply(tf.concat([real, fake], 0));
  const labels = tf.concat([tf.ones([4, 1]), tf.zeros([4, 1])], 0);
  return tf.losses.sigmoidCrossEntropy(labels, logits);
}

const z = tf.randomNormal([4, latent]);
optimizer.minimize(() => discriminatorLoss(z).asScalar());
const samples = generator.predict(z);
const grid = samples.reshape([2, 2, 6, 6]).transpose([0, 2, 1, 3]).reshape([12, 12]);
grid.dataSync();
