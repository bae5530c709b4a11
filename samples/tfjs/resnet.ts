// A residual network: blocks of two convolutions whose input is added to their output, through a 1 × 1 convolution where its shape changes.
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";
import { accuracy } from "./accuracy";
import { inBatches } from "./batches";
import { drawShapes } from "./shapes";
import { minimizing, trainable } from "./trainable";

function convolution(filters: number, kernelSize: number, strides = 1) {
  return tf.layers.conv2d({ filters, kernelSize, strides, padding: "same", useBias: false });
}

function block(x: tf.SymbolicTensor, filters: number, strides: number): tf.SymbolicTensor {
  let y = convolution(filters, 3, strides).apply(x) as tf.SymbolicTensor;
  y = tf.layers.batchNormalization({ momentum: 0.9 }).apply(y) as tf.SymbolicTensor;
  y = tf.layers.reLU().apply(y) as tf.SymbolicTensor;
  y = convolution(filters, 3).apply(y) as tf.SymbolicTensor;
  y = tf.layers.batchNormalization({ momentum: 0.9 }).apply(y) as tf.SymbolicTensor;
  const shortcut = strides > 1 ? (convolution(filters, 1, strides).apply(x) as tf.SymbolicTensor) : x;
  const sum = tf.layers.add().apply([y, shortcut]) as tf.SymbolicTensor;
  return tf.layers.reLU().apply(sum) as tf.SymbolicTensor;
}

function resnet(filters: number): tf.LayersModel {
  const image = tf.input({ shape: [16, 16, 1] });
  let x = convolution(filters, 3).apply(image) as tf.SymbolicTensor;
  for (const [stage, blocks] of [1, 1, 1].entries()) {
    for (let i = 0; i < blocks; i++) x = block(x, filters * 2 ** stage, stage > 0 && i === 0 ? 2 : 1);
  }
  const features = tf.layers.globalAveragePooling2d({}).apply(x) as tf.SymbolicTensor;
  const logits = tf.layers.dense({ units: 4 }).apply(features) as tf.SymbolicTensor;
  return tf.model({ inputs: image, outputs: logits });
}

export default defineExperiment({
  name: "TensorFlow.js ResNet",
  hyperparameters: { epochs: 6, batchSize: 32, filters: 8, learningRate: 3e-3, seed: 1 },
  data: ({ batchSize }) => {
    const train = drawShapes(640);
    const test = drawShapes(128);
    return {
      train: inBatches(train.images, train.classes, batchSize),
      validation: inBatches(test.images, test.classes, batchSize),
    };
  },
  model: ({ filters }) => trainable(resnet(filters)),
  optimizer: (_, { learningRate }) => minimizing(tf.train.adam(learningRate)),
  step: ({ model, optimizer, batch }) => {
    const [images, classes] = batch;
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(classes, model.forward(images, true)));
    return { loss };
  },
  metrics: { accuracy: (output, target) => accuracy(output, target) },
});
