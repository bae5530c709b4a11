import ts from "typescript";
import type { Expression, FunctionNode, Parameter, ShapeTag, Statement } from "../../ir";
import { hoistedNames } from "./assigned";
import { shapeTags } from "./comments";
import type { LowerContext } from "./context";
import { lowerExpression } from "./expressions";
import { lowerParameterPattern } from "./patterns";
import { lowerBody } from "./statements";
import { lowerOptionalType } from "./types";

/** Translates anything with parameters. `tags` come from the comment of the declaration around it; its own comment adds to them. */
export function lowerFunction(
  ctx: LowerContext,
  node: ts.FunctionLikeDeclaration,
  tags: readonly ShapeTag[],
): FunctionNode {
  const name = functionName(node);
  return {
    name,
    nameSpan: node.name === undefined ? ctx.span(node) : ctx.span(node.name),
    parameters: lowerParameters(ctx, node.parameters),
    body: lowerFunctionBody(ctx, node.body),
    arrow: ts.isArrowFunction(node),
    async: hasModifier(node, ts.SyntaxKind.AsyncKeyword),
    generator: node.asteriskToken !== undefined,
    returnType: lowerOptionalType(ctx, node.type),
    shapeTags: tags,
    hoisted: ctx.mentionsVar && node.body !== undefined && ts.isBlock(node.body) ? hoistedNames([node.body]) : [],
    span: ctx.span(node),
  };
}

export function lowerFunctionExpression(
  ctx: LowerContext,
  node: ts.ArrowFunction | ts.FunctionExpression,
  tags: readonly ShapeTag[],
): Expression {
  return {
    kind: "function",
    function: lowerFunction(ctx, node, [...tags, ...shapeTags(ctx, node)]),
    span: ctx.span(node),
  };
}

function functionName(node: ts.FunctionLikeDeclaration): string | undefined {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (node.name === undefined || ts.isComputedPropertyName(node.name)) return undefined;
  return node.name.text === "" ? undefined : node.name.text;
}

export function hasModifier(node: ts.Node, kind: ts.ModifierSyntaxKind): boolean {
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false;
}

function lowerParameters(ctx: LowerContext, nodes: readonly ts.ParameterDeclaration[]): Parameter[] {
  // `this: Model` is a type for `this`, not a parameter.
  const real = nodes.filter((node) => !(ts.isIdentifier(node.name) && node.name.text === "this"));
  return real.map((node) => ({
    pattern: lowerParameterPattern(ctx, node),
    rest: node.dotDotDotToken !== undefined,
    type: lowerOptionalType(ctx, node.type ?? documentedType(ctx, node)),
    optional: node.questionToken !== undefined || isDocumentedOptional(ctx, node),
    span: ctx.span(node),
  }));
}

/** `@param {T} x` of the function's comment, or `@type {T}` directly before the parameter. */
function documentedType(ctx: LowerContext, node: ts.ParameterDeclaration): ts.TypeNode | undefined {
  return ctx.readsDocumentation ? ts.getJSDocType(node) : undefined;
}

/** `@param {T} [x]` or `@param {T=} x` */
function isDocumentedOptional(ctx: LowerContext, node: ts.ParameterDeclaration): boolean {
  if (!ctx.readsDocumentation) return false;
  return ts
    .getJSDocParameterTags(node)
    .some(
      ({ isBracketed, typeExpression }) => isBracketed || typeExpression?.type.kind === ts.SyntaxKind.JSDocOptionalType,
    );
}

function lowerFunctionBody(ctx: LowerContext, body: ts.ConciseBody | undefined): readonly Statement[] | undefined {
  if (body === undefined) return undefined;
  if (ts.isBlock(body)) return lowerBody(ctx, body.statements);
  return [{ kind: "return", value: lowerExpression(ctx, body), span: ctx.span(body) }];
}
