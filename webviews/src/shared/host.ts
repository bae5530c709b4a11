/** What VS Code offers to the page of a webview. */
export interface WebviewHost {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewHost;

/** The host of this page. VS Code hands it out once. */
export const host: WebviewHost = acquireVsCodeApi();
