import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** Radial basis functions: each unit answers to how near a point is to its own centre, with a bell curve of its own width. */
export class RbfNetwork extends nn.Module {
  centres: nn.Parameter;
  logWidths: nn.Parameter;
  output: nn.Linear;

  constructor(inputs: number, units: number) {
    super();
    this.centres = new nn.Parameter(torch.rand(units, inputs).mul(2).sub(1));
    this.logWidths = new nn.Parameter(torch.full([units], Math.log(0.5)));
    this.output = new nn.Linear(units, 1);
  }

  /** @shape points [N, 2] */
  forward(points: Tensor): Tensor {
    // Every point against every centre: [N, 1, 2] and [units, 2] make [N, units, 2].
    const differences = points.unsqueeze(1).sub(this.centres);
    const distances = differences.square().sum(2);
    const bells = distances.div(this.logWidths.mul(2).exp().mul(2)).neg().exp();
    return this.output(bells).squeeze(1);
  }
}

/** A landscape between -1 and 1. */
function height(points: Tensor): Tensor {
  const [x, y] = points.unbind(1);
  return x.mul(Math.PI).sin().mul(y.mul(Math.PI).cos());
}

function places(count: number): data.TensorDataset {
  const points = torch.rand(count, 2).mul(2).sub(1);
  return new data.TensorDataset(points, height(points));
}

export default defineExperiment({
  name: "RBF network learns a landscape",
  hyperparameters: { epochs: 40, batchSize: 50, learningRate: 0.02, seed: 1, units: 40 },
  data: ({ batchSize }) => ({
    train: new data.DataLoader(places(1000), { batchSize, shuffle: true }),
    validation: new data.DataLoader(places(500), { batchSize: 500 }),
  }),
  model: ({ units }) => new RbfNetwork(2, units),
  loss: (output, target) => F.mseLoss(output, target),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  schedule: (optimizer, { epochs }) => new optim.lrScheduler.CosineAnnealingLR(optimizer, epochs),
});
