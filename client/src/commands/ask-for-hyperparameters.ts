import * as vscode from "vscode";
import { formatAssignments, parseAssignments } from "../training/command-text";
import type { RunRecord } from "../training/run-files";

/**
 * Asks for hyperparameters, as assignments on one line.
 *
 * @param last the last run of the experiment, whose values are offered.
 * @returns those that differ from the last run's, as text; undefined where the user gave up.
 */
export async function askForHyperparameters(last: RunRecord | undefined): Promise<Record<string, string> | undefined> {
  const known = last?.hyperparameters ?? {};
  const line = await vscode.window.showInputBox({
    title: vscode.l10n.t("Train with Hyperparameters"),
    prompt: vscode.l10n.t("Hyperparameters to set, for example: epochs=3 learningRate=0.01"),
    value: formatAssignments(known),
    validateInput: (text) =>
      parseAssignments(text) ? undefined : vscode.l10n.t("Write NAME=VALUE, with spaces between."),
  });
  if (line === undefined) return undefined;
  const assignments = Object.entries(parseAssignments(line) ?? {});
  return Object.fromEntries(assignments.filter(([name, value]) => String(known[name]) !== value));
}
