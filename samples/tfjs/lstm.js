// An LSTM that repeats what it heard some steps ago.
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";
import { accuracy } from "./accuracy";
import { inBatches } from "./batches";
import { minimizing, trainable } from "./trainable";

const symbols = 4;
const steps = 10;
const delay = 2;

function echo(units) {
  const heard = tf.input({ shape: [steps, symbols] });
  const states = tf.layers.lstm({ units, returnSequences: true }).apply(heard);
  const said = tf.layers.timeDistributed({ layer: tf.layers.dense({ units: symbols }) }).apply(states);
  return tf.model({ inputs: heard, outputs: said });
}

/** Random symbols, and the same ones later; before that, the first symbol. */
function sequences(count) {
  const heard = tf.randomUniformInt([count, steps], 0, symbols);
  const silence = tf.zeros([count, delay], "int32");
  const said = tf.concat([silence, heard.slice([0, 0], [count, steps - delay])], 1);
  return [tf.oneHot(heard, symbols).toFloat(), tf.oneHot(said, symbols).toFloat()];
}

export default defineExperiment({
  name: "TensorFlow.js LSTM",
  hyperparameters: { epochs: 12, batchSize: 64, units: 32, learningRate: 0.01, seed: 1 },
  data: ({ batchSize }) => ({
    train: inBatches(...sequences(1280), batchSize),
    validation: inBatches(...sequences(128), batchSize),
  }),
  model: ({ units }) => trainable(echo(units)),
  optimizer: (_, { learningRate }) => minimizing(tf.train.adam(learningRate)),
  step: ({ model, optimizer, batch }) => {
    const [heard, said] = batch;
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(said, model.forward(heard, true)));
    return { loss };
  },
  metrics: { accuracy: (output, target) => accuracy(output, target) },
});
