import * as path from "node:path";
import * as vscode from "vscode";
import type { ChartImage, ExportFormat } from "../../../webviews/src/contract";
import type { MeasuredRun } from "../training/export-metrics";
import { metricsAsCsv, metricsAsJson } from "../training/export-metrics";
import { MetricsTail } from "../training/metrics-tail";
import type { StoredRun } from "../training/run-store";
import { tensorboardEvents } from "../training/tensorboard";

/** Asks where to, and writes the points of runs there. TensorBoard wants a folder with one folder a run. */
export async function exportRuns(runs: readonly StoredRun[], format: Exclude<ExportFormat, "png">): Promise<void> {
  const measured = runs.map((run) => ({ ...run, points: new MetricsTail(run.folder).read() }));
  await reportingErrors(() => (format === "tensorboard" ? exportEvents(measured) : exportTable(measured, format)));
}

async function exportTable(runs: readonly MeasuredRun[], format: "csv" | "json"): Promise<vscode.Uri | undefined> {
  const [first] = runs;
  if (!first) return undefined;
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(path.join(path.dirname(first.record.file), `${first.record.id}.${format}`)),
    filters: { [format.toUpperCase()]: [format] },
  });
  if (!target) return undefined;
  await write(target, format === "csv" ? metricsAsCsv(runs) : metricsAsJson(runs));
  return target;
}

async function exportEvents(runs: readonly MeasuredRun[]): Promise<vscode.Uri | undefined> {
  const folder = await chooseFolder(vscode.l10n.t("Write TensorBoard events here"));
  if (!folder) return undefined;
  for (const { record, points } of runs) {
    const started = Date.parse(record.started ?? record.created);
    const name = `events.out.tfevents.${Math.floor(started / 1000)}.shapewright`;
    await write(vscode.Uri.joinPath(folder, record.id, name), tensorboardEvents(points, started));
  }
  return folder;
}

/** Asks for a folder, and writes the pictures of charts there, named by their metrics. */
export async function exportImages({ record }: StoredRun, images: readonly ChartImage[]): Promise<void> {
  await reportingErrors(async () => {
    const folder = await chooseFolder(vscode.l10n.t("Write the images here"));
    if (!folder) return undefined;
    for (const { metric, data } of images) {
      const name = `${record.id}-${metric.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}.png`;
      await write(vscode.Uri.joinPath(folder, name), Buffer.from(data.slice(data.indexOf(",") + 1), "base64"));
    }
    return folder;
  });
}

async function chooseFolder(openLabel: string): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel });
  return chosen?.[0];
}

async function write(target: vscode.Uri, content: string | Uint8Array): Promise<void> {
  await vscode.workspace.fs.writeFile(
    target,
    typeof content === "string" ? new TextEncoder().encode(content) : content,
  );
}

/** Tells where something was written, or why it was not. @param run gives the place, or undefined when the user gave up. */
async function reportingErrors(run: () => Promise<vscode.Uri | undefined>): Promise<void> {
  try {
    const target = await run();
    if (target) void vscode.window.showInformationMessage(vscode.l10n.t("Exported to {0}", target.fsPath));
  } catch (error) {
    void vscode.window.showErrorMessage(vscode.l10n.t("The export failed: {0}", (error as Error).message));
  }
}
