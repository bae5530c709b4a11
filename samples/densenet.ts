import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { drawShapes, shapeNames } from "./data/shapes";

/** Squeeze-and-excitation (arXiv 1709.01507): what is in the whole image decides how much each channel counts. */
class SqueezeExcitation extends nn.Module {
  squeeze: nn.Linear;
  excite: nn.Linear;

  constructor(channels: number, reduction: number) {
    super();
    this.squeeze = new nn.Linear(channels, channels / reduction);
    this.excite = new nn.Linear(channels / reduction, channels);
  }

  forward(x: Tensor): Tensor {
    const summary = x.mean([2, 3]);
    const weights = this.excite(F.relu(this.squeeze(summary))).sigmoid();
    // [N, C, 1, 1] is spread out over all pixels.
    return x.mul(weights.unsqueeze(-1).unsqueeze(-1));
  }
}

/** One layer of a dense block: a few channels more, made from all that came before. */
class DenseLayer extends nn.Module {
  norm: nn.BatchNorm2d;
  conv: nn.Conv2d;

  constructor(inChannels: number, growth: number) {
    super();
    this.norm = new nn.BatchNorm2d(inChannels);
    this.conv = new nn.Conv2d(inChannels, growth, 3, { padding: 1, bias: false });
  }

  forward(x: Tensor): Tensor {
    return torch.cat([x, this.conv(F.relu(this.norm(x)))], 1);
  }
}

/** Between blocks: half the channels, half the sides. */
class Transition extends nn.Module {
  norm: nn.BatchNorm2d;
  conv: nn.Conv2d;
  pool = new nn.AvgPool2d(2);

  constructor(inChannels: number) {
    super();
    this.norm = new nn.BatchNorm2d(inChannels);
    this.conv = new nn.Conv2d(inChannels, inChannels / 2, 1, { bias: false });
  }

  forward(x: Tensor): Tensor {
    return this.pool(this.conv(F.relu(this.norm(x))));
  }
}

/** DenseNet (arXiv 1608.06993), with squeeze-and-excitation behind each block. */
export class DenseNet extends nn.Module {
  stem: nn.Conv2d;
  features: nn.Sequential;
  norm: nn.BatchNorm2d;
  fc: nn.Linear;

  /** @param layers in each of the blocks */
  constructor(layers: readonly number[], growth: number, classes: number) {
    super();
    let channels = 2 * growth;
    this.stem = new nn.Conv2d(3, channels, 3, { stride: 2, padding: 1, bias: false });
    const parts: nn.Module[] = [];
    for (const [block, count] of layers.entries()) {
      if (block > 0) {
        parts.push(new Transition(channels));
        channels /= 2;
      }
      for (let i = 0; i < count; i++) {
        parts.push(new DenseLayer(channels, growth));
        channels += growth;
      }
      parts.push(new SqueezeExcitation(channels, 4));
    }
    this.features = new nn.Sequential(...parts);
    this.norm = new nn.BatchNorm2d(channels);
    this.fc = new nn.Linear(channels, classes);
  }

  /** @shape images [N, 3, 8*H, 8*W] */
  forward(images: Tensor): Tensor {
    const x = F.relu(this.norm(this.features(this.stem(images))));
    return this.fc(x.mean([2, 3]));
  }
}

export default defineExperiment({
  name: "DenseNet with squeeze-and-excitation on drawn shapes",
  hyperparameters: { epochs: 5, batchSize: 50, learningRate: 3e-3, seed: 1, growth: 8 },
  data: ({ batchSize }) => ({
    train: new data.DataLoader(drawShapes(400), { batchSize, shuffle: true }),
    validation: new data.DataLoader(drawShapes(100), { batchSize: 100 }),
  }),
  model: ({ growth }) => new DenseNet([4, 4, 4], growth, shapeNames.length),
  loss: (output, target) => F.crossEntropy(output, target),
  optimizer: (parameters, { learningRate }) => new optim.AdamW(parameters, { lr: learningRate }),
  schedule: (optimizer, { epochs }) => new optim.lrScheduler.CosineAnnealingLR(optimizer, epochs),
  metrics: {
    accuracy: (output, target) => output.argmax(1).eq(target).float().mean().item(),
  },
});
