// Attention with one head, written with operations alone.
import * as tf from "@tensorflow/tfjs";

const size = 8;
const wq = tf.variable(tf.randomNormal([8, 8]));
const wk = tf.variable(tf.randomNormal([8, 8]));
const wv = tf.variable(tf.randomNormal([8, 4]));

function project(x, w) {
  const [batch, length, width] = x.shape;
  const rows = x.reshape([batch * length, width]);
  return tf.matMul(rows, w).reshape([batch, length, w.shape[1]]);
}

function attend(x) {
  return tf.tidy(() => {
    const q = project(x, wq);
    const k = project(x, wk);
    const v = project(x, wv);
    const scores = tf.matMul(q, k.transpose([0, 2, 1])).div(Math.sqrt(size));
    return tf.matMul(scores.softmax(), v);
  });
}

const optimizer = tf.train.adam(0.1);
const x = tf.randomNormal([2, 6, 8]);
const target = tf.zeros([2, 6, 4]);
optimizer.minimize(() => tf.losses.meanSquaredError(target, attend(x)).asScalar());
const pooled = attend(x).mean(1);
const padded = pooled.pad([
  [0, 0],
  [1, 1],
]);
tf.stack([padded, tf.zeros([2, 6])], 1)
  .sum([1, 2])
  .dataSync();
