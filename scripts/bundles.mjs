// Every bundle of the project: what goes in, what comes out, where it runs.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./project.mjs";

const node = { platform: "node", target: "node20", bundle: true, sourcemap: "linked", logLevel: "warning" };

// TensorFlow.js lists its modules' side effects for the ES modules alone: bundling what "main" points to would drop
// the registration of the plain JavaScript backend.
const tensorflow = { mainFields: ["module", "main"] };

/**
 * Keeps `./torch` out of the CommonJS `index.js`, beside which it lies: esbuild shares code between ES modules alone,
 * and with two copies a tensor of one entry point would be no `Tensor` to the other.
 */
const torchBeside = {
  name: "torch-beside",
  setup(/** @type {import("esbuild").PluginBuild} */ { onResolve }) {
    onResolve({ filter: /^\.\/torch$/ }, ({ importer }) =>
      importer.endsWith(join("runtime", "index.ts")) ? { path: "./torch.js", external: true } : undefined,
    );
  },
};

// Packages written as CommonJS call `require`, which an ES module has to make for itself.
const requireInModule = `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;

/** @type {Record<string, import("esbuild").BuildOptions>} */
export const bundles = {
  extension: {
    ...node,
    entryPoints: ["client/src/extension.ts"],
    outfile: "dist/extension.js",
    format: "cjs",
    external: ["vscode"],
  },
  server: { ...node, entryPoints: ["server/src/lsp/main.ts"], outfile: "dist/server.js", format: "cjs" },
  cli: {
    ...node,
    entryPoints: ["server/src/cli/main.ts"],
    outfile: "dist/cli.js",
    format: "cjs",
    banner: { js: "#!/usr/bin/env node" },
  },
  runner: {
    ...node,
    ...tensorflow,
    entryPoints: ["client/src/runtime/runner/main.ts"],
    outfile: "dist/runner.js",
    format: "cjs",
  },
  libraryCjs: {
    ...node,
    ...tensorflow,
    entryPoints: { index: "client/src/runtime/index.ts", torch: "client/src/runtime/torch/index.ts" },
    outdir: "dist/lib",
    format: "cjs",
    plugins: [torchBeside],
  },
  libraryEsm: {
    ...node,
    ...tensorflow,
    entryPoints: { index: "client/src/runtime/index.ts", torch: "client/src/runtime/torch/index.ts" },
    outdir: "dist/lib",
    format: "esm",
    splitting: true,
    outExtension: { ".js": ".mjs" },
    banner: { js: requireInModule },
  },
  // For a workspace without TensorFlow.js of its own; shares its engine with the runner's copy through globals.
  tensorflowStandIn: {
    ...node,
    ...tensorflow,
    entryPoints: { tfjs: "@tensorflow/tfjs" },
    outdir: "dist/lib",
    format: "cjs",
    minify: true,
  },
  summary: {
    bundle: true,
    platform: "browser",
    target: "chrome120",
    sourcemap: "linked",
    logLevel: "warning",
    minify: true,
    entryPoints: { summary: "webviews/src/summary/main.ts" },
    outdir: "dist/webviews",
    format: "iife",
  },
  graph: {
    bundle: true,
    platform: "browser",
    target: "chrome120",
    sourcemap: "linked",
    logLevel: "warning",
    minify: true,
    entryPoints: { graph: "webviews/src/graph/main.ts" },
    outdir: "dist/webviews",
    format: "iife",
  },
  timeline: {
    bundle: true,
    platform: "browser",
    target: "chrome120",
    sourcemap: "linked",
    logLevel: "warning",
    minify: true,
    entryPoints: { timeline: "webviews/src/timeline/main.ts" },
    outdir: "dist/webviews",
    format: "iife",
  },
  dashboard: {
    bundle: true,
    platform: "browser",
    target: "chrome120",
    sourcemap: "linked",
    logLevel: "warning",
    minify: true,
    entryPoints: { dashboard: "webviews/src/dashboard/main.ts" },
    outdir: "dist/webviews",
    format: "iife",
    loader: { ".ttf": "file", ".woff2": "file" },
    assetNames: "[name]",
  },
};

const inFolder = (/** @type {string} */ from, /** @type {RegExp} */ names, /** @type {string} */ to) =>
  readdirSync(join(root, from))
    .filter((name) => names.test(name))
    .map((name) => ({ from: `${from}/${name}`, to: `${to}/${name}` }));

/**
 * Files that the bundles read at run time, beside the bundles: paths from the project's root. Known only once the
 * dependencies are installed and client/simd is compiled.
 */
export const copies = () => [
  ...inFolder("node_modules/@tensorflow/tfjs-backend-wasm/dist", /\.wasm$/, "dist/wasm"),
  ...inFolder("client/simd/build", /\.wasm$/, "dist/wasm"),
  // What server/src/compiler/type-service.ts starts TypeScript's checker with.
  ...inFolder("node_modules/typescript/lib", /^lib\.(es5|decorators.*)\.d\.ts$/, "dist/lib-dts"),
];
