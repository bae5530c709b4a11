import ts from "typescript";

/** Syntax around an expression that only the type checker sees. */
export type TypeWrapper =
  ts.AsExpression | ts.SatisfiesExpression | ts.NonNullExpression | ts.TypeAssertion | ts.ExpressionWithTypeArguments;

export function isTypeWrapper(node: ts.Node): node is TypeWrapper {
  return (
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isExpressionWithTypeArguments(node)
  );
}

/** The expression inside parentheses and type syntax. */
export function unwrapped(node: ts.Expression): ts.Expression {
  let inner = node;
  while (ts.isParenthesizedExpression(inner) || isTypeWrapper(inner)) inner = inner.expression;
  return inner;
}
