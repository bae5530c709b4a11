import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { GraphPart, GraphState, GraphView, ImageFormat } from "../../../webviews/src/graph/contract";
import { parseGraphRequest } from "../../../webviews/src/graph/contract";
import { placeAt, type Place, type PlainRange } from "./places";
import { saveFile } from "./save-file";
import { webviewPage } from "./webview-page";

/** What the language server answers to `shapewright/graph`. */
interface ServerGraph extends Pick<GraphView, "problems" | "edges"> {
  readonly subjects: readonly { readonly name: string; readonly range: PlainRange }[];
  readonly subject?: string;
  readonly message?: string;
  readonly parts: readonly (Omit<GraphPart, "hasSource"> & Partial<Place>)[];
}

/** After the last edit, in milliseconds: half a word is full of mistakes. */
const editPause = 400;
const cursorPause = 60;

/** One panel: the data flow of a model or a function of a file, which follows its text and the cursor in it. */
export class GraphPanel implements vscode.Disposable {
  readonly #disposables: vscode.Disposable[] = [];
  #subject: string;
  #follows: boolean;
  #answer: ServerGraph | undefined;
  #edits: NodeJS.Timeout | undefined;
  #moves: NodeJS.Timeout | undefined;
  #questions = 0;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly uri: vscode.Uri,
    { subject, follows }: { readonly subject: string; readonly follows: boolean },
    private readonly client: LanguageClient,
    bundles: vscode.Uri,
  ) {
    this.#subject = subject;
    this.#follows = follows;
    this.#disposables.push(
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      panel.onDidDispose(() => this.dispose()),
      vscode.workspace.onDidChangeTextDocument(() => {
        clearTimeout(this.#edits);
        this.#edits = setTimeout(() => void this.#ask(), editPause);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#moved(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.#moved(editor)),
    );
    panel.webview.options = { enableScripts: true, localResourceRoots: [bundles] };
    panel.title = title(subject || fileName(uri));
    panel.webview.html = webviewPage({
      webview: panel.webview,
      bundles,
      bundle: "graph",
      title: panel.title,
      data: { uri: uri.toString() },
      // A picture of the graph is drawn from its own text.
      ownImages: "data:",
    });
  }

  /** Shows another model or function of the file. */
  show(subject: string): void {
    this.#subject = subject;
    this.panel.reveal();
    void this.#ask();
  }

  dispose(): void {
    clearTimeout(this.#edits);
    clearTimeout(this.#moves);
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
  }

  #receive(message: unknown): void {
    const request = parseGraphRequest(message);
    switch (request?.type) {
      case "ready":
        return void this.#ask();
      case "choose":
        this.#subject = request.subject;
        return void this.#ask();
      case "follow":
        this.#follows = request.isOn;
        return;
      case "reveal":
        return void this.#reveal(request.part);
      case "export":
        return void this.#export(request.format, request.data);
      case undefined:
        return;
    }
  }

  async #ask(): Promise<void> {
    const question = ++this.#questions;
    // The server knows the text of documents that are open.
    await vscode.workspace.openTextDocument(this.uri);
    const cursor = this.#editor()?.selection.active;
    const answer = await this.client.sendRequest<ServerGraph>("shapewright/graph", {
      uri: this.client.code2ProtocolConverter.asUri(this.uri),
      ...(this.#subject ? { subject: this.#subject } : {}),
      ...(cursor ? { position: this.client.code2ProtocolConverter.asPosition(cursor) } : {}),
    });
    if (question !== this.#questions) return;
    this.#answer = answer;
    this.#subject = answer.subject ?? this.#subject;
    this.panel.title = title(answer.subject ?? fileName(this.uri));
    await this.#post({
      type: "graph",
      view: {
        file: vscode.workspace.asRelativePath(this.uri),
        subjects: answer.subjects.map(({ name }) => name),
        subject: answer.subject ?? "",
        message: answer.message ?? "",
        problems: answer.problems,
        edges: answer.edges,
        parts: answer.parts.map(({ uri, range: _, ...part }) => ({ ...part, hasSource: uri !== undefined })),
      },
    });
    const editor = this.#editor();
    if (editor) this.#point(editor);
  }

  #editor(): vscode.TextEditor | undefined {
    return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === this.uri.toString());
  }

  #moved(editor: vscode.TextEditor): void {
    clearTimeout(this.#moves);
    this.#moves = setTimeout(() => this.#point(editor), cursorPause);
  }

  /** Tells the graph which part the cursor is in, and turns to another model or function where the cursor is in that. */
  #point({ document, selection }: vscode.TextEditor): void {
    if (!this.#answer || !this.panel.visible) return;
    const { parts, subjects, subject } = this.#answer;
    const uri = this.client.code2ProtocolConverter.asUri(document.uri);
    const part = placeAt(parts, uri, selection.active);
    if (part >= 0 || !this.#follows || document.uri.toString() !== this.uri.toString()) {
      void this.#post({ type: "cursor", part });
      return;
    }
    const places = subjects.map(({ range }) => ({ uri, range }));
    const other = subjects[placeAt(places, uri, selection.active)]?.name;
    if (other === undefined || other === subject) {
      void this.#post({ type: "cursor", part });
      return;
    }
    this.#subject = other;
    void this.#ask();
  }

  async #post(state: GraphState): Promise<void> {
    await this.panel.webview.postMessage(state);
  }

  async #reveal(index: number): Promise<void> {
    const { uri, range } = this.#answer?.parts[index] ?? {};
    if (!uri || !range) return;
    const selection = this.client.protocol2CodeConverter.asRange(range);
    await vscode.window.showTextDocument(this.client.protocol2CodeConverter.asUri(uri), {
      selection: new vscode.Range(selection.start, selection.start),
      viewColumn: vscode.ViewColumn.One,
      preserveFocus: false,
    });
  }

  async #export(format: ImageFormat, data: string): Promise<void> {
    const name = `${(this.#subject || "graph").replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}.${format}`;
    const content = format === "svg" ? Buffer.from(data, "utf8") : Buffer.from(data, "base64");
    await saveFile(vscode.Uri.joinPath(this.uri, "..", name), format, content);
  }
}

function title(subject: string): string {
  return vscode.l10n.t("Graph of {0}", subject);
}

function fileName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}
