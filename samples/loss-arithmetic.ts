import { defineExperiment } from "shapewright";
import { F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/**
 * Losses of numbers: the target has the prediction's shape and floats in it.
 *
 * @shape prediction [N, D]
 * @shape target [N, D]
 */
export function regressionLosses(prediction: Tensor, target: Tensor) {
  return {
    mse: F.mseLoss(prediction, target),
    l1: F.l1Loss(prediction, target),
    huber: F.huberLoss(prediction, target),
    huberSmall: F.huberLoss(prediction, target, { delta: 0.2 }),
  };
}

/**
 * The loss of one class out of C: scores as they come out of the last layer, without softmax, and the number of the right class.
 *
 * @shape scores [N, C]
 * @shape classes [N] int64
 */
export function classLosses(scores: Tensor, classes: Tensor) {
  return {
    crossEntropy: F.crossEntropy(scores, classes),
    // The same in two steps.
    nll: F.nllLoss(F.logSoftmax(scores, 1), classes),
  };
}

/**
 * Losses of many yes-or-no questions: one float for each score, 1 for yes and 0 for no.
 *
 * @shape scores [N, C]
 * @shape answers [N, C]
 */
export function binaryLosses(scores: Tensor, answers: Tensor) {
  return {
    bceWithLogits: F.binaryCrossEntropyWithLogits(scores, answers),
    // The same in two steps, which loses digits where the sigmoid comes close to 0 or 1.
    bce: F.binaryCrossEntropy(scores.sigmoid(), answers),
  };
}

/**
 * What a reduction does to the loss of each element.
 *
 * @shape prediction [N, D]
 * @shape target [N, D]
 */
export function reductions(prediction: Tensor, target: Tensor) {
  const each = F.mseLoss(prediction, target, { reduction: "none" });
  const perSample = each.mean(1);
  const sum = F.mseLoss(prediction, target, { reduction: "sum" });
  return { each, perSample, sum, mean: sum.div(each.numel()) };
}

/** First guesses, small enough to work out each loss on paper. Training moves them to the targets. */
export class Guesses extends nn.Module {
  numbers = new nn.Parameter(
    torch.tensor([
      [0.5, 0.2],
      [0.7, 0.9],
    ]),
  );
  scores = new nn.Parameter(
    torch.tensor([
      [2, 1, 0.5, -1],
      [1, 2, -0.5, 0.5],
      [-0.5, 1, 1.5, 2],
    ]),
  );
  questions = new nn.Parameter(
    torch.tensor([
      [2, 1],
      [1, 2],
      [-0.5, 1],
    ]),
  );

  /**
   * @shape numbers [2, 2]
   * @shape classes [3] int64
   * @shape answers [3, 2]
   */
  forward(numbers: Tensor, classes: Tensor, answers: Tensor) {
    return {
      ...regressionLosses(this.numbers, numbers),
      ...classLosses(this.scores, classes),
      ...binaryLosses(this.questions, answers),
    };
  }
}

/** At the first step: mse 0.0925, l1 0.275, huber 0.04625, huberSmall 0.03625, crossEntropy 0.57695, bceWithLogits 0.61129. */
const targets: [Tensor, Tensor, Tensor] = [
  torch.tensor([
    [0.6, 0.4],
    [0.3, 0.5],
  ]),
  torch.tensor([0, 1, 3]),
  torch.tensor(
    [
      [1, 0],
      [0, 1],
      [0, 1],
    ],
    { dtype: torch.float32 },
  ),
];

export default defineExperiment({
  name: "Loss arithmetic: eight losses fall to their least",
  hyperparameters: { epochs: 20, learningRate: 0.02, seed: 1 },
  data: () => ({ train: Array.from({ length: 25 }, () => targets) }),
  model: () => new Guesses(),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  step: ({ model, optimizer, batch: [numbers, classes, answers] }) => {
    const losses = model(numbers, classes, answers);
    const loss = losses.mse.add(losses.crossEntropy).add(losses.bceWithLogits);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return { loss, ...losses };
  },
});
