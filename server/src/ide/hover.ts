import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import { dimensionHistory } from "../interpreter/dimension-history";
import { historyOf } from "../interpreter/provenance";
import type { Fact } from "../interpreter/recorder";
import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import { sameSpan, spanKey } from "../ir";
import { formulaOf } from "../ops/explain/formula";
import { multiplyAdds } from "../ops/explain/work";
import { constant, formatDim, isKnown } from "../shape/dim";
import { formatShape } from "../shape/shape";
import { t } from "../text/translate";
import { describeLayout, describeTensor, tensorsOf } from "./describe";
import { dimensionHover } from "./dimension-hover";
import { describeLayer, describeParameterCount, layerCalls } from "./layer";
import { layoutOf } from "./layout";
import type { Sources } from "./lines";
import { memoryOf } from "./memory";
import { formatCount } from "./quantities";
import { meantAt } from "./syntax";

/** What is shown about a place. */
export interface Hover {
  readonly span: Span;
  /** One line that answers at a glance: `Tensor [N, 64, 7, 7] float32`. */
  readonly headline: string;
  /** More about it, a sentence or so each. */
  readonly details: readonly HoverDetail[];
  /** The same place in other calls, when it has other shapes there. */
  readonly elsewhere: readonly HoverDetail[];
  /** Where its sizes were decided; empty when that is the operation that is pointed at. */
  readonly sizes: readonly HoverSizes[];
  /** The operations that made it, the earliest first; empty when there is but the one that is pointed at. */
  readonly history: readonly HoverStep[];
  /** Where more can be read about it. */
  readonly documentation: { readonly name: string; readonly address: string } | undefined;
}

export interface HoverDetail {
  /** Shapes and formulas stand in backquotes, as Markdown has them. */
  readonly text: string;
  /** The place that it speaks of. */
  readonly span?: Span | undefined;
}

/** The sizes that one operation decided. */
export interface HoverSizes {
  readonly span: Span;
  readonly operation: string;
  /** `64`, `2*N` */
  readonly sizes: readonly string[];
  /** How it worked one of them out: `⌊(14 − 2)/2⌋ + 1 = 7`. */
  readonly formula: string | undefined;
}

export interface HoverStep {
  readonly span: Span;
  readonly operation: string;
  /** `[N, 64, 14, 14]` */
  readonly shape: string;
}

export interface HoverOptions {
  /** The number of examples that memory is told for. */
  readonly batchSize: number;
}

/** Histories are read for where a shape went wrong, which is seldom further back. */
const LONGEST_HISTORY = 6;
const MOST_ELSEWHERE = 6;

/** What is known about the expression or name at an offset; `undefined` where it is no tensor, no size of one, and no layer. */
export function hoverAt(
  analysis: Analysis,
  file: string,
  offset: number,
  sources: Sources,
  options: HoverOptions,
): Hover | undefined {
  const found = analysis.files.get(file);
  if (!found) return undefined;
  const facts = meantAt(found.module, offset)
    .map((span) => factsAt(found, span))
    .find(({ length }) => length > 0);
  const first = facts?.[0];
  if (!first) return dimensionHover(found, offset);
  return tensorHover(first.span, facts, options) ?? layerHover(first, analysis, found, sources) ?? lostHover(first);
}

function factsAt({ facts }: FileAnalysis, span: Span): Fact[] {
  return facts.filter((fact) => sameSpan(fact.span, span));
}

function tensorHover(span: Span, facts: readonly Fact[], options: HoverOptions): Hover | undefined {
  const [tensor, ...others] = tensorsOf(facts);
  if (!tensor) return undefined;
  const { origin } = tensor;
  const isMadeHere = origin !== undefined && sameSpan(origin.span, span);
  const address = isMadeHere ? origin.call?.documentation : undefined;
  return {
    span,
    headline: describeTensor(tensor),
    details: [
      ...layoutDetails(tensor),
      ...memoryOf(tensor, options.batchSize),
      ...(isMadeHere ? workDetails(tensor) : []),
    ],
    elsewhere: others.slice(0, MOST_ELSEWHERE).map((other) => {
      const otherLayout = describeLayout(other);
      const text =
        otherLayout && describeTensor(other) === describeTensor(tensor)
          ? `${describeTensor(other)}, ${otherLayout}`
          : describeTensor(other);
      return { text, span: facts.find(({ value }) => value === other)?.caller };
    }),
    sizes: decidedSizes(tensor, span),
    history: steps(tensor, span),
    documentation: address ? { name: origin?.operation ?? "", address } : undefined,
  };
}

function layoutDetails(tensor: TensorValue): HoverDetail[] {
  const layout = layoutOf(tensor);
  if (!layout) return [];
  const { strides, verdict, cause } = layout;
  const text = cause ? `${verdict}: ${cause.text}` : verdict;
  return [{ text: `${capitalized(text)}, ${t`strides ${`\`${strides}\``}`}`, span: cause?.span }];
}

/** What an operation costs, and how it worked its sizes out. */
function workDetails(tensor: TensorValue): HoverDetail[] {
  const work = multiplyAdds(tensor);
  const formulas = (tensor.shape ?? []).map((_, axis) => formulaOf(tensor, axis));
  const distinct = [...new Set(formulas.filter((formula) => formula !== undefined))];
  return [
    ...distinct.map((formula) => ({ text: `\`${formula}\`` })),
    ...(work && work !== constant(0) ? [{ text: t`${formatCount(work)} multiply-adds` }] : []),
  ];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function decidedSizes(tensor: TensorValue, span: Span): HoverSizes[] {
  const byOperation = new Map<string, { -readonly [K in keyof HoverSizes]: HoverSizes[K] } & { sizes: string[] }>();
  for (const [axis, size] of (tensor.shape ?? []).entries()) {
    const [decided] = isKnown(size) ? dimensionHistory(tensor, axis) : [];
    if (!decided) continue;
    const key = spanKey(decided.span);
    const decision = byOperation.get(key) ?? {
      span: decided.span,
      operation: decided.operation,
      sizes: [],
      formula: formulaOf(decided.tensor, decided.axis),
    };
    byOperation.set(key, decision);
    if (!decision.sizes.includes(formatDim(size))) decision.sizes.push(formatDim(size));
  }
  const decisions = [...byOperation.values()];
  return decisions.every((decision) => sameSpan(decision.span, span)) ? [] : decisions;
}

function steps(tensor: TensorValue, span: Span): HoverStep[] {
  const history = historyOf(tensor).slice(0, LONGEST_HISTORY);
  if (history.every((step) => sameSpan(step.span, span))) return [];
  return history
    .reverse()
    .map(({ span: at, operation, shape }) => ({ span: at, operation, shape: formatShape(shape) }));
}

function layerHover(
  { span, payload, value }: Fact,
  { machine }: Analysis,
  { facts }: FileAnalysis,
  sources: Sources,
): Hover | undefined {
  if (!payload) return undefined;
  for (const library of machine.libraries) {
    const layer = library.describe?.(payload);
    if (!layer) continue;
    const calls = value.kind === "object" ? layerCalls(value.id, facts) : [];
    const count = describeParameterCount(layer) ?? calls[0]?.parameters;
    const address = calls[0]?.documentation;
    return {
      ...PLAIN,
      span,
      headline: describeLayer(layer, sources),
      details: [...(count ? [{ text: count }] : []), ...calls.map(({ text, span: at }) => ({ text, span: at }))],
      documentation: address ? { name: layer.name, address } : undefined,
    };
  }
  return undefined;
}

/** A hover with nothing but a headline. */
export const PLAIN: Pick<Hover, "details" | "elsewhere" | "sizes" | "history" | "documentation"> = {
  details: [],
  elsewhere: [],
  sizes: [],
  history: [],
  documentation: undefined,
};

/** A tensor went in and what came out could not be followed: saying so is better than saying nothing. */
function lostHover({ span, value }: Fact): Hover | undefined {
  if (value.kind !== "unknown") return undefined;
  return { ...PLAIN, span, headline: "Tensor [...]", details: [{ text: t`Its shape could not be traced` }] };
}
