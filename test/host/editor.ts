// Which editor the extension tests run in.
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { SilentReporter, downloadAndUnzipVSCode } from "@vscode/test-electron";
import { build } from "esbuild";
import { prepareOfflineEditor } from "./offline";
import { cacheFolder, outFolder, projectRoot } from "./paths";

export interface Editor {
  readonly kind: "desktop" | "offline";
  /** What `runTests` is given as `vscodeExecutablePath`. */
  readonly executable: string;
}

/** Where the desktop editor is downloaded from; asked first, since a closed network can take minutes to refuse. */
const downloadSite = "https://update.code.visualstudio.com/api/releases/stable";

async function desktopIsReachable(): Promise<boolean> {
  const hasScreen = process.platform !== "linux" || process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"];
  if (!hasScreen) return false;
  return fetch(downloadSite, { signal: AbortSignal.timeout(10_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/**
 * Desktop VS Code where it can be downloaded and shown, the offline editor otherwise.
 * @throws EditorUnavailable when neither runs on this machine
 */
export async function chooseEditor(): Promise<Editor> {
  if (await desktopIsReachable()) {
    const executable = await downloadAndUnzipVSCode({
      version: "stable",
      cachePath: cacheFolder,
      reporter: new SilentReporter(),
    });
    return { kind: "desktop", executable };
  }
  await prepareOfflineEditor();
  return { kind: "offline", executable: await bundleStandIn() };
}

/** The stand-in for `code` as one executable file. */
async function bundleStandIn(): Promise<string> {
  const outfile = join(outFolder, "host/code-offline.mjs");
  await build({
    entryPoints: [join(projectRoot, "test/host/code-offline.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: "inline",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "warning",
  });
  await chmod(outfile, 0o755);
  return outfile;
}
