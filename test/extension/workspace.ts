// The folder that is open while these tests run: a copy of the samples, free to be written to.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

/** The open folder. */
export function workspaceFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error("The tests need an open folder.");
  return folder.uri;
}

/** Writes a file into the open folder. */
export function writeFile(name: string, content: string): vscode.Uri {
  const uri = vscode.Uri.joinPath(workspaceFolder(), name);
  writeFileSync(uri.fsPath, content);
  return uri;
}

/** Reads a file of the project itself, for example a test's own model. */
export function projectFile(path: string): string {
  const folder = vscode.extensions.getExtension("shapewright.shapewright")?.extensionPath ?? "";
  return readFileSync(join(folder, path), "utf8");
}

/**
 * Asks again until the answer is there. The test's own time limit ends what never comes.
 * @returns the first answer that is neither undefined, nor false
 */
export async function eventually<T>(ask: () => T | undefined | false | PromiseLike<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resume) => setTimeout(resume, 100));
  }
}
