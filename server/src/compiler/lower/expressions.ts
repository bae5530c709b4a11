import ts from "typescript";
import type { BinaryOperator, Element, Expression, LogicalOperator } from "../../ir";
import { isAssignmentOperator } from "./assigned";
import { lowerClassExpression } from "./classes";
import type { LowerContext } from "./context";
import { lowerFunctionExpression } from "./functions";
import { lowerJsx } from "./jsx";
import { lowerObject } from "./objects";
import { lowerTarget } from "./patterns";
import { isTypeWrapper } from "./wrappers";

/** Translates an expression. What the IR has no word for becomes opaque with its parts. */
export function lowerExpression(ctx: LowerContext, node: ts.Expression): Expression {
  return ctx.nested(
    () => lowerNode(ctx, node),
    () => ctx.opaque(node, "nested too deeply"),
  );
}

function lowerNode(ctx: LowerContext, node: ts.Expression): Expression {
  const span = ctx.span(node);
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return { kind: "literal", value: true, span };
    case ts.SyntaxKind.FalseKeyword:
      return { kind: "literal", value: false, span };
    case ts.SyntaxKind.NullKeyword:
      return { kind: "literal", value: null, span };
    case ts.SyntaxKind.ThisKeyword:
      return { kind: "this", span };
    case ts.SyntaxKind.SuperKeyword:
      return { kind: "super", span };
    case ts.SyntaxKind.OmittedExpression:
      return { kind: "literal", value: undefined, span };
    case ts.SyntaxKind.RegularExpressionLiteral:
      return ctx.opaque(node, "a regular expression");
    case ts.SyntaxKind.BigIntLiteral:
      return ctx.opaque(node, "a bigint");
  }
  if (ts.isIdentifier(node)) return lowerIdentifier(ctx, node);
  if (ts.isNumericLiteral(node)) return { kind: "literal", value: Number(node.text), span };
  if (ts.isStringLiteralLike(node)) return { kind: "literal", value: node.text, span };
  if (ts.isPropertyAccessExpression(node)) return lowerMember(ctx, node);
  if (ts.isCallExpression(node)) return lowerCall(ctx, node);
  if (ts.isElementAccessExpression(node)) {
    return {
      kind: "index",
      object: lowerExpression(ctx, node.expression),
      index: lowerExpression(ctx, node.argumentExpression),
      optional: isInOptionalChain(node),
      span,
    };
  }
  if (ts.isBinaryExpression(node)) return lowerBinary(ctx, node);
  if (ts.isParenthesizedExpression(node)) return { ...lowerExpression(ctx, node.expression), span };
  if (ts.isArrayLiteralExpression(node)) {
    return { kind: "array", elements: lowerElements(ctx, node.elements), span };
  }
  if (ts.isObjectLiteralExpression(node)) return lowerObject(ctx, node);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return lowerFunctionExpression(ctx, node, []);
  if (ts.isTemplateExpression(node)) {
    return {
      kind: "template",
      texts: [node.head.text, ...node.templateSpans.map((part) => part.literal.text)],
      expressions: node.templateSpans.map((part) => lowerExpression(ctx, part.expression)),
      span,
    };
  }
  if (ts.isNewExpression(node)) {
    return {
      kind: "new",
      callee: lowerExpression(ctx, node.expression),
      args: lowerElements(ctx, node.arguments ?? []),
      span,
    };
  }
  if (ts.isConditionalExpression(node)) {
    return {
      kind: "conditional",
      test: lowerExpression(ctx, node.condition),
      consequent: lowerExpression(ctx, node.whenTrue),
      alternate: lowerExpression(ctx, node.whenFalse),
      span,
    };
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return lowerUnary(ctx, node);
  if (ts.isTypeOfExpression(node)) return lowerKeywordUnary(ctx, node, "typeof");
  if (ts.isVoidExpression(node)) return lowerKeywordUnary(ctx, node, "void");
  if (ts.isDeleteExpression(node)) return lowerKeywordUnary(ctx, node, "delete");
  if (ts.isAwaitExpression(node)) return { kind: "await", operand: lowerExpression(ctx, node.expression), span };
  if (ts.isYieldExpression(node)) {
    const operand = node.expression === undefined ? undefined : lowerExpression(ctx, node.expression);
    return { kind: "yield", operand, delegate: node.asteriskToken !== undefined, span };
  }
  if (ts.isClassExpression(node)) return lowerClassExpression(ctx, node);
  if (isTypeWrapper(node)) return lowerExpression(ctx, node.expression);
  return lowerUntranslated(ctx, node);
}

function lowerUntranslated(ctx: LowerContext, node: ts.Expression): Expression {
  if (ts.isTaggedTemplateExpression(node)) {
    return lowerTagged(ctx, node);
  }
  if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) return lowerJsx(ctx, node);
  if (ts.isMetaProperty(node)) {
    const isMeta = node.keywordToken === ts.SyntaxKind.ImportKeyword;
    return ctx.opaque(node, isMeta ? "import.meta" : "new.target");
  }
  if (ts.isPrivateIdentifier(node)) {
    // `#name in object` is the only place where a private name stands alone.
    return { kind: "literal", value: node.text, span: ctx.span(node) };
  }
  return ctx.opaque(node, "syntax that is not understood");
}

/** A tagged template is a call with the texts as an array, then the values. */
function lowerTagged(ctx: LowerContext, node: ts.TaggedTemplateExpression): Expression {
  const { template } = node;
  const span = ctx.span(template);
  const spans = ts.isTemplateExpression(template) ? template.templateSpans : [];
  const texts = ts.isTemplateExpression(template)
    ? [template.head.text, ...spans.map((part) => part.literal.text)]
    : [template.text];
  const elements = texts.map((value): Element => ({ value: { kind: "literal", value, span }, spread: false }));
  return {
    kind: "call",
    callee: lowerExpression(ctx, node.tag),
    args: [
      { value: { kind: "array", elements, span }, spread: false },
      ...spans.map((part): Element => ({ value: lowerExpression(ctx, part.expression), spread: false })),
    ],
    optional: false,
    span: ctx.span(node),
  };
}

function lowerIdentifier(ctx: LowerContext, node: ts.Identifier): Expression {
  const span = ctx.span(node);
  if (node.text === "undefined") return { kind: "literal", value: undefined, span };
  // The parser puts an empty name where an expression is missing.
  if (node.text === "") return ctx.opaque(node, "an expression is missing here");
  return { kind: "name", name: node.text, span };
}

/**
 * `a?.b.c` gives `undefined` as a whole when `a` is nullish: every link behind a `?.` is marked optional, up to the parentheses that end
 * the chain.
 */
function isInOptionalChain(node: ts.Node): boolean {
  return (node.flags & ts.NodeFlags.OptionalChain) !== 0;
}

function lowerMember(ctx: LowerContext, node: ts.PropertyAccessExpression): Expression {
  return {
    kind: "member",
    object: lowerExpression(ctx, node.expression),
    property: node.name.text,
    propertySpan: ctx.span(node.name),
    optional: isInOptionalChain(node),
    span: ctx.span(node),
  };
}

/** `import("m")` promises what a function called `import` gives, whose name no program can give to another one. */
function lowerImportCall(ctx: LowerContext, node: ts.CallExpression, specifier: ts.StringLiteralLike): Expression {
  const span = ctx.span(node);
  const name = (text: string): Expression => ({ kind: "name", name: text, span });
  const argument: Element = {
    value: { kind: "literal", value: specifier.text, span: ctx.span(specifier) },
    spread: false,
  };
  ctx.required.push(specifier.text);
  const required: Expression = { kind: "call", callee: name("import"), args: [argument], optional: false, span };
  const resolve: Expression = {
    kind: "member",
    object: name("Promise"),
    property: "resolve",
    propertySpan: span,
    optional: false,
    span,
  };
  return { kind: "call", callee: resolve, args: [{ value: required, spread: false }], optional: false, span };
}

function lowerCall(ctx: LowerContext, node: ts.CallExpression): Expression {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [specifier] = node.arguments;
    if (specifier && ts.isStringLiteralLike(specifier)) return lowerImportCall(ctx, node, specifier);
    const parts = lowerElements(ctx, node.arguments).map((argument) => argument.value);
    return ctx.opaque(node, "a dynamic import()", parts);
  }
  const [argument] = node.arguments;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === "require";
  if (isRequire && argument && ts.isStringLiteralLike(argument)) ctx.required.push(argument.text);
  return {
    kind: "call",
    callee: lowerExpression(ctx, node.expression),
    args: lowerElements(ctx, node.arguments),
    optional: isInOptionalChain(node),
    span: ctx.span(node),
  };
}

export function lowerElements(ctx: LowerContext, nodes: readonly ts.Expression[]): Element[] {
  return nodes.map((node) =>
    ts.isSpreadElement(node)
      ? { value: lowerExpression(ctx, node.expression), spread: true }
      : { value: lowerExpression(ctx, node), spread: false },
  );
}

const BINARY_OPERATORS: ReadonlyMap<ts.SyntaxKind, BinaryOperator> = new Map([
  [ts.SyntaxKind.PlusToken, "+"],
  [ts.SyntaxKind.MinusToken, "-"],
  [ts.SyntaxKind.AsteriskToken, "*"],
  [ts.SyntaxKind.SlashToken, "/"],
  [ts.SyntaxKind.PercentToken, "%"],
  [ts.SyntaxKind.AsteriskAsteriskToken, "**"],
  [ts.SyntaxKind.EqualsEqualsToken, "=="],
  [ts.SyntaxKind.ExclamationEqualsToken, "!="],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "==="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
  [ts.SyntaxKind.AmpersandToken, "&"],
  [ts.SyntaxKind.BarToken, "|"],
  [ts.SyntaxKind.CaretToken, "^"],
  [ts.SyntaxKind.LessThanLessThanToken, "<<"],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, ">>"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, ">>>"],
  [ts.SyntaxKind.InKeyword, "in"],
  [ts.SyntaxKind.InstanceOfKeyword, "instanceof"],
]);

const LOGICAL_OPERATORS: ReadonlyMap<ts.SyntaxKind, LogicalOperator> = new Map([
  [ts.SyntaxKind.AmpersandAmpersandToken, "&&"],
  [ts.SyntaxKind.BarBarToken, "||"],
  [ts.SyntaxKind.QuestionQuestionToken, "??"],
]);

const COMPOUND_ASSIGNMENTS: ReadonlyMap<ts.SyntaxKind, BinaryOperator | LogicalOperator> = new Map<
  ts.SyntaxKind,
  BinaryOperator | LogicalOperator
>([
  [ts.SyntaxKind.PlusEqualsToken, "+"],
  [ts.SyntaxKind.MinusEqualsToken, "-"],
  [ts.SyntaxKind.AsteriskEqualsToken, "*"],
  [ts.SyntaxKind.SlashEqualsToken, "/"],
  [ts.SyntaxKind.PercentEqualsToken, "%"],
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken, "**"],
  [ts.SyntaxKind.AmpersandEqualsToken, "&"],
  [ts.SyntaxKind.BarEqualsToken, "|"],
  [ts.SyntaxKind.CaretEqualsToken, "^"],
  [ts.SyntaxKind.LessThanLessThanEqualsToken, "<<"],
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken, ">>"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken, ">>>"],
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, "&&"],
  [ts.SyntaxKind.BarBarEqualsToken, "||"],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, "??"],
]);

function lowerBinary(ctx: LowerContext, node: ts.BinaryExpression): Expression {
  const span = ctx.span(node);
  const operator = node.operatorToken.kind;
  if (isAssignmentOperator(operator)) {
    const target = lowerTarget(ctx, node.left);
    if (target === undefined) return ctx.opaque(node, "an assignment to something that is no variable");
    const value = lowerExpression(ctx, node.right);
    return { kind: "assign", operator: COMPOUND_ASSIGNMENTS.get(operator), target, value, span };
  }
  if (operator === ts.SyntaxKind.CommaToken) {
    return { kind: "sequence", expressions: commaTerms(node).map((term) => lowerExpression(ctx, term)), span };
  }
  const left = lowerExpression(ctx, node.left);
  const right = lowerExpression(ctx, node.right);
  const logical = LOGICAL_OPERATORS.get(operator);
  if (logical !== undefined) return { kind: "logical", operator: logical, left, right, span };
  const binary = BINARY_OPERATORS.get(operator);
  if (binary !== undefined) return { kind: "binary", operator: binary, left, right, span };
  return ctx.opaque(node, "an operator that is not understood", [left, right]);
}

/** The terms of `a, b, c`, which the parser nests to the left: without recursion, since minifiers write thousands. */
function commaTerms(node: ts.BinaryExpression): ts.Expression[] {
  const terms: ts.Expression[] = [];
  let rest: ts.Expression = node;
  while (ts.isBinaryExpression(rest) && rest.operatorToken.kind === ts.SyntaxKind.CommaToken) {
    terms.push(rest.right);
    rest = rest.left;
  }
  return [rest, ...terms.reverse()];
}

function lowerUnary(ctx: LowerContext, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): Expression {
  const span = ctx.span(node);
  const operand = lowerExpression(ctx, node.operand);
  switch (node.operator) {
    case ts.SyntaxKind.PlusPlusToken:
    case ts.SyntaxKind.MinusMinusToken: {
      const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? "++" : "--";
      return { kind: "update", operator, prefix: ts.isPrefixUnaryExpression(node), target: operand, span };
    }
    case ts.SyntaxKind.MinusToken:
      return { kind: "unary", operator: "-", operand, span };
    case ts.SyntaxKind.PlusToken:
      return { kind: "unary", operator: "+", operand, span };
    case ts.SyntaxKind.ExclamationToken:
      return { kind: "unary", operator: "!", operand, span };
    case ts.SyntaxKind.TildeToken:
      return { kind: "unary", operator: "~", operand, span };
  }
}

function lowerKeywordUnary(
  ctx: LowerContext,
  node: ts.TypeOfExpression | ts.VoidExpression | ts.DeleteExpression,
  operator: "typeof" | "void" | "delete",
): Expression {
  return { kind: "unary", operator, operand: lowerExpression(ctx, node.expression), span: ctx.span(node) };
}
