import { defineExperiment } from "shapewright";
import { data, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/**
 * An affine coupling layer (RealNVP, arXiv 1605.08803): one coordinate stays, and decides how the other is scaled and shifted. So it can be
 * undone, and the logarithm of its determinant is the scale's.
 */
class Coupling extends nn.Module {
  network: nn.Sequential;

  constructor(
    width: number,
    readonly swapped: boolean,
  ) {
    super();
    this.network = new nn.Sequential(
      new nn.Linear(1, width),
      new nn.Tanh(),
      new nn.Linear(width, width),
      new nn.Tanh(),
      new nn.Linear(width, 2),
    );
  }

  /** How the second coordinate is scaled, as a logarithm, and shifted, given the first. */
  scaleAndShift(first: Tensor): [Tensor, Tensor] {
    const [scale, shift] = this.network(first).chunk(2, 1);
    // Bounded, so that no scale explodes.
    return [scale.tanh().mul(2), shift];
  }

  forward(x: Tensor): { z: Tensor; logDeterminant: Tensor } {
    const [first, second] = (this.swapped ? x.flip(1) : x).chunk(2, 1);
    const [scale, shift] = this.scaleAndShift(first);
    const z = torch.cat([first, second.mul(scale.exp()).add(shift)], 1);
    return { z: this.swapped ? z.flip(1) : z, logDeterminant: scale.squeeze(1) };
  }

  inverse(z: Tensor): Tensor {
    const [first, second] = (this.swapped ? z.flip(1) : z).chunk(2, 1);
    const [scale, shift] = this.scaleAndShift(first);
    const x = torch.cat([first, second.sub(shift).mul(scale.neg().exp())], 1);
    return this.swapped ? x.flip(1) : x;
  }
}

/** Coupling layers in a row, each with the coordinates the other way round. */
export class Flow extends nn.Module {
  couplings: nn.ModuleList<Coupling>;

  constructor(layers: number, width: number) {
    super();
    this.couplings = new nn.ModuleList(Array.from({ length: layers }, (_, i) => new Coupling(width, i % 2 === 1)));
  }

  /**
   * How likely points are, as logarithms: as their image under the flow is in N(0, 1), times how much the flow stretches there.
   *
   * @shape x [N, 2]
   */
  forward(x: Tensor): Tensor {
    let z = x;
    let stretched = torch.zeros(x.size(0));
    for (const coupling of this.couplings) {
      const { z: next, logDeterminant } = coupling(z);
      z = next;
      stretched = stretched.add(logDeterminant);
    }
    const density = z
      .square()
      .sum(1)
      .div(-2)
      .sub(Math.log(2 * Math.PI));
    return density.add(stretched);
  }

  /**
   * Noise becomes points by the way back.
   *
   * @shape noise [N, 2]
   */
  sample(noise: Tensor): Tensor {
    let x = noise;
    for (let i = this.couplings.length - 1; i >= 0; i--) x = this.couplings.at(i).inverse(x);
    return x;
  }
}

/** Points on two half circles that reach into each other. */
function moons(count: number): data.TensorDataset {
  const angle = torch.rand(count).mul(Math.PI);
  const lower = torch.rand(count).lt(0.5);
  const x = torch.where(lower, angle.cos().neg().add(1), angle.cos()).sub(0.5);
  const y = torch.where(lower, angle.sin().neg().add(0.5), angle.sin()).sub(0.25);
  const points = torch.stack([x, y], 1).add(torch.randn(count, 2).mul(0.08));
  // A batch is [...inputs, target]; there is nothing to be told, so which moon it was stands for the target.
  return new data.TensorDataset(points, lower.long());
}

export default defineExperiment({
  name: "Normalising flow over two moons",
  hyperparameters: { epochs: 15, batchSize: 100, learningRate: 3e-3, seed: 1, layers: 6, width: 32 },
  data: ({ batchSize }) => ({
    train: new data.DataLoader(moons(4000), { batchSize, shuffle: true }),
    validation: new data.DataLoader(moons(1000), { batchSize: 500 }),
  }),
  model: ({ layers, width }) => new Flow(layers, width),
  loss: (logLikelihood) => logLikelihood.mean().neg(),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
});
