import type { FileAnalysis } from "../interpreter/analyze";
import type { FunctionNode, Module, ShapeTag, Span, TypeNode } from "../ir";
import { containsSpan } from "../ir";
import { allNodes } from "./syntax";

/** A name of a size in an annotation: the `N` of `@shape x [N, 3]` or of `Tensor<["N", 3]>`. */
export interface NamedSize {
  readonly name: string;
  readonly span: Span;
  /** Within which the name stands for one size; absent at the top level. */
  readonly owner: Span | undefined;
}

/** The name of a size under the cursor. */
export function namedSizeAt(found: FileAnalysis, offset: number, text: string): NamedSize | undefined {
  return namedSizes(found.module, text).find(({ span }) => span.start <= offset && offset <= span.end);
}

/** Everywhere in the file that a size is called so, in the order of the source. */
export function usesOfName(found: FileAnalysis, { name }: NamedSize, text: string): NamedSize[] {
  return namedSizes(found.module, text).filter((other) => other.name === name);
}

/** Where the name is used first in what it belongs to: what it stands for is decided there. */
export function definitionOf(found: FileAnalysis, size: NamedSize, text: string): NamedSize {
  const uses = usesOfName(found, size, text);
  return uses.find(({ owner }) => owner?.start === size.owner?.start) ?? size;
}

const MIN_MAX = new Set(["min", "max"]);

function namedSizes(module: Module, text: string): NamedSize[] {
  const sizes: NamedSize[] = [];
  const functions: FunctionNode[] = [];
  for (const node of allNodes(module)) {
    if ("parameters" in node && "shapeTags" in node) functions.push(node as unknown as FunctionNode);
  }
  for (const node of allNodes(module)) {
    const { shapeTags } = node as { shapeTags?: readonly ShapeTag[] };
    const owner = "parameters" in node ? node.span : undefined;
    for (const tag of shapeTags ?? []) sizes.push(...namesIn(tag.span, tag.text, owner));
    if ((node as { kind?: string }).kind === "reference") {
      const type = node as unknown as TypeNode;
      sizes.push(...namesInType(type, text, innermost(functions, node.span)));
    }
  }
  return distinct(sizes).sort((a, b) => a.span.start - b.span.start);
}

function namesIn(at: Span, annotation: string, owner: Span | undefined): NamedSize[] {
  return [...annotation.matchAll(/[A-Za-z_$][\w$]*/g)].flatMap((match) => {
    const [name] = match;
    if (MIN_MAX.has(name)) return [];
    const start = at.start + match.index;
    return [{ name, span: at.moved(start, start + name.length), owner }];
  });
}

/** `Tensor<["N", 3]>` */
function namesInType(type: TypeNode, text: string, owner: Span | undefined): NamedSize[] {
  if (type.kind !== "reference" || !type.name.endsWith("Tensor")) return [];
  const [tuple] = type.args;
  if (tuple?.kind !== "tuple") return [];
  return tuple.elements.flatMap((element) => {
    if (element.kind !== "literal" || typeof element.value !== "string") return [];
    const quoted = text.slice(element.span.start, element.span.end);
    const inside = element.span.moved(element.span.start + 1, element.span.end - 1);
    return namesIn(inside, quoted.slice(1, -1), owner);
  });
}

function innermost(functions: readonly FunctionNode[], span: Span): Span | undefined {
  const around = functions.filter((node) => containsSpan(node.span, span));
  return around.sort((a, b) => b.span.start - a.span.start)[0]?.span;
}

function distinct(sizes: readonly NamedSize[]): NamedSize[] {
  const byStart = new Map<number, NamedSize>();
  for (const size of sizes) if (!byStart.has(size.span.start)) byStart.set(size.span.start, size);
  return [...byStart.values()];
}
