import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { loadDigits } from "./data/mnist";

/** From images to a few numbers and back. */
export class Autoencoder extends nn.Module {
  encoder: nn.Sequential;
  decoder: nn.Sequential;

  constructor(width: number, latent: number) {
    super();
    this.encoder = new nn.Sequential(
      new nn.Flatten(),
      new nn.Linear(28 * 28, width),
      new nn.ReLU(),
      new nn.Linear(width, latent),
    );
    this.decoder = decoder(width, latent);
  }

  forward(image: Tensor): Tensor {
    return this.decoder(this.encoder(image));
  }
}

/** From a few numbers to an image, as one score for each pixel: how sure it is that there is ink. */
function decoder(width: number, latent: number): nn.Sequential {
  return new nn.Sequential(
    new nn.Linear(latent, width),
    new nn.ReLU(),
    new nn.Linear(width, 28 * 28),
    new nn.Unflatten(1, [1, 28, 28]),
  );
}

/** A variational autoencoder (arXiv 1312.6114): encodes to a distribution, N(μ, σ²), so that any z ~ N(0, 1) decodes to a digit. */
export class Vae extends nn.Module {
  encoder: nn.Sequential;
  mean: nn.Linear;
  logVariance: nn.Linear;
  decoder: nn.Sequential;

  constructor(
    width: number,
    readonly latent: number,
  ) {
    super();
    this.encoder = new nn.Sequential(new nn.Flatten(), new nn.Linear(28 * 28, width), new nn.ReLU());
    this.mean = new nn.Linear(width, latent);
    this.logVariance = new nn.Linear(width, latent);
    this.decoder = decoder(width, latent);
  }

  forward(image: Tensor) {
    const h = this.encoder(image);
    const mean = this.mean(h);
    const logVariance = this.logVariance(h);
    // μ + σ · ε: the noise comes from outside, so that gradients reach μ and σ.
    const z = mean.add(logVariance.div(2).exp().mul(torch.randnLike(mean)));
    return { scores: this.decoder(z), mean, logVariance };
  }

  /** New digits, [count, 1, 28, 28]. */
  sample(count: number): Tensor {
    return this.decoder(torch.randn(count, this.latent)).sigmoid();
  }
}

export class Autoencoders extends nn.Module {
  plain: Autoencoder;
  variational: Vae;

  constructor(width: number, latent: number) {
    super();
    this.plain = new Autoencoder(width, latent);
    this.variational = new Vae(width, latent);
  }

  /** @shape image [N, 1, 28, 28] */
  forward(image: Tensor) {
    return { plain: this.plain(image), ...this.variational(image) };
  }
}

/** Mean over the images of the sum over the pixels. */
function reconstructionLoss(scores: Tensor, image: Tensor): Tensor {
  return F.binaryCrossEntropyWithLogits(scores, image, { reduction: "sum" }).div(image.size(0));
}

/** The divergence of N(μ, σ²) from N(0, 1). */
function divergence(mean: Tensor, logVariance: Tensor): Tensor {
  const each = mean.square().add(logVariance.exp()).sub(logVariance).sub(1);
  return each.sum(1).div(2).mean();
}

export default defineExperiment({
  name: "Autoencoder and VAE on handwritten digits",
  hyperparameters: { epochs: 8, batchSize: 64, learningRate: 1e-3, seed: 1, width: 128, latent: 8 },
  data: ({ batchSize }) => ({ train: new data.DataLoader(loadDigits(), { batchSize, shuffle: true }) }),
  model: ({ width, latent }) => new Autoencoders(width, latent),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  step: ({ model, optimizer, batch: [image] }) => {
    const { plain, scores, mean, logVariance } = model(image);
    const losses = {
      plain: reconstructionLoss(plain, image),
      reconstruction: reconstructionLoss(scores, image),
      divergence: divergence(mean, logVariance),
    };
    const loss = losses.plain.add(losses.reconstruction).add(losses.divergence);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return { loss, ...losses };
  },
  // One of each digit, what either makes of it, and digits that nobody has written.
  samples: ({ model }) => {
    const [images] = loadDigits().tensors;
    const digits = images.at([0, null, 1000]).contiguous();
    const { plain, scores } = model(digits);
    const invented = model.variational.sample(16);
    return { digits, "by the autoencoder": plain.sigmoid(), "by the VAE": scores.sigmoid(), invented };
  },
});
