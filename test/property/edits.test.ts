import { describe, expect, it } from "vitest";
import { MemoryFileSystem, Workspace } from "../../server/src/compiler";
import type { FileAnalysis } from "../../server/src/interpreter/analyze";
import { analyze, Reanalysis } from "../../server/src/interpreter/analyze";
import { historyOf } from "../../server/src/interpreter/provenance";
import type { Fact } from "../../server/src/interpreter/recorder";
import { libraries } from "../../server/src/ops";
import { formatShape } from "../../server/src/shape/shape";
import { Random, randomProgram } from "./program";

// After every edit, what an analysis that takes over what it can says is what one from scratch says: the same facts with the same
// histories, the same diagnostics with the same fixes, in the same places.

const COUNT = Number(process.env.SHAPEWRIGHT_PROGRAMS ?? 10);
const SEED = Number(process.env.SHAPEWRIGHT_SEED ?? 1);
const EDITS = 8;

describe("an analysis after an edit is the one from scratch", () => {
  it(`over ${COUNT} random programs with ${EDITS} edits each`, () => {
    let reused = 0;
    for (let seed = SEED; seed < SEED + COUNT; seed++) reused += followEdits(seed);
    // Otherwise this would test nothing.
    expect(reused).toBeGreaterThan(0);
  });
});

describe("an analysis after a file came or went is the one from scratch", () => {
  it("for what imports, exports on, requires and looks into it", () => {
    const files = new MemoryFileSystem({
      "/main.ts": `import * as tf from "@tensorflow/tfjs"; import { n } from "./barrel"; import * as all from "./barrel"; tf.zeros([n, all.n, require("./late").n]); export const f = () => tf.zeros([all.n, 2]);`,
      "/barrel.ts": `export * from "./late";`,
    });
    const workspace = new Workspace(files);
    const incremental = new Reanalysis(workspace, libraries);
    const shapes: string[][] = [];
    for (const text of [undefined, "export const n = 3;", undefined, "export const n = 5;"]) {
      if (text === undefined) files.remove("/late.ts");
      else files.write("/late.ts", text);
      workspace.fileChanged("/late.ts");
      const facts = incremental.analyze(["/main.ts"]).files.get("/main.ts")?.facts.map(describeFact);
      expect(facts).toEqual(
        analyze(new Workspace(files), ["/main.ts"], { libraries }).files.get("/main.ts")?.facts.map(describeFact),
      );
      shapes.push((facts ?? []).map((fact) => /\[.*?\]/.exec(fact)?.[0] ?? ""));
    }
    expect(shapes.map(([first]) => first)).toEqual(["[?, n, n]", "[3, 3, 3]", "[?, n, n]", "[5, 5, 5]"]);
  });
});

/** Edits a program of three files in turn; answers how many steps were taken over. */
function followEdits(seed: number): number {
  const random = new Random(seed);
  const texts = new Map(Object.entries(program(seed)));
  const files = ["/main.ts", "/helper.ts"];
  const workspace = new Workspace(new MemoryFileSystem(Object.fromEntries(texts)));
  const incremental = new Reanalysis(workspace, libraries);
  let reused = 0;
  for (let i = 0; i <= EDITS; i++) {
    if (i > 0) {
      const file = random.pick([...texts.keys()]);
      const text = edited(texts.get(file) ?? "", random);
      texts.set(file, text);
      workspace.setOverlay(file, text);
    }
    const found = incremental.analyze(files);
    const scratch = analyze(new Workspace(new MemoryFileSystem(Object.fromEntries(texts))), files, { libraries });
    for (const file of files) {
      const about = `seed ${seed}, edit ${i}, ${file}:\n${texts.get(file)}`;
      expect(described(found.files.get(file)), about).toEqual(described(scratch.files.get(file)));
    }
    expect(found.work.steps, `seed ${seed}, edit ${i}: steps`).toBe(scratch.work.steps);
    reused += found.work.reused;
  }
  return reused;
}

/** Random control flow beside models that use each other across files, one of them with a mistake. */
function program(seed: number): Record<string, string> {
  return {
    "/main.ts": `import * as helper from "./helper";
import { Block, width } from "./helper";
import { nn, torch } from "shapewright/torch";
${randomProgram(seed, "tfjs")}
class Net extends nn.Module {
  blocks = new nn.ModuleList(Array.from({ length: 2 }, () => new Block(width)));
  head = new nn.Linear(16, 3);
  /** @shape x [N, 16] */
  forward(x) {
    for (const block of this.blocks) x = block(x);
    return this.head(x).reshape(3, -1);
  }
}
const net = new Net();
const out = net(torch.zeros([4, 16]));
export function train(model, rate = 1) {
  const logits = model.forward(torch.zeros([rate, 16]));
  return helper.scale(logits.view(2, 6), rate);
}
out.view(5);
`,
    "/helper.ts": `import { nn, torch } from "shapewright/torch";
import { settings } from "./settings";
type Pair = { a: number };
export const width = settings.width * 2;
export class Block extends nn.Module {
  constructor(width) {
    super();
    this.fc = new nn.Linear(width, width);
  }
  forward(x) {
    return this.fc(x).relu();
  }
}
export function scale(x, by) {
  return x.mul(by);
}
export const shared = { uses: 0 };
shared.uses++;
`,
    "/settings.ts": `export const settings = { width: 8, depth: 2 };
export let counter = 0;
export const next = () => ++counter;
`,
  };
}

/** What typing does: another number, a line less, a line twice, a blank line, an unfinished line. */
function edited(text: string, random: Random): string {
  const lines = text.split("\n");
  const at = random.below(lines.length);
  const line = lines[at] ?? "";
  const replacement = [
    [line.replace(/\d+/, (digits) => String((Number(digits) % 9) + 1))],
    [],
    [line, line],
    ["", line],
    ["// A remark.", line],
    [line.slice(0, random.below(line.length + 1))],
    [line, "let extra = 1;"],
    [line.replace(/relu|mul|add/, "sigmoid")],
  ][random.below(8)] as string[];
  return [...lines.slice(0, at), ...replacement, ...lines.slice(at + 1)].join("\n");
}

function described(found: FileAnalysis | undefined): unknown {
  if (!found) return undefined;
  return {
    facts: found.facts.map(describeFact),
    diagnostics: JSON.parse(JSON.stringify(found.diagnostics)) as unknown,
    coverage: found.coverage,
  };
}

function describeFact({ span, role, context, value, payload }: Fact): string {
  const what =
    value.kind === "tensor"
      ? [formatShape(value.shape), value.dtype, formatShape(value.strides), ...historyOf(value).map(describeStep)]
      : [value.kind, payload?.kind];
  return [span.start, span.end, role, context, ...what].join(" ");
}

function describeStep({ span, operation, shape }: ReturnType<typeof historyOf>[number]): string {
  return `${operation}@${span.file}:${span.start}-${span.end}=${formatShape(shape)}`;
}
