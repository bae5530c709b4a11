import { analyze, type Analysis } from "../interpreter/analyze";
import { libraries } from "../ops";
import { spanKey, type Cut, type SlicedFile, type SliceRequest, type Span } from "../ir";
import { describeTensor, describeLayout } from "./describe";
import { factsIn, meantIn } from "./facts-at";
import type { Revisable } from "./verified-fixes";

/** The smallest program in which the analysis still says the same about an expression. */
export interface Reproduction {
  /** The expression's own file comes first. Names of files and paths are replaced by such that tell nothing. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** What it is about: the text of the expression, and its line in the first file, from 1. */
  readonly expression: string;
  readonly line: number;
  /** What the analysis says of it, a line for each shape and each diagnostic. */
  readonly claims: readonly string[];
}

/** How programs are cut to what an expression may depend on: a front end's task. */
export type Slice = (request: SliceRequest) => readonly SlicedFile[];

/**
 * A program to report what the analysis says at an offset, reduced as far as it says the same there; `undefined` where it says nothing. When no reduction
 * keeps what it says, the files are whole.
 */
export function reproduce(
  analysis: Analysis,
  file: string,
  offset: number,
  sources: Revisable,
  slice: Slice,
): Reproduction | undefined {
  const span = meantIn(analysis, file, offset);
  if (!span) return undefined;
  const claims = claimsAt(analysis, span);
  const pure = pureCalls(analysis);
  const isPure = (at: string, start: number, end: number): boolean => pure.has(`${at}:${start}:${end}`);
  const { start, end } = span;
  const attempts = [true, false].map((endsThere) => () => slice({ file, start, end, isPure, endsThere }));
  for (const attempt of attempts) {
    const sliced = attempt();
    const moved = span.moved(shifted(sliced[0]?.cuts ?? [], start), shifted(sliced[0]?.cuts ?? [], end));
    const texts = new Map(sliced.map((each) => [each.file, cutText(sources.text(each.file), each.cuts)]));
    const revision = sources.revise(texts);
    const after = analyze(revision, [...texts.keys()], { libraries });
    if (sameClaims(claimsAt(after, moved), claims)) return reproduction(sliced, span, claims, sources);
  }
  const whole = [...analysis.machine.modules.keys()].filter((each) => sources.text(each) !== "");
  const files = [file, ...whole.filter((each) => each !== file)].map((each) => ({ file: each, cuts: [], imports: [] }));
  return reproduction(files, span, claims, sources);
}

/** The calls of library operations: they leave everything as it is, unless their names say that they work in place. */
function pureCalls({ files, machine }: Analysis): ReadonlySet<string> {
  const calls = new Set<string>();
  const seen = [...new Set([...files.keys(), ...machine.modules.keys()])];
  for (const { value, span } of seen.flatMap((file) => machine.recorder.facts(file))) {
    const origin = value.kind === "tensor" ? value.origin : undefined;
    if (origin && spanKey(origin.span) === spanKey(span) && !origin.operation.endsWith("_")) calls.add(spanKey(span));
  }
  return calls;
}

function claimsAt(analysis: Analysis, span: Span): string[] {
  const shapes = factsIn(analysis, span).map(({ value }) => {
    if (value.kind !== "tensor") return "Tensor [...]";
    const layout = describeLayout(value);
    return layout === undefined ? describeTensor(value) : `${describeTensor(value)}, ${layout}`;
  });
  const diagnostics = [...analysis.machine.recorder.diagnostics()].filter(
    ({ span: at }) => spanKey(at) === spanKey(span),
  );
  return [
    ...new Set([...shapes, ...diagnostics.map(({ code, severity, message }) => `${severity} ${code}: ${message}`)]),
  ];
}

/** With fewer callers there may be fewer shapes; there may be none that was not there, and no complaint may be gone. */
function sameClaims(now: readonly string[], before: readonly string[]): boolean {
  const kept = new Set(now);
  const isShape = (claim: string): boolean => /^\w+ \[/.test(claim);
  return (
    now.length > 0 &&
    now.every((claim) => before.includes(claim)) &&
    before.every((claim) => isShape(claim) || kept.has(claim))
  );
}

function cutText(text: string, cuts: readonly Cut[]): string {
  return [...cuts]
    .reverse()
    .reduce((done, { start, end, newText }) => done.slice(0, start) + newText + done.slice(end), text);
}

/** Where an offset lies after the cuts. */
function shifted(cuts: readonly Cut[], offset: number): number {
  return cuts
    .filter(({ end }) => end <= offset)
    .reduce((at, { start, end, newText }) => at + newText.length - (end - start), offset);
}

function reproduction(
  sliced: readonly SlicedFile[],
  span: Span,
  claims: readonly string[],
  sources: Revisable,
): Reproduction {
  const names = new Map(sliced.map(({ file }, index) => [file, fileName(file, index)]));
  const [first] = sliced;
  const cuts = first ? withNames(first, names) : [];
  const before = tidy(cutText(sources.text(span.file), cuts).slice(0, shifted(cuts, span.start)));
  return {
    files: sliced
      .map((each) => ({
        name: names.get(each.file) ?? "",
        text: `${tidy(cutText(sources.text(each.file), withNames(each, names))).trim()}\n`,
      }))
      .filter(({ text }, index) => index === 0 || text.trim() !== ""),
    expression: sources.text(span.file).slice(span.start, span.end),
    line: before.trimStart().split("\n").length,
    claims,
  };
}

/** Files are called after nothing but their order: `main.ts`, `other-1.ts`. */
function fileName(file: string, index: number): string {
  const extension = /\.[^./]*$/.exec(file)?.[0] ?? "";
  return `${index === 0 ? "main" : `other-${index}`}${extension}`;
}

function withNames({ cuts, imports }: SlicedFile, names: ReadonlyMap<string, string>): Cut[] {
  const renamed = imports.flatMap(({ start, end, target }) => {
    const name = target === undefined ? undefined : names.get(target);
    return name === undefined ? [] : [{ start, end, newText: `"./${name.replace(/\.[^.]*$/, "")}"` }];
  });
  return [...cuts, ...renamed].sort((a, b) => a.start - b.start);
}

/** Without the empty lines that cuts leave behind, and without blanks at the ends of lines. */
function tidy(text: string): string {
  return text
    .replace(/\r\n/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/\{\n\n/g, "{\n");
}
