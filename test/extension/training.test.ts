// Training started from the editor, to its end and to a stop, as the run folder and the window show it.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { MetricPoint, RunRecord } from "../../client/src/training/run-files";
import { runPaths } from "../../client/src/training/run-files";
import { eventually, projectFile, writeFile } from "./workspace";

/** A straight line fitted with plain numbers: it trains in moments and needs no tensor library. */
const experiment = projectFile("test/training/experiments/line.ts");

async function train(file: vscode.Uri): Promise<string> {
  const run = await vscode.commands.executeCommand<{ folder: string } | undefined>("shapewright.train", file);
  assert.ok(run, "no run was started");
  return run.folder;
}

const recordOf = (folder: string) => JSON.parse(readFileSync(runPaths(folder).record, "utf8")) as RunRecord;

const ended = (folder: string) =>
  eventually(() => {
    const record = recordOf(folder);
    return record.status !== "queued" && record.status !== "running" && record;
  });

const dashboards = () =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("shapewright.dashboard"));

describe("training", () => {
  afterEach(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("runs to its end and leaves metrics and weights in the run folder", async () => {
    const folder = await train(writeFile("line.ts", experiment));
    const record = await ended(folder);
    assert.equal(record.status, "done", record.message ?? "");
    assert.ok(existsSync(join(runPaths(folder).checkpoints, "last.safetensors")));

    const lines = readFileSync(runPaths(folder).metrics, "utf8").trim().split("\n");
    const losses = lines
      .map((line) => JSON.parse(line) as MetricPoint)
      .filter(({ split }) => split === "validation")
      .map(({ values }) => values["loss"] ?? Number.NaN);
    assert.equal(losses.length, 3, "one validation an epoch");
    assert.ok((losses.at(-1) ?? 0) < (losses[0] ?? 0), `the loss did not fall: ${losses.join(", ")}`);
  });

  it("opens its dashboard", async () => {
    const folder = await train(writeFile("line.ts", experiment));
    await eventually(() => dashboards().length === 1);
    await ended(folder);
  });

  it("stops when asked", async () => {
    const folder = await train(writeFile("endless.ts", experiment.replace("epochs: 3", "epochs: 1_000_000")));
    await eventually(() => recordOf(folder).status === "running" && (recordOf(folder).progress?.step ?? 0) > 0);
    await vscode.commands.executeCommand("shapewright.stopTraining");
    assert.equal((await ended(folder)).status, "stopped");
  });

  it("goes on with a run that was stopped, in its own folder", async () => {
    const folder = await train(writeFile("resumed.ts", experiment.replace("epochs: 3", "epochs: 1_000_000")));
    const steps = () => recordOf(folder).progress?.step ?? 0;
    await eventually(() => recordOf(folder).status === "running" && steps() > 0);
    await vscode.commands.executeCommand("shapewright.stopTraining");
    const record = await ended(folder);
    const before = steps();
    const resumed = await vscode.commands.executeCommand("shapewright.resumeRun", { run: { folder, record } });
    assert.deepEqual(resumed, { id: record.id, folder });
    await eventually(() => recordOf(folder).status === "running" && steps() > before);
    await vscode.commands.executeCommand("shapewright.stopTraining");
    assert.equal((await ended(folder)).status, "stopped");
  });

  it("says what is wrong with a file that cannot be loaded", async () => {
    const folder = await train(writeFile("broken.ts", `throw new Error("no such data");\n${experiment}`));
    const record = await ended(folder);
    assert.equal(record.status, "failed");
    assert.match(record.message ?? "", /no such data/);
  });

  it("saves what is being edited before it trains", async () => {
    const file = writeFile("line.ts", experiment);
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    const start = editor.document.positionAt(editor.document.getText().indexOf("epochs: 3"));
    await editor.edit((edit) =>
      edit.replace(new vscode.Range(start, start.translate(0, "epochs: 3".length)), "epochs: 2"),
    );
    const folder = await train(file);
    assert.equal(recordOf(folder).hyperparameters["epochs"] ?? (await ended(folder)).hyperparameters["epochs"], 2);
  });

  it("checks one batch: how many tensors are as predicted, and where it fails", async () => {
    const check = (file: vscode.Uri) =>
      vscode.commands.executeCommand<{ summary: string; failure: string | null }>("shapewright.checkBatch", file);
    const file = writeFile("regression.ts", projectFile("samples/linear-regression.ts"));
    const { summary, failure } = await check(file);
    assert.equal(failure, null);
    assert.match(summary, /^\d\d tensors as predicted\.$/);
    assert.deepEqual(vscode.languages.getDiagnostics(file), []);

    const broken = writeFile(
      "broken.ts",
      experiment.replace("return { inputs, values", 'throw new Error("no");\n    return { inputs, values'),
    );
    assert.match((await check(broken)).failure ?? "", /^no \(broken\.ts:\d+\)$/);
    const [problem] = vscode.languages
      .getDiagnostics(broken)
      .filter(({ source }) => source === "Shapewright, one batch");
    assert.match(problem?.message ?? "", /^no /);
    const document = await vscode.workspace.openTextDocument(broken);
    assert.equal(problem && document.getText(problem.range), 'throw new Error("no");');
  });
});
