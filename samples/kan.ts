import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** The degree of the splines. */
const degree = 3;

/**
 * A layer of a Kolmogorov-Arnold network (arXiv 2404.19756): on each edge from an input to an output stands a function of one number,
 * a B-spline whose coefficients are learned beside a plain SiLU. An output adds up what its edges give.
 */
export class KanLayer extends nn.Module {
  knots: Tensor;
  spline: nn.Parameter;
  base: nn.Linear;

  /** @param cells into which the grid divides the range from -1 to 1 */
  constructor(inputs: number, outputs: number, cells: number) {
    super();
    // The grid goes on by `degree` cells on either side, so that every place inside lies under as many basis functions.
    this.knots = torch
      .arange(-degree, cells + degree + 1)
      .mul(2 / cells)
      .sub(1);
    this.registerBuffer("knots", this.knots);
    this.spline = new nn.Parameter(torch.randn(outputs, inputs, cells + degree).mul(0.1));
    this.base = new nn.Linear(inputs, outputs);
  }

  /** The basis functions at each number, [N, inputs, cells + degree], by the recursion of Cox and de Boor. */
  basis(x: Tensor): Tensor {
    const { knots } = this;
    const places = x.unsqueeze(2);
    const count = knots.size(0);
    const from = knots.narrow(0, 0, count - 1);
    let values = places
      .ge(from)
      .logicalAnd(places.lt(knots.narrow(0, 1, count - 1)))
      .float();
    for (let k = 1; k <= degree; k++) {
      const left = knots.narrow(0, 0, count - 1 - k);
      const right = knots.narrow(0, k + 1, count - 1 - k);
      // The knots are evenly spaced: each rise and fall takes k cells.
      const span = knots.at(k).sub(knots.at(0));
      const rising = places
        .sub(left)
        .div(span)
        .mul(values.narrow(2, 0, count - 1 - k));
      const falling = right
        .sub(places)
        .div(span)
        .mul(values.narrow(2, 1, count - 1 - k));
      values = rising.add(falling);
    }
    return values;
  }

  forward(x: Tensor): Tensor {
    const splines = torch.einsum("nig,oig->no", this.basis(x), this.spline);
    return this.base(F.silu(x)).add(splines);
  }
}

export class Kan extends nn.Module {
  first: KanLayer;
  second: KanLayer;

  constructor(width: number, cells: number) {
    super();
    this.first = new KanLayer(2, width, cells);
    this.second = new KanLayer(width, 1, cells);
  }

  /** @shape points [N, 2] */
  forward(points: Tensor): Tensor {
    return this.second(this.first(points)).squeeze(1);
  }
}

/** f(x, y) = exp(sin πx + y²) */
function target(points: Tensor): Tensor {
  const [x, y] = points.unbind(1);
  return x.mul(Math.PI).sin().add(y.square()).exp();
}

function places(count: number): data.TensorDataset {
  const points = torch.rand(count, 2).mul(2).sub(1);
  return new data.TensorDataset(points, target(points));
}

export default defineExperiment({
  name: "KAN learns exp(sin πx + y²)",
  hyperparameters: { epochs: 60, batchSize: 50, learningRate: 0.02, seed: 1, width: 5, cells: 8 },
  data: ({ batchSize }) => ({
    train: new data.DataLoader(places(1000), { batchSize, shuffle: true }),
    validation: new data.DataLoader(places(500), { batchSize: 500 }),
  }),
  model: ({ width, cells }) => new Kan(width, cells),
  loss: (output, expected) => F.mseLoss(output, expected),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  schedule: (optimizer, { epochs }) => new optim.lrScheduler.CosineAnnealingLR(optimizer, epochs),
});
