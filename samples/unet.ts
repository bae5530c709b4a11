import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** Two 3×3 convolutions, each followed by batch normalisation and ReLU. */
function double(inChannels: number, outChannels: number): nn.Sequential {
  return new nn.Sequential(
    new nn.Conv2d(inChannels, outChannels, 3, { padding: 1 }),
    new nn.BatchNorm2d(outChannels),
    new nn.ReLU(),
    new nn.Conv2d(outChannels, outChannels, 3, { padding: 1 }),
    new nn.BatchNorm2d(outChannels),
    new nn.ReLU(),
  );
}

/** The middle [height, width] of images. Pooling rounds down, so a way down and up may end a row short of where it began: 30 → 15 → 7 → 14. */
function crop(x: Tensor, height: number, width: number): Tensor {
  const top = Math.floor((x.size(2) - height) / 2);
  const left = Math.floor((x.size(3) - width) / 2);
  return x.at(":", ":", [top, top + height], [left, left + width]);
}

/** Doubles the sides, then looks at what was seen at that size on the way down. */
class Up extends nn.Module {
  up: nn.ConvTranspose2d;
  convolve: nn.Sequential;

  constructor(inChannels: number, outChannels: number) {
    super();
    this.up = new nn.ConvTranspose2d(inChannels, outChannels, 2, { stride: 2 });
    this.convolve = double(2 * outChannels, outChannels);
  }

  forward(x: Tensor, skipped: Tensor): Tensor {
    const larger = this.up(x);
    const beside = crop(skipped, larger.size(2), larger.size(3));
    return this.convolve(torch.cat([beside, larger], 1));
  }
}

/** U-Net (arXiv 1505.04597), with padded convolutions: what each pixel belongs to, at the size of the image. */
export class UNet extends nn.Module {
  down1: nn.Sequential;
  down2: nn.Sequential;
  bottom: nn.Sequential;
  up2: Up;
  up1: Up;
  output: nn.Conv2d;
  pool = new nn.MaxPool2d(2);

  constructor(width: number) {
    super();
    this.down1 = double(1, width);
    this.down2 = double(width, 2 * width);
    this.bottom = double(2 * width, 4 * width);
    this.up2 = new Up(4 * width, 2 * width);
    this.up1 = new Up(2 * width, width);
    this.output = new nn.Conv2d(width, 1, 1);
  }

  /** @shape image [N, 1, H, W] */
  forward(image: Tensor): Tensor {
    const fine = this.down1(image);
    const coarse = this.down2(this.pool(fine));
    const bottom = this.bottom(this.pool(coarse));
    return this.output(this.up1(this.up2(bottom, coarse), fine));
  }
}

/** Images [1, side, side] of bright blobs, one to three of them, in noise, and where they are. */
function blobs(count: number, side: number): data.TensorDataset {
  const places = torch.arange(side);
  const centre = torch.rand(count, 3, 2, 1, 1).mul(side);
  const radius = torch
    .rand(count, 3, 1, 1)
    .mul(side / 8)
    .add(side / 10);
  const x = places.view(1, 1, 1, side).sub(centre.select(2, 0));
  const y = places.view(1, 1, side, 1).sub(centre.select(2, 1));
  const each = x.square().add(y.square()).sqrt().lt(radius);
  // Which of the three are there; the first always is.
  const there = torch.rand(count, 3, 1, 1).lt(torch.tensor([1, 0.6, 0.3]).view(1, 3, 1, 1));
  const mask = each.logicalAnd(there).any(1, { keepdim: true }).float();
  const images = mask.mul(0.6).add(torch.randn(count, 1, side, side).mul(0.3));
  return new data.TensorDataset(images, mask);
}

/** Of the pixels that belong to a blob or are said to, the share that is right: intersection over union. */
function iou(scores: Tensor, mask: Tensor): number {
  const [found, there] = [scores.gt(0), mask.gt(0.5)];
  const both = found.logicalAnd(there).sum([1, 2, 3]).float();
  const either = found.logicalOr(there).sum([1, 2, 3]).float();
  return both.div(either).mean().item();
}

export default defineExperiment({
  name: "U-Net finds blobs in noise",
  hyperparameters: { epochs: 5, batchSize: 20, learningRate: 3e-3, seed: 1, width: 8, side: 32 },
  data: ({ batchSize, side }) => ({
    train: new data.DataLoader(blobs(1000, side), { batchSize, shuffle: true }),
    validation: new data.DataLoader(blobs(200, side), { batchSize: 50 }),
  }),
  model: ({ width }) => new UNet(width),
  loss: (output, target) => F.binaryCrossEntropyWithLogits(output, target),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  metrics: { iou: (output, target) => iou(output, target) },
});
