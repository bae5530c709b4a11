import { diskFileSystem } from "../../server/src/compiler";
import { completionsAt } from "../../server/src/ide/completion";
import { hoverAt } from "../../server/src/ide/hover";
import { DEFAULT_SETTINGS } from "../../server/src/lsp/settings";
import { inlayHints } from "../../server/src/ide/inlay-hints";
import { Project, type ProjectAnalysis } from "../../server/src/lsp/project";
import { CodeBase } from "./code-base";
import { edits, type Edited } from "./edits";
import { timed } from "./measure";
import { median, p95, tell } from "./statistics";
import { TypeScriptService, workspaceOptions } from "./type-script";

/**
 * An edit in a 500-line model file to its diagnostics, against TypeScript's semantic diagnostics for the same edit, in turns; and a hover
 * directly after an edit, which has to wait for the analysis; then hints for the whole file, and completion inside a call.
 */
const [root = "."] = process.argv.slice(2);
const file = `${root}/test/.out/bench/model.ts`;
const text = new CodeBase(root).modelFile(500);
const WARM_UP = 30;
const ROUNDS = 90;

const project = new Project(diskFileSystem, (path, error) => {
  throw new Error(`${path} could not be analysed.`, { cause: error });
});
project.setDocument(file, text);
const typeScript = new TypeScriptService(new Map([[file, text]]), workspaceOptions(root));

const edit: number[] = [];
const ratio: number[] = [];
const hover: number[] = [];
const hints: number[] = [];
const completion: number[] = [];
const run: number[] = [];
for (const [i, edited] of [...edits(text, WARM_UP + ROUNDS)].entries()) {
  const isHover = i % 3 === 2;
  let found: ProjectAnalysis | undefined;
  const ours = timed(() => {
    project.setDocument(file, edited.text);
    found = project.analysisOf(file);
    if (isHover && found) hoverAt(found.analysis, file, edited.position, project, DEFAULT_SETTINGS.hover);
  });
  typeScript.edit(file, edited.text);
  const theirs = timed(() => typeScript.diagnose(file));
  const all = { start: 0, end: edited.text.length };
  const forHints = timed(() => found && inlayHints(found.analysis, file, all, project, DEFAULT_SETTINGS.inlayHints));
  const inside = insideCall(edited);
  const forCompletion = timed(() => found && completionsAt(found.analysis, file, inside, edited.text));
  if (i < WARM_UP || !found) continue;
  hints.push(forHints);
  completion.push(forCompletion);
  run.push(1 - found.analysis.work.reused / found.analysis.work.steps);
  if (isHover) hover.push(ours);
  else {
    edit.push(ours);
    ratio.push(ours / theirs);
  }
}

tell([
  { what: "edit to diagnostics ÷ TypeScript's", median: median(ratio), p95: p95(ratio), unit: "×", most: 0.25 },
  { what: "edit to diagnostics", median: median(edit), p95: p95(edit), unit: "ms" },
  { what: "  steps run again, of all", median: median(run), p95: p95(run), unit: "×" },
  { what: "inlay hints of the whole file after that", median: median(hints), p95: p95(hints), unit: "ms" },
  { what: "completion inside a call after that", median: median(completion), p95: p95(completion), unit: "ms" },
  { what: "hover after an edit", median: median(hover), p95: p95(hover), unit: "ms", most: 5 },
]);

/** Behind the opening parenthesis of the next call that takes sizes. */
function insideCall({ text, position }: Edited): number {
  const opening = /\.(view|reshape|permute)\(/g;
  opening.lastIndex = position;
  const found = opening.exec(text) ?? opening.exec(text);
  return found ? found.index + found[0].length : position;
}
