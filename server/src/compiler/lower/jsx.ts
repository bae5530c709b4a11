import ts from "typescript";
import type { Expression } from "../../ir";
import type { LowerContext } from "./context";
import { lowerExpression } from "./expressions";

/** JSX is opaque: the expressions in it are evaluated, the element is unknown. */
export function lowerJsx(
  ctx: LowerContext,
  node: ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment,
): Expression {
  const opening = ts.isJsxElement(node) ? node.openingElement : ts.isJsxFragment(node) ? undefined : node;
  const children = ts.isJsxSelfClosingElement(node) ? [] : node.children;
  const expressions = [
    ...(opening?.attributes.properties ?? []).flatMap(attributeValue),
    ...children.flatMap(childValue),
  ];
  return ctx.opaque(
    node,
    "JSX",
    expressions.map((expression) => lowerExpression(ctx, expression)),
  );
}

function attributeValue(attribute: ts.JsxAttributeLike): ts.Expression[] {
  if (ts.isJsxSpreadAttribute(attribute)) return [attribute.expression];
  const value = attribute.initializer;
  if (value === undefined || ts.isStringLiteral(value)) return [];
  if (!ts.isJsxExpression(value)) return [value];
  return value.expression === undefined ? [] : [value.expression];
}

function childValue(child: ts.JsxChild): ts.Expression[] {
  if (ts.isJsxText(child)) return [];
  if (!ts.isJsxExpression(child)) return [child];
  return child.expression === undefined ? [] : [child.expression];
}
