import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { Graphs } from "../panels/graphs";
import { Summaries } from "../panels/summaries";
import { TimelineView } from "../views/timeline-view";
import { registerChatTools } from "./chat-tools";
import { createLanguageClient } from "./client";
import { CoverageStatus } from "./coverage-status";
import { reportWrongShape } from "./report-wrong-shape";

/** The language server, for whoever has a question, and what ends it when the window closes. */
export interface Language {
  readonly client: LanguageClient;
  close(): Promise<void>;
}

/** Starts the language server and registers the commands about it. */
export function activateLanguage(context: vscode.ExtensionContext): Language {
  const client = createLanguageClient(context.extensionUri);
  const summaries = new Summaries(context.extensionUri, client);
  const graphs = new Graphs(context.extensionUri, client);
  const coverage = new CoverageStatus(client);
  context.subscriptions.push(
    summaries,
    graphs,
    new TimelineView(context.extensionUri, client),
    coverage,
    registerChatTools(client),
    vscode.commands.registerCommand("shapewright.showSummary", (uri?: vscode.Uri, model?: string) => {
      const chosen = uri ?? vscode.window.activeTextEditor?.document.uri;
      if (chosen) summaries.show(chosen, typeof model === "string" ? model : "");
    }),
    vscode.commands.registerCommand("shapewright.showGraph", (uri?: vscode.Uri, subject?: string) => {
      const chosen = uri ?? vscode.window.activeTextEditor?.document.uri;
      if (chosen) graphs.show(chosen, typeof subject === "string" ? subject : "");
    }),
    vscode.commands.registerCommand("shapewright.showTimeline", () =>
      vscode.commands.executeCommand("shapewright.timeline.focus"),
    ),
    vscode.commands.registerCommand("shapewright.fixFile", () =>
      vscode.commands.executeCommand("editor.action.codeAction", {
        kind: "source.fixAll.shapewright",
        apply: "first",
      }),
    ),
    vscode.commands.registerCommand("shapewright.fixWorkspace", () => fixWorkspace(client)),
    vscode.commands.registerCommand("shapewright.reportWrongShape", (expected?: unknown) =>
      reportWrongShape(context, client, typeof expected === "string" ? expected : undefined),
    ),
    vscode.commands.registerCommand("shapewright.restartServer", () => restart(client)),
    vscode.commands.registerCommand("shapewright.showOutput", () => client.outputChannel.show()),
  );
  void start(client).then(() => coverage.refresh());
  return {
    client,
    close: async () => {
      if (client.needsStop()) await client.stop();
      await client.dispose();
    },
  };
}

/** Repairs every file that has a working fix, as one change that can be undone. */
async function fixWorkspace(client: LanguageClient): Promise<void> {
  const files = await client.sendRequest<number | null>("workspace/executeCommand", {
    command: "shapewright.server.fixWorkspace",
  });
  if (!files) void vscode.window.showInformationMessage(vscode.l10n.t("There is nothing to repair."));
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
