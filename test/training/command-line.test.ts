// `shapewright train`, as a terminal and as a build's log see it.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { TrainCommandLine } from "../../client/src/training/command-line";
import { trainFromCommandLine } from "../../client/src/training/command-line";
import { readRunRecord, writeRunRecord } from "../../client/src/training/run-files";
import { buildRunner } from "./helpers/distribution";
import { lineExperiment, workspace } from "./helpers/workspace";

let runner: string;
beforeAll(async () => {
  runner = await buildRunner("training-command-line");
});

interface Options {
  readonly isTTY?: boolean;
  /** Interrupts when this text has been printed. */
  readonly interruptAt?: string;
}

async function train(folder: string, command: TrainCommandLine, { isTTY = false, interruptAt }: Options = {}) {
  let [output, progress] = ["", ""];
  let interrupt = () => {};
  const code = await trainFromCommandLine(command, {
    runner,
    workingDirectory: folder,
    output: { write: (text) => (output += text) },
    progress: {
      isTTY,
      columns: 80,
      write: (text) => {
        progress += text;
        if (interruptAt !== undefined && text.includes(interruptAt)) interrupt();
      },
    },
    onInterrupt: (interrupted) => {
      interrupt = interrupted;
      return () => (interrupt = () => {});
    },
  });
  return { code, output, progress };
}

test("trains, prints an epoch a line and what the code prints, and gives the run's folder", async () => {
  const folder = workspace({ "line.ts": lineExperiment() });
  const { code, output, progress } = await train(folder, { file: "line.ts", set: ["learningRate=0.2"], device: "cpu" });
  expect(code).toBe(0);
  expect(progress).toContain("20 batches of 4\n");
  expect(progress).toContain("A straight line on JavaScript without acceleration");
  expect(progress).toMatch(/epoch 1\/3 {2}loss [\d.e-]+ {2}worst [\d.e-]+ {2}\| {2}validation loss/);
  expect(progress).not.toContain("\r");
  const run = output.trim();
  expect(path.dirname(run)).toBe(path.join(folder, ".shapewright", "runs"));
  expect(readRunRecord(run)).toMatchObject({ status: "done", hyperparameters: { learningRate: 0.2 } });
});

test("draws one line over and over in a terminal, never wider than it", async () => {
  const folder = workspace({ "line.ts": lineExperiment() });
  const { progress } = await train(
    folder,
    { file: "line.ts", epochs: "1", device: "cpu", runs: "out" },
    { isTTY: true },
  );
  const drawn = progress.split("\r\u001b[2K").flatMap((part) => part.split("\n"));
  expect(drawn.some((line) => line.startsWith("epoch 1/1 ━"))).toBe(true);
  expect(drawn.filter((line) => line.includes("━")).every((line) => line.length < 80)).toBe(true);
  expect(fs.readdirSync(path.join(folder, "out"))).toHaveLength(1);
});

test("stops at an interrupt with a checkpoint and exit code 130", async () => {
  const folder = workspace({ "line.ts": lineExperiment(["epochs: 3", "epochs: 1_000_000"]) });
  const { code, output, progress } = await train(
    folder,
    { file: "line.ts", device: "cpu" },
    { interruptAt: "epoch 3/" },
  );
  expect(code).toBe(130);
  expect(progress).toContain("Stopping after this step; interrupt again to end at once.");
  expect(fs.existsSync(path.join(output.trim(), "checkpoints", "last.safetensors"))).toBe(true);
  expect(progress).toContain(`To go on, add --resume ${path.basename(output.trim())} to the same command.`);
});

test("goes on with a run by its id or its folder, printing only what is new", async () => {
  const folder = workspace({ "line.ts": lineExperiment() });
  const first = await train(folder, { file: "line.ts", epochs: "1", device: "cpu" });
  const run = first.output.trim();
  const second = await train(folder, { file: "line.ts", resume: path.basename(run), epochs: "2", device: "cpu" });
  expect(second.code).toBe(0);
  expect(second.output).toBe(first.output);
  expect(second.progress).toContain("epoch 2/2");
  expect(second.progress).not.toContain("epoch 1/");
  expect(second.progress.match(/20 batches of 4/g)).toHaveLength(1);
  const third = await train(folder, {
    file: "line.ts",
    resume: path.relative(folder, run),
    epochs: "3",
    device: "cpu",
  });
  expect(third.code).toBe(0);
  expect(readRunRecord(run)).toMatchObject({ status: "done", progress: { epoch: 3, step: 60 } });
});

test("refuses to go on with a run that has nothing left to train, and with one that trains", async () => {
  const folder = workspace({ "line.ts": lineExperiment() });
  const { output } = await train(folder, { file: "line.ts", epochs: "1", device: "cpu" });
  const run = output.trim();
  const done = readRunRecord(run)!;
  const again = await train(folder, { file: "line.ts", resume: run, device: "cpu" });
  expect([again.code, again.output]).toEqual([2, ""]);
  expect(again.progress).toContain("To go on, ask for more epochs: --epochs 2.");
  expect(readRunRecord(run)).toEqual(done);

  writeRunRecord(run, { ...done, status: "running", process: { pid: process.pid, host: os.hostname() } });
  const busy = await train(folder, { file: "line.ts", resume: run, epochs: "2", device: "cpu" });
  expect([busy.code, busy.output]).toEqual([2, ""]);
  expect(busy.progress).toContain(`the run ${done.id} is still training.`);
});

test("fails with what went wrong and exit code 1", async () => {
  const { code, progress } = await train(workspace({ "net.ts": 'throw new Error("no digits");' }), { file: "net.ts" });
  expect(code).toBe(1);
  expect(progress).toContain("shapewright train: no digits (net.ts:1)\n");
});

test.each<[string, TrainCommandLine, string]>([
  ["a file that is not there", { file: "nowhere.ts" }, "nowhere.ts is not a file."],
  [
    "an assignment without a value",
    { file: "line.ts", set: ["epochs"] },
    '"--set epochs" is not of the form KEY=VALUE.',
  ],
  ["an unknown device", { file: "line.ts", device: "tpu" }, 'there is no device "tpu". Choose one of auto, cuda,'],
  ["an unknown hyperparameter", { file: "line.ts", set: ["lr=1"], device: "cpu" }, 'no hyperparameter "lr"'],
  [
    "epochs that are no number",
    { file: "line.ts", epochs: "many", device: "cpu" },
    '"epochs" is a number; "many" is not.',
  ],
  ["a run that is not there", { file: "line.ts", resume: "yesterday" }, 'there is no run "yesterday" in '],
  ["no epochs", { file: "line.ts", epochs: "0", device: "cpu" }, '"epochs" must be a whole number of at least 1.'],
])("refuses %s with exit code 2", async (_, command, message) => {
  const { code, output, progress } = await train(workspace({ "line.ts": lineExperiment() }), command);
  expect(progress).toContain(message);
  expect([code, output]).toEqual([2, ""]);
});
