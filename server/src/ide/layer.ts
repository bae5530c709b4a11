import { numberedNames } from "../interpreter/names";
import type { LayerDescription } from "../interpreter/native";
import type { Fact } from "../interpreter/recorder";
import type { Span } from "../ir";
import { formulaOf } from "../ops/explain/formula";
import { multiplyAdds } from "../ops/explain/work";
import { add, constant, type Dim } from "../shape/dim";
import { formatShape, numel } from "../shape/shape";
import { t } from "../text/translate";
import type { Sources } from "./lines";
import { formatCount } from "./quantities";

/** A layer on one line, as it was configured: `Linear(inFeatures: 784, outFeatures: hidden = 128)`. */
export function describeLayer({ name, settings }: LayerDescription, sources: Sources): string {
  const list = [...settings].map(([parameter, { span, literal }]) => {
    const given = textOf(span, sources);
    const declared = literal ? textOf(literal, sources) : given;
    return declared === given ? `${parameter}: ${given}` : `${parameter}: ${given} = ${declared}`;
  });
  return `${name}(${list.join(", ")})`;
}

/** `7,850 parameters` */
export function describeParameterCount({ parameterCount }: LayerDescription): string | undefined {
  return parameterCount && countedParameters(parameterCount);
}

function countedParameters(count: Dim): string {
  return count === constant(1) ? t`1 parameter` : t`${formatCount(count)} parameters`;
}

/** One call of a layer, in words: `[N, 1, 28, 28] → [N, 16, 28, 28]`. */
export interface LayerCall {
  readonly span: Span;
  readonly text: string;
  /** That the layer learns, now that it has seen an input. */
  readonly parameters: string | undefined;
  readonly documentation: string | undefined;
}

/** More calls than these are told by the places themselves. */
const MOST_CALLS = 3;

/** What went into a layer and what came out, once for each shape, and with how much work. */
export function layerCalls(layer: number, facts: readonly Fact[]): LayerCall[] {
  const calls = new Map<string, LayerCall>();
  for (const { value, role } of facts) {
    if (role !== "expression" || value.kind !== "tensor" || value.origin?.call?.layer !== layer) continue;
    const { origin, shape } = value;
    const [input] = origin.inputs;
    if (!input?.shape || !shape) continue;
    const work = multiplyAdds(value);
    const weights = Object.values(origin.call?.weights ?? {});
    const change = `${formatShape(input.shape)} → ${formatShape(shape)}`;
    const formulas = new Set(shape.map((_, axis) => formulaOf(value, axis)).filter((formula) => formula !== undefined));
    const text = [
      ...[change, ...formulas].map((code) => `\`${code}\``),
      ...(work ? [t`${formatCount(work)} multiply-adds`] : []),
    ].join(", ");
    const parameters = weights.length > 0 ? countedParameters(weights.map(numel).reduce(add, constant(0))) : undefined;
    calls.set(numberedNames(text), { span: origin.span, text, parameters, documentation: origin.call?.documentation });
  }
  return [...calls.values()].slice(0, MOST_CALLS);
}

function textOf({ file, start, end }: Span, sources: Sources): string {
  return sources.text(file).slice(start, end).replace(/\s+/g, " ");
}
