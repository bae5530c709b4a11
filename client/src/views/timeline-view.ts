import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { AskedPlace, TimelineStepView, TimelineState } from "../../../webviews/src/timeline/contract";
import { parseTimelineRequest } from "../../../webviews/src/timeline/contract";
import type { Place } from "../panels/places";
import { webviewPage } from "../panels/webview-page";

const viewId = "shapewright.timeline";

/** What the language server answers to `shapewright/timeline`. */
interface ServerTimeline {
  readonly subject: string;
  readonly steps: readonly (Omit<TimelineStepView, "line" | "file"> & Place)[];
  readonly lost: string;
  readonly lostAt?: Place;
}

const cursorPause = 80;
const editPause = 400;

/** The view that tells how the shape of the tensor under the cursor came about. */
export class TimelineView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #disposables: vscode.Disposable[] = [];
  readonly #bundles: vscode.Uri;
  #view: vscode.WebviewView | undefined;
  #isPinned = false;
  #answer: ServerTimeline | null = null;
  #asked: { readonly uri: vscode.Uri; readonly position: vscode.Position } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #questions = 0;

  constructor(
    extension: vscode.Uri,
    private readonly client: LanguageClient,
  ) {
    this.#bundles = vscode.Uri.joinPath(extension, "dist", "webviews");
    this.#disposables.push(
      vscode.window.registerWebviewViewProvider(viewId, this),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#follow(textEditor, cursorPause)),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.#follow(editor, cursorPause)),
      vscode.workspace.onDidChangeTextDocument(() => this.#later(editPause)),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [this.#bundles] };
    view.webview.html = webviewPage({
      webview: view.webview,
      bundles: this.#bundles,
      bundle: "timeline",
      title: view.title ?? viewId,
      data: {},
    });
    const disposables = [
      view.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      view.onDidChangeVisibility(() => this.#later(0)),
    ];
    view.onDidDispose(() => {
      this.#view = undefined;
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
  }

  #receive(message: unknown): void {
    const request = parseTimelineRequest(message);
    switch (request?.type) {
      case "ready":
        return this.#begin(request.pinned);
      case "pin":
        this.#isPinned = request.isPinned;
        return this.#followActive();
      case "reveal":
        return void this.#reveal(this.#answer?.steps[request.step]);
      case "revealLost":
        return void this.#reveal(this.#answer?.lostAt);
      case undefined:
        return;
    }
  }

  #begin(pinned: AskedPlace | null): void {
    this.#isPinned = pinned !== null;
    if (!pinned) return this.#followActive();
    const { uri, line, character } = pinned;
    this.#asked = { uri: vscode.Uri.parse(uri), position: new vscode.Position(line, character) };
    this.#later(0);
  }

  #followActive(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor) this.#follow(editor, 0);
  }

  #follow({ document, selection }: vscode.TextEditor, pause: number): void {
    if (this.#isPinned || !/^(java|type)script(react)?$/.test(document.languageId)) return;
    this.#asked = { uri: document.uri, position: selection.active };
    this.#later(pause);
  }

  #later(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), pause);
  }

  async #ask(): Promise<void> {
    if (!this.#view?.visible || !this.#asked) return;
    const question = ++this.#questions;
    const { uri, position } = this.#asked;
    // The server knows the text of documents that are open.
    await vscode.workspace.openTextDocument(uri);
    const answer = await this.client.sendRequest<ServerTimeline | null>("shapewright/timeline", {
      uri: this.client.code2ProtocolConverter.asUri(uri),
      position: this.client.code2ProtocolConverter.asPosition(position),
    });
    if (question !== this.#questions) return;
    this.#answer = answer;
    const own = this.client.code2ProtocolConverter.asUri(uri);
    const state: TimelineState = {
      type: "timeline",
      view: {
        asked: { uri: uri.toString(), line: position.line, character: position.character },
        subject: answer?.subject ?? "",
        lost: answer?.lost ?? "",
        hasLostPlace: answer?.lostAt !== undefined,
        steps: (answer?.steps ?? []).map(({ uri: at, range, ...step }) => ({
          ...step,
          line: range.start.line + 1,
          file: at === own ? "" : at.slice(at.lastIndexOf("/") + 1),
        })),
      },
    };
    await this.#view.webview.postMessage(state);
  }

  async #reveal(place: Place | undefined): Promise<void> {
    if (!place) return;
    const { start } = this.client.protocol2CodeConverter.asRange(place.range);
    const uri = this.client.protocol2CodeConverter.asUri(place.uri);
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, start) });
  }
}
