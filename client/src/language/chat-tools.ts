import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** A place in a file, lines and columns counted from 1 as editors show them. */
interface PlaceInput {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

interface SummaryInput {
  readonly file: string;
  readonly model?: string;
}

/** Tools for chat models: what the editor knows about shapes, as text. They read; they run and change nothing. */
export function registerChatTools(client: LanguageClient): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.lm.registerTool<PlaceInput>("shapewright_shape", {
      invoke: ({ input }, token) => answer(() => shapeAt(client, input, token)),
    }),
    vscode.lm.registerTool<SummaryInput>("shapewright_summary", {
      invoke: ({ input }, token) => answer(() => summaryOf(client, input, token)),
    }),
  );
}

/** A failure is told to the model, which can do better with a sentence than with an exception. */
async function answer(compute: () => Promise<string>): Promise<vscode.LanguageModelToolResult> {
  const text = await compute().catch((error: unknown) => `Error: ${(error as Error).message}`);
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}

async function shapeAt(client: LanguageClient, { file, line, column }: PlaceInput, token: vscode.CancellationToken) {
  const document = await open(file);
  const text = document.lineAt(Math.min(Math.max(1, line), document.lineCount) - 1);
  const character = column === undefined ? text.firstNonWhitespaceCharacterIndex : column - 1;
  const position = { line: text.lineNumber, character };
  const hover = await client.sendRequest<{ contents: { value: string } } | null>(
    "textDocument/hover",
    { textDocument: { uri: document.uri.toString() }, position },
    token,
  );
  return hover?.contents.value ?? "No tensor is known at this place.";
}

async function summaryOf(client: LanguageClient, { file, model }: SummaryInput, token: vscode.CancellationToken) {
  const document = await open(file);
  const { message, markdown } = await client.sendRequest<{ message?: string; markdown: string }>(
    "shapewright/summary",
    { uri: document.uri.toString(), ...(model === undefined ? {} : { model }) },
    token,
  );
  return message ?? markdown;
}

/** Opens a file of the workspace, so that the server knows it. Others are none of a chat's business. */
async function open(file: string): Promise<vscode.TextDocument> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = [vscode.Uri.file(file), ...folders.map(({ uri }) => vscode.Uri.joinPath(uri, file))];
  for (const uri of candidates) {
    if (!vscode.workspace.getWorkspaceFolder(uri)) continue;
    try {
      return await vscode.workspace.openTextDocument(uri);
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(`${file} is not a file of this workspace.`);
}
