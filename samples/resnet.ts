import { defineExperiment } from "shapewright";
import { data, F, nn, optim } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { drawShapes, shapeNames } from "./data/shapes";

/** A residual network as in "Deep Residual Learning for Image Recognition" (arXiv 1512.03385). */
export interface ResNetConfig {
  /** Blocks of two 3×3 convolutions, or of a 3×3 convolution between two of 1×1. */
  readonly block: "basic" | "bottleneck";
  /** The number of blocks in each stage. From the second stage on, the first block halves the sides. */
  readonly stages: readonly number[];
  /** Channels of the first stage; each further one has twice as many. */
  readonly width: number;
  readonly classes: number;
}

/** The published ones: `resNet(18)` has 64 channels in its first stage and tells 1000 classes. */
export function resNet(depth: number, { width = 64, classes = 1000 } = {}): ResNet {
  if (depth === 18) return new ResNet({ block: "basic", stages: [2, 2, 2, 2], width, classes });
  if (depth === 50) return new ResNet({ block: "bottleneck", stages: [3, 4, 6, 3], width, classes });
  throw new RangeError(`There is no configuration for a ResNet of depth ${depth}.`);
}

function convolution(inChannels: number, outChannels: number, kernelSize: number, stride = 1): nn.Sequential {
  const padding = Math.floor(kernelSize / 2);
  return new nn.Sequential(
    new nn.Conv2d(inChannels, outChannels, kernelSize, { stride, padding, bias: false }),
    new nn.BatchNorm2d(outChannels),
  );
}

/** What a block adds to its input: the input itself, or a projection of it where the size changes. */
function shortcut(inChannels: number, outChannels: number, stride: number): nn.Sequential {
  return stride === 1 && inChannels === outChannels
    ? new nn.Sequential()
    : convolution(inChannels, outChannels, 1, stride);
}

class BasicBlock extends nn.Module {
  static readonly expansion = 1;
  conv1: nn.Sequential;
  conv2: nn.Sequential;
  shortcut: nn.Sequential;

  constructor(inChannels: number, width: number, stride: number) {
    super();
    this.conv1 = convolution(inChannels, width, 3, stride);
    this.conv2 = convolution(width, width, 3);
    this.shortcut = shortcut(inChannels, width, stride);
  }

  forward(x: Tensor): Tensor {
    const residual = this.conv2(F.relu(this.conv1(x)));
    return F.relu(residual.add(this.shortcut(x)));
  }
}

class Bottleneck extends nn.Module {
  static readonly expansion = 4;
  reduce: nn.Sequential;
  conv: nn.Sequential;
  expand: nn.Sequential;
  shortcut: nn.Sequential;

  constructor(inChannels: number, width: number, stride: number) {
    super();
    const outChannels = width * Bottleneck.expansion;
    this.reduce = convolution(inChannels, width, 1);
    this.conv = convolution(width, width, 3, stride);
    this.expand = convolution(width, outChannels, 1);
    this.shortcut = shortcut(inChannels, outChannels, stride);
  }

  forward(x: Tensor): Tensor {
    const h = F.relu(this.conv(F.relu(this.reduce(x))));
    return F.relu(this.expand(h).add(this.shortcut(x)));
  }
}

export class ResNet extends nn.Module {
  stem: nn.Sequential;
  pool = new nn.MaxPool2d(3, { stride: 2, padding: 1 });
  stages: nn.ModuleList<nn.Sequential>;
  average = new nn.AdaptiveAvgPool2d(1);
  fc: nn.Linear;

  constructor({ block, stages, width, classes }: ResNetConfig) {
    super();
    const Block = block === "basic" ? BasicBlock : Bottleneck;
    this.stem = convolution(3, width, 7, 2);
    this.stages = new nn.ModuleList();
    let channels = width;
    for (const [stage, count] of stages.entries()) {
      const blocks: nn.Module[] = [];
      for (let i = 0; i < count; i++) {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        blocks.push(new Block(channels, width * 2 ** stage, stride));
        channels = width * 2 ** stage * Block.expansion;
      }
      this.stages.append(new nn.Sequential(...blocks));
    }
    this.fc = new nn.Linear(channels, classes);
  }

  /** @shape images [N, 3, 32*H, 32*W] */
  forward(images: Tensor): Tensor {
    let x = this.pool(F.relu(this.stem(images)));
    for (const stage of this.stages) x = stage(x);
    return this.fc(this.average(x).flatten(1));
  }
}

/**
 * The two published networks on an image of the published size.
 *
 * @shape image [1, 3, 224, 224]
 */
export function published(image: Tensor) {
  return { resNet18: resNet(18)(image), resNet50: resNet(50)(image) };
}

export default defineExperiment({
  name: "ResNet on drawn shapes",
  // `--set depth=50` trains the other one. Both have an eighth of the published channels.
  hyperparameters: { epochs: 4, batchSize: 50, learningRate: 2e-3, seed: 1, depth: 18, width: 8 },
  data: ({ batchSize }) => ({
    train: new data.DataLoader(drawShapes(400), { batchSize, shuffle: true }),
    validation: new data.DataLoader(drawShapes(100), { batchSize: 100 }),
  }),
  model: ({ depth, width }) => resNet(depth, { width, classes: shapeNames.length }),
  loss: (output, target) => F.crossEntropy(output, target),
  optimizer: (parameters, { learningRate }) => new optim.AdamW(parameters, { lr: learningRate }),
  metrics: {
    accuracy: (output, target) => output.argmax(1).eq(target).float().mean().item(),
  },
});
