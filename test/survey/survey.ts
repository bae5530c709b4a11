import { resolve } from "node:path";
import { diskFileSystem, LineIndex, normalizePath, Workspace } from "../../server/src/compiler";
import { analyzeFiles } from "../../server/src/cli/analyze-files";
import { visibleDiagnostics } from "../../server/src/ide/diagnostics";
import type { Sources } from "../../server/src/ide/lines";
import { levelsFor, type RuleLevels } from "../../server/src/ide/rule-levels";
import type { FileAnalysis } from "../../server/src/interpreter/analyze";
import { lossOf, type Loss } from "../../server/src/interpreter/loss";
import type { Fact } from "../../server/src/interpreter/recorder";
import type { Diagnostic } from "../../server/src/interpreter/recorder";
import type { Span } from "../../server/src/ir";
import { isKnown } from "../../server/src/shape/dim";

/** How many tensor expressions there are, and of how many what is known, in every context that was seen. */
export interface Share {
  expressions: number;
  ranked: number;
  /** Every size is known, as a number or in symbols. */
  known: number;
}

/** Something that is said once for all its occurrences: `call of foo`. */
export interface Reason {
  readonly text: string;
  /** How many tensor expressions have no rank, or a size that is not known, because of it. */
  ranks: number;
  sizes: number;
  /** The first few places of such expressions. */
  readonly places: string[];
}

export interface Survey {
  files: number;
  lines: number;
  /** Where analysis itself failed. */
  readonly failures: string[];
  /** Every one is a false alarm until somebody has read it. */
  readonly diagnostics: { readonly place: string; readonly diagnostic: Diagnostic }[];
  readonly all: Share;
  readonly modelFiles: Share & { files: number };
  readonly reasons: readonly Reason[];
}

const MOST_PLACES = 5;

/** Runs `check` over a folder of real code, and counts what it says and what it does not know. */
export function survey(folder: string): Survey {
  const root = normalizePath(resolve(folder));
  const workspace = new Workspace(diskFileSystem);
  const reasons = new Map<string, Reason>();
  const result: Survey = {
    files: 0,
    lines: 0,
    failures: [],
    diagnostics: [],
    all: { expressions: 0, ranked: 0, known: 0 },
    modelFiles: { files: 0, expressions: 0, ranked: 0, known: 0 },
    reasons: [],
  };
  const paths = workspace.files(root);
  const text = (file: string): string => workspace.text(file) ?? "";
  const levels = (file: string): RuleLevels => levelsFor(workspace, file);
  const lines = (file: string): LineIndex => new LineIndex(text(file));
  const place = ({ file, start }: Span): string => {
    const { line, character } = lines(file).position(start);
    return `${file.slice(root.length + 1)}:${line + 1}:${character + 1}`;
  };
  const onFailure = (file: string, error: unknown): void => {
    result.failures.push(`${file.slice(root.length + 1)}: ${error instanceof Error ? error.stack : String(error)}`);
  };
  for (const { files } of analyzeFiles(workspace, paths, onFailure))
    for (const file of files.values()) countFile(file, result, reasons, { text, lines, place, levels });
  return { ...result, reasons: [...reasons.values()].sort((a, b) => b.ranks + b.sizes - (a.ranks + a.sizes)) };
}

function countFile(analysis: FileAnalysis, into: Survey, reasons: Map<string, Reason>, sources: Places): void {
  const text = sources.text(analysis.file);
  into.files++;
  into.lines += text.split("\n").length;
  for (const diagnostic of visibleDiagnostics(analysis, sources, sources.levels))
    into.diagnostics.push({ place: sources.place(diagnostic.span), diagnostic });
  const shares: Share[] = [into.all];
  if (buildsModels(text)) {
    into.modelFiles.files++;
    shares.push(into.modelFiles);
  }
  for (const facts of placesOf(analysis)) countPlace(facts, shares, reasons, sources);
}

/** Layers are made in it, or models of layers, in either dialect. */
export function buildsModels(text: string): boolean {
  return (
    /\.(sequential|layers\s*\.\s*\w+)\s*\(|\b\w*tf\w*\s*\.\s*model\s*\(/.test(text) ||
    /\bextends\s+\w*\.?(Module|Layer)\b/.test(text)
  );
}

/** The facts of each tensor expression, of all contexts. */
function placesOf(analysis: FileAnalysis): Iterable<readonly Fact[]> {
  const places = new Map<string, Fact[]>();
  for (const fact of analysis.facts) {
    if (fact.role !== "expression" || fact.value.kind !== "tensor") continue;
    const key = `${fact.span.start}:${fact.span.end}`;
    const facts = places.get(key);
    if (facts) facts.push(fact);
    else places.set(key, [fact]);
  }
  return places.values();
}

interface Places extends Sources {
  levels(file: string): RuleLevels;
  place(span: Span): string;
}

function countPlace(facts: readonly Fact[], shares: readonly Share[], reasons: Map<string, Reason>, sources: Places) {
  const unranked = facts.find(({ value }) => value.kind !== "tensor" || !value.shape);
  const unsized = facts.find(({ value }) => value.kind === "tensor" && !value.shape?.every(isKnown));
  for (const share of shares) {
    share.expressions++;
    if (!unranked) share.ranked++;
    if (!unranked && !unsized) share.known++;
  }
  const fact = unranked ?? unsized;
  if (!fact) return;
  const text = describeLoss(lossOf(fact.value), sources);
  const reason = reasons.get(text) ?? { text, ranks: 0, sizes: 0, places: [] };
  reasons.set(text, reason);
  if (unranked) reason.ranks++;
  else reason.sizes++;
  if (reason.places.length < MOST_PLACES) reason.places.push(sources.place(fact.span));
}

const LONGEST_TEXT = 60;

/** `call of loadModel`: one text for what is lost in the same way, wherever it is. */
function describeLoss(loss: Loss | undefined, sources: Sources): string {
  if (!loss) return "not told";
  const { kind, span } = loss;
  const text = span ? sources.text(span.file).slice(span.start, span.end).replace(/\s+/g, " ") : "";
  // What a call is given is beside the point.
  const short = kind === "call" || kind === "size" ? text.replace(/\(.*$/s, "") : text;
  return `${kind} ${short.length > LONGEST_TEXT ? `${short.slice(0, LONGEST_TEXT)}…` : short}`.trim();
}
