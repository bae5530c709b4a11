import { defineExperiment } from "shapewright";
import { nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** Swish (arXiv 1710.05941): x · σ(βx) with a β that is learned. With β = 1 it is SiLU. */
export class Swish extends nn.Module {
  beta = new nn.Parameter(torch.tensor(1.5));

  forward(x: Tensor): Tensor {
    return x.mul(x.mul(this.beta).sigmoid());
  }
}

/** The first of two probabilities, of x against 0: it is the sigmoid of x. */
export class SoftmaxAgainstZero extends nn.Module {
  forward(x: Tensor): Tensor {
    const pairs = torch.stack([x, torch.zerosLike(x)], 1);
    return pairs.softmax(1).select(1, 0);
  }
}

/** The activation functions, side by side. */
export class Activations extends nn.Module {
  functions = new nn.ModuleDict<nn.Module & ((x: Tensor) => Tensor)>({
    sigmoid: new nn.Sigmoid(),
    tanh: new nn.Tanh(),
    relu: new nn.ReLU(),
    relu6: new nn.ReLU6(),
    leakyRelu: new nn.LeakyReLU(0.1),
    prelu: new nn.PReLU(),
    rrelu: new nn.RReLU(),
    elu: new nn.ELU(),
    selu: new nn.SELU(),
    gelu: new nn.GELU(),
    geluTanh: new nn.GELU({ approximate: "tanh" }),
    silu: new nn.SiLU(),
    swish: new Swish(),
    hardswish: new nn.Hardswish(),
    mish: new nn.Mish(),
    softmax: new SoftmaxAgainstZero(),
  });

  /** @shape x [N] */
  forward(x: Tensor): Tensor {
    return torch.stack(this.functions.values().map((activation) => activation(x)));
  }
}

/** Points from -5 to 5. What is plotted at step 1 belongs to -5, at step 101 to 0, at step 201 to 5. */
const points = Array.from({ length: 201 }, (_, i) => (i - 100) / 20);

export default defineExperiment({
  name: "Activation functions and their slopes",
  hyperparameters: { epochs: 1, learningRate: 0.01, seed: 1 },
  data: () => ({ train: points.map((point) => [torch.tensor([point], { dtype: torch.float32 })]) }),
  model: () => new Activations(),
  optimizer: (parameters, { learningRate }) => new optim.SGD(parameters, { lr: learningRate }),
  // Nothing is learned: each step plots every function and its derivative at the next point.
  step: ({ model, batch: [point] }) => {
    const plotted: Record<string, number> = {};
    for (const [name, activation] of model.functions.entries()) {
      const x = point.clone().requiresGrad_();
      const y = activation(x);
      y.sum().backward();
      plotted[name] = y.item();
      plotted[`${name} slope`] = x.grad?.item() ?? 0;
    }
    return plotted;
  },
});
