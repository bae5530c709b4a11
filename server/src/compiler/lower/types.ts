import ts from "typescript";
import type { TypeNode } from "../../ir";
import type { LowerContext } from "./context";

type ObjectMembers = Extract<TypeNode, { kind: "object" }>["members"];

/** A written type, as far as shapes can follow from it. */
export function lowerType(ctx: LowerContext, node: ts.TypeNode): TypeNode {
  return ctx.nested<TypeNode>(
    () => lowerTypeNode(ctx, node),
    () => ({ kind: "other", span: ctx.span(node) }),
  );
}

export function lowerOptionalType(ctx: LowerContext, node: ts.TypeNode | undefined): TypeNode | undefined {
  return node === undefined ? undefined : lowerType(ctx, node);
}

function lowerTypeNode(ctx: LowerContext, node: ts.TypeNode): TypeNode {
  const span = ctx.span(node);
  switch (node.kind) {
    case ts.SyntaxKind.NumberKeyword:
      return { kind: "keyword", name: "number", span };
    case ts.SyntaxKind.StringKeyword:
      return { kind: "keyword", name: "string", span };
    case ts.SyntaxKind.BooleanKeyword:
      return { kind: "keyword", name: "boolean", span };
    case ts.SyntaxKind.VoidKeyword:
      return { kind: "keyword", name: "void", span };
    case ts.SyntaxKind.UndefinedKeyword:
      return { kind: "literal", value: undefined, span };
    case ts.SyntaxKind.FunctionType:
    case ts.SyntaxKind.ConstructorType:
    case ts.SyntaxKind.JSDocFunctionType:
      return { kind: "function", span };
    case ts.SyntaxKind.TypeQuery:
    case ts.SyntaxKind.IndexedAccessType:
    case ts.SyntaxKind.MappedType:
    case ts.SyntaxKind.ConditionalType:
      return { kind: "computed", span };
  }
  if (ts.isTypeReferenceNode(node)) {
    const [element] = node.typeArguments ?? [];
    if (element !== undefined && isArrayName(node.typeName)) {
      return { kind: "array", element: lowerType(ctx, element), span };
    }
    return { kind: "reference", name: dottedName(node.typeName), args: typeArguments(ctx, node), span };
  }
  if (ts.isImportTypeNode(node) && isLocalImport(node)) return { kind: "computed", span };
  if (ts.isImportTypeNode(node) && node.qualifier !== undefined && !node.isTypeOf) {
    return { kind: "reference", name: dottedName(node.qualifier), args: typeArguments(ctx, node), span };
  }
  if (ts.isLiteralTypeNode(node)) return lowerLiteralType(ctx, node);
  if (ts.isParenthesizedTypeNode(node)) return { ...lowerType(ctx, node.type), span };
  if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) {
    return { ...lowerType(ctx, node.type), span };
  }
  if (ts.isArrayTypeNode(node)) return { kind: "array", element: lowerType(ctx, node.elementType), span };
  if (ts.isTupleTypeNode(node)) return lowerTuple(ctx, node);
  if (ts.isTypeLiteralNode(node)) return { kind: "object", members: lowerMembers(ctx, node.members), span };
  if (ts.isUnionTypeNode(node)) {
    return { kind: "union", options: node.types.map((option) => lowerType(ctx, option)), span };
  }
  if (ts.isIntersectionTypeNode(node)) {
    return { kind: "intersection", parts: node.types.map((part) => lowerType(ctx, part)), span };
  }
  if (ts.isExpressionWithTypeArguments(node)) return lowerBase(ctx, node);
  return lowerDocumentedType(ctx, node) ?? { kind: "other", span };
}

/** `import("./types").Batch`: what it is stands in another file. Of packages, the name is what tells. */
function isLocalImport({ argument }: ts.ImportTypeNode): boolean {
  return (
    ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal) && argument.literal.text.startsWith(".")
  );
}

function isArrayName(name: ts.EntityName): boolean {
  return ts.isIdentifier(name) && (name.text === "Array" || name.text === "ReadonlyArray");
}

/** What only documentation comments of JavaScript can say. `{T=}` and `{?T}` say more about the parameter than about `T`. */
function lowerDocumentedType(ctx: LowerContext, node: ts.TypeNode): TypeNode | undefined {
  if (ts.isJSDocOptionalType(node) || ts.isJSDocNonNullableType(node)) return lowerType(ctx, node.type);
  if (ts.isJSDocNullableType(node)) {
    const span = ctx.span(node);
    return { kind: "union", options: [lowerType(ctx, node.type), { kind: "literal", value: null, span }], span };
  }
  if (!ts.isJSDocTypeLiteral(node)) return undefined;
  const members = (node.jsDocPropertyTags ?? []).flatMap((tag) => {
    const name = ts.isQualifiedName(tag.name) ? tag.name.right.text : ts.isIdentifier(tag.name) ? tag.name.text : "";
    const written = tag.typeExpression?.type;
    if (name === "" || written === undefined) return [];
    const optional = tag.isBracketed || ts.isJSDocOptionalType(written);
    return [{ name, type: lowerType(ctx, written), optional }];
  });
  const literal: TypeNode = { kind: "object", members, span: ctx.span(node) };
  return node.isArrayType ? { kind: "array", element: literal, span: literal.span } : literal;
}

/** What stands behind `extends` of an interface. */
function lowerBase(ctx: LowerContext, node: ts.ExpressionWithTypeArguments): TypeNode {
  const span = ctx.span(node);
  const name = nameOfBase(node.expression);
  return name === undefined
    ? { kind: "other", span }
    : { kind: "reference", name, args: typeArguments(ctx, node), span };
}

function nameOfBase(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  const object = nameOfBase(node.expression);
  return object === undefined ? undefined : `${object}.${node.name.text}`;
}

function typeArguments(ctx: LowerContext, node: ts.NodeWithTypeArguments): TypeNode[] {
  return (node.typeArguments ?? []).map((argument) => lowerType(ctx, argument));
}

function dottedName(name: ts.EntityName): string {
  const parts: string[] = [];
  let rest = name;
  while (ts.isQualifiedName(rest)) {
    parts.unshift(rest.right.text);
    rest = rest.left;
  }
  return [rest.text, ...parts].join(".");
}

function lowerLiteralType(ctx: LowerContext, node: ts.LiteralTypeNode): TypeNode {
  const span = ctx.span(node);
  const { literal } = node;
  if (literal.kind === ts.SyntaxKind.NullKeyword) return { kind: "literal", value: null, span };
  if (literal.kind === ts.SyntaxKind.TrueKeyword) return { kind: "literal", value: true, span };
  if (literal.kind === ts.SyntaxKind.FalseKeyword) return { kind: "literal", value: false, span };
  if (ts.isNumericLiteral(literal)) return { kind: "literal", value: Number(literal.text), span };
  if (ts.isStringLiteral(literal) || ts.isNoSubstitutionTemplateLiteral(literal)) {
    return { kind: "literal", value: literal.text, span };
  }
  if (
    ts.isPrefixUnaryExpression(literal) &&
    literal.operator === ts.SyntaxKind.MinusToken &&
    ts.isNumericLiteral(literal.operand)
  ) {
    return { kind: "literal", value: -Number(literal.operand.text), span };
  }
  return { kind: "other", span };
}

/** Optional and rest elements leave the length open, and a tuple of the IR has a length. */
function lowerTuple(ctx: LowerContext, node: ts.TupleTypeNode): TypeNode {
  const span = ctx.span(node);
  const elements: TypeNode[] = [];
  for (const element of node.elements) {
    if (ts.isRestTypeNode(element) || ts.isOptionalTypeNode(element)) return { kind: "other", span };
    if (!ts.isNamedTupleMember(element)) {
      elements.push(lowerType(ctx, element));
      continue;
    }
    if (element.dotDotDotToken !== undefined || element.questionToken !== undefined) return { kind: "other", span };
    elements.push(lowerType(ctx, element.type));
  }
  return { kind: "tuple", elements, span };
}

function lowerMembers(ctx: LowerContext, members: readonly ts.TypeElement[]): ObjectMembers {
  return members.flatMap((member) => {
    const name = member.name === undefined ? undefined : literalName(member.name);
    if (name === undefined) return [];
    const optional = member.questionToken !== undefined;
    if (ts.isMethodSignature(member)) return [{ name, type: { kind: "function", span: ctx.span(member) }, optional }];
    if (!ts.isPropertySignature(member)) return [];
    const type: TypeNode = lowerOptionalType(ctx, member.type) ?? { kind: "other", span: ctx.span(member) };
    return [{ name, type, optional }];
  });
}

function literalName(name: ts.PropertyName): string | undefined {
  if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isNumericLiteral(name)) return name.text;
  return undefined;
}

/**
 * Remembers the aliases and interfaces among some statements, those of namespaces under their dotted name. Interfaces of one name merge as
 * the language has it; between scopes the outer one wins.
 */
export function declareTypes(ctx: LowerContext, statements: readonly ts.Statement[]): void {
  const declared = new Map<string, TypeNode>();
  for (const statement of statements) collectTypes(ctx, statement, "", declared);
  for (const [name, type] of declared) if (!ctx.types.has(name)) ctx.types.set(name, type);
}

/** Adds the types that a statement declares, under their dotted names; interfaces of one name are one. */
export function collectTypes(
  ctx: LowerContext,
  statement: ts.Statement,
  prefix: string,
  declared: Map<string, TypeNode>,
): void {
  if (ts.isTypeAliasDeclaration(statement)) {
    declared.set(prefix + statement.name.text, lowerType(ctx, statement.type));
  } else if (ts.isInterfaceDeclaration(statement)) {
    const name = prefix + statement.name.text;
    declared.set(name, mergeInterface(ctx, declared.get(name), statement));
  } else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
    collectNamespaceTypes(ctx, statement, prefix, declared);
  }
}

function mergeInterface(ctx: LowerContext, before: TypeNode | undefined, node: ts.InterfaceDeclaration): TypeNode {
  const parts = before === undefined ? [] : before.kind === "intersection" ? before.parts : [before];
  const objects = parts.filter((part) => part.kind === "object");
  const members = [...objects.flatMap((part) => part.members), ...lowerMembers(ctx, node.members)];
  const span = ctx.span(node);
  const own: TypeNode = { kind: "object", members, span };
  const bases = (node.heritageClauses ?? []).flatMap(({ types }) => types.map((base) => lowerType(ctx, base)));
  const all = [...parts.filter((part) => part.kind !== "object"), ...bases];
  return all.length === 0 ? own : { kind: "intersection", parts: [...all, own], span };
}

/** `namespace A.B {}` is a module declaration whose body is another one. */
function collectNamespaceTypes(
  ctx: LowerContext,
  node: ts.ModuleDeclaration,
  outer: string,
  declared: Map<string, TypeNode>,
): void {
  let prefix = outer;
  let inner: ts.ModuleDeclaration["body"] | ts.ModuleDeclaration = node;
  while (inner !== undefined && ts.isModuleDeclaration(inner)) {
    prefix += `${inner.name.text}.`;
    inner = inner.body;
  }
  if (inner === undefined || !ts.isModuleBlock(inner)) return;
  const { statements } = inner;
  ctx.nested(
    () => statements.forEach((statement) => collectTypes(ctx, statement, prefix, declared)),
    () => undefined,
  );
}
