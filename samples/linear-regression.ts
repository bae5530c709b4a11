import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** A straight line, y = w · x + b. */
export class Line extends nn.Module {
  linear = new nn.Linear(1, 1);

  /** @shape x [N, 1] */
  forward(x: Tensor): Tensor {
    return this.linear(x);
  }
}

/** The line that is to be found. */
const [w, b] = [3, -2];

/** Points on the line, moved up or down at random. */
function points(count: number): data.TensorDataset {
  const x = torch.rand(count, 1).mul(4).sub(2);
  const noise = torch.randn(count, 1).mul(0.1);
  return new data.TensorDataset(x, x.mul(w).add(b).add(noise));
}

export default defineExperiment({
  name: "Linear regression",
  // One step for each ten points. `--batch-size 200` takes all of them at once: one step an epoch, so it needs more epochs.
  hyperparameters: { epochs: 20, batchSize: 10, learningRate: 0.05, seed: 1 },
  data: ({ batchSize }) => ({ train: new data.DataLoader(points(200), { batchSize, shuffle: true }) }),
  model: () => new Line(),
  optimizer: (parameters, { learningRate }) => new optim.SGD(parameters, { lr: learningRate }),
  step: ({ model, optimizer, batch: [x, y] }) => {
    const loss = F.mseLoss(model(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    const { weight, bias } = model.linear;
    return { loss, w: weight.item(), b: bias?.item() ?? 0 };
  },
});
