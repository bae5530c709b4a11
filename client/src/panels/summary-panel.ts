import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { SummaryRequest, SummaryState } from "../../../webviews/src/summary/contract";
import { parseSummaryRequest } from "../../../webviews/src/summary/contract";
import { webviewPage } from "./webview-page";

/** What the language server answers to `shapewright/summary`. */
interface ServerSummary {
  readonly models: readonly string[];
  readonly model?: string;
  readonly message?: string;
  readonly inputs: SummaryState["view"]["inputs"];
  readonly problems: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (Omit<SummaryState["view"]["rows"][number], "hasSource"> & {
    readonly uri?: string;
    readonly range?: { readonly start: Position; readonly end: Position };
  })[];
  readonly totals: SummaryState["view"]["totals"];
  readonly markdown: string;
  readonly csv: string;
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** After the last edit, in milliseconds: half a word is full of mistakes. */
const editPause = 500;

/** One panel: the layers of the models of a file, which follow its text while it is edited. */
export class SummaryPanel implements vscode.Disposable {
  readonly #disposables: vscode.Disposable[] = [];
  #question: Extract<SummaryRequest, { type: "ask" }>;
  #answer: ServerSummary | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly uri: vscode.Uri,
    model: string,
    private readonly client: LanguageClient,
    bundles: vscode.Uri,
  ) {
    this.#question = { type: "ask", model, inputs: [], batch: 0 };
    this.#disposables.push(
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      panel.onDidDispose(() => this.dispose()),
      vscode.workspace.onDidChangeTextDocument(() => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.#ask(), editPause);
      }),
    );
    panel.webview.options = { enableScripts: true, localResourceRoots: [bundles] };
    panel.title = title(model || fileName(uri));
    panel.webview.html = webviewPage({
      webview: panel.webview,
      bundles,
      bundle: "summary",
      title: panel.title,
      data: { uri: uri.toString() },
    });
  }

  /** Shows another model of the file. */
  show(model: string): void {
    this.#question = { type: "ask", model, inputs: [], batch: this.#question.batch };
    this.panel.reveal();
    void this.#ask();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
  }

  #receive(message: unknown): void {
    const request = parseSummaryRequest(message);
    switch (request?.type) {
      case "ready":
        return void this.#ask();
      case "ask":
        this.#question = request;
        return void this.#ask();
      case "reveal":
        return void this.#reveal(request.row);
      case "copy":
        return void vscode.env.clipboard.writeText(this.#answer?.[request.format] ?? "");
      case undefined:
        return;
    }
  }

  async #ask(): Promise<void> {
    // The server knows the text of documents that are open.
    await vscode.workspace.openTextDocument(this.uri);
    const { model, inputs, batch } = this.#question;
    const answer = await this.client.sendRequest<ServerSummary>("shapewright/summary", {
      uri: this.client.code2ProtocolConverter.asUri(this.uri),
      ...(model ? { model } : {}),
      inputs: inputs.map((shape) => (shape.trim() === "" ? null : shape)),
      ...(batch > 0 ? { batch } : {}),
    });
    this.#answer = answer;
    this.panel.title = title(answer.model ?? fileName(this.uri));
    const { models, problems, columns, totals } = answer;
    const state: SummaryState = {
      type: "summary",
      view: {
        ...{ models, problems, columns, totals, inputs: answer.inputs },
        file: vscode.workspace.asRelativePath(this.uri),
        model: answer.model ?? "",
        message: answer.message ?? "",
        rows: answer.rows.map(({ uri, range: _, ...row }) => ({ ...row, hasSource: uri !== undefined })),
      },
    };
    await this.panel.webview.postMessage(state);
  }

  async #reveal(index: number): Promise<void> {
    const { uri, range } = this.#answer?.rows[index] ?? {};
    if (!uri || !range) return;
    const selection = this.client.protocol2CodeConverter.asRange(range);
    await vscode.window.showTextDocument(this.client.protocol2CodeConverter.asUri(uri), {
      selection,
      viewColumn: vscode.ViewColumn.One,
    });
  }
}

function title(model: string): string {
  return vscode.l10n.t("Summary of {0}", model);
}

function fileName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}
