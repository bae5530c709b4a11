// The extension under test.
import * as vscode from "vscode";

const id = "shapewright.shapewright";

/** The extension, loaded from the project's folder. Throws when VS Code did not load it. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  if (!found) throw new Error(`VS Code did not load ${id}; is package.json a valid extension manifest?`);
  return found;
}
