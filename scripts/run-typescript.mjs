// Runs a TypeScript file of the project: node scripts/run-typescript.mjs FILE [ARGUMENT…]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [file = "", ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "shapewright-script-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, "script.cjs");
await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});
process.argv = [process.argv[0] ?? "node", file, ...args];
await import(pathToFileURL(outfile).href);
