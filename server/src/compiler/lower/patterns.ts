import ts from "typescript";
import type { Pattern, PropertyKeyNode } from "../../ir";
import type { LowerContext } from "./context";
import { lowerExpression } from "./expressions";
import { lowerKey } from "./objects";
import { isTypeWrapper } from "./wrappers";

interface ObjectPatternProperty {
  readonly key: PropertyKeyNode;
  readonly value: Pattern;
  readonly span: Pattern["span"];
}

/** The name or pattern of a declaration or parameter. What is nested too deeply in it stays unbound, and so unknown. */
export function lowerBinding(ctx: LowerContext, node: ts.BindingName): Pattern {
  return ctx.nested<Pattern>(
    () => lowerBindingName(ctx, node),
    () => ({ kind: "arrayPattern", elements: [], rest: undefined, span: ctx.span(node) }),
  );
}

function lowerBindingName(ctx: LowerContext, node: ts.BindingName): Pattern {
  const span = ctx.span(node);
  if (ts.isIdentifier(node)) return { kind: "binding", name: node.text, span };
  if (ts.isArrayBindingPattern(node)) {
    const rest = node.elements.find((element) => ts.isBindingElement(element) && element.dotDotDotToken !== undefined);
    return {
      kind: "arrayPattern",
      elements: node.elements
        .filter((element) => element !== rest)
        .map((element) => (ts.isOmittedExpression(element) ? undefined : lowerBindingElement(ctx, element))),
      rest: rest === undefined || ts.isOmittedExpression(rest) ? undefined : lowerBinding(ctx, rest.name),
      span,
    };
  }
  const rest = node.elements.find((element) => element.dotDotDotToken !== undefined);
  return {
    kind: "objectPattern",
    properties: node.elements
      .filter((element) => element !== rest)
      .map((element) => ({
        key: bindingKey(ctx, element),
        value: lowerBindingElement(ctx, element),
        span: ctx.span(element),
      })),
    rest: rest === undefined ? undefined : lowerBinding(ctx, rest.name),
    span,
  };
}

/** `{ key: name }` has its own key; in `{ name }` the name is the key. */
function bindingKey(ctx: LowerContext, element: ts.BindingElement): PropertyKeyNode {
  if (element.propertyName !== undefined) return lowerKey(ctx, element.propertyName);
  return ts.isIdentifier(element.name) ? element.name.text : "";
}

function lowerBindingElement(ctx: LowerContext, element: ts.BindingElement): Pattern {
  return withDefault(ctx, lowerBinding(ctx, element.name), element.initializer, element);
}

function withDefault(
  ctx: LowerContext,
  pattern: Pattern,
  initializer: ts.Expression | undefined,
  node: ts.Node,
): Pattern {
  if (initializer === undefined) return pattern;
  return {
    kind: "defaultPattern",
    pattern,
    default: lowerExpression(ctx, initializer),
    span: ctx.range(pattern.span.start, node.end),
  };
}

/** A parameter's pattern with its default. */
export function lowerParameterPattern(ctx: LowerContext, node: ts.ParameterDeclaration): Pattern {
  return withDefault(ctx, lowerBinding(ctx, node.name), node.initializer, node);
}

/** The left side of an assignment, or nothing when it is not one (broken syntax). */
export function lowerTarget(ctx: LowerContext, node: ts.Expression): Pattern | undefined {
  return ctx.nested(
    () => lowerTargetNode(ctx, node),
    () => undefined,
  );
}

function lowerTargetNode(ctx: LowerContext, node: ts.Expression): Pattern | undefined {
  const span = ctx.span(node);
  if (ts.isParenthesizedExpression(node) || isTypeWrapper(node)) return lowerTarget(ctx, node.expression);
  if (ts.isIdentifier(node)) return node.text === "" ? undefined : { kind: "binding", name: node.text, span };
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const target = lowerExpression(ctx, node);
    return target.kind === "member" || target.kind === "index" ? { kind: "target", target, span } : undefined;
  }
  if (ts.isArrayLiteralExpression(node)) return lowerArrayTarget(ctx, node);
  if (ts.isObjectLiteralExpression(node)) return lowerObjectTarget(ctx, node);
  return undefined;
}

/** A target with its default: `a = 1` in `[a = 1] = …`. */
function lowerTargetElement(ctx: LowerContext, node: ts.Expression): Pattern | undefined {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) {
    return lowerTarget(ctx, node);
  }
  const pattern = lowerTarget(ctx, node.left);
  return pattern === undefined ? undefined : withDefault(ctx, pattern, node.right, node);
}

function lowerArrayTarget(ctx: LowerContext, node: ts.ArrayLiteralExpression): Pattern | undefined {
  const elements: (Pattern | undefined)[] = [];
  let rest: Pattern | undefined;
  for (const element of node.elements) {
    if (ts.isOmittedExpression(element)) {
      elements.push(undefined);
      continue;
    }
    const isRest = ts.isSpreadElement(element);
    const pattern = isRest ? lowerTarget(ctx, element.expression) : lowerTargetElement(ctx, element);
    if (pattern === undefined) return undefined;
    if (isRest) rest = pattern;
    else elements.push(pattern);
  }
  return { kind: "arrayPattern", elements, rest, span: ctx.span(node) };
}

function lowerObjectTarget(ctx: LowerContext, node: ts.ObjectLiteralExpression): Pattern | undefined {
  const properties: ObjectPatternProperty[] = [];
  let rest: Pattern | undefined;
  for (const property of node.properties) {
    const span = ctx.span(property);
    if (ts.isSpreadAssignment(property)) {
      rest = lowerTarget(ctx, property.expression);
      if (rest === undefined) return undefined;
    } else if (ts.isShorthandPropertyAssignment(property)) {
      const name: Pattern = { kind: "binding", name: property.name.text, span: ctx.span(property.name) };
      const value = withDefault(ctx, name, property.objectAssignmentInitializer, property);
      properties.push({ key: property.name.text, value, span });
    } else if (ts.isPropertyAssignment(property)) {
      const value = lowerTargetElement(ctx, property.initializer);
      if (value === undefined) return undefined;
      properties.push({ key: lowerKey(ctx, property.name), value, span });
    } else {
      return undefined;
    }
  }
  return { kind: "objectPattern", properties, rest, span: ctx.span(node) };
}
