import * as path from "node:path";
import * as vscode from "vscode";
import { parseDashboardSettings } from "../../../webviews/src/contract";
import type { StoredRun } from "../training/run-store";
import type { WorkspaceRuns } from "../views/workspace-runs";
import type { DashboardActions } from "./dashboard-panel";
import { DashboardPanel } from "./dashboard-panel";

const viewType = "shapewright.dashboard";

/** The open dashboards, one for each run, which come back after the window was reloaded. */
export class Dashboards implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #open = new Map<string, DashboardPanel>();
  readonly #serializer: vscode.Disposable;
  readonly #bundles: vscode.Uri;

  constructor(
    extension: vscode.Uri,
    private readonly runs: WorkspaceRuns,
    private readonly actions: DashboardActions,
  ) {
    this.#bundles = vscode.Uri.joinPath(extension, "dist", "webviews");
    this.#serializer = vscode.window.registerWebviewPanelSerializer(viewType, this);
  }

  /** Shows a run's dashboard, which keeps its place where it is open already. */
  show(run: StoredRun): void {
    const existing = this.#open.get(run.folder);
    if (existing) return existing.panel.reveal();
    const panel = vscode.window.createWebviewPanel(viewType, run.record.experiment, vscode.ViewColumn.Active, {});
    this.#attach(panel, run);
  }

  /** Called by the editor for each dashboard that was open when the window was closed. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const settings = parseDashboardSettings(state);
    const run = settings && this.runs.read(path.normalize(settings.runFolder));
    // A dashboard of a run that no longer exists has nothing to show.
    if (run) this.#attach(panel, run, settings.compared);
    else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const dashboard of this.#open.values()) dashboard.dispose();
  }

  #attach(panel: vscode.WebviewPanel, run: StoredRun, compared?: readonly string[]): void {
    this.#open.set(run.folder, new DashboardPanel(panel, run, this.runs, this.actions, this.#bundles, compared));
    panel.onDidDispose(() => this.#open.delete(run.folder));
  }
}
