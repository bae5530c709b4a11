import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { build } from "esbuild";
import { RECORDER } from "../../server/src/compiler";
import { recorder, type Runnable } from "./claims";

/**
 * Makes a function of a program of several files, by absolute path, as a bundler does: it finds the files that imports mean by itself,
 * and is an opinion of its own on what they export. What `main` exports as `done` is waited for. `links` are what a package manager puts
 * into `node_modules`: folders by name.
 */
export async function bundle(
  files: Readonly<Record<string, string>>,
  main: string,
  links: Readonly<Record<string, string>>,
): Promise<Runnable> {
  const root = mkdtempSync(join(tmpdir(), "shapewright-modules-"));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    for (const [name, folder] of Object.entries(links)) {
      const link = join(root, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, folder), link);
    }
    const { outputFiles } = await build({
      stdin: {
        contents: `export default import(${JSON.stringify(`.${main}`)}).then((main) => main.done);`,
        resolveDir: root,
        loader: "js",
      },
      bundle: true,
      write: false,
      format: "cjs",
      platform: "node",
      external: ["@tensorflow/tfjs"],
      logLevel: "silent",
    });
    return runnable(outputFiles[0]?.text ?? "");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function runnable(script: string): Runnable {
  const library = (): unknown => tf;
  return async (variables) => {
    const module: { exports: { default?: Promise<unknown> } } = { exports: {} };
    const given = { module, exports: module.exports, require: library, [RECORDER]: recorder(), ...variables };
    const run = new Function(...Object.keys(given), script) as (...values: unknown[]) => void;
    run(...Object.values(given));
    await module.exports.default;
  };
}
