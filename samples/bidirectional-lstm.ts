import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** What reviews are made of, by token: neutral words, good ones, bad ones, and "not", which turns the next word around. */
const [neutralWords, goodWords, badWords] = [10, 5, 5];
const [firstGood, firstBad, not] = [neutralWords, neutralWords + goodWords, neutralWords + goodWords + badWords];
const vocabulary = not + 1;

/** Two layers of LSTM, each read forwards and backwards; what both directions know at their ends decides. */
export class SentimentLstm extends nn.Module {
  embedding: nn.Embedding;
  lstm: nn.LSTM;
  output: nn.Linear;

  constructor(readonly width: number) {
    super();
    this.embedding = new nn.Embedding(vocabulary, width);
    this.lstm = new nn.LSTM(width, width, { numLayers: 2, bidirectional: true, batchFirst: true });
    this.output = new nn.Linear(2 * width, 2);
  }

  /** @shape words [N, T] int64 */
  forward(words: Tensor): Tensor {
    const [, [states]] = this.lstm(this.embedding(words));
    // [layers · directions, N, width]: the last two are the last layer's, forwards and backwards.
    const both = torch.cat([states.select(0, -2), states.select(0, -1)], 1);
    return this.output(both);
  }
}

/** Random words, and whether more good than bad is said: "not good" is bad, "not bad" is good. */
function reviews(count: number, length: number): data.TensorDataset {
  const words = torch.randint(0, vocabulary, [count, length]);
  const good = words.ge(firstGood).logicalAnd(words.lt(firstBad)).long();
  const bad = words.ge(firstBad).logicalAnd(words.lt(not)).long();
  const before = torch.cat([torch.zeros(count, 1, { dtype: torch.int64 }), words.narrow(1, 0, length - 1)], 1);
  const turned = before.eq(not).long().mul(-2).add(1);
  const verdict = good.sub(bad).mul(turned).sum(1);
  return new data.TensorDataset(words, verdict.gt(0).long());
}

export default defineExperiment({
  name: "Bidirectional LSTM reads reviews",
  hyperparameters: { epochs: 8, batchSize: 64, learningRate: 5e-3, seed: 1, width: 32, length: 12 },
  data: ({ batchSize, length }) => ({
    train: new data.DataLoader(reviews(6400, length), { batchSize, shuffle: true }),
    validation: new data.DataLoader(reviews(1000, length), { batchSize: 200 }),
  }),
  model: ({ width }) => new SentimentLstm(width),
  loss: (output, target) => F.crossEntropy(output, target),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  schedule: (optimizer, { epochs }) => new optim.lrScheduler.CosineAnnealingLR(optimizer, epochs),
  metrics: {
    accuracy: (output, target) => output.argmax(1).eq(target).float().mean().item(),
  },
});
