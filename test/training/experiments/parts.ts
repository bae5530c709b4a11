// Everything an experiment may ask for beside data, model, loss and optimizer, on a task that is learnt at once.
import { defineExperiment } from "shapewright";
import type { Tensor } from "shapewright/torch";
import { nn, optim, torch } from "shapewright/torch";

class Net extends nn.Module {
  hidden = new nn.Linear(2, 4);
  logarithm = new Logarithm();
  out = new nn.Linear(4, 1);

  forward(x: Tensor): Tensor {
    return this.out(this.logarithm(this.hidden(x)));
  }
}

/** Fine for inputs above 0. */
class Logarithm extends nn.Module {
  forward(x: Tensor): Tensor {
    return x.add(1).log();
  }
}

/** Sums of pairs, in batches of 4. */
function sums(): [Tensor, Tensor][] {
  return [1, 2, 3].map((seed) => {
    const x = torch
      .arange(8)
      .float()
      .mul(seed / 100)
      .view(4, 2);
    return [x, x.sum(1, { keepdim: true })];
  });
}

export default defineExperiment({
  name: "Parts",
  hyperparameters: { epochs: 6, learningRate: 0.01, optimizer: "sgd", seed: 1 },
  ranges: { learningRate: { min: 0, max: 1 }, optimizer: { choices: ["sgd", "adam"] } },
  data: () => ({ train: sums(), validation: sums() }),
  model: () => {
    const net = new Net();
    nn.init.uniform_(net.hidden.weight, 0.1, 0.5);
    return net;
  },
  loss: (output, target) => ({ error: output.sub(target).square().mean(), size: output.square().mean().mul(0.01) }),
  optimizer: (parameters, { learningRate, optimizer }) =>
    optimizer === "sgd"
      ? new optim.SGD(parameters, { lr: learningRate })
      : new optim.Adam(parameters, { lr: learningRate }),
  schedule: (optimizer) => new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.1 }),
  clipGradients: { maxNorm: 1 },
  monitor: { metric: "error", mode: "min" },
  earlyStopping: { patience: 50 },
  histograms: { everyEpochs: 3 },
  samples: ({ model, epoch }) => ({ weights: model.hidden.weight, "what/it says": `epoch ${epoch}` }),
});
