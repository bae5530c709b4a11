// A convolutional network on handwritten digits: convolution, batch normalisation and pooling twice, then a dense layer.
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";
import { accuracy } from "./accuracy";
import { inBatches } from "./batches";
import { loadDigits } from "./digits";
import { minimizing, trainable } from "./trainable";

function convolutional(filters: number): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ inputShape: [28, 28, 1], filters, kernelSize: 3, padding: "same", useBias: false }));
  model.add(tf.layers.batchNormalization());
  model.add(tf.layers.reLU());
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.conv2d({ filters: 2 * filters, kernelSize: 3, padding: "same", activation: "relu" }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 10 }));
  return model;
}

export default defineExperiment({
  name: "TensorFlow.js CNN",
  hyperparameters: { epochs: 6, batchSize: 50, filters: 16, learningRate: 2e-3, seed: 1 },
  data: ({ batchSize }) => {
    const { images, classes } = loadDigits(860);
    const [trainImages, testImages] = tf.split(images.reshape([-1, 28, 28, 1]), [7700, 900]);
    const [trainClasses, testClasses] = tf.split(classes, [7700, 900]);
    return {
      train: inBatches(trainImages, trainClasses, batchSize),
      validation: inBatches(testImages, testClasses, batchSize),
    };
  },
  model: ({ filters }) => trainable(convolutional(filters)),
  optimizer: (_, { learningRate }) => minimizing(tf.train.adam(learningRate)),
  step: ({ model, optimizer, batch }) => {
    const [images, classes] = batch;
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(classes, model.forward(images, true)));
    return { loss };
  },
  metrics: { accuracy: (output, target) => accuracy(output, target) },
});
