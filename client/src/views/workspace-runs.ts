import * as vscode from "vscode";
import type { RunRecord } from "../training/run-files";
import { defaultRunsFolder } from "../training/run-files";
import type { RunManager } from "../training/run-manager";
import type { StoredRun } from "../training/run-store";
import { listRuns, readRun } from "../training/run-store";

/** Views are redrawn at most this often, in milliseconds, while runs progress. */
const redrawInterval = 500;

/** The runs of the workspace: what is on disk, with the runs of this window as they stand in memory. */
export class WorkspaceRuns implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[] = [this.#changed];
  #timer: NodeJS.Timeout | undefined;

  /** Some run was added, has changed or was deleted; not more often than views can be redrawn. */
  readonly onDidChange = this.#changed.event;

  constructor(readonly manager: RunManager) {
    const notify = () => this.#notify();
    manager.on("change", notify);
    const watcher = vscode.workspace.createFileSystemWatcher("**/.shapewright/runs/*/run.json");
    this.#disposables.push(
      watcher,
      watcher.onDidCreate(notify),
      watcher.onDidChange(notify),
      watcher.onDidDelete(notify),
      vscode.workspace.onDidChangeWorkspaceFolders(notify),
      { dispose: () => manager.off("change", notify) },
    );
  }

  /** All runs, newest first. */
  list(): StoredRun[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const stored = folders
      .filter(({ uri }) => uri.scheme === "file")
      .flatMap(({ uri }) => listRuns(defaultRunsFolder(uri.fsPath)))
      .map((run) => this.#current(run));
    return stored.sort((a, b) => b.record.created.localeCompare(a.record.created));
  }

  /** One run as it stands; undefined where its folder is gone. */
  read(folder: string): StoredRun | undefined {
    const run = readRun(folder);
    return run && this.#current(run);
  }

  /** Whether the run is one that this window trains, and so can stop. */
  isOwn({ id }: RunRecord): boolean {
    return this.manager.find(id) !== undefined;
  }

  /** Tells of a change that neither a process nor the file system reports at once. */
  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #current(run: StoredRun): StoredRun {
    const active = this.manager.find(run.record.id);
    return active ? { folder: active.folder, record: active.record } : run;
  }

  #notify(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire();
    }, redrawInterval);
  }
}
