import ts from "typescript";
import type { Expression, ObjectProperty, PropertyKeyNode, ShapeTag } from "../../ir";
import { shapeTags } from "./comments";
import type { LowerContext } from "./context";
import { lowerExpression } from "./expressions";
import { lowerFunction, lowerFunctionExpression } from "./functions";
import { unwrapped } from "./wrappers";

export function lowerObject(ctx: LowerContext, node: ts.ObjectLiteralExpression): Expression {
  return {
    kind: "object",
    properties: node.properties.map((property) => lowerProperty(ctx, property)),
    span: ctx.span(node),
  };
}

function lowerProperty(ctx: LowerContext, node: ts.ObjectLiteralElementLike): ObjectProperty {
  const span = ctx.span(node);
  if (ts.isSpreadAssignment(node)) return { kind: "spread", value: lowerExpression(ctx, node.expression), span };
  const key = lowerKey(ctx, node.name);
  if (ts.isShorthandPropertyAssignment(node)) {
    return { kind: "value", key, value: lowerExpression(ctx, node.name), span };
  }
  if (ts.isPropertyAssignment(node)) {
    return { kind: "value", key, value: lowerDocumented(ctx, node.initializer, shapeTags(ctx, node)).value, span };
  }
  const kind = ts.isGetAccessor(node) ? "getter" : ts.isSetAccessor(node) ? "setter" : "value";
  const value: Expression = { kind: "function", function: lowerFunction(ctx, node, shapeTags(ctx, node)), span };
  return { kind, key, value, span };
}

/** A property's name: text where it is known, an expression where it is computed. */
export function lowerKey(ctx: LowerContext, name: ts.PropertyName): PropertyKeyNode {
  if (!ts.isComputedPropertyName(name)) return name.text;
  const inner = name.expression;
  if (ts.isStringLiteralLike(inner) || ts.isNumericLiteral(inner)) return inner.text;
  return lowerExpression(ctx, inner);
}

/**
 * The value of a declaration that carries a documentation comment. Tags on a function are the function's; otherwise they are left for the
 * declaration.
 */
export function lowerDocumented(
  ctx: LowerContext,
  value: ts.Expression,
  tags: readonly ShapeTag[],
): { readonly value: Expression; readonly tags: readonly ShapeTag[] } {
  const inner = unwrapped(value);
  if (tags.length === 0 || !(ts.isArrowFunction(inner) || ts.isFunctionExpression(inner))) {
    return { value: lowerExpression(ctx, value), tags };
  }
  return { value: lowerFunctionExpression(ctx, inner, tags), tags: [] };
}
