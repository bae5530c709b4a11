import * as vscode from "vscode";
import type { AskServer } from "./commands/check-batch";
import { BatchChecks } from "./commands/check-batch";
import { DeviceChoice } from "./commands/choose-device";
import { packagesFolder, registerInstallCommands } from "./commands/install-device";
import { NewModel } from "./commands/new-model";
import { RunCommands } from "./commands/run-commands";
import { TrainingCommands } from "./commands/training-commands";
import { Dashboards } from "./panels/dashboards";
import { RunManager } from "./training/run-manager";
import { ModelsView } from "./views/models-view";
import { RunsView } from "./views/runs-view";
import { trainingStatusBar } from "./views/training-status-bar";
import { WorkspaceExperiments } from "./views/workspace-experiments";
import { WorkspaceRuns } from "./views/workspace-runs";

/**
 * Puts everything together that finds, trains and shows experiments.
 *
 * @param askServer asks the language server.
 * @returns a function that ends the runs of this window, for when it closes.
 */
export function activateTraining(context: vscode.ExtensionContext, askServer: AskServer): () => Promise<void> {
  const manager = new RunManager();
  const experiments = new WorkspaceExperiments();
  const runs = new WorkspaceRuns(manager);
  const runner = vscode.Uri.joinPath(context.extensionUri, "dist", "runner.js").fsPath;
  // The dashboards have buttons that run commands, and commands open dashboards.
  const runCommands = new RunCommands(runs);
  const packages = packagesFolder(context);
  const checks = new BatchChecks(askServer);
  const commands = new TrainingCommands(runner, packages, experiments, runs, checks, () => dashboards);
  const devices = new DeviceChoice(runner, packages);
  const dashboards = new Dashboards(context.extensionUri, runs, {
    stop: (run) => commands.stop({ run }),
    pause: (run) => commands.pause({ run }),
    step: (run) => commands.step({ run }),
    continue: (run) => commands.continue({ run }),
    resume: (run) => void commands.resume({ run }),
    open: (run) => commands.openDashboard({ run }),
    rename: (run) => void runCommands.renameRun({ run }),
    note: (run) => void runCommands.editNote({ run }),
    delete: (run) => void runCommands.deleteRun({ run }),
    check: ({ record }) => void commands.check(vscode.Uri.file(record.file), record.hyperparameters),
    chooseDevice: () => void devices.choose(),
    trainAgain: ({ record }, overrides) => void commands.train(vscode.Uri.file(record.file), overrides),
  });
  const models = new ModelsView(experiments, runs);
  const modelsTree = vscode.window.createTreeView("shapewright.models", { treeDataProvider: models });
  const showDevice = () => (modelsTree.description = devices.description);
  showDevice();
  context.subscriptions.push(
    experiments,
    runs,
    models,
    dashboards,
    commands.register(),
    runCommands.register(),
    new NewModel(vscode.Uri.joinPath(context.extensionUri, "media", "templates"), packageVersion(context)).register(),
    registerInstallCommands(packages),
    trainingStatusBar(runs),
    checks,
    devices,
    devices.onDidChange(showDevice),
    modelsTree,
    vscode.window.createTreeView("shapewright.runs", { treeDataProvider: new RunsView(runs) }),
  );
  return () => manager.stopAll();
}

function packageVersion({ extension }: vscode.ExtensionContext): string {
  return (extension.packageJSON as { version: string }).version;
}
