import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, test } from "vitest";
import { MetricsTail } from "../../client/src/training/metrics-tail";
import type { RunRecord } from "../../client/src/training/run-files";
import {
  createRunFolder,
  parseMetricLine,
  readRunRecord,
  runPaths,
  writeRunRecord,
} from "../../client/src/training/run-files";
import { deleteRun, listRuns, readRun } from "../../client/src/training/run-store";
import { workspace } from "./helpers/workspace";

const record: RunRecord = {
  version: 1,
  id: "20260102-030405-net",
  file: "/models/net.ts",
  experiment: "Net",
  label: "the one with dropout",
  note: "overfits",
  hyperparameters: { epochs: 2, activation: "relu", shuffle: true },
  ranges: { epochs: { min: 1 }, activation: { choices: ["relu", "tanh"] } },
  device: { kind: "wasm", name: "WebAssembly" },
  rejected: [{ kind: "cuda", reason: "not installed" }],
  versions: { node: "20.0.0" },
  status: "done",
  message: null,
  created: "2026-01-02T03:04:05.000Z",
  started: "2026-01-02T03:04:06.000Z",
  ended: "2026-01-02T03:05:06.000Z",
  progress: { epoch: 2, epochs: 2, step: 20, steps: 20, samplesPerSecond: 12.5, secondsLeft: null },
  last: { train: { loss: 0.5 }, validation: { loss: 0.6, accuracy: 0.9 } },
  best: { accuracy: { split: "validation", value: 0.9, epoch: 2 } },
  process: null,
};

function runFolder(content: string): string {
  return workspace({ "run.json": content });
}

describe("run.json", () => {
  test("is read as it was written", () => {
    const folder = workspace();
    writeRunRecord(folder, record);
    expect(readRunRecord(folder)).toEqual(record);
    expect(fs.readdirSync(folder)).toEqual(["run.json"]);
  });

  test.each([
    ["missing altogether", undefined],
    ["empty", ""],
    ["cut off", JSON.stringify(record).slice(0, 80)],
    ["no object", "[1, 2]"],
    ["without an id", JSON.stringify({ ...record, id: undefined })],
    ["of an unknown status", JSON.stringify({ ...record, status: "dreaming" })],
  ])("is no run when it is %s", (_, content) => {
    expect(readRunRecord(content === undefined ? workspace() : runFolder(content))).toBeUndefined();
  });

  test("of another version shows what can be understood", () => {
    const { id, file, experiment, status } = record;
    const mangled = {
      id,
      file,
      experiment,
      status,
      device: 3,
      best: { loss: "low" },
      last: [],
      progress: { epoch: 1 },
    };
    expect(readRunRecord(runFolder(JSON.stringify(mangled)))).toMatchObject({
      experiment: "Net",
      device: null,
      best: {},
      last: {},
      progress: null,
    });
  });
});

describe("metrics.jsonl", () => {
  const point = { step: 1, epoch: 1, time: 0.5, split: "train", values: { loss: 2 } };

  test("is read while it grows, a line at a time, also where a chunk ends in the middle of one", () => {
    const folder = workspace();
    const { metrics } = runPaths(folder);
    const tail = new MetricsTail(folder);
    expect(tail.read()).toEqual([]);
    const second = JSON.stringify({ ...point, step: 2, values: { größe: 3 } });
    const bytes = Buffer.from(`${JSON.stringify(point)}\n${second}\n`);
    const middle = bytes.indexOf("ö") + 1;
    fs.appendFileSync(metrics, bytes.subarray(0, middle));
    expect(tail.read()).toEqual([point]);
    fs.appendFileSync(metrics, bytes.subarray(middle));
    expect(tail.read()).toEqual([{ ...point, step: 2, values: { größe: 3 } }]);
    expect(tail.read()).toEqual([]);
  });

  test.each([
    ["cut off", '{"step":1,"epo'],
    ["without a step", JSON.stringify({ ...point, step: undefined })],
    ["of an unknown split", JSON.stringify({ ...point, split: "test" })],
    ["no object", "null"],
  ])("passes over a line that is %s", (_, line) => {
    expect(parseMetricLine(line)).toBeUndefined();
  });

  test("keeps the numbers of a point and leaves out what is none", () => {
    expect(parseMetricLine(JSON.stringify({ ...point, values: { loss: 1, note: "x", gap: null } }))?.values).toEqual({
      loss: 1,
    });
  });
});

describe("run folders", () => {
  test("are named by time and file, and never shared", () => {
    const runs = path.join(workspace(), ".shapewright", "runs");
    const now = new Date("2026-01-02T03:04:05.678Z");
    expect(createRunFolder(runs, "/models/my net.ts", now).id).toBe("20260102-030405-my-net");
    expect(createRunFolder(runs, "/models/my net.ts", now).id).toBe("20260102-030405-my-net-2");
  });

  test("stay out of version control", () => {
    const folder = workspace();
    createRunFolder(path.join(folder, ".shapewright", "runs"), "/net.ts", new Date());
    expect(fs.readFileSync(path.join(folder, ".shapewright", ".gitignore"), "utf8")).toBe("*\n");
  });

  test("are listed newest first; other folders are not", () => {
    const runs = workspace();
    for (const day of ["01", "03", "02"]) {
      const folder = path.join(runs, day);
      fs.mkdirSync(folder);
      writeRunRecord(folder, { ...record, id: day, created: `2026-01-${day}T00:00:00.000Z` });
    }
    fs.mkdirSync(path.join(runs, "not-a-run"));
    expect(listRuns(runs).map(({ record: { id } }) => id)).toEqual(["03", "02", "01"]);
    expect(listRuns(path.join(runs, "nowhere"))).toEqual([]);
  });

  test("of a process that is gone count as stopped", () => {
    const folder = workspace();
    const host = (readHostName: string) => ({ pid: 2 ** 22 + 1, host: readHostName });
    writeRunRecord(folder, { ...record, status: "running", process: null });
    expect(readRun(folder)?.record).toMatchObject({ status: "stopped", message: expect.stringContaining("closed") });
    writeRunRecord(folder, { ...record, status: "running", process: host("another-computer") });
    expect(readRun(folder)?.record.status).toBe("running");
  });

  test("are deleted only where they hold a run", () => {
    const folder = workspace({ "thesis.md": "" });
    expect(() => deleteRun(folder)).toThrow("is not a run's folder");
    writeRunRecord(folder, record);
    deleteRun(folder);
    expect(fs.existsSync(folder)).toBe(false);
  });
});
