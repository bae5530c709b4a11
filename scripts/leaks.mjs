// `npm run leaks`: trains every sample for 1,000 steps on WebAssembly and says what is alive on the way; fails where that grows.
//   npm run leaks -- gpt tfjs/lstm.js --steps 2000
import { spawnSync } from "node:child_process";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { bundles } from "./bundles.mjs";
import { fail, root } from "./project.mjs";
import { buildSimd } from "./simd.mjs";

const { values, positionals } = parseArgs({
  options: { steps: { type: "string", default: "1000" } },
  allowPositionals: true,
});

/** Every file below samples/ that declares an experiment. */
async function sampleNames() {
  const files = await readdir(join(root, "samples"), { recursive: true });
  const declared = await Promise.all(
    files.map(async (file) => {
      if (!/\.[jt]s$/.test(file)) return false;
      return (await readFile(join(root, "samples", file), "utf8")).includes("export default defineExperiment");
    }),
  );
  return files.filter((_, i) => declared[i]).sort();
}

const folder = join(root, "test/.out/leaks");
await mkdir(folder, { recursive: true });
await buildSimd();
await cp(join(root, "client/simd/build"), join(folder, "wasm"), { recursive: true });

/** A process of its own for each sample: what one leaves behind is none of the next one's. */
async function measure(/** @type {string} */ name) {
  const outfile = join(folder, "main.js");
  await build({
    ...bundles.runner,
    absWorkingDir: root,
    entryPoints: undefined,
    stdin: {
      contents: `import { report } from "./leaks"; void report(() => import("../../samples/${name}"), ${Number(values.steps)});`,
      resolveDir: join(root, "test/samples"),
    },
    outfile,
    // Where the samples look for their data from.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(join(root, "samples", name)).href) },
    alias: {
      "shapewright/torch": join(root, "client/src/runtime/torch/index.ts"),
      shapewright: join(root, "client/src/runtime/index.ts"),
    },
  });
  const { stdout, stderr, status } = spawnSync(process.execPath, [outfile], { encoding: "utf8", cwd: root });
  if (status !== 0) fail(`${name}:\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]");
}

const names = await sampleNames();
const asked = positionals.map((name) => (/\.[jt]s$/.test(name) ? name : `${name}.ts`));
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) fail(`There is no sample ${unknown.join(", ")}.`);
let leaking = 0;
for (const name of asked.length > 0 ? asked : names) {
  const seen = await measure(name);
  // What was thrown away at the beginning may go later: only growth is a leak.
  const grows = seen.some(({ tensors, bytes }, i) => i > 0 && (tensors > seen[0].tensors || bytes > seen[0].bytes));
  if (grows) leaking++;
  const text = seen.map(({ step, tensors, bytes }) => `${step}: ${tensors} tensors, ${bytes} bytes`).join("; ");
  console.log(`${grows ? "✗" : "✓"} ${name}: after step ${text}`);
}
process.exit(leaking > 0 ? 1 : 0);
