// Reads a sequence of numbers and writes one, as the addition example does.
import * as tf from "@tensorflow/tfjs";

const length = 7;
const model = tf.sequential();
model.add(tf.layers.embedding({ inputDim: 12, outputDim: 8, inputLength: 7 }));
model.add(tf.layers.lstm({ units: 16 }));
model.add(tf.layers.repeatVector({ n: 4 }));
model.add(tf.layers.gru({ units: 16, returnSequences: true }));
model.add(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 12 }) }));
model.add(tf.layers.activation({ activation: "softmax" }));
model.compile({ loss: "categoricalCrossentropy", optimizer: "rmsprop" });

const questions = tf.zeros([5, length]);
const answers = tf.oneHot(tf.zeros([5, 4], "int32"), 12);
await model.fit(questions, answers, { epochs: 1 });
const out = model.predict(questions);
const digits = out.argMax(2);
digits.reshape([20]).arraySync();
