import type { FileAnalysis } from "../interpreter/analyze";
import type { Machine } from "../interpreter/machine";
import type { Fact } from "../interpreter/recorder";
import type { TensorOrigin, TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import { spanKey } from "../ir";

/** What a layer made that stands in a list of layers, or is added to a model: no expression of the program has that value. */
export interface LayerResult {
  /** The layer. */
  readonly span: Span;
  readonly tensors: readonly TensorValue[];
}

const known = new WeakMap<FileAnalysis, readonly LayerResult[]>();

/** The results of layers that are called by what they are in, by the layers' places in a file. */
export function madeByLayers(found: FileAnalysis, m: Machine): readonly LayerResult[] {
  const before = known.get(found);
  if (before) return before;
  const results = findResults(found, m);
  known.set(found, results);
  return results;
}

/** Longer programs than this are followed no further back. */
const MOST_TENSORS = 50_000;

function findResults({ file, facts }: FileAnalysis, m: Machine): LayerResult[] {
  const called = new Set(facts.filter(({ value }) => value.kind === "tensor").map(({ span }) => spanKey(span)));
  const byPlace = new Map<string, { span: Span; tensors: TensorValue[] }>();
  const seen = new Set<TensorOrigin>();
  const pending = facts.flatMap((fact) => (fact.value.kind === "tensor" ? [fact.value] : modelOutputs(m, fact)));
  for (let i = 0; i < pending.length && i < MOST_TENSORS; i++) {
    const tensor = pending[i];
    const origin = tensor?.origin;
    if (!tensor || !origin || seen.has(origin)) continue;
    seen.add(origin);
    pending.push(...origin.inputs);
    const { span, call } = origin;
    if (span.file !== file || call?.layer === undefined || called.has(spanKey(span))) continue;
    const place = byPlace.get(spanKey(span)) ?? { span, tensors: [] };
    byPlace.set(spanKey(span), place);
    place.tensors.push(tensor);
  }
  return [...byPlace.values()];
}

/** A model that nobody has given anything yet has symbolic outputs all the same. */
function modelOutputs(m: Machine, { value, payload }: Fact): TensorValue[] {
  const record = value.kind === "object" && payload?.kind === "model" ? m.heap.find(value.id) : undefined;
  const outputs = record?.type === "record" ? record.properties.get("outputs") : undefined;
  const array = outputs?.kind === "object" ? m.heap.find(outputs.id) : undefined;
  return array?.type === "array" ? array.elements.filter((element) => element.kind === "tensor") : [];
}
