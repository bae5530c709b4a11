import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { parseSummarySettings } from "../../../webviews/src/summary/contract";
import { SummaryPanel } from "./summary-panel";

const viewType = "shapewright.summary";

/** The open summaries, one for each file, which come back after the window was reloaded. */
export class Summaries implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #open = new Map<string, SummaryPanel>();
  readonly #serializer: vscode.Disposable;
  readonly #bundles: vscode.Uri;

  constructor(
    extension: vscode.Uri,
    private readonly client: LanguageClient,
  ) {
    this.#bundles = vscode.Uri.joinPath(extension, "dist", "webviews");
    this.#serializer = vscode.window.registerWebviewPanelSerializer(viewType, this);
  }

  /** Shows a model of a file, beside its code. */
  show(uri: vscode.Uri, model: string): void {
    const existing = this.#open.get(uri.toString());
    if (existing) return existing.show(model);
    this.#attach(vscode.window.createWebviewPanel(viewType, model, vscode.ViewColumn.Beside, {}), uri, model);
  }

  /** Called by the editor for each summary that was open when the window was closed. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const settings = parseSummarySettings(state);
    if (settings) this.#attach(panel, vscode.Uri.parse(settings.uri), settings.model);
    else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const summary of this.#open.values()) summary.dispose();
  }

  #attach(panel: vscode.WebviewPanel, uri: vscode.Uri, model: string): void {
    const key = uri.toString();
    this.#open.set(key, new SummaryPanel(panel, uri, model, this.client, this.#bundles));
    panel.onDidDispose(() => this.#open.delete(key));
  }
}
