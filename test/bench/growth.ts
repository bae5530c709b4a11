import { MemoryFileSystem } from "../../server/src/compiler/memory";
import { Workspace } from "../../server/src/compiler";
import { analyze } from "../../server/src/interpreter/analyze";
import { importGroups } from "../../server/src/ide/imports";
import { libraries } from "../../server/src/ops";
import { CodeBase } from "./code-base";
import { timed } from "./measure";
import { growthExponent, median, tell, type Line } from "./statistics";

/** How analysis time grows with the code, with how often loops run, and with how deeply calls nest. */
const [root = "."] = process.argv.slice(2);
const ROUNDS = 5;

tell([
  growth("code in one file", [500, 1000, 2000, 4000], (lines) => new Map([["/model.ts", codeBase().modelFile(lines)]])),
  growth("code in a workspace", [2500, 5000, 10_000, 20_000], (lines) => absolute(codeBase().javaScript(lines))),
  growth("rounds of a loop", [1000, 2000, 4000, 8000], (rounds) => new Map([["/loop.ts", loops(rounds)]])),
  growth("depth of calls", [5, 10, 20, 40], (depth) => new Map([["/calls.ts", calls(depth)]])),
  growth("branches in a row", [50, 100, 200, 400], (count) => new Map([["/branches.ts", branches(count)]])),
]);

function codeBase(): CodeBase {
  return new CodeBase(root);
}

function absolute(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files].map(([path, text]) => [`/${path}`, text]));
}

function growth(what: string, sizes: readonly number[], filesOf: (size: number) => ReadonlyMap<string, string>): Line {
  const programs = sizes.map((size) => ({ size, files: filesOf(size) }));
  for (const { files } of programs) run(files);
  const points = programs.map(({ size, files }) => {
    const times = Array.from({ length: ROUNDS }, () => timed(() => run(files)));
    return { size, time: median(times) };
  });
  const note = points.map(({ size, time }) => `${size}: ${time.toFixed(1)} ms`).join(", ");
  return { what: `growth with ${what}`, median: growthExponent(points), unit: "exponent", most: 1.2, note };
}

function run(files: ReadonlyMap<string, string>): void {
  const workspace = new Workspace(new MemoryFileSystem(Object.fromEntries(files)));
  for (const group of importGroups(workspace, [...files.keys()])) analyze(workspace, group, { libraries });
}

/** A training loop that counts, and one over an array: those that are unrolled are unrolled under a budget. */
function loops(rounds: number): string {
  return `import { nn, torch } from "shapewright/torch";
const layer = new nn.Linear(16, 16);
let x = torch.zeros([4, 16]);
for (let i = 0; i < ${rounds}; i++) x = layer(x).relu();
const sizes = [${Array.from({ length: rounds }, (_, i) => (i % 7) + 1).join(", ")}];
for (const size of sizes) torch.zeros([size, 2]);
`;
}

/** Functions that call each other twice would be exponential without a bound; a chain of them is linear in its length. */
function calls(depth: number): string {
  const functions = Array.from(
    { length: depth },
    (_, i) => `function f${i}(x) { return ${i + 1 < depth ? `f${i + 1}(x.relu())` : "x"}.add(1); }`,
  );
  const repeated = Array.from({ length: 50 }, (_, i) => `f0(torch.zeros([${i + 1}, 2]));`);
  return `import { torch } from "shapewright/torch";\n${[...functions, ...repeated].join("\n")}\n`;
}

function branches(count: number): string {
  const body = Array.from({ length: count }, (_, i) => `  if (flags[${i}]) x = x.relu(); else x = x.add(${i});`);
  return `import { torch } from "shapewright/torch";
export function forward(flags) {
  let x = torch.zeros([2, 3]);
${body.join("\n")}
  return x;
}
`;
}
