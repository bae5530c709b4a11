// What the language server gives the editor, asked for as the editor asks.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { eventually, writeFile } from "./workspace";

const model = `import { F, nn } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

export class Net extends nn.Module {
  conv = new nn.Conv2d(1, 8, 3, { padding: 1 });
  fc = new nn.Linear(8 * 28 * 28, 10);

  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor): Tensor {
    const features = F.relu(this.conv(x));
    const flat = features.view(features.size(0), -1);
    return this.fc(flat);
  }
}
`;

async function open(name: string, content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(writeFile(name, content));
  await vscode.window.showTextDocument(document);
  return document;
}

/** The place just inside the first occurrence of a text. */
const inside = (document: vscode.TextDocument, text: string) =>
  document.positionAt(document.getText().indexOf(text) + 1);

const ours = (document: vscode.TextDocument) =>
  vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "shapewright");

/** The first diagnostic of a code, once the server has reported it. */
const diagnosed = (document: vscode.TextDocument, code: string) =>
  eventually(() =>
    ours(document).find((diagnostic) => {
      const { code: found } = diagnostic;
      return (typeof found === "object" ? found.value : found) === code;
    }),
  );

/** Applies the first quick fix for a diagnostic whose title matches. */
async function applyFix(document: vscode.TextDocument, diagnostic: vscode.Diagnostic, title: RegExp): Promise<void> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    diagnostic.range,
    vscode.CodeActionKind.QuickFix.value,
  );
  const fix = actions.find((action) => title.test(action.title));
  assert.ok(fix?.edit, `no fix is called ${title}: ${actions.map((action) => action.title).join("; ")}`);
  assert.ok(await vscode.workspace.applyEdit(fix.edit));
}

describe("the language server", () => {
  afterEach(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));

  it("shows a shape on hover", async () => {
    const document = await open("net.ts", model);
    const text = await eventually(async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        document.uri,
        inside(document, "flat ="),
      );
      const contents = hovers.flatMap(({ contents }) => contents as vscode.MarkdownString[]).map(({ value }) => value);
      return contents.find((content) => content.includes("6272"));
    });
    assert.match(text, /\[N, 6272\]/);
  });

  it("shows shapes as inlay hints", async () => {
    const document = await open("net.ts", model);
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const labels = await eventually(async () => {
      const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
        "vscode.executeInlayHintProvider",
        document.uri,
        whole,
      );
      const texts = hints.map(({ label }) =>
        typeof label === "string" ? label : label.map(({ value }) => value).join(""),
      );
      return texts.some((text) => text.includes("[N, 8, 28, 28]")) && texts;
    });
    assert.ok(
      labels.some((text) => text.includes("[N, 6272]")),
      labels.join("; "),
    );
  });

  it("flags a layer of the wrong size, pointing at both sides, and repairs it", async () => {
    const document = await open("broken-size.ts", model.replace("8 * 28 * 28", "8 * 28 * 27"));
    const diagnostic = await diagnosed(document, "shape-mismatch");
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    assert.ok((diagnostic.relatedInformation ?? []).length > 0, "nothing says where the sizes come from");
    await applyFix(document, diagnostic, /6272/);
    await eventually(() => ours(document).length === 0);
    assert.match(document.getText(), /nn\.Linear\((6272|8 \* 28 \* 28), 10\)/);
  });

  it("flags a view after transpose and repairs it with reshape", async () => {
    const transposed = model.replace("features.view(", "features.transpose(1, 3).view(");
    const document = await open("broken-view.ts", transposed);
    const diagnostic = await diagnosed(document, "view-not-contiguous");
    await applyFix(document, diagnostic, /reshape/);
    await eventually(() => ours(document).length === 0);
    assert.match(document.getText(), /transpose\(1, 3\)\.reshape\(/);
  });

  it("says nothing about code that it does not understand", async () => {
    const document = await open(
      "unknown.ts",
      model.replace("F.relu(", "(globalThis as never as { f: typeof F.relu }).f("),
    );
    await vscode.commands.executeCommand("vscode.executeHoverProvider", document.uri, inside(document, "flat ="));
    assert.deepEqual(ours(document), []);
  });

  it("answers chat models", async () => {
    await open("net.ts", model);
    const invoke = async (name: string, input: object) => {
      const options = { input, toolInvocationToken: undefined };
      const { content } = await vscode.lm.invokeTool(name, options);
      return (content[0] as vscode.LanguageModelTextPart).value;
    };
    const shape = await invoke("shapewright_shape", { file: "net.ts", line: 11, column: 11 });
    assert.match(shape, /\[N, 6272\]/);
    assert.match(await invoke("shapewright_summary", { file: "net.ts" }), /\| conv \|/);
    const outside = await invoke("shapewright_summary", { file: "/etc/passwd" });
    assert.equal(outside, "Error: /etc/passwd is not a file of this workspace.");
  });
});
