import * as vscode from "vscode";

/** Asks where to, writes a file there, and tells how that went. */
export async function saveFile(suggested: vscode.Uri, format: string, content: Uint8Array): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    defaultUri: suggested,
    filters: { [format.toUpperCase()]: [format] },
  });
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, content);
    void vscode.window.showInformationMessage(vscode.l10n.t("Exported to {0}", target.fsPath));
  } catch (error) {
    void vscode.window.showErrorMessage(vscode.l10n.t("The export failed: {0}", (error as Error).message));
  }
}
