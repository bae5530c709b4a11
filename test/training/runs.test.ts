// A run from request to end: the training process, what it leaves on disk, and how it can go wrong.
import * as fs from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { RunRequest } from "../../client/src/training/active-run";
import { ActiveRun } from "../../client/src/training/active-run";
import { readRunRecord, runPaths } from "../../client/src/training/run-files";
import { RunManager } from "../../client/src/training/run-manager";
import { trainingPoints } from "./helpers/points";
import { buildRunner } from "./helpers/distribution";
import { lineExperiment, workspace } from "./helpers/workspace";

let runner: string;
beforeAll(async () => {
  runner = await buildRunner("training-runs");
});

function request(text: string, changes: Partial<RunRequest> = {}): RunRequest {
  const folder = workspace({ "model.ts": text });
  return {
    file: path.join(folder, "model.ts"),
    name: "model.ts",
    overrides: {},
    device: "cpu",
    runsFolder: path.join(folder, "runs"),
    runner,
    workingDirectory: folder,
    ...changes,
  };
}

async function runToEnd(text: string, changes?: Partial<RunRequest>) {
  const run = new ActiveRun(request(text, changes));
  run.start();
  return { run, record: await run.finished };
}

/** Never ends by itself: for what is done to a run while it trains. */
const endless = lineExperiment(["epochs: 3", "epochs: 1_000_000"]);

/** Resolves when the run has taken its first steps. */
function training(run: ActiveRun): Promise<void> {
  return new Promise((resolve) => {
    run.on("change", (record) => record.progress && resolve());
  });
}

describe("a run that trains to the end", () => {
  test("leaves its record, its metrics, a checkpoint and the log in its folder", async () => {
    const { run, record } = await runToEnd(lineExperiment());

    expect(record).toMatchObject({
      status: "done",
      message: null,
      experiment: "A straight line",
      hyperparameters: { epochs: 3, batchSize: 4, learningRate: 0.1 },
      device: { kind: "cpu" },
      progress: { epoch: 3, epochs: 3, step: 60, steps: 60, secondsLeft: 0 },
      best: { loss: { split: "validation", epoch: 3 } },
    });
    expect(readRunRecord(run.folder)).toEqual(record);

    const points = trainingPoints(run.folder);
    expect(points.filter(({ split, values }) => split === "train" && "loss" in values)).toHaveLength(60);
    expect(points.filter(({ split }) => split === "validation").map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 20],
      [2, 40],
      [3, 60],
    ]);
    expect(points.at(-1)!.values["loss"]).toBeLessThan(1e-4);
    expect(Object.keys(points[0]!.values)).toEqual(["loss", "worst"]);

    const { checkpoints, log } = runPaths(run.folder);
    expect(fs.readdirSync(checkpoints)).toEqual(["best.safetensors", "last.safetensors", "state-60.safetensors"]);
    expect(fs.readFileSync(log, "utf8")).toBe("20 batches of 4\n");
  });

  test("takes hyperparameters from outside, also as text", async () => {
    const { record } = await runToEnd(lineExperiment(), { overrides: { epochs: "1", batchSize: 2 } });
    expect(record).toMatchObject({
      status: "done",
      hyperparameters: { epochs: 1, batchSize: 2 },
      progress: { step: 20 },
    });
  });

  test("runs a step of the user's own", async () => {
    const text = lineExperiment([
      "loss: (output, target) => model.meanSquaredError(output, target),",
      "step: ({ step }) => ({ loss: 1 / step, temperature: 20 }),",
    ]);
    const { record } = await runToEnd(text, { overrides: { epochs: 1 } });
    expect(record.last.train).toEqual({ loss: 1 / 20, temperature: 20 });
  });
});

describe("a run that is stopped", () => {
  test("ends with a checkpoint", async () => {
    const run = new ActiveRun(request(endless));
    run.start();
    await training(run);
    run.stop();
    expect(await run.finished).toMatchObject({ status: "stopped", message: null });
    const files = fs.readdirSync(runPaths(run.folder).checkpoints);
    expect(files).toContain("last.safetensors");
    expect(files.filter((name) => /^state-\d+\.safetensors$/.test(name))).toHaveLength(1);
  });

  test("is killed at the second request", async () => {
    const stuck = lineExperiment(["data: (h) => {", "data: (h) => {\nfor (;;) h.epochs;"]);
    const run = new ActiveRun(request(stuck));
    const prepared = new Promise<void>((resolve) => {
      run.on("change", ({ device }) => device && resolve());
    });
    run.start();
    await prepared;
    run.stop();
    run.stop();
    expect(await run.finished).toMatchObject({ status: "stopped", message: expect.stringContaining("did not stop") });
  });

  test("gives way to the next one waiting; one that never started says so", async () => {
    const manager = new RunManager();
    const first = manager.train(request(endless));
    const second = manager.train(request(endless));
    const third = manager.train(request(lineExperiment()));
    expect([first, second, third].map(({ record }) => record.status)).toEqual(["running", "queued", "queued"]);
    second.stop();
    await training(first);
    first.stop();
    expect(await third.finished).toMatchObject({ status: "done" });
    expect(second.record).toMatchObject({ status: "stopped", message: "It was taken from the queue." });
    expect(manager.active).toEqual([]);
  });
});

describe("a run that fails says what to do", () => {
  test.each([
    [
      "the file throws",
      'interface Erased {\n  a: number;\n}\nthrow new Error("no digits");\n',
      "no digits (model.ts:4)",
    ],
    ["the file cannot be parsed", "const x = = 3;\n", "Unexpected token (model.ts:1:10)"],
    [
      "a package is missing",
      'import digits from "@digits/of-pi/all";\nexport default digits;\n',
      'The package "@digits/of-pi" is not installed. Run `npm install @digits/of-pi` in the folder of your package.json.',
    ],
    ["a file is missing", 'import "./digits";\n', "Cannot find module './digits' (model.ts:1)"],
    [
      "there is no experiment",
      "export default 3;\n",
      "model.ts neither exports an experiment as its default nor trains",
    ],
    [
      "the loss explodes",
      lineExperiment(["learningRate: 0.1", "learningRate: 1e300"]),
      "The loss became Infinity at step 2 (epoch 1), so training cannot go on. Try a lower learning rate than 1e+300",
    ],
    [
      "there is no data",
      lineExperiment(["train: points(h.batches, h.batchSize)", "train: []"]),
      "There is nothing to train on",
    ],
    [
      "the model throws in the middle",
      lineExperiment(
        ["forward(inputs: number[]): {", "forward(inputs: number[]): {} & {"],
        [
          "return { inputs, values: inputs.map((x) => this.slope * x + this.intercept) };",
          'throw new RangeError("bad shape [4, 3]");',
        ],
      ),
      "RangeError: bad shape [4, 3] (model.ts:",
    ],
    [
      "something throws later",
      lineExperiment(["data: (h) => {", 'data: (h) => {\nsetTimeout(() => { throw new Error("late") });']),
      "late (model.ts:",
    ],
  ])("when %s", async (_, text, message) => {
    const { run, record } = await runToEnd(text);
    expect(record.status).toBe("failed");
    expect(record.message).toContain(message);
    expect(readRunRecord(run.folder)).toEqual(record);
  });

  test("when its process is killed", async () => {
    const run = new ActiveRun(request(endless));
    run.start();
    await training(run);
    process.kill(run.record.process!.pid, "SIGKILL");
    const record = await run.finished;
    expect(record.status).toBe("failed");
    expect(record.message).toContain("was ended by SIGKILL. It may have run out of memory.");
    expect(trainingPoints(run.folder).length).toBeGreaterThan(0);
  });

  test("when an unknown hyperparameter is set", async () => {
    const { run, record } = await runToEnd(lineExperiment(), { overrides: { learnRate: 1 } });
    expect(run.failure).toBe("usage");
    expect(record.message).toBe(
      'The experiment has no hyperparameter "learnRate". It has: epochs, batchSize, learningRate, seed, batches.',
    );
  });

  test("when its folder disappears", async () => {
    const run = new ActiveRun(request(endless));
    run.start();
    await training(run);
    // The run goes on writing while its folder is taken away, so a file may appear in what was just emptied.
    fs.rmSync(run.folder, { recursive: true, maxRetries: 20, retryDelay: 5 });
    const record = await run.finished;
    expect(record.status).toBe("failed");
    expect(record.message).toContain("is gone");
  });
});
