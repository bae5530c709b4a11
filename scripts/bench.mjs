// `npm run bench [FOLDER]`: how fast the server and the command line are, as ratios of one run on this machine. FOLDER is a JavaScript
// code base to check instead of the generated one. One process per measurement; the two sides of each ratio take turns.
import { readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "./build.mjs";
import { ensureDependencies } from "./ensure.mjs";
import { fail, root, run } from "./project.mjs";

const out = join(root, "test/.out/bench");
const TURNS = 7;

/** @typedef {{ what: string, median: number, p95?: number, unit: string, most?: number, note?: string }} Line */

async function bundle() {
  const { build: esbuild } = await import("esbuild");
  const names = (await readdir(join(root, "test/bench"))).filter((name) => name.endsWith(".ts"));
  await esbuild({
    entryPoints: names.map((name) => join(root, "test/bench", name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    platform: "node",
    format: "esm",
    bundle: true,
    external: ["typescript", "@tensorflow/*", "playwright-core"],
    logLevel: "error",
  });
}

/** @returns {Promise<Line[]>} what a measurement tells */
async function measure(/** @type {string} */ name, /** @type {string[]} */ ...args) {
  const { code, output } = await run(process.execPath, ["--expose-gc", join(out, `${name}.mjs`), ...args]);
  if (code !== 0) fail(`The measurement ${name} failed:\n${output}`);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "[]");
}

const value = async (/** @type {string} */ name, /** @type {string[]} */ ...args) =>
  (await measure(name, ...args))[0].median;

/** The time that a process takes from its start to its end, in milliseconds. */
async function processTime(/** @type {string[]} */ ...args) {
  const start = performance.now();
  const { output } = await run(process.execPath, args);
  if (/error TS[56]\d{3}/.test(output)) fail(`It did not get to its work: ${args.join(" ").slice(0, 200)}\n${output}`);
  return performance.now() - start;
}

const quantile = (/** @type {number[]} */ values, /** @type {number} */ share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

/** Measures two sides in turns. @returns {Promise<Line[]>} */
async function ratio(
  /** @type {string} */ what,
  /** @type {number} */ most,
  /** @type {() => Promise<number>} */ ours,
  /** @type {() => Promise<number>} */ theirs,
) {
  const own = [];
  const ratios = [];
  for (let turn = 0; turn < TURNS; turn++) {
    own.push(await ours());
    ratios.push(own[turn] / (await theirs()));
  }
  return [
    { what, median: quantile(ratios, 0.5), p95: quantile(ratios, 0.95), unit: "×", most },
    { what: "  of which ours", median: quantile(own, 0.5), p95: quantile(own, 0.95), unit: "ms" },
  ];
}

async function memory(/** @type {string} */ folder) {
  const [bare, program, server] = [
    await value("memory", "bare", folder),
    await value("memory", "program", folder),
    await value("memory", "server", folder),
  ];
  return [
    { what: "memory of the server beyond TypeScript's program", median: server - program, unit: "MB", most: 100 },
    { what: "  the server, beyond a process with TypeScript loaded", median: server - bare, unit: "MB" },
    { what: "  TypeScript's own program, beyond the same", median: program - bare, unit: "MB" },
  ];
}

function print(/** @type {Line[]} */ lines) {
  for (const { what, median, p95, unit, most, note } of lines) {
    const digits = unit === "ms" || unit === "MB" || unit === "kB" ? 1 : 2;
    const verdict = most === undefined ? "" : median <= most ? `ok (≤ ${most})` : `ABOVE ${most}`;
    const columns = [
      what.padEnd(52),
      `${median.toFixed(digits)} ${unit}`.padStart(14),
      (p95 === undefined ? "" : `p95 ${p95.toFixed(digits)}`).padStart(14),
      `  ${verdict}`,
    ];
    console.log(columns.join("").trimEnd());
    if (note) console.log(`    ${note}`);
  }
}

/** What the editor loads: the extension at activation, the server in a process of its own. */
async function startUp() {
  const sizes = await Promise.all(
    ["extension", "server"].map(async (name) => ({
      what: `size of dist/${name}.js`,
      median: (await stat(join(root, `dist/${name}.js`))).size / 1000,
      unit: "kB",
    })),
  );
  return [...sizes, ...(await measure("start", join(root, "dist/server.js")))];
}

await ensureDependencies();
await build();
await bundle();
const generated = join(out, "code-base");
await run(process.execPath, [join(out, "write-code-base.mjs"), root, generated, "40000"]);
const [given] = process.argv.slice(2);
const folder = given === undefined ? generated : resolve(given);
const cli = join(root, "dist/cli.js");
const tsc = join(root, "node_modules/typescript/bin/tsc");
const sources = await readdir(folder, { recursive: true });
const scripts = sources
  .filter((path) => /\.[cm]?jsx?$/.test(path) && !path.includes("node_modules"))
  .map((path) => join(folder, path));

print(await measure("edit", root));
print(
  await ratio(
    "first diagnostics of a workspace ÷ createProgram",
    1.3,
    () => value("open", "ours", generated),
    () => value("open", "program", generated),
  ),
);
print(
  await ratio(
    `check of ${scripts.length} files ÷ tsc --noEmit --allowJs`,
    1.5,
    () => processTime(cli, "check", folder),
    () =>
      processTime(
        tsc,
        "--ignoreConfig",
        "--noEmit",
        "--allowJs",
        "--skipLibCheck",
        "--target",
        "esnext",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        ...scripts,
      ),
  ),
);
print(await measure("growth", root));
print(await startUp());
print(await memory(generated));
print(await measure("reporting"));
print(await measure("dashboard", root));
print(await measure("graph", root));
await rm(generated, { recursive: true, force: true });
