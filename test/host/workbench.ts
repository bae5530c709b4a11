// The workbench's address and the browser that opens it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { chromium } from "playwright-core";

export interface WorkbenchOptions {
  /** The folder to open; an empty window without one. Absolute, as are the other paths. */
  readonly folder?: string;
  /** A file to show at the start. */
  readonly file?: string;
  /** Extensions loaded from their source folders; a server without `testDriver` ignores them silently. */
  readonly developmentFolders?: readonly string[];
  /** The module whose `run()` is called in the extension host. */
  readonly testsModule?: string;
  readonly connectionToken?: string;
  readonly disableOtherExtensions?: boolean;
}

/** The address at which a server on this machine shows its workbench. */
export function workbenchAddress(port: number, options: WorkbenchOptions): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${encodeURI(path)}`;
  const payload: [string, string][] = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ];
  for (const folder of options.developmentFolders ?? []) payload.push(["extensionDevelopmentPath", remote(folder)]);
  if (options.testsModule) payload.push(["extensionTestsPath", remote(options.testsModule)]);
  if (options.file) payload.push(["openFile", remote(options.file)]);
  if (options.disableOtherExtensions) payload.push(["disableExtensions", "true"]);

  const query = new URLSearchParams();
  if (options.connectionToken) query.set("tkn", options.connectionToken);
  if (options.folder) query.set("folder", options.folder);
  else query.set("ew", "true");
  query.set("payload", JSON.stringify(payload));
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

export interface Browser {
  readonly context: BrowserContext;
  readonly page: Page;
  close(): Promise<void>;
}

/** Chromium without its own traffic: on a closed network its start-up requests are refused in numbers. */
const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/**
 * Starts a browser of its own profile.
 * Use `page.route` nowhere: it switches the HTTP cache off, and every webview then takes seconds to open.
 * @param executable Chromium's path
 */
export async function openBrowser(executable: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "shapewright-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    headless: true,
    viewport: { width: 1200, height: 760 },
    locale: "en-US",
    args: chromiumArguments,
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    close: async () => {
      await context.close().catch(() => undefined);
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
