import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import { decidedAt, historyOf } from "../interpreter/provenance";
import type { Fact } from "../interpreter/recorder";
import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import { sameSpan, spanKey } from "../ir";
import { formatDim, isKnown } from "../shape/dim";
import { formatShape } from "../shape/shape";
import { describeLayout, describeTensor, tensorsOf } from "./describe";
import { describeLayer, describeParameterCount } from "./layer";
import type { Sources } from "./lines";
import { meantAt } from "./syntax";

/** What is shown about a place. */
export interface Hover {
  readonly span: Span;
  /** One line that answers at a glance: `Tensor [N, 64, 7, 7] float32`. */
  readonly headline: string;
  /** More about it, a sentence or so each. */
  readonly details: readonly string[];
  /** The same place in other calls, when it has other shapes there. */
  readonly elsewhere: readonly string[];
  /** Where its sizes were decided; empty when that is the operation that is pointed at. */
  readonly sizes: readonly HoverSizes[];
  /** The operations that made it, the earliest first; empty when there is but the one that is pointed at. */
  readonly history: readonly HoverStep[];
}

/** The sizes that one operation decided. */
export interface HoverSizes {
  readonly span: Span;
  readonly operation: string;
  /** `64`, `2*N` */
  readonly sizes: readonly string[];
}

export interface HoverStep {
  readonly span: Span;
  readonly operation: string;
  /** `[N, 64, 14, 14]` */
  readonly shape: string;
}

/** Histories are read for where a shape went wrong, which is seldom further back. */
const LONGEST_HISTORY = 6;
const MOST_ELSEWHERE = 6;

/** What is known about the expression or name at an offset; `undefined` where it is no tensor and no layer. */
export function hoverAt(analysis: Analysis, file: string, offset: number, sources: Sources): Hover | undefined {
  const found = analysis.files.get(file);
  if (!found) return undefined;
  const facts = meantAt(found.module, offset)
    .map((span) => factsAt(found, span))
    .find(({ length }) => length > 0);
  const first = facts?.[0];
  if (!first) return undefined;
  return tensorHover(first.span, facts) ?? layerHover(first, analysis, sources) ?? lostHover(first);
}

function factsAt({ facts }: FileAnalysis, span: Span): Fact[] {
  return facts.filter((fact) => sameSpan(fact.span, span));
}

function tensorHover(span: Span, facts: readonly Fact[]): Hover | undefined {
  const [tensor, ...others] = tensorsOf(facts);
  if (!tensor) return undefined;
  const layout = describeLayout(tensor);
  return {
    span,
    headline: describeTensor(tensor),
    details: layout ? [`${layout.charAt(0).toUpperCase()}${layout.slice(1)}`] : [],
    elsewhere: others.slice(0, MOST_ELSEWHERE).map((other) => {
      const otherLayout = describeLayout(other);
      return otherLayout && describeTensor(other) === describeTensor(tensor)
        ? `${describeTensor(other)}, ${otherLayout}`
        : describeTensor(other);
    }),
    sizes: decidedSizes(tensor, span),
    history: steps(tensor, span),
  };
}

function decidedSizes(tensor: TensorValue, span: Span): HoverSizes[] {
  const byOperation = new Map<string, { span: Span; operation: string; sizes: string[] }>();
  for (const [axis, size] of (tensor.shape ?? []).entries()) {
    const decided = isKnown(size) ? decidedAt(tensor, axis) : undefined;
    if (!decided) continue;
    const key = spanKey(decided.span);
    const decision = byOperation.get(key) ?? { span: decided.span, operation: decided.operation, sizes: [] };
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

function layerHover({ span, payload }: Fact, { machine }: Analysis, sources: Sources): Hover | undefined {
  if (!payload) return undefined;
  for (const library of machine.libraries) {
    const layer = library.describe?.(payload);
    if (!layer) continue;
    const count = describeParameterCount(layer);
    return {
      span,
      headline: describeLayer(layer, sources),
      details: count ? [count] : [],
      elsewhere: [],
      sizes: [],
      history: [],
    };
  }
  return undefined;
}

/** A tensor went in and what came out could not be followed: saying so is better than saying nothing. */
function lostHover({ span, value }: Fact): Hover | undefined {
  if (value.kind !== "unknown") return undefined;
  return {
    span,
    headline: "Tensor [...]",
    details: ["Its shape could not be traced"],
    elsewhere: [],
    sizes: [],
    history: [],
  };
}
