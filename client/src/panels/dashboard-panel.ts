import * as path from "node:path";
import * as fs from "node:fs";
import * as vscode from "vscode";
import type { DashboardState, RunSummary, RunView, SampleView } from "../../../webviews/src/contract";
import { parseDashboardRequest } from "../../../webviews/src/contract";
import { reveal } from "../commands/reveal";
import type { RunRecord } from "../training/run-files";
import { isActive, runName, runPaths } from "../training/run-files";
import type { HyperparameterValue } from "../runtime/hyperparameters";
import type { StoredRun } from "../training/run-store";
import { canResume } from "../training/run-store";
import type { WorkspaceRuns } from "../views/workspace-runs";
import { dashboardPage } from "./dashboard-page";
import { exportImages, exportRuns } from "./export-runs";
import { RunPoints } from "./run-points";
import { RunShown } from "./run-shown";

/** The page is told of news at most this often, in milliseconds. */
const sendInterval = 100;
/** A run that another process trains is looked at this often, in milliseconds. */
const pollInterval = 1000;

/** What the dashboard can ask for beyond showing a run. */
export interface DashboardActions {
  stop(run: StoredRun): void;
  pause(run: StoredRun): void;
  step(run: StoredRun): void;
  continue(run: StoredRun): void;
  resume(run: StoredRun): void;
  open(run: StoredRun): void;
  rename(run: StoredRun): void;
  note(run: StoredRun): void;
  delete(run: StoredRun): void;
  check(run: StoredRun): void;
  chooseDevice(run: StoredRun): void;
  trainAgain(run: StoredRun, overrides: Readonly<Record<string, HyperparameterValue>>): void;
}

/**
 * One dashboard: it reads a run's folder and tells the page, which holds nothing of its own. A page that was hidden
 * and is shown again starts anew and is told everything.
 */
export class DashboardPanel implements vscode.Disposable {
  readonly #disposables: vscode.Disposable[] = [];
  readonly #points = new RunPoints();
  #shown: RunShown;
  /** The ids of the runs that the user has added to the charts. */
  #compared: readonly string[];
  #sendTimer: NodeJS.Timeout | undefined;
  readonly #pollTimer: NodeJS.Timeout;
  #ready = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly run: StoredRun,
    private readonly runs: WorkspaceRuns,
    private readonly actions: DashboardActions,
    bundles: vscode.Uri,
    compared: readonly string[] = [],
  ) {
    this.#compared = compared;
    const changed = (active: { readonly id: string }) => {
      if (active.id === run.record.id) this.#schedule();
    };
    runs.manager.on("change", changed);
    this.#pollTimer = setInterval(() => this.#poll(), pollInterval);
    this.#disposables.push(
      { dispose: () => runs.manager.off("change", changed) },
      runs.onDidChange(() => this.#schedule()),
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      panel.onDidDispose(() => this.dispose()),
    );
    // Besides its own bundles the page may load the pictures of its run.
    const samples = vscode.Uri.file(runPaths(run.folder).samples);
    panel.webview.options = { enableScripts: true, localResourceRoots: [bundles, samples] };
    this.#shown = new RunShown(run.folder);
    const title = runName(run.record);
    const { id: runId } = run.record;
    panel.title = title;
    panel.webview.html = dashboardPage({ webview: panel.webview, bundles, runId, runFolder: run.folder, title });
  }

  dispose(): void {
    clearTimeout(this.#sendTimer);
    clearInterval(this.#pollTimer);
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
  }

  #receive(message: unknown): void {
    const request = parseDashboardRequest(message);
    switch (request?.type) {
      case "ready":
        this.#ready = true;
        this.#points.restart();
        this.#shown = new RunShown(this.run.folder);
        return this.#send();
      case "stop":
      case "pause":
      case "step":
      case "continue":
      case "resume":
      case "check":
      case "chooseDevice":
        return this.actions[request.type](this.run);
      case "trainAgain":
        return this.actions.trainAgain(this.run, request.overrides);
      case "open":
      case "rename":
      case "note":
      case "delete": {
        const run = this.runs.list().find(({ record }) => record.id === request.run);
        return run && this.actions[request.type](run);
      }
      case "compare":
        this.#compared = request.runs;
        return this.#send();
      case "export":
        return void exportRuns(this.#drawn(), request.format);
      case "exportImages":
        return void exportImages(this.run, request.images);
      case "openFile":
        return void vscode.commands.executeCommand("vscode.open", vscode.Uri.file(this.run.record.file));
      case "openLog":
        return void vscode.commands.executeCommand("vscode.open", vscode.Uri.file(runPaths(this.run.folder).log));
      case "revealFolder":
        return void reveal(runPaths(this.run.folder).record);
      case undefined:
        return;
    }
  }

  /** This run and those that are drawn beside it, as they stand. */
  #drawn(): StoredRun[] {
    const runs = this.runs.list();
    const own = this.runs.read(this.run.folder);
    return [...(own ? [own] : []), ...runs.filter(({ record: { id } }) => this.#compared.includes(id))];
  }

  #schedule(): void {
    this.#sendTimer ??= setTimeout(() => {
      this.#sendTimer = undefined;
      this.#send();
    }, sendInterval);
  }

  #poll(): void {
    const current = this.runs.read(this.run.folder);
    if (current && isActive(current.record.status) && !this.runs.isOwn(current.record)) this.#schedule();
  }

  #send(): void {
    // A hidden page does not exist; when it is shown again it asks for everything.
    if (!this.#ready || !this.panel.visible) return;
    const current = this.runs.read(this.run.folder);
    if (!current) return this.#post({ type: "gone", message: vscode.l10n.t("The folder of this run is gone.") });
    this.panel.title = runName(current.record);
    this.#post({ type: "run", run: this.#view(current.record) });
    this.#post({ type: "runs", runs: this.runs.list().map(({ record }) => this.#summary(record)) });
    const drawn = new Map(this.#drawn().map(({ folder, record }) => [folder, record.id]));
    this.#points.follow(drawn.keys());
    for (const [folder, news] of this.#points.read()) {
      this.#post({ type: "points", run: drawn.get(folder)!, ...news });
    }
    this.#sendShown();
  }

  #sendShown(): void {
    const { samples, histograms } = this.#shown.read();
    if (samples) {
      const views = samples.map(({ file, ...sample }): SampleView => {
        const content =
          file === undefined ? sample.text : this.panel.webview.asWebviewUri(vscode.Uri.file(file)).toString();
        return { epoch: sample.epoch, name: sample.name, kind: file === undefined ? "text" : "picture", content };
      });
      this.#post({ type: "samples", samples: views });
    }
    if (histograms.restart || histograms.added.length > 0) {
      this.#post({ type: "histograms", restart: histograms.restart, histograms: histograms.added });
    }
  }

  #summary(record: RunRecord): RunSummary {
    const { id, status, created, started, hyperparameters, progress, note } = record;
    const best = Object.entries(record.best).map(([name, { value }]): [string, number] => [name, value]);
    return {
      ...{ id, status, created, started, hyperparameters, progress, note },
      name: runName(record),
      best: Object.fromEntries(best),
      canDelete: !isActive(status),
    };
  }

  #view(record: RunRecord): RunView {
    const { id, status, message, rejected, hyperparameters, ranges, started, ended, progress } = record;
    return {
      ...{ id, status, message, rejected, hyperparameters, ranges, started, ended, progress },
      experiment: runName(record),
      file: vscode.workspace.asRelativePath(record.file),
      device: record.device?.name ?? null,
      canStop: this.runs.isOwn(record) && isActive(status),
      canResume: canResume({ folder: this.run.folder, record }) && vscode.workspace.isTrusted,
      canTrain: vscode.workspace.isTrusted && path.isAbsolute(record.file) && fs.existsSync(record.file),
    };
  }

  #post(state: DashboardState): void {
    void this.panel.webview.postMessage(state);
  }
}
