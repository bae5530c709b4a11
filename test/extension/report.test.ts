// "Report a Wrong Shape" as a user meets it: a document with a program that still shows it, and nothing sent anywhere.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { eventually, writeFile } from "./workspace";

const program = `import { torch } from "shapewright/torch";
const secret = "/home/ada/data.csv";
const x = torch.zeros([2, 3]);
const y = x.t();
console.log(secret, y);
`;

describe("a report of a wrong shape", () => {
  afterEach(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("is a document of its own with the code that the shape depends on, versions and what the user says", async () => {
    const document = await vscode.workspace.openTextDocument(writeFile("wrong.ts", program));
    const editor = await vscode.window.showTextDocument(document);
    const position = document.positionAt(program.indexOf("y ="));
    editor.selection = new vscode.Selection(position, position);
    const report = await eventually(async () => {
      await vscode.commands.executeCommand("shapewright.reportWrongShape", "[2, 3]");
      return vscode.workspace.textDocuments.find(({ languageId }) => languageId === "markdown");
    });
    assert.equal(report.isUntitled, true);
    const text = report.getText();
    for (const part of [
      "Tensor [3, 2] float32",
      "## What it should be\n\n[2, 3]",
      "const y = x.t();",
      "- Shapewright ",
    ])
      assert.ok(text.includes(part), `${part} is not in:\n${text}`);
    for (const part of ["ada", "wrong.ts", "console.log"]) assert.ok(!text.includes(part), `${part} is in:\n${text}`);
    await vscode.window.showTextDocument(report);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });
});
