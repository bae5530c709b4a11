// Runs the project's own TypeScript tools (test/host) from these plain scripts: bundled first, then imported.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./project.mjs";

/**
 * Loads `test/host/<name>.ts`. Dependencies must be installed.
 * @param {string} name
 * @returns {Promise<any>} its exports
 */
export async function loadTool(name) {
  const { build } = await import("esbuild");
  const outfile = join(root, `test/.out/host/${name}.mjs`);
  await build({
    entryPoints: [join(root, `test/host/${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: "inline",
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
