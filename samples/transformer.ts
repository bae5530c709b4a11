import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** Attention over several heads, as in "Attention Is All You Need" (arXiv 1706.03762). */
class MultiHeadAttention extends nn.Module {
  query: nn.Linear;
  key: nn.Linear;
  value: nn.Linear;
  project: nn.Linear;

  constructor(
    readonly width: number,
    readonly heads: number,
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

  /** Each place of `x` asks all places of `memory`; with `isCausal`, only those up to its own. */
  forward(x: Tensor, memory: Tensor, isCausal = false): Tensor {
    const [q, k, v] = [this.split(this.query(x)), this.split(this.key(memory)), this.split(this.value(memory))];
    const mixed = F.scaledDotProductAttention(q, k, v, { isCausal });
    return this.project(mixed.transpose(1, 2).flatten(2));
  }
}

/** Two linear layers that look at each place by itself. */
function feedForward(width: number): nn.Sequential {
  return new nn.Sequential(new nn.Linear(width, 4 * width), new nn.ReLU(), new nn.Linear(4 * width, width));
}

class EncoderLayer extends nn.Module {
  attention: MultiHeadAttention;
  feedForward: nn.Sequential;
  norm1: nn.LayerNorm;
  norm2: nn.LayerNorm;

  constructor(width: number, heads: number) {
    super();
    this.attention = new MultiHeadAttention(width, heads);
    this.feedForward = feedForward(width);
    this.norm1 = new nn.LayerNorm(width);
    this.norm2 = new nn.LayerNorm(width);
  }

  forward(x: Tensor): Tensor {
    x = this.norm1(x.add(this.attention(x, x)));
    return this.norm2(x.add(this.feedForward(x)));
  }
}

class DecoderLayer extends nn.Module {
  attention: MultiHeadAttention;
  cross: MultiHeadAttention;
  feedForward: nn.Sequential;
  norm1: nn.LayerNorm;
  norm2: nn.LayerNorm;
  norm3: nn.LayerNorm;

  constructor(width: number, heads: number) {
    super();
    this.attention = new MultiHeadAttention(width, heads);
    this.cross = new MultiHeadAttention(width, heads);
    this.feedForward = feedForward(width);
    this.norm1 = new nn.LayerNorm(width);
    this.norm2 = new nn.LayerNorm(width);
    this.norm3 = new nn.LayerNorm(width);
  }

  forward(x: Tensor, memory: Tensor, isCausal: boolean): Tensor {
    x = this.norm1(x.add(this.attention(x, x, isCausal)));
    x = this.norm2(x.add(this.cross(x, memory)));
    return this.norm3(x.add(this.feedForward(x)));
  }
}

/** Sines and cosines of growing wavelengths, [length, width]: where a place is. */
function positions(length: number, width: number): Tensor {
  const rates = torch
    .arange(0, width, 2)
    .mul(-Math.log(10_000) / width)
    .exp();
  const angles = torch.outer(torch.arange(length).float(), rates);
  return torch.stack([angles.sin(), angles.cos()], 2).flatten(1);
}

/** Encoder and decoder. The decoder writes token by token, each with a view to those before it. */
export class Transformer extends nn.Module {
  embedding: nn.Embedding;
  encoder: nn.ModuleList<EncoderLayer>;
  decoder: nn.ModuleList<DecoderLayer>;
  /** A decoder that writes all tokens at once, and sees none of them. */
  parallelDecoder: nn.ModuleList<DecoderLayer>;
  output: nn.Linear;

  constructor(
    vocabulary: number,
    readonly width: number,
    heads: number,
    layers: number,
  ) {
    super();
    const each = Array.from({ length: layers });
    this.embedding = new nn.Embedding(vocabulary, width);
    // Once scaled by √width, as large as the sines and cosines of the positions, which would be drowned out otherwise.
    nn.init.normal_(this.embedding.weight, 0, width ** -0.5);
    this.encoder = new nn.ModuleList(each.map(() => new EncoderLayer(width, heads)));
    this.decoder = new nn.ModuleList(each.map(() => new DecoderLayer(width, heads)));
    this.parallelDecoder = new nn.ModuleList(each.map(() => new DecoderLayer(width, heads)));
    this.output = new nn.Linear(width, vocabulary);
  }

  embed(tokens: Tensor): Tensor {
    return this.embedding(tokens)
      .mul(Math.sqrt(this.width))
      .add(positions(tokens.size(1), this.width));
  }

  encode(source: Tensor): Tensor {
    let x = this.embed(source);
    for (const layer of this.encoder) x = layer(x);
    return x;
  }

  decode(given: Tensor, memory: Tensor): Tensor {
    let x = this.embed(given);
    for (const layer of this.decoder) x = layer(x, memory, true);
    return this.output(x);
  }

  decodeInParallel(memory: Tensor, length: number): Tensor {
    let x = positions(length, this.width).expand(memory.size(0), -1, -1);
    for (const layer of this.parallelDecoder) x = layer(x, memory, false);
    return this.output(x);
  }

  /** Starts with nothing but `start` tokens. Each round makes one token more final: that which follows the final ones. */
  write(start: Tensor, memory: Tensor): Tensor {
    const length = start.size(1);
    let given = start;
    for (let round = 1; round < length; round++) {
      const written = this.decode(given, memory).argmax(-1);
      given = torch.cat([start.narrow(1, 0, 1), written.narrow(1, 0, length - 1)], 1);
    }
    return this.decode(given, memory);
  }

  /**
   * The scores of both decoders, [2, N, T, vocabulary]. While it is trained, the first one is given the right tokens, moved by one place
   * (teacher forcing); while it is evaluated it has to write them itself.
   *
   * @shape source [N, S] int64
   * @shape given [N, T] int64
   */
  forward(source: Tensor, given: Tensor): Tensor {
    const memory = this.encode(source);
    const inParallel = this.decodeInParallel(memory, given.size(1));
    const inOrder = this.training ? this.decode(given, memory) : this.write(torch.fullLike(given, start), memory);
    return torch.stack([inOrder, inParallel]);
  }
}

/** The tokens after the digits: what is to be done with those that follow, and the start of an answer. */
const [copy, reverse, start] = [10, 11, 12];
const vocabulary = 13;

/** An instruction and digits; the digits in order or reversed; the same moved by one place behind a start. */
function tasks(count: number, length: number): data.TensorDataset {
  const digits = torch.randint(0, 10, [count, length]);
  const reversing = torch.randint(0, 2, [count, 1]);
  const source = torch.cat([reversing.mul(reverse - copy).add(copy), digits], 1);
  const target = torch.where(reversing.eq(1), digits.flip(1), digits);
  const given = torch.cat([torch.full([count, 1], start), target.narrow(1, 0, length - 1)], 1);
  return new data.TensorDataset(source, given, target);
}

/** The share of sequences without a mistake. */
function exact(scores: Tensor, target: Tensor): number {
  return scores.argmax(-1).eq(target).all(1).float().mean().item();
}

export default defineExperiment({
  name: "Transformer copies and reverses",
  hyperparameters: {
    epochs: 3,
    batchSize: 64,
    learningRate: 2e-3,
    seed: 1,
    length: 6,
    width: 48,
    heads: 4,
    layers: 2,
  },
  data: ({ batchSize, length }) => ({
    train: new data.DataLoader(tasks(6400, length), { batchSize, shuffle: true }),
    validation: new data.DataLoader(tasks(400, length), { batchSize: 100 }),
  }),
  model: ({ width, heads, layers }) => new Transformer(vocabulary, width, heads, layers),
  loss: (output, target) => ({
    inOrder: F.crossEntropy(output.select(0, 0).flatten(0, 1), target.flatten()),
    inParallel: F.crossEntropy(output.select(0, 1).flatten(0, 1), target.flatten()),
  }),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  metrics: {
    exact: (output, target) => exact(output.select(0, 0), target),
    exactInParallel: (output, target) => exact(output.select(0, 1), target),
  },
});
