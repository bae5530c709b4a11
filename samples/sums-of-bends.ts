import { defineExperiment } from "shapewright";
import { F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** y = b + Σ cᵢ · sigmoid(bᵢ + wᵢ · x): a sum of soft steps. With enough of them it comes close to any curve. */
export class SigmoidSum extends nn.Module {
  inner: nn.Linear;
  outer: nn.Linear;

  constructor(steps: number) {
    super();
    this.inner = new nn.Linear(1, steps);
    this.outer = new nn.Linear(steps, 1);
    // Steps that lie all over the curve, and not all in its middle.
    this.inner.weight = new nn.Parameter(torch.ones(steps, 1).mul(10));
    this.inner.bias = new nn.Parameter(torch.linspace(-10, 10, steps));
  }

  forward(x: Tensor): Tensor {
    return this.outer(this.inner(x).sigmoid());
  }
}

/** The same of max(0, bᵢ + wᵢ · x). Two of those, one against the other, make a step with a straight edge. */
export class ReluSum extends nn.Module {
  inner: nn.Linear;
  outer: nn.Linear;

  constructor(pairs: number) {
    super();
    this.inner = new nn.Linear(1, 2 * pairs);
    this.outer = new nn.Linear(2 * pairs, 1);
    this.inner.weight = new nn.Parameter(torch.ones(2 * pairs, 1));
    this.inner.bias = new nn.Parameter(torch.linspace(-1, 1, 2 * pairs));
  }

  forward(x: Tensor): Tensor {
    return this.outer(F.relu(this.inner(x)));
  }
}

export class Sums extends nn.Module {
  sigmoids: SigmoidSum;
  relus: ReluSum;

  constructor(bends: number) {
    super();
    this.sigmoids = new SigmoidSum(bends);
    this.relus = new ReluSum(bends);
  }

  /** @shape x [N, 1] */
  forward(x: Tensor): Tensor {
    return torch.stack([this.sigmoids(x), this.relus(x)]);
  }
}

/** A curve of four straight pieces between -1 and 1: up, down, level, up. */
function curve(x: Tensor): Tensor {
  const rise = F.relu(x.add(1)).mul(2);
  const fall = F.relu(x.add(0.5)).mul(-4);
  const level = F.relu(x).mul(2);
  const again = F.relu(x.sub(0.5)).mul(1.5);
  return rise.add(fall).add(level).add(again);
}

export default defineExperiment({
  name: "Sums of sigmoids and of ReLUs fit a curve",
  hyperparameters: { epochs: 1200, learningRate: 0.02, seed: 1, bends: 16 },
  data: () => {
    const x = torch.linspace(-1, 1, 100).unsqueeze(1);
    return { train: [[x, curve(x)]] };
  },
  model: ({ bends }) => new Sums(bends),
  loss: (output, target) => ({
    sigmoids: F.mseLoss(output.select(0, 0), target),
    relus: F.mseLoss(output.select(0, 1), target),
  }),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  schedule: (optimizer, { epochs }) => new optim.lrScheduler.CosineAnnealingLR(optimizer, epochs),
});
