import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const moduleFile = "tfjs-backend-wasm-simd.wasm";

/**
 * The folder of the backend's .wasm files, with a closing slash: `wasm/` beside the bundle this code runs in, or beside
 * the bundle's folder, or the package itself when it runs from source.
 *
 * @throws when there is none.
 */
export function wasmFolder(): string {
  const tried = [join(__dirname, "wasm"), join(__dirname, "..", "wasm"), packageFolder()];
  const found = tried.find((folder) => folder !== undefined && existsSync(join(folder, moduleFile)));
  if (found === undefined) {
    const places = tried.filter((folder) => folder !== undefined).join(", ");
    throw new Error(`${moduleFile} is missing; looked in ${places}. Reinstall Shapewright, or run npm run build.`);
  }
  return `${found}/`;
}

function packageFolder(): string | undefined {
  try {
    const manifest = createRequire(join(__dirname, "any.js")).resolve("@tensorflow/tfjs-backend-wasm/package.json");
    return join(dirname(manifest), "dist");
  } catch {
    return undefined;
  }
}
