// Polynomial regression, trained by hand.
import * as tf from "@tensorflow/tfjs";

const degree = 3;
const weights = tf.variable(tf.zeros([4, 1]));
const xs = tf.linspace(-1, 1, 20);
const ys = xs.square().add(0.5).reshape([20, 1]);

function powersOf(x) {
  const columns = [];
  for (let i = 0; i <= degree; i++) columns.push(x.pow(i));
  return tf.stack(columns, 1);
}

const optimizer = tf.train.sgd(0.1);
for (let step = 0; step < 2; step++) {
  optimizer.minimize(() => {
    const prediction = tf.matMul(powersOf(xs), weights);
    return prediction.sub(ys).square().mean();
  });
}
const test = tf.tensor1d([0.1, 0.2, 0.3]);
const predicted = powersOf(test).matMul(weights).squeeze([1]);
const error = predicted
  .sub(tf.tensor1d([0.5, 0.5, 0.6]))
  .abs()
  .max();
error.dataSync();
