// `npm run package`: builds afresh and writes shapewright-<version>.vsix; checks that and the npm package's contents.
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureDependencies } from "./ensure.mjs";
import { fail, root, run } from "./project.mjs";

/** A download that a classroom's network forgives. */
const largestVsix = 6 * 1024 * 1024;

/** Folders that hold sources and tests: in neither package. */
const sources = /^(client|server|webviews|test|scripts|samples|node_modules)\//;

const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1024 / 1024).toFixed(2)} MB`;

/** Every file that package.json points users at must be in the npm package, and nothing of our sources. */
async function checkNpmPackage(/** @type {any} */ manifest) {
  const { code, output } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"]);
  if (code !== 0) fail(`npm pack failed:\n${output}`);
  const [{ files, size }] = Object.values(JSON.parse(output.slice(output.search(/^[[{]/m))));
  const packed = new Set(files.map((/** @type {{ path: string }} */ { path }) => path));

  const targets = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === "string" ? [entry] : Object.values(entry),
  );
  const promised = [...targets, ...Object.values(manifest.bin)].map((path) => path.replace(/^\.\//, ""));
  const missing = promised.filter((path) => !packed.has(path));
  if (missing.length > 0) fail(`The npm package lacks what package.json promises: ${missing.join(", ")}`);
  const surplus = [...packed].filter((path) => sources.test(path));
  if (surplus.length > 0) fail(`The npm package would contain sources: ${surplus.join(", ")}`);
  console.log(`npm package: ${packed.size} files, ${megabytes(size)}`);
}

/** Writes the VSIX and checks its size. */
async function packageExtension(/** @type {any} */ manifest) {
  const file = join(root, `${manifest.name}-${manifest.version}.vsix`);
  const vsce = join(root, "node_modules/@vscode/vsce/vsce");
  const { code, output } = await run(process.execPath, [vsce, "package", "--no-dependencies", "--out", file]);
  if (code !== 0) fail(`vsce failed:\n${output}`);
  const { size } = await stat(file);
  if (size > largestVsix)
    fail(`${output}\n${file} has ${megabytes(size)}; at most ${megabytes(largestVsix)} are allowed.`);
  console.log(`${file}: ${megabytes(size)}`);
}

await ensureDependencies();
await rm(join(root, "dist"), { recursive: true, force: true });
await build().catch((error) => fail(error.errors ? "The build failed." : error.message));
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
await checkNpmPackage(manifest);
await packageExtension(manifest);
