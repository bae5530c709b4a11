// What recording, reporting and checkpoints take of a training loop whose steps are as short as those of a small network.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { encodeCheckpoint } from "../../client/src/runtime/runner/checkpoint";
import { RunWriter } from "../../client/src/runtime/runner/run-writer";
import { train } from "../../client/src/runtime/runner/train";
import type { Prepared, TrainingHost } from "../../client/src/runtime/runner/training-host";
import { defineExperiment } from "../../client/src/runtime/experiment";
import { tell } from "./statistics";

/** Milliseconds of a step of an MLP 784-128-10 with batches of 64 on WebAssembly. */
const stepTime = 3;
const steps = 3000;
const weights = new Float32Array(784 * 128 + 128 * 10);

/** Milliseconds that this process has computed: what others do on the machine at the same time does not count. */
function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let worked = 0;
function work(): void {
  const start = computed();
  let now = start;
  while (now - start < stepTime) now = computed();
  worked += now - start;
}

const loss = { item: () => 0.5, backward: () => undefined };
const batch = [{ shape: [64, 784] }, { shape: [64] }];
const model = {
  forward: work,
  parameters: () => [],
  stateDict: () => ({ w: { shape: [weights.length], data: () => weights } }),
};
const optimizer = { step: () => undefined, zeroGrad: () => undefined };
const hyperparameters = { epochs: 6 };
const experiment = defineExperiment({
  name: "Busy",
  hyperparameters,
  data: () => ({ train: [batch] }),
  model: () => model,
  loss: () => loss,
  optimizer: () => optimizer,
  metrics: { accuracy: () => 0.9, error: () => 0.1 },
});
const prepared = {
  experiment,
  hyperparameters,
  data: { train: new Array(steps / hyperparameters.epochs).fill(batch) },
  model,
  optimizer,
  schedule: undefined,
} as unknown as Prepared;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "shapewright-bench-"));
const writer = new RunWriter(folder);
const host: TrainingHost = {
  readsAreCheap: true,
  now: () => performance.now(),
  stopRequested: () => false,
  mustWait: () => false,
  nextCommand: () => Promise.resolve(),
  noGrad: (compute) => compute(),
  measure: (tensors, compute) => compute(...tensors),
  record: (points) => writer.appendMetrics(points),
  report: (report) => void JSON.stringify(report),
  randomState: () => null,
  setRandomState: () => undefined,
  checkpoint: async (progress) => {
    const files = await encodeCheckpoint(model, optimizer, { experiment: "Busy", hyperparameters, progress });
    if (files) writer.writeCheckpoint(files);
  },
  keepBest: () => Promise.resolve(),
  writeSamples: () => undefined,
  writeHistograms: () => undefined,
  clipGradients: () => undefined,
};

const start = computed();
await train(prepared, host);
const total = computed() - start;
writer.close();
fs.rmSync(folder, { recursive: true });
tell([
  {
    what: `reporting ÷ training, ${stepTime} ms a step`,
    median: (100 * (total - worked)) / total,
    unit: "%",
    most: 1,
    note: "recording every step, ten reports a second, a checkpoint of 0.4 MB a second; processor time",
  },
]);
