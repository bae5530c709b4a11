import { platform } from "node:os";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { reportText, type Reproduction, type ReportedBy } from "./report-text";

/**
 * Puts a report about the shape at the cursor together and shows it as a document of its own. Nothing is sent: what becomes of it, the
 * user decides.
 *
 * @param expected what the shape should be, for whoever calls the command with it; asked for otherwise.
 */
export async function reportWrongShape(
  context: vscode.ExtensionContext,
  client: LanguageClient,
  expected?: string,
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const { document, selection } = editor;
  const reproduction = await client.sendRequest<Reproduction | null>("shapewright/reproduction", {
    uri: document.uri.toString(),
    position: client.code2ProtocolConverter.asPosition(selection.active),
  });
  if (!reproduction) {
    const message = vscode.l10n.t("No tensor is known here. Put the cursor on the expression whose shape is wrong.");
    void vscode.window.showInformationMessage(message);
    return;
  }
  const wanted = expected ?? (await askWhatIsRight(reproduction));
  if (wanted === undefined) return;
  const content = reportText(reproduction, wanted, await circumstances(context, document.uri));
  const report = await vscode.workspace.openTextDocument({ language: "markdown", content });
  await vscode.window.showTextDocument(report, vscode.ViewColumn.Beside);
  // Not waited for: the report is there, whether or not somebody answers.
  void offerIssuePage(context, report);
}

function askWhatIsRight({ expression, claims }: Reproduction): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Report a Wrong Shape"),
    prompt: vscode.l10n.t("{0} is said to be {1}. What should it be?", shortened(expression), claims.join("; ")),
    placeHolder: vscode.l10n.t("For example: [N, 64], or: no error, since it runs"),
  });
}

function shortened(expression: string): string {
  const line = expression.replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

/** The page is empty: what goes into the issue is what the user pastes, after having read it. */
async function offerIssuePage(context: vscode.ExtensionContext, report: vscode.TextDocument): Promise<void> {
  const { bugs } = context.extension.packageJSON as { readonly bugs: { readonly url: string } };
  const open = vscode.l10n.t("Copy and Open Issue Page");
  const message = vscode.l10n.t("Nothing was sent. Read the report, and take out what others should not see.");
  if ((await vscode.window.showInformationMessage(message, open)) !== open) return;
  await vscode.env.clipboard.writeText(report.getText());
  await vscode.env.openExternal(vscode.Uri.parse(`${bugs.url}/new`));
}

async function circumstances(context: vscode.ExtensionContext, file: vscode.Uri): Promise<ReportedBy> {
  const { version } = context.extension.packageJSON as { readonly version: string };
  return {
    versions: {
      Shapewright: version,
      [vscode.env.appName]: vscode.version,
      System: `${platform()} ${process.arch}`,
      ...(await librariesOf(file)),
    },
    settings: changedSettings(context, file),
  };
}

/** The versions of the tensor libraries that the folder's package.json asks for. */
async function librariesOf(file: vscode.Uri): Promise<Record<string, string>> {
  const folder = vscode.workspace.getWorkspaceFolder(file);
  if (!folder) return {};
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder.uri, "package.json"));
    const { dependencies, devDependencies } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const all = Object.entries({ ...(devDependencies as object), ...(dependencies as object) });
    return Object.fromEntries(all.filter(([name]) => /^(@tensorflow\/|shapewright$)/.test(name))) as Record<
      string,
      string
    >;
  } catch {
    // Most folders without one hold scripts or pages that load the library from elsewhere.
    return {};
  }
}

/** What the user has set to something other than the default. */
function changedSettings(context: vscode.ExtensionContext, file: vscode.Uri): Record<string, unknown> {
  const { contributes } = context.extension.packageJSON as {
    readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, unknown>> } };
  };
  const configuration = vscode.workspace.getConfiguration(undefined, file);
  const changed = Object.keys(contributes.configuration.properties).filter((name) => {
    const value = configuration.inspect(name);
    return JSON.stringify(configuration.get(name)) !== JSON.stringify(value?.defaultValue);
  });
  return Object.fromEntries(changed.map((name) => [name, configuration.get(name)]));
}
