import type { Analysis } from "../interpreter/analyze";
import type { Fact } from "../interpreter/recorder";
import type { TensorValue } from "../interpreter/value";
import type { Module, Span } from "../ir";
import { spanKey } from "../ir";
import { describeLayout, describeTensor, shapesOf, tensorsOf } from "./describe";
import type { Sources } from "./lines";
import { allNodes } from "./syntax";

export interface InlayHint {
  readonly offset: number;
  /** `: [N, 10]`, or ` [N, 10]` behind a type that is written out. */
  readonly label: string;
  /** What there is to say besides: dtype, strides. */
  readonly tooltip: string;
}

/** More shapes than this at one place say nothing at a glance. */
const MOST_SHAPES = 2;

/** The shapes of variables, parameters and fields that lie in a range of offsets, as they are read beside the names. */
export function inlayHints(
  analysis: Analysis,
  file: string,
  range: Pick<Span, "start" | "end">,
  sources: Sources,
): InlayHint[] {
  const found = analysis.files.get(file);
  if (!found) return [];
  const text = sources.text(file);
  const types = typeEnds(found.module);
  const hints: InlayHint[] = [];
  for (const [key, facts] of namesIn(found.facts, range)) {
    const tensors = tensorsOf(facts);
    const shapes = shapesOf(tensors);
    const { span } = facts[0];
    if (shapes.length === 0 || shapes.some((shape) => isWritten(shape, lineAround(text, span)))) continue;
    const more = shapes.length > MOST_SHAPES ? " | …" : "";
    const typeEnd = types.get(key);
    hints.push({
      offset: typeEnd ?? span.end,
      label: `${typeEnd === undefined ? ":" : ""} ${shapes.slice(0, MOST_SHAPES).join(" | ")}${more}`,
      tooltip: tensors.map(tooltipLine).join("\n"),
    });
  }
  return hints;
}

type SomeFacts = [Fact, ...Fact[]];

function namesIn(facts: readonly Fact[], { start, end }: Pick<Span, "start" | "end">): Map<string, SomeFacts> {
  const names = new Map<string, SomeFacts>();
  for (const fact of facts) {
    if (fact.role !== "name" || fact.span.end < start || fact.span.start > end) continue;
    const key = spanKey(fact.span);
    const known = names.get(key);
    if (known) known.push(fact);
    else names.set(key, [fact]);
  }
  return names;
}

function tooltipLine(tensor: TensorValue): string {
  return [describeTensor(tensor), describeLayout(tensor)].filter((part) => part !== undefined).join(", ");
}

/** Where the written type of a name ends, by the name's place. */
function typeEnds(module: Module): Map<string, number> {
  const ends = new Map<string, number>();
  for (const node of allNodes(module)) {
    const { pattern, type } = node as Partial<Record<"pattern" | "type", { readonly span: Span }>>;
    if (pattern && type) ends.set(spanKey(pattern.span), type.span.end);
  }
  return ends;
}

function lineAround(text: string, { start, end }: Span): string {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", end);
  return text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
}

/** A hint that repeats its line is noise: `const x = torch.zeros([2, 3])`. */
function isWritten(shape: string, line: string): boolean {
  return line.replace(/["'`\s]/g, "").includes(shape.replace(/\s/g, ""));
}
