import * as vscode from "vscode";
import { findExperiment } from "../training/find-experiments";

export interface WorkspaceExperiment {
  readonly uri: vscode.Uri;
  /** The experiment's name, or the file's where the name is not written as plain text. */
  readonly name: string;
  readonly position: vscode.Position;
}

const files = "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}";
const foldersPassedOver = [
  "node_modules",
  "bower_components",
  "dist",
  "out",
  "build",
  "coverage",
  ".git",
  ".shapewright",
];
/** Files are read in parallel, but not so many that other extensions wait for the disk. */
const parallelReads = 16;

/** The experiments in the workspace's files, kept up to date. Files are only read, never executed. */
export class WorkspaceExperiments implements vscode.Disposable {
  readonly #found = new Map<string, WorkspaceExperiment>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[] = [this.#changed];
  #scan: Promise<void> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher(files);
    const update = (uri: vscode.Uri) => {
      if (isPassedOver(uri)) return;
      void this.#read(uri).then(() => this.#changed.fire());
    };
    this.#disposables.push(
      watcher,
      watcher.onDidCreate(update),
      watcher.onDidChange(update),
      watcher.onDidDelete((uri) => {
        if (this.#found.delete(uri.toString())) this.#changed.fire();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.#scan = undefined;
        this.#found.clear();
        this.#changed.fire();
      }),
    );
  }

  /** All experiments, by path. The first call goes through the workspace. */
  async list(): Promise<WorkspaceExperiment[]> {
    this.#scan ??= this.#readAll();
    await this.#scan;
    return [...this.#found.values()].sort((a, b) => a.uri.path.localeCompare(b.uri.path));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #readAll(): Promise<void> {
    const uris = await vscode.workspace.findFiles(files, `**/{${foldersPassedOver.join(",")}}/**`);
    for (let start = 0; start < uris.length; start += parallelReads) {
      await Promise.all(uris.slice(start, start + parallelReads).map((uri) => this.#read(uri)));
    }
  }

  async #read(uri: vscode.Uri): Promise<void> {
    const experiment = await readExperiment(uri);
    if (experiment) this.#found.set(uri.toString(), experiment);
    else this.#found.delete(uri.toString());
  }
}

/** The experiment that a file exports as its default; undefined where it has none or cannot be read. */
export async function readExperiment(uri: vscode.Uri): Promise<WorkspaceExperiment | undefined> {
  let text: string;
  try {
    text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
  const found = findExperiment(text);
  if (!found) return undefined;
  const fileName = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  return { uri, name: found.name ?? fileName, position: new vscode.Position(found.line, found.character) };
}

function isPassedOver(uri: vscode.Uri): boolean {
  const segments = vscode.workspace.asRelativePath(uri).split("/");
  return segments.some((segment) => foldersPassedOver.includes(segment));
}
