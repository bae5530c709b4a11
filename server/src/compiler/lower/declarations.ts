import ts from "typescript";
import type { DeclareStatement, Expression, ObjectProperty, Statement, TypeNode } from "../../ir";
import { boundNames, hoistedNames } from "./assigned";
import type { LowerContext } from "./context";
import { lowerExpression } from "./expressions";
import { hasModifier } from "./functions";
import { lowerBody, lowerSkipped } from "./statements";

/** `const name = value` for a declaration of another kind. */
export function declareConstant(
  ctx: LowerContext,
  name: ts.Identifier,
  value: Expression,
  node: ts.Node,
  type?: TypeNode,
): DeclareStatement {
  const span = ctx.span(node);
  return {
    kind: "declare",
    mode: "const",
    declarations: [{ pattern: { kind: "binding", name: name.text, span: ctx.span(name) }, value, type, span }],
    shapeTags: [],
    span,
  };
}

type Constant = number | string | undefined;

/** An enum is a constant object; numeric members can also be looked up by number. */
export function lowerEnum(
  ctx: LowerContext,
  node: ts.EnumDeclaration,
  siblings: readonly ts.Statement[],
): readonly Statement[] {
  if (isMerged(node, siblings)) return [lowerSkipped(ctx, node, "an enum that is declared twice")];
  const values = new Map<string, Constant>();
  const properties: ObjectProperty[] = [];
  let next: Constant = 0;
  for (const member of node.members) {
    const key = enumKey(member.name);
    const value: Constant =
      member.initializer === undefined ? next : constantValue(member.initializer, node.name.text, values);
    values.set(key, value);
    next = typeof value === "number" ? value + 1 : undefined;
    const span = ctx.span(member);
    properties.push({ kind: "value", key, value: enumValue(ctx, member, value), span });
    if (typeof value === "number") {
      properties.push({ kind: "value", key: String(value), value: { kind: "literal", value: key, span }, span });
    }
  }
  return [declareConstant(ctx, node.name, { kind: "object", properties, span: ctx.span(node) }, node)];
}

/** `["name"]` is allowed, other computed names are not. */
function enumKey(name: ts.PropertyName): string {
  if (!ts.isComputedPropertyName(name)) return name.text;
  return ts.isStringLiteralLike(name.expression) ? name.expression.text : "";
}

function enumValue(ctx: LowerContext, member: ts.EnumMember, value: Constant): Expression {
  const at = member.initializer ?? member;
  if (value !== undefined) return { kind: "literal", value, span: ctx.span(at) };
  const parts = member.initializer === undefined ? [] : [lowerExpression(ctx, member.initializer)];
  return ctx.opaque(at, "an enum value that is computed", parts);
}

/** The value of a constant enum expression, over literals and the members before it. Deep ones are not followed. */
function constantValue(
  node: ts.Expression,
  enumName: string,
  known: ReadonlyMap<string, Constant>,
  depth = 0,
): Constant {
  if (depth > 50) return undefined;
  const value = (inner: ts.Expression): Constant => constantValue(inner, enumName, known, depth + 1);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isParenthesizedExpression(node)) return value(node.expression);
  if (ts.isIdentifier(node)) return known.get(node.text);
  if (ts.isPropertyAccessExpression(node)) {
    const isOwn = ts.isIdentifier(node.expression) && node.expression.text === enumName;
    return isOwn ? known.get(node.name.text) : undefined;
  }
  if (ts.isPrefixUnaryExpression(node)) return unaryValue(node.operator, value(node.operand));
  if (ts.isBinaryExpression(node)) return binaryValue(node.operatorToken.kind, value(node.left), value(node.right));
  return undefined;
}

function unaryValue(operator: ts.PrefixUnaryOperator, operand: Constant): Constant {
  if (typeof operand !== "number") return undefined;
  if (operator === ts.SyntaxKind.MinusToken) return -operand;
  if (operator === ts.SyntaxKind.PlusToken) return operand;
  return operator === ts.SyntaxKind.TildeToken ? ~operand : undefined;
}

function binaryValue(operator: ts.SyntaxKind, left: Constant, right: Constant): Constant {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === "string" || typeof right === "string") {
    return operator === ts.SyntaxKind.PlusToken ? `${left}${right}` : undefined;
  }
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
      return left + right;
    case ts.SyntaxKind.MinusToken:
      return left - right;
    case ts.SyntaxKind.AsteriskToken:
      return left * right;
    case ts.SyntaxKind.SlashToken:
      return left / right;
    case ts.SyntaxKind.PercentToken:
      return left % right;
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return left ** right;
    case ts.SyntaxKind.BarToken:
      return left | right;
    case ts.SyntaxKind.AmpersandToken:
      return left & right;
    case ts.SyntaxKind.CaretToken:
      return left ^ right;
    case ts.SyntaxKind.LessThanLessThanToken:
      return left << right;
    case ts.SyntaxKind.GreaterThanGreaterThanToken:
      return left >> right;
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
      return left >>> right;
    default:
      return undefined;
  }
}

/**
 * A namespace is the object that an immediately called function returns: its body, then its exports. One that adds to another declaration
 * makes that unknown; one that holds only types is nothing at run time.
 */
export function lowerNamespace(
  ctx: LowerContext,
  node: ts.ModuleDeclaration,
  siblings: readonly ts.Statement[],
): readonly Statement[] {
  if (!ts.isIdentifier(node.name) || isGlobalAugmentation(node) || !hasValues(node)) return [];
  if (hasModifier(node, ts.SyntaxKind.DeclareKeyword)) {
    return [declareConstant(ctx, node.name, ctx.opaque(node, "declared elsewhere", []), node)];
  }
  if (isMerged(node, siblings)) {
    return [{ kind: "opaque", reason: "a merged namespace", assigned: [node.name.text], span: ctx.span(node) }];
  }
  return [declareConstant(ctx, node.name, namespaceValue(ctx, node), node)];
}

function isGlobalAugmentation(node: ts.ModuleDeclaration): boolean {
  return (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

function hasValues(node: ts.ModuleDeclaration): boolean {
  let inner: ts.Node | undefined = node;
  while (inner !== undefined && ts.isModuleDeclaration(inner)) inner = inner.body;
  if (inner === undefined || !ts.isModuleBlock(inner)) return false;
  return inner.statements.some(
    (statement) => !ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement),
  );
}

function isMerged(node: ts.EnumDeclaration | ts.ModuleDeclaration, siblings: readonly ts.Statement[]): boolean {
  return siblings.some(
    (other) =>
      other !== node &&
      (ts.isFunctionDeclaration(other) ||
        ts.isClassDeclaration(other) ||
        ts.isEnumDeclaration(other) ||
        (ts.isModuleDeclaration(other) && hasValues(other))) &&
      other.name !== undefined &&
      other.name.text === node.name.text,
  );
}

function namespaceValue(ctx: LowerContext, node: ts.ModuleDeclaration): Expression {
  const span = ctx.span(node);
  const statements = namespaceStatements(node);
  // In `namespace A.B {}` the inner one is exported without the word.
  const exported = statements.filter((each) => each === node.body || hasModifier(each, ts.SyntaxKind.ExportKeyword));
  const properties = exported.flatMap(declaredNames).map((name): ObjectProperty => {
    const at = ctx.span(name);
    return { kind: "value", key: name.text, value: { kind: "name", name: name.text, span: at }, span: at };
  });
  const result: Statement = { kind: "return", value: { kind: "object", properties, span }, span };
  return {
    kind: "call",
    callee: {
      kind: "function",
      function: {
        name: undefined,
        nameSpan: span,
        parameters: [],
        body: [...lowerBody(ctx, statements), result],
        arrow: true,
        async: false,
        generator: false,
        returnType: undefined,
        shapeTags: [],
        hoisted: ctx.mentionsVar ? hoistedNames(statements) : [],
        span,
      },
      span,
    },
    args: [],
    optional: false,
    span,
  };
}

function namespaceStatements(node: ts.ModuleDeclaration): readonly ts.Statement[] {
  const { body } = node;
  if (body === undefined || ts.isIdentifier(body)) return [];
  return ts.isModuleBlock(body) ? body.statements : [body];
}

/** The variables that a statement declares. */
export function declaredNames(node: ts.Statement): ts.Identifier[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap((declaration) => boundNames(declaration.name));
  }
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return node.name === undefined ? [] : [node.name];
  if (ts.isEnumDeclaration(node)) return [node.name];
  if (ts.isModuleDeclaration(node)) return ts.isIdentifier(node.name) && hasValues(node) ? [node.name] : [];
  if (ts.isImportEqualsDeclaration(node)) return [node.name];
  return [];
}
