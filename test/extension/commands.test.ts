// Every command that package.json contributes is run by a test of this folder or of the browser's story, or says here why not.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { RunRecord } from "../../client/src/training/run-files";
import { isActive, runPaths } from "../../client/src/training/run-files";
import { extension } from "./extension";
import { eventually, projectFile, workspaceFolder, writeFile } from "./workspace";

interface Contributed {
  readonly command: string;
  readonly title: string;
}

const contributed = () =>
  (extension().packageJSON as { contributes: { commands: readonly Contributed[] } }).contributes.commands;

/** Commands that no test here can run to their end. */
const UNTESTED: Readonly<Record<string, string>> = {
  "shapewright.installCuda": "It downloads a package of 500 MB.",
  "shapewright.installWebGpu": "It downloads a package.",
  "shapewright.chooseDevice": "It asks in a list of what this machine has, and changes the user's settings.",
  "shapewright.deleteRun": "It asks in a modal dialog; what it does then is in test/training/runs.test.ts.",
};

const broken = `import { torch } from "shapewright/torch";
const x = torch.zeros([2, 3]).t();
x.view(6);
`;

const open = async (name: string, text: string) =>
  vscode.window.showTextDocument(await vscode.workspace.openTextDocument(writeFile(name, text)));

describe("commands", () => {
  afterEach(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("are all run by a test", () => {
    const root = extension().extensionPath;
    const tests = ["test/extension", "test/e2e"].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => readFileSync(join(root, folder, name), "utf8")),
    );
    const untested = contributed().filter(({ command, title }) => {
      const named = new RegExp(`"${command}"|Shapewright: ${title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
      return !UNTESTED[command] && !tests.some((text) => named.test(text));
    });
    assert.deepEqual(
      untested.map(({ command }) => command),
      [],
    );
  });

  it("repair a file", async () => {
    const editor = await open("broken-all.ts", broken);
    await eventually(async () => {
      await vscode.commands.executeCommand("shapewright.fixFile");
      return editor.document.getText().includes("x.reshape(6)");
    });
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("show the output and start the server anew", async () => {
    await vscode.commands.executeCommand("shapewright.showOutput");
    await vscode.commands.executeCommand("shapewright.restartServer");
    const editor = await open("after-restart.ts", broken);
    await eventually(() =>
      vscode.languages.getDiagnostics(editor.document.uri).some(({ source }) => source === "shapewright"),
    );
  });

  it("tell that nothing is lost where every shape is known", async () => {
    await open("known.ts", broken.replace("x.view(6);", ""));
    await vscode.commands.executeCommand("shapewright.showLostShapes");
  });

  it("repair a workspace", async () => {
    const uri = writeFile("broken-workspace.ts", broken);
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand("shapewright.fixWorkspace");
    const text = async () => (await vscode.workspace.openTextDocument(uri)).getText();
    await eventually(async () => (await text()).includes("x.reshape(6)"));
    await vscode.workspace.saveAll(false);
  });

  it("make a model that is opened", async () => {
    const folder = vscode.Uri.joinPath(workspaceFolder(), `made-${Date.now()}`);
    await vscode.workspace.fs.createDirectory(folder);
    const request = { dialect: "torch", language: "ts", folder };
    const made = await vscode.commands.executeCommand<vscode.Uri>("shapewright.newModel", request);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), made.toString());
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? "", /defineExperiment/);
  });
});

describe("commands on a run", () => {
  const experiment = projectFile("test/training/experiments/line.ts");
  const recordOf = (folder: string) => JSON.parse(readFileSync(runPaths(folder).record, "utf8")) as RunRecord;
  const steps = (folder: string) => recordOf(folder).progress?.step ?? 0;
  const ended = (folder: string) => eventually(() => !isActive(recordOf(folder).status) && recordOf(folder));

  /** Presses Enter in the box that a command asks with, until the command is done. */
  async function accepting<T>(command: string, ...args: unknown[]): Promise<T> {
    let isDone = false;
    const running = Promise.resolve(vscode.commands.executeCommand<T>(command, ...args)).finally(() => (isDone = true));
    await eventually(async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return isDone;
    });
    return running;
  }

  afterEach(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("pause it, take a step, let it go on, and stop it", async () => {
    const file = writeFile("paused.ts", experiment.replace("epochs: 3", "epochs: 1_000_000"));
    const run = await vscode.commands.executeCommand<{ folder: string }>("shapewright.trainScript", file);
    await eventually(() => steps(run.folder) > 0);
    await vscode.commands.executeCommand("shapewright.pauseTraining");
    await eventually(() => recordOf(run.folder).status === "paused");
    const paused = steps(run.folder);
    await vscode.commands.executeCommand("shapewright.stepTraining");
    await vscode.commands.executeCommand("shapewright.continueTraining");
    await eventually(() => steps(run.folder) > paused + 1);
    await vscode.commands.executeCommand("shapewright.stopTraining");
    assert.equal((await ended(run.folder)).status, "stopped");
  });

  it("train with hyperparameters, name the run, note something, show its folder and copy its command line", async () => {
    const file = writeFile("named.ts", experiment);
    const { folder } = await accepting<{ folder: string }>("shapewright.trainWith", file);
    const record = await ended(folder);
    assert.equal(record.status, "done", record.message ?? "");
    await accepting("shapewright.renameRun", { run: { folder, record } });
    await accepting("shapewright.editNote", { run: { folder, record } });
    await vscode.commands.executeCommand("shapewright.copyCommandLine", { run: { folder, record } });
    assert.match(await vscode.env.clipboard.readText(), /shapewright train named\.ts/);
    await vscode.commands.executeCommand("shapewright.revealRun", { run: { folder, record } });
  });
});
