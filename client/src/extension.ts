import type * as vscode from "vscode";
import { activateLanguage } from "./language/features";
import { activateTraining } from "./training-features";

const closing: (() => Promise<void>)[] = [];

/** Called by the editor when one of the extension's languages, views or commands is first used. */
export function activate(context: vscode.ExtensionContext): void {
  const { client, close } = activateLanguage(context);
  closing.push(
    close,
    activateTraining(context, (method, params, token) => client.sendRequest(method, params, token)),
  );
}

/** Called by the editor when the window closes or the extension is switched off. */
export async function deactivate(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()));
}
