import type { FileAnalysis } from "../interpreter/analyze";
import { dimensionHistory } from "../interpreter/dimension-history";
import type { TensorValue } from "../interpreter/value";
import type { CallExpression, Expression, IndexExpression, MemberExpression, Pattern, Span } from "../ir";
import { sameSpan } from "../ir";
import { formulaOf } from "../ops/explain/formula";
import { formatDim } from "../shape/dim";
import { formatShape, normalizeAxis } from "../shape/shape";
import { t } from "../text/translate";
import type { Hover } from "./hover";
import { allNodes, nodesAt, type Node } from "./syntax";

/** One dimension of a tensor, and the expression or name that reads it. */
export interface DimensionUse {
  readonly span: Span;
  readonly tensor: TensorValue;
  readonly axis: number;
}

/** What is known about a size that the code reads: `x.size(1)`, `x.shape[1]`, `c` in `const [n, c] = x.shape`. */
export function dimensionHover(found: FileAnalysis, offset: number): Hover | undefined {
  const use = dimensionAt(found, offset);
  const size = use?.tensor.shape?.[use.axis];
  if (!use || !size) return undefined;
  const { span, tensor, axis } = use;
  return {
    span,
    headline: `${formatDim(size)}`,
    details: [{ text: t`Dimension ${axis} of ${`\`${formatShape(tensor.shape)}\``}` }],
    elsewhere: [],
    sizes: dimensionHistory(tensor, axis).map((step) => ({
      span: step.span,
      operation: step.operation,
      sizes: [formatDim(step.size)],
      formula: formulaOf(step.tensor, step.axis),
    })),
    history: [],
    documentation: undefined,
  };
}

function dimensionAt(found: FileAnalysis, offset: number): DimensionUse | undefined {
  const path = nodesAt(found.module, offset).toReversed();
  for (const node of path.slice(0, 3)) {
    const use = readBy(found, node as Expression);
    if (use) return use;
  }
  const [node] = path;
  const name = node && (node.kind === "name" || node.kind === "binding") ? (node as { name?: string }).name : undefined;
  return node && name !== undefined ? namedDimension(found, name, node) : undefined;
}

/** `x.size(1)`, `x.shape[1]` */
function readBy(found: FileAnalysis, node: Expression): DimensionUse | undefined {
  if (node.kind === "call") return sizeCall(found, node);
  return node.kind === "index" ? shapeIndex(found, node) : undefined;
}

function sizeCall(found: FileAnalysis, { callee, args, span }: CallExpression): DimensionUse | undefined {
  if (callee.kind !== "member" || callee.property !== "size") return undefined;
  return dimensionOf(found, callee.object, args[0]?.value, span);
}

function shapeIndex(found: FileAnalysis, { object, index, span }: IndexExpression): DimensionUse | undefined {
  return isShape(object) ? dimensionOf(found, object.object, index, span) : undefined;
}

function isShape(node: Expression): node is MemberExpression {
  return node.kind === "member" && node.property === "shape";
}

function dimensionOf(
  found: FileAnalysis,
  object: Expression,
  axis: Expression | undefined,
  span: Span,
): DimensionUse | undefined {
  const index = literalNumber(axis);
  return index === undefined ? undefined : use(found, object, index, span);
}

function use(found: FileAnalysis, object: Expression, index: number, span: Span): DimensionUse | undefined {
  const tensor = found.facts
    .map((fact) => (sameSpan(fact.span, object.span) && fact.value.kind === "tensor" ? fact.value : undefined))
    .findLast((value) => value?.shape);
  const axis = tensor?.shape && normalizeAxis(index, tensor.shape.length);
  return tensor && axis !== undefined ? { span, tensor, axis } : undefined;
}

function literalNumber(node: Expression | undefined): number | undefined {
  if (node?.kind === "unary" && node.operator === "-") {
    const positive = literalNumber(node.operand);
    return positive === undefined ? undefined : -positive;
  }
  return node?.kind === "literal" && typeof node.value === "number" ? node.value : undefined;
}

/** The nearest declaration of the name before, when that takes a size of a tensor. */
function namedDimension(found: FileAnalysis, name: string, at: Node): DimensionUse | undefined {
  let nearest: DimensionUse | undefined;
  for (const node of allNodes(found.module)) {
    const { pattern, value } = node as { pattern?: Pattern; value?: Expression };
    if (!pattern || !value || node.span.start > at.span.start) continue;
    const declared = declaredDimension(found, name, pattern, value);
    if (declared && (!nearest || declared.span.start > nearest.span.start)) nearest = declared;
  }
  return nearest && { ...nearest, span: at.span };
}

function declaredDimension(
  found: FileAnalysis,
  name: string,
  pattern: Pattern,
  value: Expression,
): DimensionUse | undefined {
  if (pattern.kind === "binding") return pattern.name === name ? readBy(found, value) : undefined;
  if (pattern.kind !== "arrayPattern" || !isShape(value)) return undefined;
  const index = pattern.elements.findIndex((element) => element?.kind === "binding" && element.name === name);
  return index < 0 ? undefined : use(found, value.object, index, pattern.span);
}
