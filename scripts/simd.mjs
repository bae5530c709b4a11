// Compiles client/simd, the WebAssembly kernels written in AssemblyScript, to client/simd/build, unless what is there
// is newer than the sources already. The unit tests, which need no other build, call it before they start.
//
// Two modules: one for every machine with SIMD, and one with the fused multiply-add of relaxed SIMD, which is a third
// faster and which Node runs from version 22 on.
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./project.mjs";

const sources = join(root, "client/simd");

/** The modules by name, with what each is compiled with beside the options of both. */
const modules = { "shapewright-simd": [], "shapewright-relaxed-simd": ["--enable", "relaxed-simd"] };

/** The memory is that of TensorFlow.js's module: this one brings neither memory nor data of its own. */
const options = ["--runtime", "stub", "--importMemory", "--noExportMemory", "--noAssert", "-O3", "--enable", "simd"];

/** When a file was last changed; 0 where there is none. */
const changed = (/** @type {string} */ file) =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

export async function buildSimd() {
  const names = (await readdir(sources)).filter((name) => name.endsWith(".ts"));
  const inputs = [...names.map((name) => join(sources, name)), join(root, "node_modules/assemblyscript/package.json")];
  const newest = Math.max(...(await Promise.all(inputs.map(changed))));
  for (const [name, special] of Object.entries(modules)) {
    const target = join(sources, "build", `${name}.wasm`);
    if ((await changed(target)) > newest) continue;
    const binary = await compile([...options, ...special]);
    await mkdir(dirname(target), { recursive: true });
    // Tests that start at the same time may both be here: each writes a file of its own and moves it into place whole.
    const aside = `${target}.${process.pid}`;
    await writeFile(aside, binary);
    await rename(aside, target);
  }
}

/** @returns {Promise<Uint8Array>} */
async function compile(/** @type {string[]} */ flags) {
  const { default: compiler } = await import("assemblyscript/asc");
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await compiler.main(["index.ts", "--outFile", "out.wasm", ...flags], {
    readFile: (name) => readFile(resolve(sources, name), "utf8").catch(() => null),
    writeFile: (_name, contents) => {
      binary = /** @type {Uint8Array} */ (contents);
    },
    listFiles: () => null,
  });
  if (error || !binary) throw new Error(`client/simd does not compile:\n${stderr.toString()}`);
  return binary;
}

/** What vitest calls before the first test. */
export default buildSimd;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await buildSimd();
