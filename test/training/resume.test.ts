// A run that was interrupted and goes on: it comes out as if nothing had happened, or says why it cannot go on.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../client/src/runtime/runner/safetensors";
import type { RunRequest } from "../../client/src/training/active-run";
import { ActiveRun } from "../../client/src/training/active-run";
import { MetricsTail } from "../../client/src/training/metrics-tail";
import type { RunRecord } from "../../client/src/training/run-files";
import { readRunRecord, runPaths } from "../../client/src/training/run-files";
import { hasCheckpoint } from "../../client/src/training/run-store";
import { trainingPoints } from "./helpers/points";
import { buildRunner } from "./helpers/distribution";
import { lineExperiment, sharedWorkspace, workspace } from "./helpers/workspace";

let runner: string;
/** What the run is like that nothing interrupts. */
let whole: { run: ActiveRun; record: RunRecord };
beforeAll(async () => {
  runner = await buildRunner("training-resume");
  whole = await new Project(sharedWorkspace({ "model.ts": noisy })).run();
  expect(whole.record).toMatchObject({ status: "done", message: null });
});
afterAll(() => fs.rmSync(path.join(whole.run.folder, "../.."), { recursive: true, force: true }));

const noisy = fs.readFileSync(path.join(__dirname, "experiments/noisy.ts"), "utf8");

/** A folder with one experiment, which is run in it again and again. */
class Project {
  constructor(readonly folder = workspace({ "model.ts": noisy })) {}

  async run(changes: Partial<RunRequest> = {}): Promise<{ run: ActiveRun; record: RunRecord }> {
    const run = new ActiveRun({
      file: path.join(this.folder, "model.ts"),
      name: "model.ts",
      overrides: {},
      device: "cpu",
      runsFolder: path.join(this.folder, "runs"),
      runner,
      workingDirectory: this.folder,
      ...changes,
    });
    run.start();
    return { run, record: await run.finished };
  }

  resume({ run, record }: { run: ActiveRun; record: RunRecord }, changes: Partial<RunRequest> = {}) {
    return this.run({ resume: { folder: run.folder, record }, ...changes });
  }

  async interrupted(interruption: object, changes: Partial<RunRequest> = {}) {
    const file = path.join(this.folder, "interrupt.json");
    fs.writeFileSync(file, JSON.stringify(interruption));
    const result = await this.run(changes);
    fs.rmSync(file);
    return result;
  }

  edit(from: string, to: string): void {
    const file = path.join(this.folder, "model.ts");
    const text = fs.readFileSync(file, "utf8");
    expect(text).toContain(from);
    fs.writeFileSync(file, text.replaceAll(from, to));
  }
}

/** What a run has recorded, but for the time it took. */
function points({ folder }: ActiveRun) {
  return trainingPoints(folder).map(({ step, epoch, split, values }) => ({ step, epoch, split, values }));
}

function weights({ folder }: ActiveRun): Buffer {
  return fs.readFileSync(runPaths(folder).weights);
}

/** The values of a run's last weights, by name. */
function tensors(run: ActiveRun) {
  return Object.fromEntries(decodeSafetensors(weights(run)).tensors.map(({ name, data }) => [name, data]));
}

describe("a run that goes on", () => {
  // An epoch has 5 steps and 2 validation batches.
  test.each([
    ["was stopped within an epoch", { at: 8, during: "training", how: "stop" }, "stopped"],
    ["was stopped at the end of an epoch's training", { at: 10, during: "training", how: "stop" }, "stopped"],
    ["was stopped during validation", { at: 3, during: "validation", how: "stop" }, "stopped"],
    ["has failed", { at: 13, during: "training", how: "crash" }, "failed"],
  ])("ends as if nothing had happened when it %s", async (_, interruption, status) => {
    const project = new Project();
    const first = await project.interrupted(interruption);
    expect(first.record.status).toBe(status);

    const second = await project.resume(first);
    expect(second.record).toMatchObject({ status: "done", message: null, experiment: "Noisy points" });
    expect(second.run.folder).toBe(first.run.folder);
    expect(second.record.created).toBe(first.record.created);
    expect(second.record.progress).toMatchObject({ epoch: 4, step: 20, steps: 20 });
    expect(points(second.run)).toEqual(points(whole.run));
    expect(weights(second.run)).toEqual(weights(whole.run));
    expect(second.record.best).toEqual(whole.record.best);
    expect(second.record.last).toEqual(whole.record.last);
    expect(readRunRecord(second.run.folder)).toEqual(second.record);
  });

  test("ends as if nothing had happened with a model and an optimizer of TensorFlow.js, killed with signal 9", async () => {
    const text = fs.readFileSync(path.join(__dirname, "experiments/layers.ts"), "utf8");
    const project = new Project(workspace({ "model.ts": text }));
    const uninterrupted = await project.run();
    expect(uninterrupted.record).toMatchObject({ status: "done", message: null });
    const mark = path.join(project.folder, "killed");
    fs.writeFileSync(mark, "");
    const first = await project.run();
    expect(first.record).toMatchObject({ status: "failed" });
    fs.rmSync(mark);
    const { run, record } = await project.resume(first);
    expect(record).toMatchObject({ status: "done", message: null });
    expect(points(run)).toEqual(points(uninterrupted.run));
    expect(tensors(run)).toEqual(tensors(uninterrupted.run));
    expect(Object.keys(tensors(run))).toHaveLength(8);
    expect(fs.readFileSync(runPaths(run.folder).log, "utf8")).toBe("");
  });

  test("ends as if nothing had happened on WebAssembly, too", async () => {
    const project = new Project();
    const uninterrupted = await project.run({ device: "wasm" });
    expect(uninterrupted.record.message).toBeNull();
    const first = await project.interrupted({ at: 13, during: "training", how: "stop" }, { device: "wasm" });
    const { run, record } = await project.resume(first, { device: "wasm" });
    expect(record.device!.kind).toBe("wasm");
    expect(points(run)).toEqual(points(uninterrupted.run));
  });

  test("carries its time on", async () => {
    const project = new Project();
    const first = await project.interrupted({ at: 8, during: "training", how: "stop" });
    const { run } = await project.resume(first);
    const times = new MetricsTail(run.folder).read().map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("trains further when it is done and more epochs are asked for", async () => {
    const project = new Project();
    const short = await project.run({ overrides: { epochs: 2 } });
    const { run, record } = await project.resume(short, { overrides: { epochs: "4" } });
    expect(record).toMatchObject({ status: "done", hyperparameters: { epochs: 4 } });
    expect(points(run)).toEqual(points(whole.run));
  });

  test("keeps its own hyperparameters, and takes others that are asked for", async () => {
    const project = new Project();
    const first = await project.run({ overrides: { epochs: 2, batchSize: 10, learningRate: 0.01 } });
    const before = tensors(first.run);
    const { record, run } = await project.resume(first, { overrides: { epochs: 3, learningRate: 0 } });
    expect(record.hyperparameters).toEqual({ epochs: 3, batchSize: 10, learningRate: 0, seed: 7 });
    expect(record.progress).toMatchObject({ step: 12 });
    // With a learning rate of 0 nothing but the running statistics changes any more.
    const after = tensors(run);
    expect(after["hidden.weight"]).toEqual(before["hidden.weight"]);
    expect(after["norm.running_mean"]).not.toEqual(before["norm.running_mean"]);
  });

  test("needs no library: any model that takes its state back can go on", async () => {
    const project = new Project(workspace({ "model.ts": lineExperiment() }));
    const first = await project.run({ overrides: { epochs: 1 } });
    const uninterrupted = await project.run();
    const second = await project.resume(first, { overrides: { epochs: 3 } });
    const [resumed, expected] = [points(second.run), points(uninterrupted.run)];
    expect(resumed.map(({ step }) => step)).toEqual(expected.map(({ step }) => step));
    // The model counts in 64 bits, of which a checkpoint keeps 32.
    expect(resumed.at(-1)!.values["loss"]).toBeCloseTo(expected.at(-1)!.values["loss"]!, 8);
    expect(fs.readFileSync(runPaths(second.run.folder).log, "utf8")).toContain("The optimizer has no stateDict()");
  });
});

describe("a run that cannot go on says why, and stays as it was", () => {
  async function refused(prepare: (project: Project, folder: string) => void, overrides: RunRequest["overrides"] = {}) {
    const project = new Project();
    const first = await project.interrupted({ at: 8, during: "training", how: "stop" });
    expect(hasCheckpoint(first.run.folder)).toBe(true);
    prepare(project, first.run.folder);
    const before = points(first.run);
    const second = await project.resume(first, { overrides });
    expect(second.record.status).toBe("failed");
    expect(second.run.failure).toBe("usage");
    expect(readRunRecord(first.run.folder)).toEqual(first.record);
    expect(points(first.run)).toEqual(before);
    return second.record.message;
  }

  test("when its checkpoint is missing", async () => {
    const message = await refused((_, folder) => fs.rmSync(runPaths(folder).checkpoints, { recursive: true }));
    expect(message).toMatch(
      /^The run cannot be resumed: last.safetensors is missing in .*checkpoints\. Train the model/,
    );
  });

  test("when its checkpoint is cut off", async () => {
    const message = await refused((_, folder) => fs.truncateSync(runPaths(folder).weights, 600));
    expect(message).toContain("last.safetensors is damaged (it is cut off");
  });

  test("when half of its checkpoint is gone", async () => {
    const message = await refused((_, folder) =>
      fs.rmSync(path.join(runPaths(folder).checkpoints, "state-8.safetensors")),
    );
    expect(message).toContain("state-8.safetensors is missing");
  });

  test("when the file holds another experiment", async () => {
    const message = await refused((project) => project.edit('"Noisy points"', '"Other points"'));
    expect(message).toBe(
      'The run trained "Noisy points", but the file exports "Other points". Resume it with its own file, or train anew.',
    );
  });

  test("when the model has changed", async () => {
    const message = await refused((project) => project.edit("8)", "16)"));
    expect(message).toContain("The checkpoint does not fit the model: ");
    expect(message).toContain("size mismatch for hidden.weight");
    expect(message).toContain("Undo that, or train the model anew.");
  });

  test("when there is nothing left to train", async () => {
    const message = await refused(() => undefined, { epochs: 1 });
    expect(message).toBe(
      "The run is at the end of epoch 1, with nothing left to train. To go on, ask for more epochs: --epochs 2.",
    );
  });
});
