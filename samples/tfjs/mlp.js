// A multi-layer perceptron on handwritten digits: dense layers with a ReLU between them, softmax cross-entropy.
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";
import { accuracy } from "./accuracy";
import { inBatches } from "./batches";
import { loadDigits } from "./digits";
import { minimizing, trainable } from "./trainable";

function perceptron(hidden) {
  return tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [784], units: hidden, activation: "relu" }),
      tf.layers.dropout({ rate: 0.3 }),
      tf.layers.dense({ units: 10 }),
    ],
  });
}

export default defineExperiment({
  name: "TensorFlow.js MLP",
  hyperparameters: { epochs: 16, batchSize: 50, hidden: 512, learningRate: 1e-3, seed: 1 },
  data: ({ batchSize }) => {
    const { images, classes } = loadDigits(860);
    const [trainImages, testImages] = tf.split(images, [7700, 900]);
    const [trainClasses, testClasses] = tf.split(classes, [7700, 900]);
    return {
      train: inBatches(trainImages, trainClasses, batchSize),
      validation: inBatches(testImages, testClasses, batchSize),
    };
  },
  model: ({ hidden }) => trainable(perceptron(hidden)),
  optimizer: (_, { learningRate }) => minimizing(tf.train.adam(learningRate)),
  step: ({ model, optimizer, batch }) => {
    const [images, classes] = batch;
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(classes, model.forward(images, true)));
    return { loss };
  },
  metrics: { accuracy: (output, target) => accuracy(output, target) },
});
