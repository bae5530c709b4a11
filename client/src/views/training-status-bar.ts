import * as vscode from "vscode";
import { formatDuration } from "../training/progress-text";
import type { WorkspaceRuns } from "./workspace-runs";
import { runSummary } from "./run-text";

/** The run that trains, in the status bar: its name, how far it is, its loss. A click opens the dashboard. */
export function trainingStatusBar(runs: WorkspaceRuns): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("shapewright.training", vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t("Shapewright training");
  const update = () => {
    const [run] = runs.manager.active;
    if (!run) return item.hide();
    const { record } = run;
    const icon = record.status === "paused" ? "debug-pause" : "loading~spin";
    item.text = `$(${icon}) ${record.experiment} ${runSummary(record)}`;
    const left = record.progress?.secondsLeft;
    item.tooltip =
      left === undefined || left === null
        ? vscode.l10n.t("Open dashboard")
        : vscode.l10n.t("{0} left. Click to open the dashboard.", formatDuration(left));
    item.command = {
      command: "shapewright.openDashboard",
      title: vscode.l10n.t("Open dashboard"),
      arguments: [{ run: { folder: run.folder, record } }],
    };
    item.show();
  };
  const subscription = runs.onDidChange(update);
  return { dispose: () => (subscription.dispose(), item.dispose()) };
}
