// A conditional GAN on a ring of Gaussians: the generator is told which of the eight it is to hit, and so is the discriminator.
import * as tf from "@tensorflow/tfjs";
import { defineExperiment } from "shapewright";

const modes = 8;
const noise = 4;

function ring(classes: tf.Tensor1D): tf.Tensor2D {
  const angle = classes.toFloat().mul((2 * Math.PI) / modes);
  const centres = tf.stack([angle.cos(), angle.sin()], 1);
  return centres.add(tf.randomNormal([classes.size, 2], 0, 0.05)) as tf.Tensor2D;
}

function network(inputs: number, hidden: number, outputs: number): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [inputs], units: hidden, activation: "relu" }),
      tf.layers.dense({ units: hidden, activation: "relu" }),
      tf.layers.dense({ units: outputs }),
    ],
  });
}

class ConditionalGan {
  readonly generator: tf.Sequential;
  readonly discriminator: tf.Sequential;

  constructor(hidden: number) {
    this.generator = network(noise + modes, hidden, 2);
    this.discriminator = network(2 + modes, hidden, 1);
  }

  /** @shape conditions [N, 8] float32 */
  forward(conditions: tf.Tensor2D): tf.Tensor2D {
    const z = tf.randomNormal([conditions.shape[0], noise]);
    return this.generator.apply(tf.concat([z, conditions], 1)) as tf.Tensor2D;
  }

  /**
   * How real points look to the discriminator, as logits.
   * @shape points [N, 2] float32
   * @shape conditions [N, 8] float32
   */
  judge(points: tf.Tensor2D, conditions: tf.Tensor2D): tf.Tensor2D {
    return this.discriminator.apply(tf.concat([points, conditions], 1)) as tf.Tensor2D;
  }

  parameters() {
    return { generator: this.generator.trainableWeights, discriminator: this.discriminator.trainableWeights };
  }
}

/** Two optimizers, each for its own network's variables. */
class Duel {
  private readonly generating: tf.Optimizer;
  private readonly discriminating: tf.Optimizer;

  constructor(
    private readonly weights: ReturnType<ConditionalGan["parameters"]>,
    learningRate: number,
  ) {
    this.generating = tf.train.adam(learningRate, 0.5);
    this.discriminating = tf.train.adam(learningRate, 0.5);
  }

  minimize(network: "generator" | "discriminator", loss: () => tf.Scalar): number {
    const optimizer = network === "generator" ? this.generating : this.discriminating;
    const variables = this.weights[network].map((weight) => weight.read() as tf.Variable);
    const value = optimizer.minimize(loss, true, variables) as tf.Scalar;
    const [number] = value.dataSync();
    value.dispose();
    return number;
  }

  step() {}
  zeroGrad() {}
}

export default defineExperiment({
  name: "TensorFlow.js conditional GAN",
  hyperparameters: { epochs: 20, batchSize: 64, hidden: 64, learningRate: 2e-3, seed: 1 },
  data: ({ batchSize }) => {
    const batch = (): [tf.Tensor2D, tf.Tensor2D] => {
      const classes = tf.randomUniformInt([batchSize], 0, modes) as tf.Tensor1D;
      return [tf.oneHot(classes, modes).toFloat() as tf.Tensor2D, ring(classes)];
    };
    return { train: Array.from({ length: 50 }, batch), validation: [batch()] };
  },
  model: ({ hidden }) => new ConditionalGan(hidden),
  optimizer: (parameters, { learningRate }) => new Duel(parameters, learningRate),
  step: ({ model, optimizer, batch: [conditions, points] }) => {
    const ones = tf.ones([conditions.shape[0], 1]);
    const zeros = tf.zeros([conditions.shape[0], 1]);
    const discriminator = optimizer.minimize("discriminator", () => {
      const real = tf.losses.sigmoidCrossEntropy(ones, model.judge(points, conditions));
      const fake = tf.losses.sigmoidCrossEntropy(zeros, model.judge(model.forward(conditions), conditions));
      return real.add(fake);
    });
    const generator = optimizer.minimize("generator", () => {
      return tf.losses.sigmoidCrossEntropy(ones, model.judge(model.forward(conditions), conditions));
    });
    tf.dispose([ones, zeros]);
    return { generator, discriminator };
  },
  monitor: { metric: "distance", mode: "min" },
  // How far what is generated lies from where it should, on average.
  metrics: {
    distance: (output, target) => tf.tidy(() => output.sub(target).norm("euclidean", 1).mean().dataSync()[0]),
  },
});
