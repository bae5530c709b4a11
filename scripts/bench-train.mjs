// `npm run bench:train`: how fast the four models of test/bench/train-models.ts train, beside PyTorch with one thread
// where a Python with it is found (`SHAPEWRIGHT_PYTHON=/path/to/python3` names another one). Nothing is asserted.
//
// Both sides take turns, a second each, and processor time counts, so that what else the machine does slows neither
// side alone. `npm run bench:train -- cnn lstm` measures only these; `--rounds 9` measures longer.
import { spawn, spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bundles } from "./bundles.mjs";
import { ensureDependencies } from "./ensure.mjs";
import { root } from "./project.mjs";
import { buildSimd } from "./simd.mjs";

const batchSizes = { mlp: 64, cnn: 64, lstm: 64, transformer: 32 };
const turn = 1000;

/** A process that is asked line by line. */
function start(/** @type {string} */ command, /** @type {string[]} */ args) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], cwd: root });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await answers.next()).value);
  return {
    name: answer(),
    measure(/** @type {string} */ model, /** @type {number} */ milliseconds) {
      child.stdin.write(`${model} ${milliseconds}\n`);
      return answer();
    },
    end: () => child.stdin.end(),
  };
}

async function startOurs() {
  const { build } = await import("esbuild");
  await buildSimd();
  const folder = join(root, "test/.out/bench-train");
  const outfile = join(folder, "main.js");
  await cp(join(root, "client/simd/build"), join(folder, "wasm"), { recursive: true });
  await build({
    ...bundles.runner,
    absWorkingDir: root,
    entryPoints: ["test/bench/train-models.ts"],
    outfile,
    alias: { "shapewright/torch": join(root, "client/src/runtime/torch/index.ts") },
  });
  return start(process.execPath, [...process.execArgv, outfile]);
}

function startPyTorch() {
  const python = process.env.SHAPEWRIGHT_PYTHON ?? "python3";
  const { status } = spawnSync(python, ["-c", "import torch"]);
  return status === 0 ? start(python, [join(root, "test/bench/train_models.py")]) : undefined;
}

const median = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[values.length >> 1];

await ensureDependencies();
const args = process.argv.slice(2);
const rounds = args.includes("--rounds") ? Number(args[args.indexOf("--rounds") + 1]) : 5;
const asked = Object.keys(batchSizes).filter((name) => args.includes(name));
const [ours, theirs] = [await startOurs(), startPyTorch()];
console.log(`${(await ours.name).name}${theirs ? ` beside ${(await theirs.name).name}` : "; no Python with PyTorch"}`);
for (const model of asked.length > 0 ? asked : Object.keys(batchSizes)) {
  const speed = ({ steps, cpu }) => (steps * batchSizes[model]) / cpu;
  const [own, other, ratios] = [[], [], []];
  for (let round = 0; round <= rounds; round++) {
    const first = speed(await ours.measure(model, turn));
    const second = theirs && speed(await theirs.measure(model, turn));
    // The first round warms up.
    if (round === 0) continue;
    own.push(first);
    if (second) {
      other.push(second);
      ratios.push(first / second);
    }
  }
  const mine = `${Math.round(median(own)).toLocaleString("en")} samples a second of processor time`;
  const beside = theirs
    ? `; PyTorch ${Math.round(median(other)).toLocaleString("en")}; ratio ${median(ratios).toFixed(2)}`
    : "";
  console.log(`${model}: ${mine}${beside}`);
}
ours.end();
theirs?.end();
