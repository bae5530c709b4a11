// Installs what package-lock.json asks for when node_modules does not already hold exactly that.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail, root, run } from "./project.mjs";

const oldestNode = 20;

/** The packages of a lockfile as `path → version`, without those that only some platforms install. */
function packagesOf(/** @type {string} */ file) {
  try {
    const { packages } = JSON.parse(readFileSync(join(root, file), "utf8"));
    return new Map(
      Object.entries(packages)
        .filter(([path, entry]) => path !== "" && !entry.optional)
        .map(([path, entry]) => [path, entry.version]),
    );
  } catch {
    return undefined;
  }
}

/** Says what of the lockfile is not installed. npm writes the second file last, so it is there only when npm finished. */
function missingPackages() {
  const wanted = packagesOf("package-lock.json");
  const installed = packagesOf("node_modules/.package-lock.json");
  if (!wanted) fail("package-lock.json is missing or damaged. Restore it: git checkout package-lock.json");
  return [...wanted.keys()].filter((path) => installed?.get(path) !== wanted.get(path));
}

/** esbuild is a native program that npm picks by platform; installing without scripts must still have brought it. */
async function esbuildWorks() {
  try {
    const { transform } = await import("esbuild");
    return (await transform("let a: 1 = 1", { loader: "ts" })).code.includes("let a = 1");
  } catch {
    return false;
  }
}

/** Makes node_modules what package-lock.json says; does nothing, quickly, when it is already. */
export async function ensureDependencies() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < oldestNode) fail(`Node ${oldestNode} or newer is needed; this is ${process.version}.`);
  if (missingPackages().length === 0 && (await esbuildWorks())) return;

  console.log("Installing dependencies (npm ci) …");
  // No package's install script is needed, and not running any is the safer habit.
  const { code, output } = await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  if (code !== 0) fail(`${output}\nnpm ci failed. Is the npm registry reachable? (npm ping)`);
  if (!(await esbuildWorks()))
    fail(
      "esbuild does not start on this machine. Remove node_modules and try again; optional packages must be allowed (npm config get omit).",
    );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await ensureDependencies();
