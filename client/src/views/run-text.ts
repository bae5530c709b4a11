import * as vscode from "vscode";
import { headlineMetric } from "../training/best-values";
import { formatDuration, formatMetric, fractionDone } from "../training/progress-text";
import type { RunRecord, RunStatus } from "../training/run-files";
import { runName } from "../training/run-files";

/** A status in the user's language. */
export function statusText(status: RunStatus): string {
  switch (status) {
    case "queued":
      return vscode.l10n.t("waiting");
    case "running":
      return vscode.l10n.t("training");
    case "paused":
      return vscode.l10n.t("paused");
    case "done":
      return vscode.l10n.t("done");
    case "failed":
      return vscode.l10n.t("failed");
    case "stopped":
      return vscode.l10n.t("stopped");
  }
}

/** A run in a few words: how far it is, or what became of it. */
export function runSummary(record: RunRecord): string {
  if ((record.status === "running" || record.status === "paused") && record.progress) {
    const percent = `${Math.floor(fractionDone(record.progress) * 100)}%`;
    const loss = record.last.train?.["loss"];
    return [
      ...(record.status === "paused" ? [statusText("paused")] : []),
      percent,
      ...(loss === undefined ? [] : [`loss ${formatMetric(loss)}`]),
    ].join(" · ");
  }
  const best = headlineMetric(record.best);
  const status = statusText(record.status);
  if (!best || record.status === "failed") return status;
  const value = `${best[0]} ${formatMetric(best[1].value)}`;
  // The icon says that a run is done, and a sidebar is narrow.
  return record.status === "done" ? value : `${status} · ${value}`;
}

/** Everything about a run that fits a tooltip. The user's own texts are kept from being read as Markdown. */
export function runTooltip(record: RunRecord): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  const line = (label: string, value: string) => tooltip.appendText(`${label}: ${value}`).appendMarkdown("  \n");
  tooltip.appendMarkdown("**").appendText(runName(record)).appendMarkdown("**  \n");
  if (record.note) line(vscode.l10n.t("Note"), record.note);
  line(vscode.l10n.t("File"), vscode.workspace.asRelativePath(record.file));
  line(vscode.l10n.t("Status"), statusText(record.status));
  if (record.message) line(vscode.l10n.t("Message"), record.message);
  if (record.device) line(vscode.l10n.t("Device"), record.device.name);
  if (record.progress) line(vscode.l10n.t("Epoch"), `${record.progress.epoch} / ${record.progress.epochs}`);
  for (const [name, { value, epoch }] of Object.entries(record.best)) {
    line(vscode.l10n.t("Best {0}", name), vscode.l10n.t("{0} in epoch {1}", formatMetric(value), epoch));
  }
  line(vscode.l10n.t("Created"), new Date(record.created).toLocaleString(vscode.env.language));
  if (record.started && record.ended) {
    line(vscode.l10n.t("Duration"), formatDuration((Date.parse(record.ended) - Date.parse(record.started)) / 1000));
  }
  const settings = Object.entries(record.hyperparameters).map(([name, value]) => `${name}=${String(value)}`);
  if (settings.length > 0) line(vscode.l10n.t("Hyperparameters"), settings.join(", "));
  return tooltip;
}

/** The icon of a status, in the colours that the editor's own test views use. */
export function statusIcon(status: RunStatus): vscode.ThemeIcon {
  switch (status) {
    case "queued":
      return new vscode.ThemeIcon("clock");
    case "running":
      return new vscode.ThemeIcon("loading~spin");
    case "paused":
      return new vscode.ThemeIcon("debug-pause");
    case "done":
      return new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed"));
    case "failed":
      return new vscode.ThemeIcon("error", new vscode.ThemeColor("testing.iconFailed"));
    case "stopped":
      return new vscode.ThemeIcon("debug-stop", new vscode.ThemeColor("testing.iconSkipped"));
  }
}
