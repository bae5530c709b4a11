// A U-Net: an encoder that halves the image, a decoder that doubles it again, and what the encoder saw handed over at each size.
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";
import { inBatches } from "./batches";
import { drawBlobs } from "./shapes";
import { minimizing, trainable } from "./trainable";

function twice(x: tf.SymbolicTensor, filters: number): tf.SymbolicTensor {
  const options = { filters, kernelSize: 3, padding: "same", activation: "relu" } as const;
  const once = tf.layers.conv2d(options).apply(x);
  return tf.layers.conv2d(options).apply(once) as tf.SymbolicTensor;
}

function down(x: tf.SymbolicTensor): tf.SymbolicTensor {
  return tf.layers.maxPooling2d({ poolSize: 2 }).apply(x) as tf.SymbolicTensor;
}

function up(x: tf.SymbolicTensor, skip: tf.SymbolicTensor, filters: number): tf.SymbolicTensor {
  const larger = tf.layers.conv2dTranspose({ filters, kernelSize: 2, strides: 2 }).apply(x) as tf.SymbolicTensor;
  return tf.layers.concatenate().apply([larger, skip]) as tf.SymbolicTensor;
}

function unet(filters: number): tf.LayersModel {
  const image = tf.input({ shape: [16, 16, 1] });
  const fine = twice(image, filters);
  const coarse = twice(down(fine), 2 * filters);
  const bottom = twice(down(coarse), 4 * filters);
  const decoded = twice(up(bottom, coarse, 2 * filters), 2 * filters);
  const last = twice(up(decoded, fine, filters), filters);
  const logits = tf.layers.conv2d({ filters: 1, kernelSize: 1 }).apply(last) as tf.SymbolicTensor;
  return tf.model({ inputs: image, outputs: logits });
}

/** Mean intersection over union of the predicted and the true masks. */
function overlap(logits: tf.Tensor4D, masks: tf.Tensor4D): number {
  return tf.tidy(() => {
    const predicted = logits.greater(0).toFloat();
    const both = predicted.mul(masks).sum([1, 2, 3]);
    const either = predicted.maximum(masks).sum([1, 2, 3]);
    return both.div(either).mean().dataSync()[0];
  });
}

export default defineExperiment({
  name: "TensorFlow.js U-Net",
  hyperparameters: { epochs: 6, batchSize: 16, filters: 8, learningRate: 3e-3, seed: 1 },
  data: ({ batchSize }) => {
    const train = drawBlobs(480);
    const test = drawBlobs(64);
    return {
      train: inBatches(train.images, train.masks, batchSize),
      validation: inBatches(test.images, test.masks, batchSize),
    };
  },
  model: ({ filters }) => trainable(unet(filters)),
  optimizer: (_, { learningRate }) => minimizing(tf.train.adam(learningRate)),
  step: ({ model, optimizer, batch }) => {
    const [images, masks] = batch;
    const loss = optimizer.minimize(() => tf.losses.sigmoidCrossEntropy(masks, model.forward(images, true)));
    return { loss };
  },
  metrics: { overlap: (output, target) => overlap(output as tf.Tensor4D, target as tf.Tensor4D) },
});
