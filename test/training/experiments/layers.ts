// A model of TensorFlow.js and its own optimizer, given as they are: initial weights, dropout and noise are drawn at random.
import { existsSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";

function network(): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.dense({ inputShape: [3], units: 6, activation: "relu" }));
  model.add(tf.layers.batchNormalization());
  model.add(tf.layers.dropout({ rate: 0.4 }));
  model.add(tf.layers.dense({ units: 1 }));
  return model;
}

function batch(seed: number): [tf.Tensor2D, tf.Tensor2D] {
  const inputs = tf.randomNormal<tf.Rank.R2>([8, 3], 0, 1, "float32", seed);
  return [inputs, tf.tidy(() => tf.matMul(inputs, tf.tensor2d([1, 2, 3], [3, 1])))];
}

export default defineExperiment({
  name: "Layers",
  hyperparameters: { epochs: 4, seed: 3 },
  data: () => ({ train: Array.from({ length: 5 }, (_, seed) => batch(seed + 1)), validation: [batch(99)] }),
  model: network,
  optimizer: () => tf.train.adam(0.05),
  step: ({ model, optimizer, batch: [inputs, targets], step }) => {
    if (step === 13 && existsSync(`${process.cwd()}/killed`)) process.kill(process.pid, "SIGKILL");
    const noisy = tf.tidy(() => inputs.add(Math.random() / 10));
    const error = () =>
      tf.losses.meanSquaredError(targets, model.apply(noisy, { training: true }) as tf.Tensor).asScalar();
    const loss = optimizer.minimize(error, true)!;
    const value = loss.dataSync()[0]!;
    tf.dispose([loss, noisy]);
    return { loss: value };
  },
  metrics: {
    error: (output, target) => tf.tidy(() => tf.losses.meanSquaredError(target, output).dataSync()[0]!),
  },
});
