import { defineExperiment } from "shapewright";
import { data, F, nn, optim } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { drawShapes, shapeNames } from "./data/shapes";

function convolution(inChannels: number, outChannels: number, kernelSize: number, stride = 1, groups = 1) {
  const padding = Math.floor(kernelSize / 2);
  return new nn.Sequential(
    new nn.Conv2d(inChannels, outChannels, kernelSize, { stride, padding, groups, bias: false }),
    new nn.BatchNorm2d(outChannels),
  );
}

/**
 * A standard 3×3 convolution has 9 · in · out weights. Split in two, one kernel for each channel and then a mix of the channels at each
 * pixel, it has 9 · in + in · out: for 64 channels in and out 4,672 instead of 36,864 (MobileNet, arXiv 1704.04861).
 *
 * @shape x [N, 64, H, W]
 */
export function separable(x: Tensor) {
  const standard = new nn.Conv2d(64, 64, 3, { padding: 1, bias: false });
  const depthwise = new nn.Conv2d(64, 64, 3, { padding: 1, groups: 64, bias: false });
  const pointwise = new nn.Conv2d(64, 64, 1, { bias: false });
  return {
    standard: standard(x),
    separated: pointwise(depthwise(x)),
    weights: [standard.weight.numel(), depthwise.weight.numel() + pointwise.weight.numel()],
  };
}

/** An inverted residual (MobileNetV2, 1801.04381; MnasNet): widen, look at the neighbourhood of each channel by itself, narrow again. */
class InvertedResidual extends nn.Module {
  widen: nn.Sequential;
  depthwise: nn.Sequential;
  narrow: nn.Sequential;
  hasShortcut: boolean;

  constructor(inChannels: number, outChannels: number, expansion: number, kernelSize: number, stride: number) {
    super();
    const width = inChannels * expansion;
    this.widen = convolution(inChannels, width, 1);
    this.depthwise = convolution(width, width, kernelSize, stride, width);
    this.narrow = convolution(width, outChannels, 1);
    this.hasShortcut = stride === 1 && inChannels === outChannels;
  }

  forward(x: Tensor): Tensor {
    const wide = F.relu6(this.depthwise(F.relu6(this.widen(x))));
    // No activation behind the last one: in few channels it would lose too much.
    const residual = this.narrow(wide);
    return this.hasShortcut ? x.add(residual) : residual;
  }
}

/** A row of blocks: expansion, channels, how many, the first one's stride, kernel size. */
type Stage = readonly [expansion: number, channels: number, count: number, stride: number, kernelSize: number];

/** MobileNetV2's and MnasNet-A1's stages (the latter without squeeze-and-excitation), with a quarter of the channels. */
const stages: Record<string, readonly Stage[]> = {
  mobilenet: [
    [1, 4, 1, 1, 3],
    [6, 6, 2, 2, 3],
    [6, 8, 3, 2, 3],
    [6, 16, 4, 2, 3],
    [6, 24, 3, 1, 3],
  ],
  mnasnet: [
    [1, 4, 1, 1, 3],
    [6, 6, 2, 2, 3],
    [3, 10, 3, 2, 5],
    [6, 20, 4, 2, 3],
    [6, 28, 2, 1, 3],
  ],
};

export class MobileNet extends nn.Module {
  stem: nn.Sequential;
  blocks: nn.Sequential;
  head: nn.Sequential;
  average = new nn.AdaptiveAvgPool2d(1);
  fc: nn.Linear;

  constructor(network: string, classes: number) {
    super();
    this.stem = convolution(3, 8, 3, 2);
    const blocks: nn.Module[] = [];
    let channels = 8;
    for (const [expansion, width, count, stride, kernelSize] of stages[network]) {
      for (let i = 0; i < count; i++) {
        blocks.push(new InvertedResidual(channels, width, expansion, kernelSize, i === 0 ? stride : 1));
        channels = width;
      }
    }
    this.blocks = new nn.Sequential(...blocks);
    this.head = convolution(channels, 96, 1);
    this.fc = new nn.Linear(96, classes);
  }

  /** @shape images [N, 3, 16*H, 16*W] */
  forward(images: Tensor): Tensor {
    const x = this.blocks(F.relu6(this.stem(images)));
    return this.fc(this.average(F.relu6(this.head(x))).flatten(1));
  }
}

export default defineExperiment({
  name: "MobileNet on drawn shapes",
  // `--set network=mnasnet` trains the other one.
  hyperparameters: { epochs: 5, batchSize: 50, learningRate: 3e-3, seed: 1, network: "mobilenet" },
  ranges: { network: { choices: ["mobilenet", "mnasnet"] } },
  data: ({ batchSize }) => ({
    train: new data.DataLoader(drawShapes(400), { batchSize, shuffle: true }),
    validation: new data.DataLoader(drawShapes(100), { batchSize: 100 }),
  }),
  model: ({ network }) => new MobileNet(network, shapeNames.length),
  loss: (output, target) => F.crossEntropy(output, target),
  optimizer: (parameters, { learningRate }) => new optim.AdamW(parameters, { lr: learningRate }),
  schedule: (optimizer, { epochs }) => new optim.lrScheduler.CosineAnnealingLR(optimizer, epochs),
  metrics: {
    accuracy: (output, target) => output.argmax(1).eq(target).float().mean().item(),
  },
});
