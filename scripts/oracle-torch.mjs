// Asks a real PyTorch: makes random programs of the torch dialect, and scores the analysis and the library against its answers.
//   npm run oracle -- --seed 7 --count 1000 [--family view] [--show 10]
//   npm run oracle -- --cases FILE           scores programs that were answered before
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { root, run } from "./project.mjs";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "0" },
    count: { type: "string", default: "1000" },
    family: { type: "string" },
    show: { type: "string", default: "10" },
    cases: { type: "string" },
  },
});

/** A Python that has PyTorch; undefined where there is none. */
async function findPython() {
  for (const python of [process.env["PYTHON"], "python3", "/usr/bin/python3", "python"]) {
    if (python && (await run(python, ["-c", "import torch"]).catch(() => ({ code: 1 }))).code === 0) return python;
  }
  return undefined;
}

/** Has PyTorch answer fresh programs. */
async function ask(python, file) {
  const family = options.family ? ["--family", options.family] : [];
  const generator = join(root, "test/oracle/generator");
  const { code, output } = await run(python, [generator, "--seed", options.seed, "--count", options.count, ...family]);
  if (code !== 0) throw new Error(`The programs could not be made:\n${output}`);
  await writeFile(file, output);
}

/** The scoring is TypeScript with the library's own sources: bundled, as the tests resolve them. */
async function scorer(folder) {
  const { build } = await import("esbuild");
  const outfile = join(folder, "score.cjs");
  await build({
    entryPoints: [join(root, "test/oracle/score.ts")],
    outfile,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    logLevel: "warning",
    alias: {
      "shapewright/torch": join(root, "client/src/runtime/torch/index.ts"),
      shapewright: join(root, "client/src/runtime/index.ts"),
    },
  });
  return import(pathToFileURL(outfile).href);
}

const folder = await mkdtemp(join(tmpdir(), "shapewright-oracle-"));
try {
  let cases = options.cases;
  if (cases === undefined) {
    const python = await findPython();
    if (!python) throw new Error("No Python with PyTorch was found: `pip install torch`, or set PYTHON.");
    cases = join(folder, "cases.jsonl");
    await ask(python, cases);
  }
  const { score } = await scorer(folder);
  process.exitCode = (await score(cases, Number(options.show))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
} finally {
  await rm(folder, { recursive: true, force: true });
}
