import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { parseGraphSettings } from "../../../webviews/src/graph/contract";
import { GraphPanel } from "./graph-panel";

const viewType = "shapewright.graph";

/** The open graphs, one for each file, which come back after the window was reloaded. */
export class Graphs implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #open = new Map<string, GraphPanel>();
  readonly #serializer: vscode.Disposable;
  readonly #bundles: vscode.Uri;

  constructor(
    extension: vscode.Uri,
    private readonly client: LanguageClient,
  ) {
    this.#bundles = vscode.Uri.joinPath(extension, "dist", "webviews");
    this.#serializer = vscode.window.registerWebviewPanelSerializer(viewType, this);
  }

  /** Shows the data flow of a model or a function, or of what the cursor is in, beside its code. */
  show(uri: vscode.Uri, subject: string): void {
    const existing = this.#open.get(uri.toString());
    if (existing) return existing.show(subject);
    const panel = vscode.window.createWebviewPanel(viewType, subject, vscode.ViewColumn.Beside, {});
    this.#attach(panel, uri, { subject, follows: true });
  }

  /** Called by the editor for each graph that was open when the window was closed. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const settings = parseGraphSettings(state);
    if (settings) this.#attach(panel, vscode.Uri.parse(settings.uri), settings);
    else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const graph of this.#open.values()) graph.dispose();
  }

  #attach(
    panel: vscode.WebviewPanel,
    uri: vscode.Uri,
    choice: { readonly subject: string; readonly follows: boolean },
  ): void {
    const key = uri.toString();
    this.#open.set(key, new GraphPanel(panel, uri, choice, this.client, this.#bundles));
    panel.onDidDispose(() => this.#open.delete(key));
  }
}
