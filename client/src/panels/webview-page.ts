import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export interface WebviewPageOptions {
  readonly webview: vscode.Webview;
  /** The folder of the webviews' bundles, and the one that the page runs. */
  readonly bundles: vscode.Uri;
  readonly bundle: string;
  readonly title: string;
  /** What the page is told at once, as attributes of its body: `run-id`. */
  readonly data: Readonly<Record<string, string>>;
  /** Pictures that the page makes itself, and draws. */
  readonly ownImages?: "data:";
}

/** The page of a webview: nothing but its bundle may run, and nothing may be loaded from elsewhere. */
export function webviewPage({ webview, bundles, bundle, title, data, ownImages }: WebviewPageOptions): string {
  const nonce = randomBytes(16).toString("base64");
  const resource = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(bundles, name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `img-src ${webview.cspSource}${ownImages ? ` ${ownImages}` : ""}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  const attributes = Object.entries(data).map(([name, value]) => ` data-${name}="${escape(value)}"`);
  // Icons are drawn inside components, which look the style sheet with their font up by this id.
  return `<!doctype html>
<html lang="${escape(vscode.env.language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escape(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link id="vscode-codicon-stylesheet" rel="stylesheet" href="${escape(resource(`${bundle}.css`))}" />
    <title>${escape(title)}</title>
  </head>
  <body${attributes.join("")}>
    <script nonce="${nonce}" src="${escape(resource(`${bundle}.js`))}"></script>
  </body>
</html>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
