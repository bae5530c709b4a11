// What happens to a run when something happens to the machine: the process is killed, the disk is full, the host crashes.
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import type { RunRequest } from "../../client/src/training/active-run";
import { ActiveRun } from "../../client/src/training/active-run";
import { MetricsTail } from "../../client/src/training/metrics-tail";
import { runPaths } from "../../client/src/training/run-files";
import { hasCheckpoint, readRun } from "../../client/src/training/run-store";
import { trainingPoints } from "./helpers/points";
import { buildRunner } from "./helpers/distribution";
import { lineExperiment, workspace } from "./helpers/workspace";

const noisy = fs.readFileSync(path.join(__dirname, "experiments/noisy.ts"), "utf8");
const endless = lineExperiment(["epochs: 3", "epochs: 1_000_000"]);

let runner: string;
beforeAll(async () => {
  runner = await buildRunner("training-nothing-lost");
});

function prepare(text: string, changes: Partial<RunRequest> = {}): RunRequest {
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

function start(request: RunRequest): ActiveRun {
  const run = new ActiveRun(request);
  run.start();
  return run;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("a process that is killed at any moment, again and again, comes out as one that was left alone", async () => {
  const overrides = { epochs: 150 };
  const whole = start(prepare(noisy, { overrides }));
  expect((await whole.finished).status).toBe("done");

  const request = prepare(noisy, { overrides });
  let run = start(request);
  let kills = 0;
  for (const delay of [1100, 350, 1500, 700]) {
    await Promise.race([firstProgress(run), run.finished]);
    await Promise.race([pause(delay), run.finished]);
    if (run.record.status !== "running") break;
    process.kill(run.record.process!.pid, "SIGKILL");
    const record = await run.finished;
    kills++;
    expect(record.message).toContain("was ended by SIGKILL");
    // Before the first checkpoint there is nothing to go on from, and the run says so instead of pretending.
    run = hasCheckpoint(run.folder) ? start({ ...request, resume: { folder: run.folder, record } }) : start(request);
  }
  const record = await run.finished;
  expect(kills).toBeGreaterThan(0);
  expect(record).toMatchObject({ status: "done", message: null });
  expect(points(run)).toEqual(points(whole));
  expect(fs.readFileSync(runPaths(run.folder).weights)).toEqual(fs.readFileSync(runPaths(whole.folder).weights));
});

test.skipIf(!fs.existsSync("/dev/full"))(
  "a full disk ends the run with what to do, and keeps the record readable",
  async () => {
    const run = new ActiveRun(prepare(lineExperiment()));
    // Whatever is written there is refused as on a disk without room.
    fs.symlinkSync("/dev/full", runPaths(run.folder).metrics);
    run.start();
    const record = await run.finished;
    expect(record.status).toBe("failed");
    expect(run.failure).toBe("storage");
    expect(record.message).toBe(
      `The disk is full: nothing more can be written to ${run.folder}. Make room or choose another folder for runs.`,
    );
    expect(readRun(run.folder)?.record).toEqual(record);
  },
);

test("a folder that cannot be made is said before anything is trained", () => {
  const file = path.join(workspace({ "runs.txt": "" }), "runs.txt");
  expect(() => new ActiveRun(prepare(lineExperiment(), { runsFolder: file }))).toThrow(`Writing to ${file} failed`);
});

test("a host that crashes leaves a run that was stopped with a checkpoint, and can go on", async () => {
  const request = prepare(endless);
  const host = await startHost(request);
  const folder = await new Promise<string>((resolve) => host.once("message", (message) => resolve(String(message))));
  await eventually(() => new MetricsTail(folder).read().length > 0);
  const { pid } = readRun(folder)!.record.process!;
  host.kill("SIGKILL");
  // The training process notices that nobody listens any more.
  await eventually(() => !isAlive(pid));
  const stored = readRun(folder)!;
  expect(stored.record).toMatchObject({ status: "stopped", message: expect.stringContaining("was closed") });
  expect(hasCheckpoint(folder)).toBe(true);

  const recorded = new MetricsTail(folder).read().length;
  const run = start({ ...request, resume: stored });
  await eventually(() => new MetricsTail(folder).read().length > recorded);
  run.stop();
  expect(await run.finished).toMatchObject({ status: "stopped", id: stored.record.id });
});

test("two windows that train the same file write to folders of their own", async () => {
  const request = prepare(lineExperiment(), { overrides: { epochs: 1 } });
  const [first, second] = [start(request), start(request)];
  expect(first.folder).not.toBe(second.folder);
  const records = await Promise.all([first.finished, second.finished]);
  expect(records.map(({ status }) => status)).toEqual(["done", "done"]);
});

/** A process that does what an extension host does: it starts a run, tells its folder, and lives on. */
async function startHost(request: RunRequest): Promise<ChildProcess> {
  const entry = path.join(request.workingDirectory, "host.cjs");
  const activeRun = JSON.stringify(path.resolve(__dirname, "../../client/src/training/active-run"));
  await build({
    stdin: {
      contents: `import { ActiveRun } from ${activeRun};
        process.once("message", (request) => {
          const run = new ActiveRun(request);
          run.start();
          process.send(run.folder);
        });`,
      resolveDir: __dirname,
    },
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile: entry,
    logLevel: "error",
  });
  const host = fork(entry);
  host.send(request);
  return host;
}

/** What a run has recorded, but for the time it took. */
function points({ folder }: ActiveRun) {
  return trainingPoints(folder).map(({ step, epoch, split, values }) => ({ step, epoch, split, values }));
}

function firstProgress(run: ActiveRun): Promise<void> {
  return new Promise((resolve) => run.on("change", ({ progress }) => progress && resolve()));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Resolves when the condition holds; a test that waits in vain ends by its timeout. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(50);
}
