import type * as vscode from "vscode";
import { webviewPage } from "./webview-page";

export interface DashboardPageOptions {
  readonly webview: vscode.Webview;
  /** The folder of the webviews' bundles. */
  readonly bundles: vscode.Uri;
  readonly runId: string;
  readonly runFolder: string;
  readonly title: string;
}

/** The page of the dashboard of a run. */
export function dashboardPage({ runId, runFolder, ...page }: DashboardPageOptions): string {
  return webviewPage({ ...page, bundle: "dashboard", data: { "run-id": runId, "run-folder": runFolder } });
}
