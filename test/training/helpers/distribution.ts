import { cp, mkdir } from "node:fs/promises";
import * as path from "node:path";
import { build } from "esbuild";

const root = path.resolve(__dirname, "../../..");

/**
 * Bundles the training process and the library into a folder laid out like `dist/`, since a child process cannot run
 * from TypeScript sources.
 *
 * @param name keeps the bundles of test files that run at the same time apart.
 * @returns the path of the training process's entry.
 */
export async function buildRunner(name: string): Promise<string> {
  const folder = path.join(root, "test/.out", name);
  const distribution = path.join(folder, "dist");
  await mkdir(distribution, { recursive: true });
  const node = { platform: "node", target: "node20", bundle: true, absWorkingDir: root, logLevel: "error" } as const;
  await Promise.all([
    cp(path.join(root, "package.json"), path.join(folder, "package.json")),
    copyWasm(path.join(distribution, "wasm")),
    build({
      ...node,
      entryPoints: { runner: "client/src/runtime/runner/main.ts" },
      outdir: distribution,
      format: "cjs",
      mainFields: ["module", "main"],
      sourcemap: "linked",
    }),
    build({
      ...node,
      entryPoints: {
        index: "client/src/runtime/index.ts",
        torch: "client/src/runtime/torch/index.ts",
        tfjs: "@tensorflow/tfjs",
      },
      outdir: path.join(distribution, "lib"),
      format: "cjs",
      mainFields: ["module", "main"],
    }),
  ]);
  return path.join(distribution, "runner.js");
}

/** Puts the modules of TensorFlow.js and our own into one folder, one after the other: both copies would make it. */
async function copyWasm(folder: string): Promise<void> {
  const filter = (file: string) => !path.extname(file) || file.endsWith(".wasm");
  await cp(path.join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist"), folder, { recursive: true, filter });
  await cp(path.join(root, "client/simd/build"), folder, { recursive: true });
}
