import { defineExperiment } from "shapewright";
import { data, F, nn, optim } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { loadDigits } from "./data/mnist";

/** A small convolutional network: twice convolution, batch normalisation, ReLU and pooling, then one fully connected layer. */
export class DigitCnn extends nn.Module {
  conv1 = new nn.Conv2d(1, 16, 3, { padding: 1 });
  norm1 = new nn.BatchNorm2d(16);
  conv2 = new nn.Conv2d(16, 32, 3, { padding: 1 });
  norm2 = new nn.BatchNorm2d(32);
  /** 1×1: mixes the channels of each pixel and looks at no neighbour. */
  mix = new nn.Conv2d(32, 32, 1);
  // Pooling by 2 halves each side and rounds down: 28 → 14 → 7. Of an image of 251 it would make 125, then 62, and lose the last row twice.
  pool = new nn.MaxPool2d(2);
  dropout = new nn.Dropout(0.3);
  fc = new nn.Linear(32 * 7 * 7, 10);

  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor): Tensor {
    x = this.pool(F.relu(this.norm1(this.conv1(x))));
    x = this.pool(F.relu(this.norm2(this.conv2(x))));
    x = this.dropout(F.relu(this.mix(x)));
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
  // Smaller and smaller steps towards the end.
  schedule: (optimizer, { epochs }) => new optim.lrScheduler.CosineAnnealingLR(optimizer, epochs),
  monitor: { metric: "accuracy", mode: "max" },
  metrics: {
    // The share of images whose highest score is the right class.
    accuracy: (output, target) => output.argmax(1).eq(target).float().mean().item(),
  },
});
