// Runs as training leaves them in a workspace, without the training: for tests that look at what shows them.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import type { Histogram, MetricPoint, RunRecord } from "../../client/src/training/run-files";
import { defaultRunsFolder, runPaths, writeRunRecord } from "../../client/src/training/run-files";

const stepsPerEpoch = 20;
const epochs = 3;

/**
 * Writes a run of three epochs, with curves, samples and distributions, into a workspace's history.
 * @param changes what its record says instead of what it says of a run that is done
 */
export async function prepareRun(
  workspace: string,
  changes: Partial<RunRecord> & { readonly id: string },
): Promise<void> {
  const folder = join(defaultRunsFolder(workspace), changes.id);
  const paths = runPaths(folder);
  await mkdir(folder, { recursive: true });
  await writeFile(paths.metrics, lines(points()));
  await writeFile(paths.histograms, lines(histograms()));
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const samples = join(paths.samples, String(epoch));
    await mkdir(samples, { recursive: true });
    await writeFile(
      join(samples, "filters.png"),
      encode({ width: 8, height: 8, channels: 1, depth: 8, data: gradient() }),
    );
    await writeFile(join(samples, "words.txt"), `After epoch ${epoch} the model says: ${"tick ".repeat(8)}`);
  }
  writeRunRecord(folder, { ...doneRun(workspace), ...changes });
}

function doneRun(workspace: string): RunRecord {
  return {
    version: 1,
    id: "",
    file: join(workspace, "mnist-cnn.ts"),
    experiment: "CNN on handwritten digits",
    label: null,
    note: "with the usual rate",
    hyperparameters: { epochs, batchSize: 64, learningRate: 3e-3, optimizer: "adam", shuffle: true },
    ranges: { optimizer: { choices: ["sgd", "adam"] }, learningRate: { min: 0, max: 1 } },
    device: { kind: "wasm", name: "WebAssembly with SIMD, 1 thread" },
    rejected: [{ kind: "cuda", reason: "@tensorflow/tfjs-node-gpu is not installed." }],
    versions: {},
    status: "done",
    message: null,
    created: "2026-05-04T10:00:00.000Z",
    started: "2026-05-04T10:00:01.000Z",
    ended: "2026-05-04T10:01:01.000Z",
    progress: {
      epoch: epochs,
      epochs,
      step: epochs * stepsPerEpoch,
      steps: epochs * stepsPerEpoch,
      samplesPerSecond: 1180,
      secondsLeft: 0,
    },
    last: { train: { loss: 0.21, accuracy: 0.93 }, validation: { loss: 0.25, accuracy: 0.92 } },
    best: {
      loss: { split: "validation", value: 0.25, epoch: 3 },
      accuracy: { split: "validation", value: 0.92, epoch: 3 },
    },
    process: null,
  };
}

function points(): MetricPoint[] {
  const all: MetricPoint[] = [];
  for (let step = 1; step <= epochs * stepsPerEpoch; step++) {
    const [epoch, time] = [Math.ceil(step / stepsPerEpoch), step];
    const loss = 2.3 * Math.exp(-step / 20) + 0.1 * Math.sin(step) ** 2;
    all.push({ step, epoch, time, split: "train", values: { loss, accuracy: 1 - loss / 2.5 } });
    if (step % stepsPerEpoch === 0)
      all.push({ step, epoch, time, split: "validation", values: { loss: loss + 0.05, accuracy: 0.95 - loss / 2.5 } });
  }
  return all;
}

function histograms(): Histogram[] {
  return Array.from({ length: epochs }, (_, index) => index + 1).flatMap((epoch) =>
    (["weights", "gradients"] as const).map((of) => ({
      ...{ step: epoch * stepsPerEpoch, epoch, name: "conv1.weight", of, min: -epoch / 4, max: epoch / 4 },
      counts: [1, 4, 9, 12, 9, 4, 1],
    })),
  );
}

function gradient(): Uint8Array {
  return Uint8Array.from({ length: 64 }, (_, index) => index * 4);
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}
