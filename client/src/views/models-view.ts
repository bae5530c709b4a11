import * as vscode from "vscode";
import { isActive } from "../training/run-files";
import type { StoredRun } from "../training/run-store";
import { runSummary, runTooltip, statusIcon } from "./run-text";
import type { WorkspaceExperiment, WorkspaceExperiments } from "./workspace-experiments";
import type { WorkspaceRuns } from "./workspace-runs";

/** An experiment in the *Models* view. */
export class ModelItem extends vscode.TreeItem {
  /** @param lastRun the newest run of the experiment's file. */
  constructor(
    readonly experiment: WorkspaceExperiment,
    readonly lastRun: StoredRun | undefined,
  ) {
    super(experiment.name);
    const { uri, position } = experiment;
    const active = lastRun !== undefined && isActive(lastRun.record.status);
    this.id = uri.toString();
    this.resourceUri = uri;
    this.iconPath = active ? statusIcon(lastRun.record.status) : new vscode.ThemeIcon("symbol-class");
    const file = vscode.workspace.asRelativePath(uri);
    // A sidebar is narrow: how the model stands comes before where it is.
    this.description = lastRun ? describeRun(lastRun) : file;
    this.tooltip = lastRun ? runTooltip(lastRun.record) : file;
    this.contextValue = active ? "experiment.active" : "experiment";
    this.command = {
      command: "vscode.open",
      title: vscode.l10n.t("Open file"),
      arguments: [uri, { selection: new vscode.Range(position, position) } satisfies vscode.TextDocumentShowOptions],
    };
  }
}

function describeRun({ record }: StoredRun): string {
  return [runSummary(record), ...(record.device ? [record.device.kind] : [])].join(" · ");
}

/** The experiments found in the workspace, with how their newest run stands. */
export class ModelsView implements vscode.TreeDataProvider<ModelItem>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    private readonly experiments: WorkspaceExperiments,
    private readonly runs: WorkspaceRuns,
  ) {
    const redraw = () => this.#changed.fire();
    this.#disposables = [this.#changed, experiments.onDidChange(redraw), runs.onDidChange(redraw)];
  }

  getTreeItem(item: ModelItem): ModelItem {
    return item;
  }

  async getChildren(parent?: ModelItem): Promise<ModelItem[]> {
    if (parent) return [];
    const experiments = await this.experiments.list();
    const runs = this.runs.list();
    return experiments.map((experiment) => {
      const lastRun = runs.find(({ record }) => record.file === experiment.uri.fsPath);
      return new ModelItem(experiment, lastRun);
    });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
