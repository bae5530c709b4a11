import * as vscode from "vscode";
import { commandLine } from "../training/command-text";
import type { Annotation } from "../training/run-files";
import { runName, runPaths } from "../training/run-files";
import type { StoredRun } from "../training/run-store";
import { annotateRun, deleteRun } from "../training/run-store";
import type { WorkspaceExperiment } from "../views/workspace-experiments";
import type { WorkspaceRuns } from "../views/workspace-runs";
import { reveal } from "./reveal";

/** What a command that was called on a run is given. */
type RunArgument = { readonly run: StoredRun } | undefined;

/** The commands on a run that is there already: they name it, show it, and take it away. */
export class RunCommands {
  constructor(private readonly runs: WorkspaceRuns) {}

  register(): vscode.Disposable {
    const register = <Argument>(name: string, run: (argument: Argument) => unknown) =>
      vscode.commands.registerCommand(`shapewright.${name}`, (argument: Argument) => run.call(this, argument));
    return vscode.Disposable.from(
      register("revealRun", this.revealRun),
      register("renameRun", this.renameRun),
      register("editNote", this.editNote),
      register("deleteRun", this.deleteRun),
      register("copyCommandLine", this.copyCommandLine),
    );
  }

  async revealRun(argument: RunArgument): Promise<void> {
    if (argument) await reveal(runPaths(argument.run.folder).record);
  }

  async renameRun(argument: RunArgument): Promise<void> {
    if (!argument) return;
    const { record } = argument.run;
    const prompt = vscode.l10n.t("A name for this run of {0}. Empty for the experiment's name.", record.experiment);
    const name = await vscode.window.showInputBox({ prompt, value: runName(record) });
    if (name === undefined) return;
    this.#annotate(argument.run, { label: name.trim() === "" ? null : name.trim() });
  }

  async editNote(argument: RunArgument): Promise<void> {
    if (!argument) return;
    const { record } = argument.run;
    const prompt = vscode.l10n.t("What to remember of {0}", runName(record));
    const note = await vscode.window.showInputBox({ prompt, value: record.note });
    if (note !== undefined) this.#annotate(argument.run, { note: note.trim() });
  }

  #annotate({ folder, record }: StoredRun, annotation: Partial<Annotation>): void {
    try {
      const active = this.runs.manager.find(record.id);
      if (active) active.annotate(annotation);
      else annotateRun(folder, annotation);
    } catch (error) {
      void vscode.window.showErrorMessage(vscode.l10n.t("The run could not be changed: {0}", (error as Error).message));
    }
    this.runs.refresh();
  }

  async deleteRun(argument: RunArgument): Promise<void> {
    if (!argument || this.runs.isOwn(argument.run.record)) return;
    const { folder, record } = argument.run;
    const remove = vscode.l10n.t("Delete");
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t("Delete the run {0} with its metrics and checkpoints?", runName(record)),
      { modal: true, detail: folder },
      remove,
    );
    if (answer !== remove) return;
    try {
      deleteRun(folder);
    } catch (error) {
      void vscode.window.showErrorMessage(vscode.l10n.t("The run could not be deleted: {0}", (error as Error).message));
    }
    this.runs.refresh();
  }

  /** Copies what trains the model, or repeats the run, in a terminal. */
  async copyCommandLine(argument: RunArgument | { readonly experiment: WorkspaceExperiment }): Promise<void> {
    if (!argument) return;
    const [file, hyperparameters] =
      "run" in argument
        ? [argument.run.record.file, argument.run.record.hyperparameters]
        : [argument.experiment.uri.fsPath, {}];
    await vscode.env.clipboard.writeText(commandLine(vscode.workspace.asRelativePath(file, false), hyperparameters));
    vscode.window.setStatusBarMessage(vscode.l10n.t("The command line was copied."), 4000);
  }
}
