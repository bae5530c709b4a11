// What an experiment may ask for beside data, model, loss and optimizer.
import * as fs from "node:fs";
import * as path from "node:path";
import { decode } from "fast-png";
import { beforeAll, expect, test } from "vitest";
import { RunShown } from "../../client/src/panels/run-shown";
import { decodeSafetensors } from "../../client/src/runtime/runner/safetensors";
import type { RunRequest } from "../../client/src/training/active-run";
import { ActiveRun } from "../../client/src/training/active-run";
import { runPaths } from "../../client/src/training/run-files";
import { trainingPoints } from "./helpers/points";
import { buildRunner } from "./helpers/distribution";
import { lineExperiment, workspace } from "./helpers/workspace";

const parts = fs.readFileSync(path.join(__dirname, "experiments/parts.ts"), "utf8");

let runner: string;
beforeAll(async () => {
  runner = await buildRunner("training-parts");
});

function start(text: string, changes: Partial<RunRequest> = {}): ActiveRun {
  const folder = workspace({ "model.ts": text });
  const run = new ActiveRun({
    file: path.join(folder, "model.ts"),
    name: "model.ts",
    overrides: {},
    device: "cpu",
    runsFolder: path.join(folder, "runs"),
    runner,
    workingDirectory: folder,
    ...changes,
  });
  run.start();
  return run;
}

function replaced(text: string, from: string, to: string): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}

/** The points of a split, one metric of them. */
function series(run: ActiveRun, split: "train" | "validation", metric: string): (number | undefined)[] {
  const points = trainingPoints(run.folder);
  return points.filter((point) => point.split === split).map(({ values }) => values[metric]);
}

test("named losses are recorded with their sum, which falls; a schedule sets the rate of each epoch", async () => {
  const run = start(parts);
  const record = await run.finished;
  expect(record).toMatchObject({ status: "done", message: null });
  const [loss, error, size] = ["loss", "error", "size"].map((name) => series(run, "train", name) as number[]);
  loss!.forEach((sum, step) => expect(sum).toBeCloseTo(error![step]! + size![step]!, 5));
  const validated = series(run, "validation", "loss") as number[];
  expect(validated.at(-1)).toBeLessThan(validated[0]!);
  const rates = [0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001].flatMap((rate) => [rate, rate, rate]);
  expect(series(run, "train", "learning rate")).toEqual(rates.map((rate) => expect.closeTo(rate, 8)));
});

test("samples are kept as pictures and texts, distributions as histograms, epoch by epoch", async () => {
  const run = start(parts, { overrides: { epochs: 4 } });
  expect((await run.finished).status).toBe("done");
  const { samples, histograms } = new RunShown(run.folder).read();
  expect(samples!.map(({ epoch, name, text }) => [epoch, name, text])).toEqual(
    [1, 2, 3, 4].flatMap((epoch) => [
      [epoch, "weights", ""],
      [epoch, "what-it says", `epoch ${epoch}`],
    ]),
  );
  // A matrix is a picture of one channel; brightness is from 0 to 1.
  const picture = decode(fs.readFileSync(samples!.at(-2)!.file!));
  expect(picture).toMatchObject({ width: 2, height: 4, channels: 1 });
  const last = decodeSafetensors(fs.readFileSync(runPaths(run.folder).weights));
  const weights = last.tensors.find(({ name }) => name === "hidden.weight")!.data;
  expect([...picture.data]).toEqual(Array.from(weights, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))));

  const names = ["hidden.weight", "hidden.bias", "out.weight", "out.bias"];
  expect(histograms.added.map(({ epoch, name, of }) => [epoch, name, of])).toEqual(
    names.flatMap((name) => [
      [3, name, "weights"],
      [3, name, "gradients"],
    ]),
  );
  const [first] = histograms.added;
  expect(first!.counts.reduce((sum, count) => sum + count, 0)).toBe(8);
});

test("what is no picture is refused with its shape", async () => {
  const text = replaced(parts, "weights: model.hidden.weight", "weights: model.hidden.weight.view(2, 2, 2)");
  const { message } = await start(text).finished;
  expect(message).toContain('`samples`: "weights" has the shape [2, 2, 2], which is no picture.');
});

test("a schedule sets the rate of each step where it says so", async () => {
  const text = replaced(
    parts,
    "new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.1 })",
    '({ scheduler: new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.1 }), every: "step" })',
  );
  const byStep = start(text, { overrides: { epochs: 1 } });
  await byStep.finished;
  expect(series(byStep, "train", "learning rate")).toEqual([0.01, 0.01, expect.closeTo(0.001, 8)]);
});

test("a schedule that looks at a metric gets the monitored one", async () => {
  const text = replaced(
    parts,
    "new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.1 })",
    "new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.999 })",
  );
  const run = start(text, { overrides: { epochs: 3 } });
  await run.finished;
  // No epoch improves on the first one by so much.
  const rates = series(run, "train", "learning rate").filter((_, step) => step % 3 === 0);
  expect(rates).toEqual([0.01, 0.01, expect.closeTo(0.001, 8)]);
});

test("gradients are kept in bounds", async () => {
  // A gradient that is cut to almost nothing moves nothing.
  const run = start(replaced(parts, "maxNorm: 1 }", "maxNorm: 1e-12, maxValue: 1 }"), { overrides: { epochs: 2 } });
  expect((await run.finished).status).toBe("done");
  const [first, second] = series(run, "validation", "loss");
  expect(second).toBeCloseTo(first!, 8);
});

test("the weights of the best epoch are kept, and a run without a better one ends early", async () => {
  // A rate that makes every epoch worse than the one before.
  const diverging = lineExperiment(["epochs: 3", "epochs: 50"]);
  const text = replaced(diverging, "model: () => model,", "model: () => model,\n  earlyStopping: { patience: 2 },");
  const run = start(text, { overrides: { learningRate: 2.2, batches: 1 } });
  const record = await run.finished;
  expect(record.status).toBe("done");
  expect(record.message).toMatch(
    /^Stopped early: loss has not improved for 2 epochs\. Its best value, [\d.]+, is of epoch 1\.$/,
  );
  expect(record.progress).toMatchObject({ epoch: 3 });
  const best = decodeSafetensors(fs.readFileSync(runPaths(run.folder).best));
  const last = decodeSafetensors(fs.readFileSync(runPaths(run.folder).weights));
  expect(best.metadata).toMatchObject({ epoch: "1" });
  expect(best.tensors[0]!.data).not.toEqual(last.tensors[0]!.data);
});

test("a metric to monitor that no epoch has is an error which names those there are", async () => {
  const run = start(replaced(parts, 'metric: "error"', 'metric: "accuracy"'));
  expect((await run.finished).message).toBe(
    '`monitor` names the metric "accuracy", which no epoch has. There is: loss, error, size.',
  );
});

test.each([
  [
    "the layer",
    "x.add(1).log()",
    "x.mul(-1).sub(1).log()",
    "The first layer whose output is not finite is logarithm (Logarithm).",
  ],
  [
    "the batch",
    "seed / 100",
    "seed === 1 ? NaN : 1",
    "Input 1 of the batch already holds a value that is not finite: look at the data.",
  ],
  [
    "the parameter",
    "weight, 0.1, 0.5",
    "weight, NaN, NaN",
    "The parameter hidden.weight already holds a value that is not finite.",
  ],
])("a loss that is no number is traced to %s", async (_, from, to, sentence) => {
  const record = await start(replaced(parts, from, to)).finished;
  expect(record.status).toBe("failed");
  expect(record.message).toContain('The loss "error" became NaN at step 1 (epoch 1)');
  expect(record.message).toContain(sentence);
});

test("a run waits when it is paused, takes single steps, and comes out the same", async () => {
  const undisturbed = start(parts, { overrides: { seed: 3 } });
  await undisturbed.finished;

  const paused = start(parts, { overrides: { seed: 3 } });
  paused.pause();
  await status(paused, "paused");
  expect(paused.record.progress?.step).toBe(1);
  expect(fs.existsSync(runPaths(paused.folder).weights)).toBe(true);

  paused.stepOnce();
  await status(paused, "paused", 2);
  expect(paused.record.progress?.step).toBe(2);

  paused.continue();
  expect(await paused.finished).toMatchObject({ status: "done" });
  expect(series(paused, "train", "loss")).toEqual(series(undisturbed, "train", "loss"));
});

test("a run that is paused can be stopped", async () => {
  const run = start(lineExperiment(["epochs: 3", "epochs: 1_000_000"]));
  run.pause();
  await status(run, "paused");
  run.stop();
  expect(await run.finished).toMatchObject({ status: "stopped" });
});

/** Resolves when the run has the status, at the given step where one is given. */
function status(run: ActiveRun, wanted: string, step?: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (run.record.status === wanted && (step === undefined || run.record.progress?.step === step)) resolve();
    };
    run.on("change", look);
    look();
  });
}
