import { defineExperiment } from "shapewright";
import { data, F, nn, optim } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { loadDigits } from "./data/mnist";

/** A small convolutional network: twice convolution, ReLU and pooling, then one fully connected layer. */
export class DigitCnn extends nn.Module {
  conv1 = new nn.Conv2d(1, 16, 3, { padding: 1 });
  conv2 = new nn.Conv2d(16, 32, 3, { padding: 1 });
  pool = new nn.MaxPool2d(2);
  fc = new nn.Linear(32 * 7 * 7, 10);

  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor): Tensor {
    x = this.pool(F.relu(this.conv1(x)));
    x = this.pool(F.relu(this.conv2(x)));
    return this.fc(x.view(x.size(0), -1));
  }
}

export default defineExperiment({
  name: "CNN on handwritten digits",
  hyperparameters: { epochs: 6, batchSize: 64, learningRate: 3e-3, seed: 1 },
  data: ({ batchSize }) => {
    const [train, test] = data.randomSplit(loadDigits(), [0.8, 0.2]);
    return {
      train: new data.DataLoader(train, { batchSize, shuffle: true }),
      validation: new data.DataLoader(test, { batchSize: 200 }),
    };
  },
  model: () => new DigitCnn(),
  loss: (output, target) => F.crossEntropy(output, target),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  metrics: {
    // The share of images whose highest score is the right class.
    accuracy: (output, target) => output.argmax(1).eq(target).float().mean().item(),
  },
});
