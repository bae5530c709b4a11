import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import { dimensionHistory } from "../interpreter/dimension-history";
import type { Fact } from "../interpreter/recorder";
import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import { spanKey } from "../ir";
import { formulaOf } from "../ops/explain/formula";
import { formatDim, isKnown } from "../shape/dim";
import { formatShape } from "../shape/shape";
import { t } from "../text/translate";
import { describeLayout, describeTensor, shapesOf, tensorsOf, withoutInstances } from "./describe";
import { inlayPlaces } from "./inlay-places";
import { madeByLayers } from "./layer-results";
import type { Sources } from "./lines";
import { shortSize } from "./short-size";

export interface InlayHint {
  readonly offset: number;
  /** `: [N, 10]`, or ` [N, 10]` behind a type that is written out, in pieces of which the sizes can be pointed at. */
  readonly parts: readonly InlayPart[];
  /** What there is to say besides: dtype, strides. */
  readonly tooltip: string;
}

export interface InlayPart {
  readonly text: string;
  /** Of a size: where it was decided. */
  readonly span?: Span;
  /** Of a size: how it came about, the latest first. */
  readonly history?: readonly InlayStep[];
}

export interface InlayStep {
  readonly span: Span;
  readonly operation: string;
  readonly text: string;
}

export interface InlayHintSettings {
  readonly enabled: boolean;
  /** Behind variables and fields that are given a value. */
  readonly variables: boolean;
  readonly parameters: boolean;
  /** Behind what is returned. */
  readonly returns: boolean;
  /** Behind each line of a chain of calls. */
  readonly chains: boolean;
  /** Behind each layer in a list of layers. */
  readonly layers: boolean;
  /** Whether dtypes are shown beside shapes. */
  readonly dtypes: boolean;
}

/** More shapes than this at one place say nothing at a glance. */
const MOST_SHAPES = 2;

/** The shapes of what lies in a range of offsets, as they are read beside it. */
export function inlayHints(
  analysis: Analysis,
  file: string,
  range: Pick<Span, "start" | "end">,
  sources: Sources,
  settings: InlayHintSettings,
): InlayHint[] {
  const found = analysis.files.get(file);
  if (!found || !settings.enabled) return [];
  const text = sources.text(file);
  const { typeEnds, parameters, returned, links } = inlayPlaces(found.module, text);
  const hints = new Map<number, InlayHint>();
  const add = (span: Span, tensors: readonly TensorValue[], end = span.end, mark = ""): void => {
    if (end < range.start || end > range.end || hints.has(end)) return;
    const hint = hintAt(end, tensors, mark, lineAround(text, span), settings);
    if (hint) hints.set(end, hint);
  };
  const facts = factsByPlace(found, range);
  for (const [key, { name }] of facts) {
    if (!name || !(parameters.has(key) ? settings.parameters : settings.variables)) continue;
    const typeEnd = typeEnds.get(key);
    add(name[0].span, tensorsOf(name), typeEnd, typeEnd === undefined ? ":" : "");
  }
  const expressions = [...(settings.returns ? returned : []), ...(settings.chains ? links : [])];
  for (const span of expressions) add(span, tensorsOf(facts.get(spanKey(span))?.expression ?? []));
  if (settings.layers) for (const { span, tensors } of madeByLayers(found, analysis.machine)) add(span, tensors);
  return [...hints.values()].sort((a, b) => a.offset - b.offset);
}

type SomeFacts = [Fact, ...Fact[]];
type FactsHere = { [Role in Fact["role"]]?: SomeFacts };

function factsByPlace({ facts }: FileAnalysis, { start, end }: Pick<Span, "start" | "end">): Map<string, FactsHere> {
  const places = new Map<string, FactsHere>();
  for (const fact of facts) {
    if (fact.span.end < start || fact.span.start > end) continue;
    const key = spanKey(fact.span);
    const here = places.get(key) ?? {};
    places.set(key, here);
    const known = here[fact.role];
    if (known) known.push(fact);
    else here[fact.role] = [fact];
  }
  return places;
}

function hintAt(
  offset: number,
  tensors: readonly TensorValue[],
  mark: string,
  line: string,
  settings: InlayHintSettings,
): InlayHint | undefined {
  const shapes = shapesOf(withoutInstances(tensors));
  if (shapes.length === 0 || shapes.some((shape) => isWritten(shape, line))) return undefined;
  const shown = shapes
    .slice(0, MOST_SHAPES)
    .flatMap((shape) => tensors.find((tensor) => tensor.shape && formatShape(tensor.shape) === shape) ?? []);
  const parts: InlayPart[] = [{ text: `${mark} ` }];
  for (const [i, tensor] of shown.entries()) {
    if (i > 0) parts.push({ text: " | " });
    parts.push(...shapeParts(tensor, settings.dtypes));
  }
  if (shapes.length > MOST_SHAPES) parts.push({ text: " | …" });
  return { offset, parts: merged(parts), tooltip: tensors.map(tooltipLine).join("\n") };
}

function shapeParts(tensor: TensorValue, withDtype: boolean): InlayPart[] {
  const sizes = (tensor.shape ?? []).flatMap((size, axis): InlayPart[] => {
    const text = shortSize(formatDim(size));
    const history = isKnown(size) ? dimensionHistory(tensor, axis) : [];
    const [decided] = history;
    const steps = history.map((step) => ({
      span: step.span,
      operation: step.operation,
      text: formulaOf(step.tensor, step.axis) ?? formatDim(step.size),
    }));
    const part = decided ? { text, span: decided.span, history: steps } : { text };
    return axis === 0 ? [part] : [{ text: ", " }, part];
  });
  return [{ text: "[" }, ...sizes, { text: `]${withDtype && tensor.dtype ? ` ${tensor.dtype}` : ""}` }];
}

/** Neighbouring pieces that are nothing but text, as one. */
function merged(parts: readonly InlayPart[]): InlayPart[] {
  const all: InlayPart[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last && !last.span && !part.span) all[all.length - 1] = { text: last.text + part.text };
    else all.push(part);
  }
  return all;
}

function tooltipLine(tensor: TensorValue): string {
  return [describeTensor(tensor), describeLayout(tensor)].filter((part) => part !== undefined).join(", ");
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

/** What a step of a size's history reads like: `⌊(14 − 2)/2⌋ + 1 = 7 from maxPool2d`. */
export function describeStep({ text, operation }: InlayStep): string {
  return `\`${text}\` ${t`from ${operation}`}`;
}
