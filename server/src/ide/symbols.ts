import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import type { ClassNode, Span } from "../ir";
import { sameSpan } from "../ir";
import { constant, add, type Dim } from "../shape/dim";
import { t } from "../text/translate";
import { describeLayer } from "./layer";
import type { Sources } from "./lines";
import { formatCount } from "./quantities";
import { allClasses, fieldsOf } from "./shape-tags";

/** A model or a layer, for outlines. */
export interface LayerSymbol {
  readonly name: string;
  /** `Linear(inFeatures: 784, outFeatures: 10)` */
  readonly detail: string;
  readonly kind: "model" | "layer";
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly LayerSymbol[];
}

/** The classes of a file that have layers, with their layers. */
export function layerSymbols(analysis: Analysis, file: string, sources: Sources): LayerSymbol[] {
  const found = analysis.files.get(file);
  if (!found) return [];
  return allClasses(found.module).flatMap((node) => {
    const layers = layersOf(node, analysis, found, sources);
    if (layers.length === 0) return [];
    const count = layers.every(({ parameters }) => parameters)
      ? layers.map(({ parameters }) => parameters ?? constant(0)).reduce(add, constant(0))
      : undefined;
    const detail = count ? t`${formatCount(count)} parameters` : "";
    const children = layers.map(({ symbol }) => symbol);
    return [
      {
        name: node.name ?? "class",
        detail,
        kind: "model" as const,
        span: node.span,
        nameSpan: node.nameSpan,
        children,
      },
    ];
  });
}

interface FoundLayer {
  readonly symbol: LayerSymbol;
  readonly parameters: Dim | undefined;
}

function layersOf(node: ClassNode, analysis: Analysis, found: FileAnalysis, sources: Sources): FoundLayer[] {
  return fieldsOf(node).flatMap((field): FoundLayer[] => {
    const fact = found.facts.find(
      ({ role, span, payload }) => role === "name" && payload && sameSpan(span, field.keySpan),
    );
    if (!fact?.payload || typeof field.key !== "string") return [];
    for (const library of analysis.machine.libraries) {
      const layer = library.describe?.(fact.payload);
      if (!layer) continue;
      const detail = describeLayer(layer, sources);
      const symbol = { name: field.key, detail, kind: "layer" as const, span: field.span, nameSpan: field.keySpan };
      return [{ symbol: { ...symbol, children: [] }, parameters: layer.parameterCount }];
    }
    return [];
  });
}
