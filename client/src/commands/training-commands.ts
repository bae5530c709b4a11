import * as path from "node:path";
import * as vscode from "vscode";
import type { Dashboards } from "../panels/dashboards";
import type { HyperparameterValue } from "../runtime/hyperparameters";
import type { ActiveRun } from "../training/active-run";
import { defaultRunsFolder, isActive, runPaths } from "../training/run-files";
import type { StoredRun } from "../training/run-store";
import type { WorkspaceExperiment, WorkspaceExperiments } from "../views/workspace-experiments";
import { readExperiment } from "../views/workspace-experiments";
import type { WorkspaceRuns } from "../views/workspace-runs";
import { askForHyperparameters } from "./ask-for-hyperparameters";
import type { BatchChecks, CheckResult } from "./check-batch";
import { configuredDevice } from "./choose-device";

/** What a command that was called on a model is given: an item of the view, or a file from elsewhere. */
type ModelArgument =
  { readonly experiment: WorkspaceExperiment; readonly lastRun?: StoredRun } | vscode.Uri | undefined;

/** What a command that was called on a run is given. */
type RunArgument = { readonly run: StoredRun } | undefined;

/** What to train, and the run of it that is to go on. */
type Start = Pick<WorkspaceExperiment, "uri" | "name"> & { readonly overrides: Overrides; readonly resume?: StoredRun };

type Overrides = Readonly<Record<string, HyperparameterValue>>;

/** The commands of the sidebar, the dashboard and the command palette that have to do with training. */
export class TrainingCommands {
  constructor(
    private readonly runner: string,
    private readonly packagesFolder: string,
    private readonly experiments: WorkspaceExperiments,
    private readonly runs: WorkspaceRuns,
    private readonly checks: BatchChecks,
    private readonly dashboards: () => Dashboards,
  ) {}

  register(): vscode.Disposable {
    // The editor passes further arguments of its own, such as the selected items.
    const register = <Argument>(name: string, run: (argument: Argument) => unknown) =>
      vscode.commands.registerCommand(`shapewright.${name}`, (argument: Argument) => run.call(this, argument));
    return vscode.Disposable.from(
      register("train", this.train),
      register("trainScript", this.trainScript),
      register("trainWith", this.trainWith),
      register("checkBatch", this.check),
      register("stopTraining", this.stop),
      register("pauseTraining", this.pause),
      register("continueTraining", this.continue),
      register("stepTraining", this.step),
      register("resumeRun", this.resume),
      register("openDashboard", this.openDashboard),
    );
  }

  /** @returns the run that was started or queued, for whoever called the command; undefined where none was. */
  async train(argument: ModelArgument, overrides: Overrides = {}): Promise<{ id: string; folder: string } | undefined> {
    if (!mayTrain()) return undefined;
    const experiment = await this.#chooseExperiment(argument);
    if (!experiment) return undefined;
    // What is trained is what is on disk, and a model may import any of the files at work.
    await vscode.workspace.saveAll(false);
    return this.#start({ ...experiment, overrides });
  }

  /** Asks for hyperparameters, and trains with them. */
  async trainWith(argument: ModelArgument): Promise<{ id: string; folder: string } | undefined> {
    if (!mayTrain()) return undefined;
    const experiment = await this.#chooseExperiment(argument);
    if (!experiment) return undefined;
    // What the last run had is what there is to change.
    const last = this.runs.list().find(({ record }) => record.file === experiment.uri.fsPath);
    const overrides = await askForHyperparameters(last?.record);
    if (!overrides) return undefined;
    await vscode.workspace.saveAll(false);
    return this.#start({ ...experiment, overrides });
  }

  /**
   * Runs one batch and compares its shapes with those that are traced.
   *
   * @returns what came out, for whoever called the command; undefined where nothing was run.
   */
  async check(argument: ModelArgument, overrides: Overrides = {}): Promise<CheckResult | undefined> {
    if (!mayTrain()) return undefined;
    const experiment = await this.#chooseExperiment(argument);
    if (!experiment) return undefined;
    await vscode.workspace.saveAll(false);
    const { uri, name } = experiment;
    return this.checks.check(name, { ...this.#surroundings(uri), overrides });
  }

  /** Trains what is in a file, or in the editor: an experiment, or a script that trains with TensorFlow.js by itself. */
  async trainScript(argument: vscode.Uri | undefined): Promise<{ id: string; folder: string } | undefined> {
    const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
    if (uri) return this.train(uri);
    void vscode.window.showInformationMessage(vscode.l10n.t("Open the script that is to train first."));
    return undefined;
  }

  /**
   * Lets a run that was stopped or has failed go on from its checkpoint.
   *
   * @returns the run, for whoever called the command; undefined where it was not started.
   */
  async resume(argument: RunArgument): Promise<{ id: string; folder: string } | undefined> {
    // Since the view was drawn, the run may have been resumed, also elsewhere, or deleted.
    const run = argument && this.runs.read(argument.run.folder);
    if (!run || isActive(run.record.status) || !mayTrain()) return undefined;
    await vscode.workspace.saveAll(false);
    return this.#start({
      uri: vscode.Uri.file(run.record.file),
      name: run.record.experiment,
      overrides: {},
      resume: run,
    });
  }

  stop(argument: RunArgument | ModelArgument): void {
    this.#active(argument)?.stop();
  }

  /** Lets a run wait after the step at work, in its process. */
  pause(argument: RunArgument | ModelArgument): void {
    this.#active(argument)?.pause();
  }

  /** Lets a run that waits go on. */
  continue(argument: RunArgument | ModelArgument): void {
    this.#active(argument)?.continue();
  }

  /** Lets a run take one step, and wait. */
  step(argument: RunArgument | ModelArgument): void {
    this.#active(argument)?.stepOnce();
  }

  /** The run of this window that a command means: the given one, else the one that trains. Says so where there is none. */
  #active(argument: RunArgument | ModelArgument): ActiveRun | undefined {
    const chosen =
      argument && ("run" in argument ? argument.run : "lastRun" in argument ? argument.lastRun : undefined);
    const active = chosen ? this.runs.manager.find(chosen.record.id) : this.runs.manager.active[0];
    if (active) return active;
    void vscode.window.showInformationMessage(vscode.l10n.t("Nothing is training in this window."));
    return undefined;
  }

  openDashboard(argument: RunArgument): void {
    const run = argument?.run ?? this.runs.list()[0];
    if (run) return this.dashboards().show(run);
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no run yet. Train a model first."));
  }

  async #chooseExperiment(argument: ModelArgument): Promise<WorkspaceExperiment | undefined> {
    if (argument && "experiment" in argument) return argument.experiment;
    const uri = argument ?? vscode.window.activeTextEditor?.document.uri;
    const current = uri && (await readExperiment(uri));
    if (current) return current;
    // A file that was asked for and is no experiment is a script, which says itself what it trains.
    if (argument) return { uri: argument, name: path.basename(argument.fsPath), position: new vscode.Position(0, 0) };
    const found = await this.experiments.list();
    if (found.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("No file of this workspace exports an experiment. Add `export default defineExperiment({ … })`."),
      );
      return undefined;
    }
    const picks = found.map((experiment) => ({
      label: experiment.name,
      description: vscode.workspace.asRelativePath(experiment.uri),
      experiment,
    }));
    const picked = await vscode.window.showQuickPick(picks, { placeHolder: vscode.l10n.t("The model to train") });
    return picked?.experiment;
  }

  #start(start: Start): { id: string; folder: string } | undefined {
    const run = this.#queue(start);
    if (!run) return undefined;
    this.dashboards().show({ folder: run.folder, record: run.record });
    void this.#reportFailure(run);
    return { id: run.id, folder: run.folder };
  }

  #queue({ uri, name, overrides, resume }: Start): ActiveRun | undefined {
    const surroundings = this.#surroundings(uri);
    try {
      return this.runs.manager.train({
        ...surroundings,
        name,
        overrides,
        runsFolder: defaultRunsFolder(surroundings.workingDirectory),
        ...(resume ? { resume } : {}),
      });
    } catch (error) {
      void vscode.window.showErrorMessage((error as Error).message);
      return undefined;
    }
  }

  /** What a process that runs a file is given. */
  #surroundings(uri: vscode.Uri) {
    return {
      file: uri.fsPath,
      device: configuredDevice(uri),
      runner: this.runner,
      packagesFolder: this.packagesFolder,
      workingDirectory: vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path.dirname(uri.fsPath),
    };
  }

  async #reportFailure(run: ActiveRun): Promise<void> {
    const record = await run.finished;
    if (record.status !== "failed") return;
    const log = vscode.l10n.t("Open log");
    const text = vscode.l10n.t("Training {0} failed: {1}", record.experiment, record.message ?? "");
    if ((await vscode.window.showErrorMessage(text, log)) !== log) return;
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(runPaths(run.folder).log));
  }
}

/** Whether code of the workspace may be run; says so where it may not. */
function mayTrain(): boolean {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t("Training runs the code of this workspace, so the workspace has to be trusted first."),
    );
  }
  return vscode.workspace.isTrusted;
}
