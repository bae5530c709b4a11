import { defineExperiment } from "shapewright";
import { data, F, nn, optim } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { loadDigits } from "./data/mnist";

/** A multi-layer perceptron: two fully connected layers with a ReLU between them. */
export class Mlp extends nn.Module {
  hidden: nn.Linear;
  /** Without some of its units at a time, the network cannot learn the digits by heart. */
  dropout = new nn.Dropout(0.4);
  output: nn.Linear;

  constructor(width: number) {
    super();
    this.hidden = new nn.Linear(28 * 28, width);
    this.output = new nn.Linear(width, 10);
  }

  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor): Tensor {
    const pixels = x.flatten(1);
    return this.output(this.dropout(F.relu(this.hidden(pixels))));
  }
}

export default defineExperiment({
  name: "MLP on handwritten digits",
  hyperparameters: { epochs: 15, batchSize: 64, learningRate: 2e-3, seed: 1, width: 256 },
  data: ({ batchSize }) => {
    const [train, test] = data.randomSplit(loadDigits(), [0.8, 0.2]);
    return {
      train: new data.DataLoader(train, { batchSize, shuffle: true }),
      validation: new data.DataLoader(test, { batchSize: 200 }),
    };
  },
  model: ({ width }) => new Mlp(width),
  loss: (output, target) => F.crossEntropy(output, target),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  // Smaller and smaller steps towards the end.
  schedule: (optimizer, { epochs }) => new optim.lrScheduler.CosineAnnealingLR(optimizer, epochs),
  metrics: {
    // The share of images whose highest score is the right class.
    accuracy: (output, target) => output.argmax(1).eq(target).float().mean().item(),
  },
});
