import { defineExperiment } from "shapewright";
import { nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** What each walker is moved by, in the order of the model's parameters. */
const names = ["sgd", "momentum", "adagrad", "rmsProp", "adam", "adamW", "warmUp", "decay", "clipped"];

/**
 * How high places lie in a narrow valley, twenty times as steep across as along. Its lowest point, 0, is at (0, 0).
 *
 * @shape places [N, 2]
 */
export function height(places: Tensor): Tensor {
  const steepness = torch.tensor([0.1, 2]);
  return places.square().mul(steepness).sum(1).div(2);
}

/** One place in the valley for each optimizer. All start from the same one. */
export class Walkers extends nn.Module {
  places = new nn.ParameterList(names.map(() => new nn.Parameter(torch.tensor([-7, 2], { dtype: torch.float32 }))));

  forward(): Tensor {
    return height(torch.stack([...this.places]));
  }
}

/** Moves each place by an optimizer of its own. */
class Race {
  readonly optimizers: optim.Optimizer[];
  readonly schedules: optim.lrScheduler.LambdaLR[];
  readonly clipped: nn.Parameter[];

  constructor(places: nn.Parameter[], lr: number) {
    const of = (name: string) => places.filter((_, i) => names[i] === name);
    const warmUp = new optim.Adam(of("warmUp"), { lr: 2 * lr });
    const decay = new optim.SGD(of("decay"), { lr: 2 * lr });
    this.clipped = of("clipped");
    this.optimizers = [
      new optim.SGD(of("sgd"), { lr }),
      new optim.SGD(of("momentum"), { lr: lr / 4, momentum: 0.8 }),
      new optim.Adagrad(of("adagrad"), { lr: 2 * lr }),
      new optim.RMSprop(of("rmsProp"), { lr: lr / 4 }),
      new optim.Adam(of("adam"), { lr }),
      new optim.AdamW(of("adamW"), { lr, weightDecay: 0.1 }),
      warmUp,
      decay,
      new optim.SGD(this.clipped, { lr: 2 * lr }),
    ];
    this.schedules = [
      // From a tenth of the rate to all of it in ten steps.
      new optim.lrScheduler.LambdaLR(warmUp, (step) => Math.min(1, (step + 1) / 10)),
      // Half of it after every twenty steps. Without that the walker would jump from side to side for ever.
      new optim.lrScheduler.LambdaLR(decay, (step) => 0.5 ** Math.floor(step / 20)),
    ];
  }

  zeroGrad(): void {
    for (const optimizer of this.optimizers) optimizer.zeroGrad();
  }

  step(): void {
    nn.utils.clipGradNorm_(this.clipped, 1);
    for (const optimizer of this.optimizers) optimizer.step();
    for (const schedule of this.schedules) schedule.step();
  }
}

export default defineExperiment({
  name: "Optimizers race down a narrow valley",
  hyperparameters: { epochs: 1, learningRate: 0.4, seed: 1, steps: 100 },
  data: ({ steps }) => ({ train: Array.from({ length: steps }, (_, step) => [step]) }),
  model: () => new Walkers(),
  optimizer: (parameters, { learningRate }) => new Race(parameters, learningRate),
  // The walkers share nothing, so one step down the sum of their heights is a step of each.
  step: ({ model, optimizer }) => {
    const heights = model();
    const loss = heights.sum();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return { loss, ...Object.fromEntries(names.map((name, i) => [name, heights.at(i)])) };
  },
});
