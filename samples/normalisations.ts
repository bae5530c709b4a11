import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** Dynamic tanh (arXiv 2503.10622): no statistics at all, yet it tames large values as a normalisation does. */
export class DyT extends nn.Module {
  alpha: nn.Parameter;
  weight: nn.Parameter;
  bias: nn.Parameter;

  constructor(width: number, alpha = 0.5) {
    super();
    this.alpha = new nn.Parameter(torch.tensor(alpha));
    this.weight = new nn.Parameter(torch.ones(width));
    this.bias = new nn.Parameter(torch.zeros(width));
  }

  forward(x: Tensor): Tensor {
    return x.mul(this.alpha).tanh().mul(this.weight).add(this.bias);
  }
}

/** A normalisation of features that come as [N, C]: those for sequences and images are given a last dimension, and give it back. */
export class OverFeatures extends nn.Module {
  constructor(
    readonly groups: number,
    readonly normalisation: nn.Module & ((x: Tensor) => Tensor),
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return this.normalisation(x.unflatten(1, [this.groups, -1])).flatten(1);
  }
}

/** The normalisations of `width` features. Batch normalisation looks down the columns of a batch, the others along each row. */
export function normalisations(width: number) {
  return {
    none: new nn.Identity(),
    batch: new nn.BatchNorm1d(width),
    layer: new nn.LayerNorm(width),
    rms: new nn.RMSNorm(width),
    group: new nn.GroupNorm(2, width),
    // The features as two channels: each is normalised over its own positions, in every sample by itself.
    instance: new OverFeatures(2, new nn.InstanceNorm1d(2, { affine: true })),
    dyt: new DyT(width),
  };
}

/**
 * [[1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 5, 6]] gives -1.2247, 0 and 1.2247 in each column by BatchNorm1d, and -1.3416, -0.4472, 0.4472
 * and 1.3416 in each row by LayerNorm. Evaluation takes the running statistics: after one batch of training, a tenth of the way
 * from mean 0 and variance 1 to the batch's own.
 *
 * @shape x [N, 4]
 */
export function byBatchAndByLayer(x: Tensor) {
  const batchNorm = new nn.BatchNorm1d(4);
  const columns = batchNorm(x);
  batchNorm.eval();
  const withRunningStatistics = batchNorm(x);
  const rows = new nn.LayerNorm(4)(x);
  return { columns, withRunningStatistics, rows };
}

/** A classifier with one normalisation between its layers. */
class Classifier extends nn.Module {
  first: nn.Linear;
  second: nn.Linear;
  output: nn.Linear;

  constructor(
    width: number,
    readonly normalisation: nn.Module & ((x: Tensor) => Tensor),
  ) {
    super();
    this.first = new nn.Linear(2, width);
    this.second = new nn.Linear(width, width);
    this.output = new nn.Linear(width, 2);
  }

  forward(x: Tensor): Tensor {
    const h = F.relu(this.normalisation(this.first(x)));
    return this.output(F.relu(this.second(h)));
  }
}

/** The same classifier with each of the normalisations. */
export class Classifiers extends nn.Module {
  classifiers: nn.ModuleDict<Classifier>;

  constructor(width: number) {
    super();
    this.classifiers = new nn.ModuleDict();
    for (const [name, normalisation] of Object.entries(normalisations(width)))
      this.classifiers.set(name, new Classifier(width, normalisation));
  }

  /** @shape x [N, 2] */
  forward(x: Tensor): Tensor {
    return torch.stack(this.classifiers.values().map((classifier) => classifier(x)));
  }
}

/** Points inside and outside of a circle that lies far from the origin: nothing has mean 0 or variance 1. */
function circle(count: number): data.TensorDataset {
  const points = torch.randn(count, 2);
  const inside = points.square().sum(1).lt(1.4);
  return new data.TensorDataset(points.mul(5).add(5), inside.long());
}

export default defineExperiment({
  name: "Normalisations on data of a bad scale",
  hyperparameters: { epochs: 8, batchSize: 50, learningRate: 3e-3, seed: 1, width: 16 },
  data: ({ batchSize }) => ({ train: new data.DataLoader(circle(2000), { batchSize, shuffle: true }) }),
  model: ({ width }) => new Classifiers(width),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  // The classifiers share nothing, so one step on the sum of their losses is a step of each.
  step: ({ model, optimizer, batch: [points, classes] }) => {
    const losses: Record<string, Tensor> = {};
    let loss = torch.tensor(0, { dtype: torch.float32 });
    for (const [name, classifier] of model.classifiers.entries()) {
      const own = F.crossEntropy(classifier(points), classes);
      losses[name] = own;
      loss = loss.add(own);
    }
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return { loss, ...losses };
  },
});
