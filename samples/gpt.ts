import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { rhymes } from "./data/rhymes";

/** What the text is made of; a character's place in it is its token. */
const alphabet = "\n ,-.abcdefghijklmnopqrstuvwxyz";

interface GptConfig {
  readonly vocabulary: number;
  /** The most characters that the network looks back at. */
  readonly block: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly dropout: number;
}

class CausalSelfAttention extends nn.Module {
  /** Query, key and value of all heads in one product. */
  qkv: nn.Linear;
  project: nn.Linear;

  constructor(readonly config: GptConfig) {
    super();
    this.qkv = new nn.Linear(config.width, 3 * config.width);
    this.project = new nn.Linear(config.width, config.width);
  }

  forward(x: Tensor): Tensor {
    const { width, heads } = this.config;
    const [batch, length] = x.shape;
    const [q, k, v] = this.qkv(x)
      .split(width, 2)
      .map((part) => part.view(batch, length, heads, width / heads).transpose(1, 2));
    const mixed = F.scaledDotProductAttention(q, k, v, { isCausal: true });
    return this.project(mixed.transpose(1, 2).reshape(batch, length, width));
  }
}

/** Normalisation comes before each part, so that there is a way around all of them: "pre-norm". */
class Block extends nn.Module {
  norm1: nn.LayerNorm;
  attention: CausalSelfAttention;
  norm2: nn.LayerNorm;
  mlp: nn.Sequential;
  dropout: nn.Dropout;

  constructor(config: GptConfig) {
    super();
    const { width, dropout } = config;
    this.norm1 = new nn.LayerNorm(width);
    this.attention = new CausalSelfAttention(config);
    this.norm2 = new nn.LayerNorm(width);
    this.mlp = new nn.Sequential(new nn.Linear(width, 4 * width), new nn.GELU(), new nn.Linear(4 * width, width));
    this.dropout = new nn.Dropout(dropout);
  }

  forward(x: Tensor): Tensor {
    x = x.add(this.dropout(this.attention(this.norm1(x))));
    return x.add(this.dropout(this.mlp(this.norm2(x))));
  }
}

/** A decoder without an encoder that guesses the next character of each place (GPT-2, in small). */
export class Gpt extends nn.Module {
  tokens: nn.Embedding;
  places: nn.Embedding;
  blocks: nn.ModuleList<Block>;
  norm: nn.LayerNorm;
  output: nn.Linear;

  constructor(readonly config: GptConfig) {
    super();
    const { vocabulary, block, width, layers } = config;
    this.tokens = new nn.Embedding(vocabulary, width);
    this.places = new nn.Embedding(block, width);
    this.blocks = new nn.ModuleList(Array.from({ length: layers }, () => new Block(config)));
    this.norm = new nn.LayerNorm(width);
    // A character is read and written with the same vector: the weights are tied.
    this.output = new nn.Linear(width, vocabulary, { bias: false });
    nn.init.normal_(this.tokens.weight, 0, 0.02);
    nn.init.normal_(this.places.weight, 0, 0.02);
    this.output.weight = this.tokens.weight;
  }

  /** @shape text [N, T] int64 */
  forward(text: Tensor): Tensor {
    let x = this.tokens(text).add(this.places(torch.arange(text.size(1))));
    for (const block of this.blocks) x = block(x);
    return this.output(this.norm(x));
  }

  /** Goes on from a text of one block. A temperature below 1 makes likely characters likelier still. */
  write(prompt: Tensor, count: number, temperature = 0.8): string {
    let seen = prompt;
    let written = "";
    for (let i = 0; i < count; i++) {
      const scores = this.forward(seen).select(1, -1).div(temperature);
      const next = torch.multinomial(scores.softmax(-1), 1);
      written += alphabet.charAt(next.item());
      seen = torch.cat([seen.narrow(1, 1, seen.size(1) - 1), next], 1);
    }
    return written;
  }
}

/** Every place of a text to start from: a block of characters, and the same moved by one. */
function passages(text: string, block: number): data.TensorDataset {
  const codes = Array.from(text, (character) => alphabet.indexOf(character));
  // Overlapping windows of block + 1 characters. They are views: nothing is copied.
  const windows = torch.tensor(codes, { dtype: torch.int64 }).unfold(0, block + 1, 1);
  return new data.TensorDataset(windows.narrow(1, 0, block), windows.narrow(1, 1, block));
}

/** Of the next character at every place. Cross-entropy wants the classes in dimension 1. */
function nextCharacterLoss(scores: Tensor, next: Tensor): Tensor {
  return F.crossEntropy(scores.transpose(1, 2), next);
}

export default defineExperiment({
  name: "GPT learns nursery rhymes",
  hyperparameters: {
    epochs: 4,
    batchSize: 32,
    learningRate: 3e-3,
    seed: 1,
    block: 32,
    width: 48,
    heads: 4,
    layers: 2,
    dropout: 0.1,
  },
  data: ({ batchSize, block }) => {
    const [train, held] = data.randomSplit(passages(rhymes, block), [0.9, 0.1]);
    return {
      train: new data.DataLoader(train, { batchSize, shuffle: true }),
      validation: new data.DataLoader(held, { batchSize: 100 }),
    };
  },
  model: (config) => new Gpt({ ...config, vocabulary: alphabet.length }),
  loss: (output, target) => nextCharacterLoss(output, target),
  optimizer: (parameters, { learningRate }) => new optim.AdamW(parameters, { lr: learningRate }),
  step: ({ model, optimizer, batch: [text, next], step }) => {
    const loss = nextCharacterLoss(model(text), next);
    optimizer.zeroGrad();
    loss.backward();
    nn.utils.clipGradNorm_(model.parameters(), 1);
    optimizer.step();
    // The log shows how it writes, from the first step on.
    if (step % 100 === 1) console.log(`Step ${step}: ${torch.noGrad(() => model.write(text.narrow(0, 0, 1), 60))}\n`);
    return { loss };
  },
});
