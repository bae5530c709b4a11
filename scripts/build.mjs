// Builds dist/: every bundle of bundles.mjs, the files they need beside them, and the library's type declarations.
//   node scripts/build.mjs            once; exits with 1 when anything fails
//   node scripts/build.mjs --watch    until interrupted, with messages that .vscode/tasks.json matches
import { cp, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { bundles, copies } from "./bundles.mjs";
import { ensureDependencies } from "./ensure.mjs";
import { root, run } from "./project.mjs";
import { buildSimd } from "./simd.mjs";

/** Copies the files that the bundles read at run time. */
async function copyAssets() {
  for (const { from, to } of copies()) {
    await mkdir(join(root, to, ".."), { recursive: true });
    await cp(join(root, from), join(root, to), { recursive: true });
  }
}

/** Writes the declarations that `import … from "shapewright"` is typed by. */
async function declareTypes() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { code, output } = await run(process.execPath, [tsc, "-p", "client/tsconfig.library.json"]);
  if (code !== 0) throw new Error(`The library's type declarations could not be written:\n${output}`);
}

/** Builds everything once. Throws with the messages of what failed. */
export async function build() {
  const { build: bundle } = await import("esbuild");
  await Promise.all([
    buildSimd().then(copyAssets),
    declareTypes(),
    ...Object.values(bundles).map((options) => bundle({ ...options, absWorkingDir: root })),
  ]);
}

/** Reports the builds of all bundles as one, between the two lines that the problem matcher waits for. */
function watchReporter() {
  let running = 0;
  return {
    name: "watch-reporter",
    setup(/** @type {import("esbuild").PluginBuild} */ { onStart, onEnd }) {
      onStart(() => {
        if (running++ === 0) console.log("[watch] build started");
      });
      onEnd(({ errors }) => {
        for (const { text, location } of errors) {
          console.error(`✘ [ERROR] ${text}`);
          if (location) console.error(`    ${resolve(root, location.file)}:${location.line}:${location.column}:`);
        }
        if (--running === 0) console.log("[watch] build finished");
      });
    },
  };
}

async function watch() {
  const { context } = await import("esbuild");
  await buildSimd();
  await copyAssets();
  const reporter = watchReporter();
  for (const options of Object.values(bundles)) {
    const watched = await context({
      ...options,
      absWorkingDir: root,
      logLevel: "silent",
      plugins: [...(options.plugins ?? []), reporter],
    });
    await watched.watch();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await ensureDependencies();
  if (process.argv.includes("--watch")) await watch();
  else
    await build().catch((error) => {
      // esbuild has printed its own messages by now; only others are news.
      if (!error.errors) console.error(error.message);
      process.exitCode = 1;
    });
}
