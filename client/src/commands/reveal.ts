import * as vscode from "vscode";

/** Shows a file where files are shown: in the system's file manager, or in the explorer where the editor is a web page. */
export function reveal(file: string): Thenable<unknown> {
  const command = vscode.env.uiKind === vscode.UIKind.Web ? "revealInExplorer" : "revealFileInOS";
  return vscode.commands.executeCommand(command, vscode.Uri.file(file));
}
