/**
 * Training throughput of a backend, for comparison between changes: nothing is asserted.
 *
 *   npx jiti test/bench/train-backends.ts [wasm|cpu|native|cuda] [mlp|cnn|transformer]
 */
import * as tf from "@tensorflow/tfjs";
import { chooseBackend } from "../../client/src/runtime/backends";
import type { DeviceRequest } from "../../client/src/runtime/backends";

interface Workload {
  readonly batchSize: number;
  /** The loss of one batch; its variables are created by the surrounding function. */
  readonly loss: () => tf.Scalar;
}

const variable = (shape: number[], scale: number) => tf.variable(tf.randomNormal(shape, 0, scale));

/** Linear 784-128, ReLU, Linear 128-10. */
function mlp(): Workload {
  const batchSize = 64;
  const images = tf.randomNormal([batchSize, 784]);
  const labels = tf.oneHot(tf.randomUniformInt([batchSize], 0, 10), 10);
  const [w1, b1, w2, b2] = [
    variable([784, 128], 0.05),
    variable([128], 0),
    variable([128, 10], 0.05),
    variable([10], 0),
  ];
  const forward = () => images.matMul(w1).add(b1).relu().matMul(w2).add(b2);
  return { batchSize, loss: () => tf.losses.softmaxCrossEntropy(labels, forward()) as tf.Scalar };
}

/** Two 3×3 convolutions with 32 and 64 channels, each with ReLU and 2×2 pooling, then Linear 1600-10. */
function cnn(): Workload {
  const batchSize = 64;
  const images = tf.randomNormal<tf.Rank.R4>([batchSize, 28, 28, 1]);
  const labels = tf.oneHot(tf.randomUniformInt([batchSize], 0, 10), 10);
  const f1 = variable([3, 3, 1, 32], 0.3) as tf.Variable<tf.Rank.R4>;
  const f2 = variable([3, 3, 32, 64], 0.06) as tf.Variable<tf.Rank.R4>;
  const [c1, c2, w, b] = [variable([32], 0), variable([64], 0), variable([1600, 10], 0.02), variable([10], 0)];
  const block = (x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor) =>
    tf.maxPool(tf.relu(tf.add(tf.conv2d(x, filter, 1, "valid"), bias)) as tf.Tensor4D, 2, 2, "valid");
  const forward = () =>
    block(block(images, f1, c1), f2, c2)
      .reshape([batchSize, 1600])
      .matMul(w)
      .add(b);
  return { batchSize, loss: () => tf.losses.softmaxCrossEntropy(labels, forward()) as tf.Scalar };
}

/** Two pre-norm layers of width 64 with four heads over 64 positions, predicting the next of 64 tokens. */
function transformer(): Workload {
  const [batchSize, length, width, heads, vocabulary] = [32, 64, 64, 4, 64];
  const tokens = tf.randomUniformInt([batchSize, length], 0, vocabulary) as tf.Tensor2D;
  const labels = tf.oneHot(tf.randomUniformInt([batchSize * length], 0, vocabulary), vocabulary);
  const embedding = variable([vocabulary, width], 0.5);
  const positions = variable([length, width], 0.5);
  const readout = variable([width, vocabulary], 0.1);
  const mask = tf.sub(1, tf.linalg.bandPart(tf.ones([length, length]), -1, 0)).mul(-1e9);
  const linear = (inputs: number, outputs: number) => {
    const [weight, bias] = [variable([inputs, outputs], 1 / Math.sqrt(inputs)), variable([outputs], 0)];
    return (x: tf.Tensor) => x.matMul(weight).add(bias);
  };
  const layerNorm = () => {
    const [gain, bias] = [tf.variable(tf.ones([width])), variable([width], 0)];
    return (x: tf.Tensor) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(gain).add(bias);
    };
  };
  const layer = () => {
    const [query, key, value, output] = [0, 1, 2, 3].map(() => linear(width, width)) as [Map2, Map2, Map2, Map2];
    const [expand, contract] = [linear(width, 4 * width), linear(4 * width, width)];
    const [before, between] = [layerNorm(), layerNorm()];
    const split = (x: tf.Tensor) => x.reshape([batchSize, length, heads, width / heads]).transpose([0, 2, 1, 3]);
    return (x: tf.Tensor) => {
      const flat = before(x);
      const scores = split(query(flat))
        .matMul(split(key(flat)), false, true)
        .div(Math.sqrt(width / heads));
      const mixed = tf.softmax(scores.add(mask)).matMul(split(value(flat)));
      const attended = x.add(output(mixed.transpose([0, 2, 1, 3]).reshape([batchSize * length, width])));
      return attended.add(contract(expand(between(attended)).relu()));
    };
  };
  const layers = [layer(), layer()];
  const forward = () => {
    let x: tf.Tensor = tf
      .gather(embedding, tokens)
      .add(positions)
      .reshape([batchSize * length, width]);
    for (const apply of layers) {
      x = apply(x);
    }
    return x.matMul(readout);
  };
  return { batchSize, loss: () => tf.losses.softmaxCrossEntropy(labels, forward()) as tf.Scalar };
}

type Map2 = (x: tf.Tensor) => tf.Tensor;

const workloads: Record<string, () => Workload> = { mlp, cnn, transformer };

/** The fastest of several stretches counts: what else the machine does can only slow one down. */
const stretches = { count: 8, milliseconds: 500 };

async function measure(name: string, create: () => Workload): Promise<void> {
  const { batchSize, loss } = create();
  const optimizer = tf.train.adam(1e-3);
  const step = () => {
    const cost = optimizer.minimize(loss, true) as tf.Scalar;
    const value = cost.dataSync()[0] as number;
    cost.dispose();
    return value;
  };
  const first = step();
  let last = step();
  const tensors = tf.memory().numTensors;
  let best = 0;
  for (let stretch = 0; stretch < stretches.count; stretch++) {
    const start = performance.now();
    let samples = 0;
    while (performance.now() - start < stretches.milliseconds) {
      last = step();
      samples += batchSize;
    }
    best = Math.max(best, (samples * 1000) / (performance.now() - start));
  }
  const leaked = tf.memory().numTensors - tensors;
  console.log(
    `${name}: ${Math.round(best)} samples/s, loss ${first.toFixed(3)} to ${last.toFixed(3)}, ${leaked} leaked`,
  );
}

const [device = "wasm", only] = process.argv.slice(2);
console.log((await chooseBackend(device as DeviceRequest)).device.name);
for (const [name, create] of Object.entries(workloads)) {
  if (only === undefined || only === name) {
    await measure(name, create);
  }
}
