import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { createLanguageClient } from "./client";

/**
 * Starts the language server and registers the commands about it.
 *
 * @returns a function that stops the server, for when the window closes.
 */
export function activateLanguage(context: vscode.ExtensionContext): () => Promise<void> {
  const client = createLanguageClient(context.extensionUri);
  context.subscriptions.push(
    vscode.commands.registerCommand("shapewright.restartServer", () => restart(client)),
    vscode.commands.registerCommand("shapewright.showOutput", () => client.outputChannel.show()),
  );
  void start(client);
  return async () => {
    if (client.needsStop()) await client.stop();
    await client.dispose();
  };
}

async function start(client: LanguageClient): Promise<void> {
  try {
    await client.start();
  } catch (error) {
    await offerOutput(client, error);
  }
}

async function restart(client: LanguageClient): Promise<void> {
  try {
    await client.restart();
  } catch (error) {
    await offerOutput(client, error);
  }
}

async function offerOutput(client: LanguageClient, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const show = vscode.l10n.t("Show Output");
  const message = vscode.l10n.t("The shapes can't be traced: the language server did not start. {0}", reason);
  if ((await vscode.window.showErrorMessage(message, show)) === show) client.outputChannel.show();
}
