import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/*
 * One step of each recurrent cell, written out. Each is given what its two weight matrices make of the step's input, and of the state
 * before it: one number for each gate of each unit, the gates beside each other.
 */

function rnnStep(input: Tensor, hidden: Tensor): Tensor {
  return input.add(hidden).tanh();
}

function gruStep(input: Tensor, hidden: Tensor, h: Tensor): Tensor {
  const [inputReset, inputUpdate, inputNew] = input.chunk(3, 1);
  const [hiddenReset, hiddenUpdate, hiddenNew] = hidden.chunk(3, 1);
  const reset = inputReset.add(hiddenReset).sigmoid();
  const update = inputUpdate.add(hiddenUpdate).sigmoid();
  const candidate = inputNew.add(reset.mul(hiddenNew)).tanh();
  return candidate.add(update.mul(h.sub(candidate)));
}

function lstmStep(input: Tensor, hidden: Tensor, c: Tensor): [Tensor, Tensor] {
  const [inputGate, forgetGate, candidate, outputGate] = input.add(hidden).chunk(4, 1);
  const cell = forgetGate.sigmoid().mul(c).add(inputGate.sigmoid().mul(candidate.tanh()));
  return [outputGate.sigmoid().mul(cell.tanh()), cell];
}

/** The output of a layer of the library, [N, T, hidden], computed step by step with the cells above. */
function byHand(cell: "rnn" | "gru" | "lstm", layer: nn.RNN | nn.GRU | nn.LSTM, x: Tensor): Tensor {
  let h = torch.zeros(x.size(0), layer.hiddenSize);
  let c = torch.zeros(x.size(0), layer.hiddenSize);
  const outputs: Tensor[] = [];
  for (let t = 0; t < x.size(1); t++) {
    const input = F.linear(x.select(1, t), layer.weightIhL0, layer.biasIhL0);
    const hidden = F.linear(h, layer.weightHhL0, layer.biasHhL0);
    if (cell === "lstm") [h, c] = lstmStep(input, hidden, c);
    else if (cell === "gru") h = gruStep(input, hidden, h);
    else h = rnnStep(input, hidden);
    outputs.push(h);
  }
  return torch.stack(outputs, 1);
}

/**
 * The library's layers on a batch of sequences, and how far the cells above are from them: by nothing but rounding.
 *
 * @shape x [N, 6, 5]
 */
export function compare(x: Tensor) {
  const rnn = new nn.RNN(5, 8, { batchFirst: true });
  const gru = new nn.GRU(5, 8, { batchFirst: true });
  const lstm = new nn.LSTM(5, 8, { batchFirst: true });
  // `output` has the state of every step; the last state comes as [layers, N, hidden] even where the batch is first.
  const [rnnOutput] = rnn(x);
  const [gruOutput, gruState] = gru(x);
  const [lstmOutput, [lstmState, lstmCell]] = lstm(x);
  const differences = {
    rnn: byHand("rnn", rnn, x).sub(rnnOutput).abs().max(),
    gru: byHand("gru", gru, x).sub(gruOutput).abs().max(),
    lstm: byHand("lstm", lstm, x).sub(lstmOutput).abs().max(),
    lastStep: gruOutput.select(1, -1).sub(gruState.squeeze(0)).abs().max(),
  };
  return { differences, lstmState, lstmCell };
}

/** Three networks that say at each step what they heard some steps before. Only their state can tell them. */
export class Echoes extends nn.Module {
  rnn: nn.RNN;
  gru: nn.GRU;
  lstm: nn.LSTM;
  rnnOutput: nn.Linear;
  gruOutput: nn.Linear;
  lstmOutput: nn.Linear;

  constructor(symbols: number, width: number) {
    super();
    this.rnn = new nn.RNN(symbols, width, { batchFirst: true });
    this.gru = new nn.GRU(symbols, width, { batchFirst: true });
    this.lstm = new nn.LSTM(symbols, width, { batchFirst: true });
    this.rnnOutput = new nn.Linear(width, symbols);
    this.gruOutput = new nn.Linear(width, symbols);
    this.lstmOutput = new nn.Linear(width, symbols);
  }

  /** @shape heard [N, T, 5] */
  forward(heard: Tensor): Tensor {
    const [rnn] = this.rnn(heard);
    const [gru] = this.gru(heard);
    const [lstm] = this.lstm(heard);
    return torch.stack([this.rnnOutput(rnn), this.gruOutput(gru), this.lstmOutput(lstm)]);
  }
}

/** The class that says: nothing is expected here. `F.crossEntropy` leaves such steps out. */
const nothing = -100;

/** Sequences of symbols as one-hot vectors, and what was heard `delay` steps before. */
function echoes(count: number, length: number, symbols: number, delay: number): data.TensorDataset {
  const heard = torch.randint(0, symbols, [count, length]);
  const silence = torch.full([count, delay], nothing, { dtype: torch.int64 });
  const expected = torch.cat([silence, heard.narrow(1, 0, length - delay)], 1);
  return new data.TensorDataset(F.oneHot(heard, symbols).float(), expected);
}

/** Of the steps at which something is expected, the share with the right symbol. */
function accuracy(scores: Tensor, expected: Tensor): number {
  const asked = expected.ne(nothing);
  return scores.argmax(-1).eq(expected).logicalAnd(asked).sum().item() / asked.sum().item();
}

export default defineExperiment({
  name: "RNN, GRU and LSTM echo what they heard",
  hyperparameters: {
    epochs: 10,
    batchSize: 50,
    learningRate: 5e-3,
    seed: 1,
    length: 16,
    delay: 4,
    symbols: 5,
    width: 48,
  },
  data: ({ batchSize, length, symbols, delay }) => ({
    train: new data.DataLoader(echoes(2000, length, symbols, delay), { batchSize, shuffle: true }),
    validation: new data.DataLoader(echoes(500, length, symbols, delay), { batchSize: 100 }),
  }),
  model: ({ symbols, width }) => new Echoes(symbols, width),
  loss: (output, target) => {
    // One target for the three: cross-entropy takes them as three times the steps.
    const targets = target.unsqueeze(0).expand(output.size(0), -1, -1);
    return F.crossEntropy(output.flatten(0, 2), targets.flatten(), { ignoreIndex: nothing });
  },
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
  metrics: {
    rnn: (output, target) => accuracy(output.select(0, 0), target),
    gru: (output, target) => accuracy(output.select(0, 1), target),
    lstm: (output, target) => accuracy(output.select(0, 2), target),
  },
});
