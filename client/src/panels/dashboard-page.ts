import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export interface DashboardPageOptions {
  readonly webview: vscode.Webview;
  /** The folder of the webviews' bundles. */
  readonly bundles: vscode.Uri;
  readonly runId: string;
  readonly runFolder: string;
  readonly title: string;
}

/** The page of the dashboard: nothing but the bundle may run, and nothing may be loaded from elsewhere. */
export function dashboardPage({ webview, bundles, runId, runFolder, title }: DashboardPageOptions): string {
  const nonce = randomBytes(16).toString("base64");
  const resource = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(bundles, name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `img-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  // Icons are drawn inside components, which look the style sheet with their font up by this id.
  return `<!doctype html>
<html lang="${escape(vscode.env.language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escape(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link id="vscode-codicon-stylesheet" rel="stylesheet" href="${escape(resource("dashboard.css"))}" />
    <title>${escape(title)}</title>
  </head>
  <body data-run-id="${escape(runId)}" data-run-folder="${escape(runFolder)}">
    <script nonce="${nonce}" src="${escape(resource("dashboard.js"))}"></script>
  </body>
</html>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
