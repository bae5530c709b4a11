import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** How many Gaussians stand in the ring, and how far from its middle. */
const modes = 8;
const radius = 2;

function network(inputs: number, width: number, outputs: number): nn.Sequential {
  return new nn.Sequential(
    new nn.Linear(inputs, width),
    new nn.LeakyReLU(0.2),
    new nn.Linear(width, width),
    new nn.LeakyReLU(0.2),
    new nn.Linear(width, outputs),
  );
}

/** A generative adversarial network (arXiv 1406.2661) with conditions (1411.1784): the generator is told which Gaussian to aim at. */
export class ConditionalGan extends nn.Module {
  generator: nn.Sequential;
  discriminator: nn.Sequential;

  constructor(
    readonly noise: number,
    width: number,
  ) {
    super();
    this.generator = network(noise + modes, width, 2);
    this.discriminator = network(2 + modes, width, 1);
  }

  /**
   * Points for the given modes.
   *
   * @shape mode [N] int64
   */
  forward(mode: Tensor): Tensor {
    const condition = F.oneHot(mode, modes).float();
    const noise = torch.randn(mode.size(0), this.noise);
    return this.generator(torch.cat([noise, condition], 1));
  }

  /** How real points look for their modes: [N, 1], above 0 for real. */
  judge(points: Tensor, mode: Tensor): Tensor {
    return this.discriminator(torch.cat([points, F.oneHot(mode, modes).float()], 1));
  }
}

/** The middles of modes, [N, 2]. */
function centres(mode: Tensor): Tensor {
  const angle = mode.float().mul((2 * Math.PI) / modes);
  return torch.stack([angle.cos(), angle.sin()], 1).mul(radius);
}

function ring(count: number): data.TensorDataset {
  const mode = torch.randint(0, modes, [count]);
  return new data.TensorDataset(centres(mode).add(torch.randn(count, 2).mul(0.1)), mode);
}

/** Two optimizers, one for each player. */
class Players {
  readonly generator: optim.Adam;
  readonly discriminator: optim.Adam;

  constructor(parameters: nn.Parameter[], lr: number) {
    // The generator's three layers come first, with a weight and a bias each.
    this.generator = new optim.Adam(parameters.slice(0, 6), { lr, betas: [0.5, 0.9] });
    this.discriminator = new optim.Adam(parameters.slice(6), { lr, betas: [0.5, 0.9] });
  }

  zeroGrad(): void {
    this.generator.zeroGrad();
    this.discriminator.zeroGrad();
  }

  step(): void {
    this.generator.step();
    this.discriminator.step();
  }
}

export default defineExperiment({
  name: "Conditional GAN covers a ring of Gaussians",
  hyperparameters: { epochs: 10, batchSize: 64, learningRate: 1e-3, seed: 1, noise: 4, width: 64, rounds: 2 },
  data: ({ batchSize }) => ({ train: new data.DataLoader(ring(6400), { batchSize, shuffle: true }) }),
  model: ({ noise, width }) => new ConditionalGan(noise, width),
  optimizer: (parameters, { learningRate }) => new Players(parameters, learningRate),
  step: ({ model, optimizer, batch: [points, mode], hyperparameters }) => {
    const real = torch.ones(mode.size(0), 1);
    const fake = torch.zeros(mode.size(0), 1);
    let discriminatorLoss = torch.tensor(0, { dtype: torch.float32 });
    for (let round = 0; round < hyperparameters.rounds; round++) {
      // Detached: what the discriminator learns is no business of the generator.
      const made = model(mode).detach();
      const onReal = F.binaryCrossEntropyWithLogits(model.judge(points, mode), real);
      const onFake = F.binaryCrossEntropyWithLogits(model.judge(made, mode), fake);
      discriminatorLoss = onReal.add(onFake);
      optimizer.zeroGrad();
      discriminatorLoss.backward();
      optimizer.discriminator.step();
    }
    const made = model(mode);
    const generatorLoss = F.binaryCrossEntropyWithLogits(model.judge(made, mode), real);
    optimizer.zeroGrad();
    generatorLoss.backward();
    optimizer.generator.step();

    const distance = made.detach().sub(centres(mode)).square().sum(1).sqrt();
    // The share of points within three standard deviations, and of modes that got at least one.
    const hits = distance.lt(0.3);
    const covered = F.oneHot(mode, modes).mul(hits.long().unsqueeze(1)).any(0).float().mean();
    return { discriminator: discriminatorLoss, generator: generatorLoss, hits: hits.float().mean(), covered };
  },
});
