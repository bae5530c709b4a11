import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** Multi-head self-attention as in "Attention Is All You Need" (arXiv 1706.03762), written out. */
export class SelfAttention extends nn.Module {
  query: nn.Linear;
  key: nn.Linear;
  value: nn.Linear;
  project: nn.Linear;

  constructor(
    readonly width: number,
    readonly heads: number,
    readonly causal = false,
  ) {
    super();
    this.query = new nn.Linear(width, width);
    this.key = new nn.Linear(width, width);
    this.value = new nn.Linear(width, width);
    this.project = new nn.Linear(width, width);
  }

  /** [N, T, width] as [N, heads, T, width / heads]. */
  split(x: Tensor): Tensor {
    const [batch, length] = x.shape;
    return x.view(batch, length, this.heads, this.width / this.heads).transpose(1, 2);
  }

  forward(x: Tensor): Tensor {
    const [batch, length] = x.shape;
    const q = this.split(this.query(x));
    const k = this.split(this.key(x));
    const v = this.split(this.value(x));

    let scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(this.width / this.heads));
    if (this.causal) {
      const future = torch.ones(length, length, { dtype: torch.bool }).triu(1);
      scores = scores.maskedFill(future, -Infinity);
    }
    const mixed = scores.softmax(-1).matmul(v);
    // The heads are put back beside each other: transposed memory has no view of that shape.
    return this.project(mixed.transpose(1, 2).contiguous().view(batch, length, this.width));
  }
}

/** Sorts a sequence of numbers: for each place of the sorted sequence, which number stands there. */
export class Sorter extends nn.Module {
  numbers: nn.Embedding;
  places: nn.Embedding;
  attention1: SelfAttention;
  attention2: SelfAttention;
  norm1: nn.LayerNorm;
  norm2: nn.LayerNorm;
  expand: nn.Linear;
  contract: nn.Linear;
  output: nn.Linear;

  constructor(vocabulary: number, length: number, width: number, heads: number) {
    super();
    this.numbers = new nn.Embedding(vocabulary, width);
    this.places = new nn.Embedding(length, width);
    this.attention1 = new SelfAttention(width, heads);
    this.attention2 = new SelfAttention(width, heads);
    this.norm1 = new nn.LayerNorm(width);
    this.norm2 = new nn.LayerNorm(width);
    this.expand = new nn.Linear(width, 4 * width);
    this.contract = new nn.Linear(4 * width, width);
    this.output = new nn.Linear(width, vocabulary);
  }

  /** @shape x [N, T] int64 */
  forward(x: Tensor): Tensor {
    let h = this.numbers(x).add(this.places(torch.arange(x.size(1))));
    h = this.norm1(h.add(this.attention1(h)));
    h = h.add(this.contract(F.gelu(this.expand(h))));
    h = this.norm2(h.add(this.attention2(h)));
    return this.output(h);
  }
}

/** Random sequences and the same sequences sorted. */
function sequences(count: number, length: number, vocabulary: number): data.TensorDataset {
  const x = torch.randint(0, vocabulary, [count, length]);
  const [sorted] = x.sort(1);
  return new data.TensorDataset(x, sorted);
}

export default defineExperiment({
  name: "Self-attention sorts sequences",
  hyperparameters: {
    epochs: 8,
    batchSize: 64,
    learningRate: 2e-3,
    seed: 1,
    length: 8,
    vocabulary: 10,
    width: 32,
    heads: 4,
  },
  data: ({ batchSize, length, vocabulary }) => {
    return {
      train: new data.DataLoader(sequences(4000, length, vocabulary), { batchSize, shuffle: true }),
      validation: new data.DataLoader(sequences(500, length, vocabulary), { batchSize: 100 }),
    };
  },
  model: ({ vocabulary, length, width, heads }) => new Sorter(vocabulary, length, width, heads),
  // Cross-entropy wants the classes in dimension 1: [N, T, vocabulary] becomes [N·T, vocabulary].
  loss: (output, target) => F.crossEntropy(output.flatten(0, 1), target.flatten()),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  metrics: {
    accuracy: (output, target) => output.argmax(-1).eq(target).float().mean().item(),
  },
});
