import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** The layers that every network is made of, so small that each output can be worked out on paper. */
export class Layers extends nn.Module {
  linear = new nn.Linear(3, 4);
  conv1d = new nn.Conv1d(1, 1, 3);
  conv2d = new nn.Conv2d(1, 1, 3);
  /** Two channels in, three out: each of the three has a 2×2 kernel for either channel, and adds both up. */
  channels = new nn.Conv2d(2, 3, 2);
  flatten = new nn.Flatten();

  /**
   * @shape rows [N, 3]
   * @shape line [N, 1, 5]
   * @shape square [N, 1, 3, 3]
   * @shape pair [N, 2, 3, 3]
   */
  forward(rows: Tensor, line: Tensor, square: Tensor, pair: Tensor): Tensor {
    const products = this.linear(rows);
    const sums = this.flatten(this.conv1d(line));
    const sum = F.relu(this.flatten(this.conv2d(square)));
    const mixed = F.sigmoid(this.flatten(this.channels(pair)));
    return torch.cat([products, sums, sum, mixed], 1);
  }
}

/** 0.1, 0.2, 0.3 and so on. */
function tenths(...sizes: number[]): nn.Parameter {
  const count = sizes.reduce((product, size) => product * size);
  return new nn.Parameter(
    torch
      .arange(1, count + 1)
      .div(10)
      .view(sizes),
  );
}

/** The same layers with weights that were chosen by hand. */
export function layersByHand(): Layers {
  const layers = new Layers();
  layers.linear.weight = tenths(4, 3);
  layers.linear.bias = new nn.Parameter(torch.tensor([2, 3, 4, 5], { dtype: torch.float32 }));
  layers.conv1d.weight = tenths(1, 1, 3);
  layers.conv1d.bias = new nn.Parameter(torch.ones(1));
  layers.conv2d.weight = tenths(1, 1, 3, 3);
  layers.conv2d.bias = new nn.Parameter(torch.ones(1));
  layers.channels.weight = tenths(3, 2, 2, 2);
  layers.channels.bias = new nn.Parameter(torch.zeros(3));
  return layers;
}

/** An exercise for paper: two rows of inputs, and what the layers by hand make of them. */
export const exercise = {
  rows: torch.tensor(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    { dtype: torch.float32 },
  ),
  line: torch.arange(1, 6, 1, { dtype: torch.float32 }).view(1, 1, 5).repeat(2, 1, 1),
  square: torch.arange(1, 10, 1, { dtype: torch.float32 }).view(1, 1, 3, 3).repeat(2, 1, 1, 1),
  pair: torch.zeros(2, 2, 3, 3),
  answer: torch.cat(
    [
      // 1 · 0.1 + 2 · 0.2 + 3 · 0.3 + 2 = 3.4, 1 · 0.4 + 2 · 0.5 + 3 · 0.6 + 3 = 6.2, …
      torch.tensor([
        [3.4, 6.2, 9, 11.8],
        [5.2, 10.7, 16.2, 21.7],
      ]),
      // 1 · 0.1 + 2 · 0.2 + 3 · 0.3 + 1 = 2.4, 2 · 0.1 + 3 · 0.2 + 4 · 0.3 + 1 = 3, …
      torch.tensor([2.4, 3, 3.6]).repeat(2, 1),
      // 1 · 0.1 + 2 · 0.2 + … + 9 · 0.9 + 1 = 29.5
      torch.tensor([29.5]).repeat(2, 1),
      // The sigmoid of 0 is a half.
      torch.full([2, 12], 0.5),
    ],
    1,
  ),
};

/** Random inputs, and what the layers by hand make of them. */
function examples(count: number): data.TensorDataset {
  const [rows, line] = [torch.randn(count, 3), torch.randn(count, 1, 5)];
  const [square, pair] = [torch.randn(count, 1, 3, 3), torch.randn(count, 2, 3, 3)];
  const answer = torch.noGrad(() => layersByHand()(rows, line, square, pair));
  return new data.TensorDataset(rows, line, square, pair, answer);
}

export default defineExperiment({
  name: "Layer arithmetic: find weights set by hand",
  hyperparameters: { epochs: 30, batchSize: 50, learningRate: 0.03, seed: 1 },
  data: ({ batchSize }) => {
    const { rows, line, square, pair, answer } = exercise;
    return {
      train: new data.DataLoader(examples(2000), { batchSize, shuffle: true }),
      validation: new data.DataLoader(new data.TensorDataset(rows, line, square, pair, answer), { batchSize: 2 }),
    };
  },
  model: () => new Layers(),
  loss: (output, target) => F.mseLoss(output, target),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  metrics: {
    // In the validation: how far the furthest answer of the exercise is off.
    largestError: (output, target) => output.sub(target).abs().max().item(),
  },
});
