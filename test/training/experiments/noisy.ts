// An experiment in which every kind of randomness and of state takes part: shuffling, noise on samples as they are loaded,
// dropout, running statistics and Adam's means. It interrupts itself where the file `interrupt.json` says.
import * as fs from "node:fs";
import { defineExperiment } from "shapewright";
import type { Tensor } from "shapewright/torch";
import { data, F, nn, optim, torch } from "shapewright/torch";

interface Interruption {
  /** The training step, or the pass over the validation data, that interrupts, counted from 1 in this process. */
  readonly at: number;
  readonly during: "training" | "validation";
  readonly how: "stop" | "crash";
}

const interruption = fs.existsSync("interrupt.json")
  ? (JSON.parse(fs.readFileSync("interrupt.json", "utf8")) as Interruption)
  : undefined;
const calls = { training: 0, validation: 0 };

function perhapsInterrupt(during: Interruption["during"]): void {
  calls[during]++;
  if (during !== interruption?.during || calls[during] !== interruption.at) return;
  if (interruption.how === "crash") throw new Error("crashed on request");
  // What the host would send.
  process.emit("message", { type: "stop" }, undefined);
}

class NoisyPoints extends data.Dataset<[Tensor, number]> {
  readonly length = 40;

  get(index: number): [Tensor, number] {
    const x = Math.sin(index);
    return [torch.tensor([x, x * x]).add(torch.randn(2).mul(0.01)), x > 0 ? 1 : 0];
  }
}

class Net extends nn.Module {
  hidden = new nn.Linear(2, 8);
  norm = new nn.BatchNorm1d(8);
  dropout = new nn.Dropout(0.2);
  out = new nn.Linear(8, 2);

  forward(x: Tensor): Tensor {
    perhapsInterrupt(this.training ? "training" : "validation");
    return this.out(this.dropout(this.norm(this.hidden(x)).relu()));
  }
}

export default defineExperiment({
  name: "Noisy points",
  hyperparameters: { epochs: 4, batchSize: 8, learningRate: 0.05, seed: 7 },
  data: ({ batchSize }) => ({
    train: new data.DataLoader(new NoisyPoints(), { batchSize, shuffle: true }),
    validation: new data.DataLoader(new NoisyPoints(), { batchSize: 20, shuffle: true }),
  }),
  model: () => new Net(),
  loss: (output, target) => F.crossEntropy(output, target),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate }),
});
