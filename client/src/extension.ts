import type * as vscode from "vscode";
import { activateLanguage } from "./language/features";
import { activateTraining } from "./training-features";

const closing: (() => Promise<void>)[] = [];

/** Called by the editor when one of the extension's languages, views or commands is first used. */
export function activate(context: vscode.ExtensionContext): void {
  closing.push(activateLanguage(context), activateTraining(context));
}

/** Called by the editor when the window closes or the extension is switched off. */
export async function deactivate(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()));
}
