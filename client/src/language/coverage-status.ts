import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** The server's answer to `shapewright/coverage`. */
interface Coverage {
  readonly tensorExpressions: number;
  readonly known: number;
  readonly lost: readonly {
    readonly text: string;
    readonly count: number;
    readonly uri: string;
    readonly range: { readonly start: vscode.Position; readonly end: vscode.Position };
  }[];
}

/** How long the editor must have been still before the server is asked again, in milliseconds. */
const stillness = 700;
const command = "shapewright.showLostShapes";

/** In the status bar: of how many tensor expressions of the file the shape is known. A click tells why not of the others. */
export class CoverageStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("shapewright.coverage", vscode.StatusBarAlignment.Right, 90);
  readonly #disposables: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;
  #coverage: Coverage | undefined;
  /** Answers to earlier questions come too late. */
  #question = 0;

  constructor(private readonly client: LanguageClient) {
    this.#item.name = vscode.l10n.t("Known shapes");
    this.#item.command = command;
    this.#disposables = [
      this.#item,
      vscode.commands.registerCommand(command, () => this.#choose()),
      vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) this.refresh();
      }),
    ];
  }

  /** Asks anew, when the editor has been still for a moment. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), stillness);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #ask(): Promise<void> {
    const question = ++this.#question;
    const document = vscode.window.activeTextEditor?.document;
    const isTraced = document && this.client.isRunning() && /^(type|java)script/.test(document.languageId);
    const answer = isTraced
      ? await this.client
          .sendRequest<Coverage | null>("shapewright/coverage", { uri: document.uri.toString() })
          .catch(() => null)
      : null;
    if (question === this.#question) this.#show(answer ?? undefined);
  }

  #show(coverage: Coverage | undefined): void {
    this.#coverage = coverage;
    if (!coverage || coverage.tensorExpressions === 0) return this.#item.hide();
    const { tensorExpressions, known, lost } = coverage;
    // Only what is complete is called 100%.
    const percent = known === tensorExpressions ? 100 : Math.min(99, Math.round((100 * known) / tensorExpressions));
    this.#item.text = vscode.l10n.t("$(symbol-ruler) Shapes {0}%", percent);
    const tooltip = new vscode.MarkdownString();
    tooltip.appendText(vscode.l10n.t("{0} of {1} tensor expressions have a known shape.", known, tensorExpressions));
    for (const { text, count } of lost.slice(0, 5)) tooltip.appendMarkdown("\n\n").appendText(`${count} × ${text}`);
    this.#item.tooltip = tooltip;
    this.#item.show();
  }

  /** Lists what made shapes unknown; what is chosen is shown in the code. */
  async #choose(): Promise<void> {
    const lost = this.#coverage?.lost ?? [];
    if (lost.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Every shape of this file is known."));
      return;
    }
    const items = lost.map((reason) => ({
      label: reason.text,
      description: vscode.l10n.t("{0} expressions", reason.count),
      reason,
    }));
    const placeHolder = vscode.l10n.t("Why shapes are not known");
    const chosen = await vscode.window.showQuickPick(items, { placeHolder });
    if (!chosen) return;
    const { uri, range } = chosen.reason;
    const selection = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
    await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection });
  }
}
