// Starts and stops VS Code's server on this machine, closed to every other one.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { installOfflineEditor } from "./install";

/** A quiet editor: no welcome, no experiments, no requests to anywhere. */
const quietSettings = {
  "git.openRepositoryInParentFolders": "never",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "typescript.disableAutomaticTypeAcquisition": true,
  "json.schemaDownload.enable": false,
};

/** Variables of the process that started us which would change how the editor or a child of it behaves. */
const notInherited = /^(NODE_OPTIONS|NODE_ENV|TEST|VITEST.*|ELECTRON_.*|VSCODE_(?!TEST_).*|npm_.*)$/i;

const startLimit = 120_000;
const stopLimit = 5_000;

export interface ServerOptions {
  /** User settings, over the quiet ones and over those kept in `userDataFolder`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Kept between runs when given; a temporary folder otherwise. */
  readonly userDataFolder?: string;
  readonly extensionsFolder?: string;
  /** The folder of an extension that is to be there as an installed one, absolute. */
  readonly installedExtension?: string;
  /** The secret that an address must carry; without one any program on this machine may connect. */
  readonly connectionToken?: string;
  /** A port, or a range such as `4230-4239` of which the first free one is taken; any free one by default. */
  readonly port?: string;
  /**
   * Lets a test ask the workbench, through `window.driver`, when it is ready, and lets an address load extensions
   * from their source folders. Not for people: notifications are not shown.
   */
  readonly testDriver?: boolean;
}

export interface EditorServer {
  readonly port: number;
  /** Ends when the server does, with its exit code. */
  readonly exited: Promise<number>;
  /** What the server has printed so far. */
  log(): string;
  /** Stops the server and everything it started: extension hosts, language servers, training. */
  stop(): Promise<void>;
}

/**
 * Starts the editor's server on 127.0.0.1, installing it first when needed.
 * @throws when it does not listen within two minutes, with what it printed
 */
export async function startServer(options: ServerOptions = {}): Promise<EditorServer> {
  const editor = await installOfflineEditor();
  const scratch = await mkdtemp(join(tmpdir(), "shapewright-editor-"));
  const userData = options.userDataFolder ?? join(scratch, "user");
  const extensions = options.extensionsFolder ?? join(scratch, "extensions");
  await writeSettings(join(userData, "User/settings.json"), options.settings ?? {});
  if (options.installedExtension) await linkExtension(options.installedExtension, extensions);

  const args = [
    editor.main,
    ...["--host", "127.0.0.1", "--port", options.port ?? "0"],
    ...(options.connectionToken ? ["--connection-token", options.connectionToken] : ["--without-connection-token"]),
    "--accept-server-license-terms",
    "--disable-telemetry",
    "--disable-experiments",
    "--disable-workspace-trust",
    "--disable-getting-started-override",
    "--force-disable-user-env",
    ...(options.testDriver ? ["--enable-smoke-test-driver"] : []),
    ...["--server-data-dir", join(scratch, "server")],
    ...["--user-data-dir", userData],
    ...["--extensions-dir", extensions],
  ];
  const inherited = Object.entries(process.env).filter(([name]) => !notInherited.test(name));
  const env = { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: "{}", ...options.env };
  // A process group of its own, so that stopping takes along whatever the server has started.
  const server = spawn(editor.node, args, { env, cwd: scratch, stdio: ["ignore", "pipe", "pipe"], detached: true });

  let output = "";
  const keep = (chunk: Buffer) => (output += chunk.toString());
  server.stdout.on("data", keep);
  server.stderr.on("data", keep);
  const exited = new Promise<number>((resolve) => {
    server.once("error", () => resolve(127));
    server.once("exit", (code) => resolve(code ?? 1));
  });
  const stop = async () => {
    await stopGroup(server, exited);
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };

  try {
    return { port: await listening(server, exited, () => output), exited, log: () => output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Installs an extension without packaging it: a link named as VS Code names the folders it installs into. */
async function linkExtension(folder: string, extensions: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const { publisher, name, version } = manifest;
  await mkdir(extensions, { recursive: true });
  await symlink(folder, join(extensions, `${publisher}.${name}-${version}`), "dir");
}

async function writeSettings(file: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const kept = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as Record<string, unknown>,
    () => ({}),
  );
  await writeFile(file, JSON.stringify({ ...quietSettings, ...kept, ...settings }, undefined, 2));
}

/** The port, once the server says that it listens. */
async function listening(server: ChildProcess, exited: Promise<number>, log: () => string): Promise<number> {
  const deadline = AbortSignal.timeout(startLimit);
  return new Promise((resolve, reject) => {
    const look = () => {
      const port = /Extension host agent listening on (\d+)/.exec(log())?.[1];
      if (port) resolve(Number(port));
    };
    server.stdout?.on("data", look);
    deadline.addEventListener("abort", () => reject(new Error(`The editor's server did not start in time.\n${log()}`)));
    void exited.then((code) => reject(new Error(`The editor's server ended with code ${code}.\n${log()}`)));
  });
}

async function stopGroup(server: ChildProcess, exited: Promise<number>): Promise<void> {
  const signal = (name: NodeJS.Signals) => {
    try {
      if (server.pid !== undefined) process.kill(-server.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  if (server.exitCode === null && server.signalCode === null) {
    const force = setTimeout(() => signal("SIGKILL"), stopLimit);
    signal("SIGTERM");
    await exited;
    clearTimeout(force);
  }
  // Children that outlived the server's own clean-up.
  signal("SIGKILL");
}
