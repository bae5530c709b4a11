import * as vscode from "vscode";
import type { StoredRun } from "../training/run-store";
import { isActive, runName } from "../training/run-files";
import { canResume } from "../training/run-store";
import { runSummary, runTooltip, statusIcon } from "./run-text";
import type { WorkspaceRuns } from "./workspace-runs";

/** A run in the *Runs* view. */
export class RunItem extends vscode.TreeItem {
  constructor(
    readonly run: StoredRun,
    isOwn: boolean,
  ) {
    const { record } = run;
    super(runName(record));
    const active = isActive(record.status);
    this.id = run.folder;
    this.iconPath = statusIcon(record.status);
    this.description = `${runSummary(record)} · ${formatMoment(new Date(record.created), new Date())}`;
    this.tooltip = runTooltip(record);
    // A run that another window or a terminal trains can neither be stopped nor deleted from here.
    const ended = canResume(run) ? "run.ended.resumable" : "run.ended";
    this.contextValue = active ? (isOwn ? `run.own.${record.status}` : "run.foreign") : ended;
    this.command = { command: "shapewright.openDashboard", title: vscode.l10n.t("Open dashboard"), arguments: [this] };
  }
}

/** The time of a moment today, the day of an earlier one. */
function formatMoment(moment: Date, now: Date): string {
  const isToday = moment.toDateString() === now.toDateString();
  const options: Intl.DateTimeFormatOptions = isToday ? { timeStyle: "short" } : { dateStyle: "medium" };
  return new Intl.DateTimeFormat(vscode.env.language, options).format(moment);
}

/** The history of the workspace's runs, newest first. */
export class RunsView implements vscode.TreeDataProvider<RunItem> {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(private readonly runs: WorkspaceRuns) {
    this.onDidChangeTreeData = runs.onDidChange;
  }

  getTreeItem(item: RunItem): RunItem {
    return item;
  }

  getChildren(parent?: RunItem): RunItem[] {
    if (parent) return [];
    return this.runs.list().map((run) => new RunItem(run, this.runs.isOwn(run.record)));
  }
}
