import ts from "typescript";
import type { ClassMember, ClassNode, Expression, FunctionNode, Statement } from "../../ir";
import { shapeTags } from "./comments";
import type { LowerContext } from "./context";
import { lowerExpression } from "./expressions";
import { hasModifier, lowerFunction } from "./functions";
import { lowerDocumented, lowerKey } from "./objects";
import { lowerBody } from "./statements";
import { lowerOptionalType } from "./types";

export function lowerClass(ctx: LowerContext, node: ts.ClassLikeDeclaration): ClassNode {
  const superclass = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  return {
    name: node.name?.text,
    nameSpan: ctx.span(node.name ?? node),
    superclass: superclass === undefined ? undefined : lowerExpression(ctx, superclass.expression),
    members: node.members.flatMap((member) => lowerMember(ctx, node, member)),
    span: ctx.span(node),
  };
}

export function lowerClassExpression(ctx: LowerContext, node: ts.ClassExpression): Expression {
  return { kind: "class", class: lowerClass(ctx, node), span: ctx.span(node) };
}

function lowerMember(ctx: LowerContext, owner: ts.ClassLikeDeclaration, node: ts.ClassElement): ClassMember[] {
  const span = ctx.span(node);
  if (ts.isClassStaticBlockDeclaration(node)) {
    return [{ kind: "staticBlock", body: lowerBody(ctx, node.body.statements), span }];
  }
  if (ts.isPropertyDeclaration(node)) return lowerField(ctx, node);
  if (ts.isConstructorDeclaration(node)) return lowerConstructor(ctx, owner, node);
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) {
    if (isOverload(owner, node)) return [];
    return [
      {
        kind: ts.isGetAccessor(node) ? "getter" : ts.isSetAccessor(node) ? "setter" : "method",
        key: lowerKey(ctx, node.name),
        function: lowerFunction(ctx, node, shapeTags(ctx, node)),
        static: hasModifier(node, ts.SyntaxKind.StaticKeyword),
        span,
      },
    ];
  }
  return [];
}

/** A signature without a body whose implementation follows. Abstract and ambient ones have none and are kept. */
function isOverload(
  owner: ts.ClassLikeDeclaration,
  node: ts.MethodDeclaration | ts.AccessorDeclaration | ts.ConstructorDeclaration,
): boolean {
  return (
    node.body === undefined &&
    !hasModifier(node, ts.SyntaxKind.AbstractKeyword) &&
    !hasModifier(owner, ts.SyntaxKind.DeclareKeyword)
  );
}

function lowerField(ctx: LowerContext, node: ts.PropertyDeclaration): ClassMember[] {
  // Such a field creates nothing at run time; as an own field it would hide what the base class assigns.
  if (hasModifier(node, ts.SyntaxKind.DeclareKeyword) || hasModifier(node, ts.SyntaxKind.AbstractKeyword)) return [];
  const documented =
    node.initializer === undefined
      ? { value: undefined, tags: shapeTags(ctx, node) }
      : lowerDocumented(ctx, node.initializer, shapeTags(ctx, node));
  return [
    {
      kind: "field",
      key: lowerKey(ctx, node.name),
      keySpan: ctx.span(node.name),
      value: documented.value,
      type: lowerOptionalType(ctx, node.type),
      shapeTags: documented.tags,
      static: hasModifier(node, ts.SyntaxKind.StaticKeyword),
      span: ctx.span(node),
    },
  ];
}

/** `constructor(private x: T)` declares the field `x` and assigns it. */
function lowerConstructor(
  ctx: LowerContext,
  owner: ts.ClassLikeDeclaration,
  node: ts.ConstructorDeclaration,
): ClassMember[] {
  if (isOverload(owner, node)) return [];
  const properties = node.parameters.filter((parameter) => ts.isParameterPropertyDeclaration(parameter, node));
  const lowered = lowerFunction(ctx, node, shapeTags(ctx, node));
  const fields = properties.flatMap((parameter): ClassMember[] => {
    if (!ts.isIdentifier(parameter.name)) return [];
    return [
      {
        kind: "field",
        key: parameter.name.text,
        keySpan: ctx.span(parameter.name),
        value: undefined,
        type: lowerOptionalType(ctx, parameter.type),
        shapeTags: [],
        static: false,
        span: ctx.span(parameter),
      },
    ];
  });
  const assignments = properties.flatMap((parameter) =>
    ts.isIdentifier(parameter.name) ? [assignField(ctx, parameter.name)] : [],
  );
  return [
    ...fields,
    {
      kind: "constructor",
      key: "constructor",
      function: withAssignments(lowered, assignments),
      static: false,
      span: ctx.span(node),
    },
  ];
}

function assignField(ctx: LowerContext, name: ts.Identifier): Statement {
  const span = ctx.span(name);
  const target: Expression = {
    kind: "member",
    object: { kind: "this", span },
    property: name.text,
    propertySpan: span,
    optional: false,
    span,
  };
  return {
    kind: "expression",
    expression: {
      kind: "assign",
      operator: undefined,
      target: { kind: "target", target, span },
      value: { kind: "name", name: name.text, span },
      span,
    },
    span,
  };
}

/** Parameter properties are assigned first, but in a derived class there is no `this` before `super()` returns. */
function withAssignments(constructor: FunctionNode, assignments: readonly Statement[]): FunctionNode {
  if (assignments.length === 0 || constructor.body === undefined) return constructor;
  const at = constructor.body.findIndex(isSuperCall) + 1;
  return { ...constructor, body: [...constructor.body.slice(0, at), ...assignments, ...constructor.body.slice(at)] };
}

function isSuperCall(statement: Statement): boolean {
  return (
    statement.kind === "expression" &&
    statement.expression.kind === "call" &&
    statement.expression.callee.kind === "super"
  );
}
