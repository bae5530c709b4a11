import ts from "typescript";
import type { DeclareStatement, Expression, ShapeTag, Statement } from "../../ir";
import { assignedNames } from "./assigned";
import { lowerClass } from "./classes";
import { shapeTags } from "./comments";
import type { LowerContext } from "./context";
import { declareConstant, lowerEnum, lowerNamespace } from "./declarations";
import { lowerExpression } from "./expressions";
import { hasModifier, lowerFunction } from "./functions";
import { lowerDocumented } from "./objects";
import { lowerBinding, lowerTarget } from "./patterns";
import { declareTypes, lowerOptionalType } from "./types";

/** The statements of a function's body, a block or a clause. */
export function lowerBody(ctx: LowerContext, statements: readonly ts.Statement[]): Statement[] {
  declareTypes(ctx, statements);
  return statements.flatMap((statement) => lowerStatement(ctx, statement, statements));
}

/** `siblings` are the statements that `node` stands among: declarations of one name can merge there. Types vanish. */
export function lowerStatement(
  ctx: LowerContext,
  node: ts.Statement,
  siblings: readonly ts.Statement[],
): readonly Statement[] {
  return ctx.nested(
    () => lowerNode(ctx, node, siblings),
    () => [lowerSkipped(ctx, node, "nested too deeply")],
  );
}

function lowerNode(ctx: LowerContext, node: ts.Statement, siblings: readonly ts.Statement[]): readonly Statement[] {
  const span = ctx.span(node);
  if (ts.isExpressionStatement(node)) {
    return [{ kind: "expression", expression: lowerEffect(ctx, node), span }];
  }
  if (ts.isVariableStatement(node)) return lowerVariables(ctx, node);
  if (ts.isReturnStatement(node)) return [{ kind: "return", value: lowerOptional(ctx, node.expression), span }];
  if (ts.isIfStatement(node)) {
    return [
      {
        kind: "if",
        test: lowerExpression(ctx, node.expression),
        consequent: lowerSingle(ctx, node.thenStatement),
        alternate: node.elseStatement === undefined ? undefined : lowerSingle(ctx, node.elseStatement),
        span,
      },
    ];
  }
  if (ts.isBlock(node)) return [{ kind: "block", body: lowerBody(ctx, node.statements), span }];
  if (ts.isFunctionDeclaration(node)) return lowerFunctionDeclaration(ctx, node);
  if (ts.isClassDeclaration(node)) return [{ kind: "classDeclaration", class: lowerClass(ctx, node), span }];
  if (ts.isIterationStatement(node, false)) return [lowerLoop(ctx, node, undefined)];
  if (ts.isThrowStatement(node)) return [{ kind: "throw", value: lowerExpression(ctx, node.expression), span }];
  if (ts.isTryStatement(node)) return [lowerTry(ctx, node)];
  if (ts.isSwitchStatement(node)) return [lowerSwitch(ctx, node, undefined)];
  if (ts.isLabeledStatement(node)) return [lowerLabeled(ctx, node)];
  if (ts.isBreakStatement(node)) return [{ kind: "break", label: node.label?.text, span }];
  if (ts.isContinueStatement(node)) return [{ kind: "continue", label: node.label?.text, span }];
  if (ts.isEnumDeclaration(node)) return lowerEnum(ctx, node, siblings);
  if (ts.isModuleDeclaration(node)) return lowerNamespace(ctx, node, siblings);
  if (ts.isDebuggerStatement(node)) return [lowerSkipped(ctx, node, "a debugger statement")];
  if (ts.isWithStatement(node)) return [lowerSkipped(ctx, node, "a with statement")];
  if (ts.isEmptyStatement(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return [];
  return [lowerSkipped(ctx, node, "syntax that is not understood")];
}

/** Forgets what `node` may change. */
export function lowerSkipped(ctx: LowerContext, node: ts.Statement, reason: string): Statement {
  return { kind: "opaque", reason, assigned: assignedNames(node), span: ctx.span(node) };
}

/** A documentation comment before `exports.f = function …` is about the function. */
function lowerEffect(ctx: LowerContext, node: ts.ExpressionStatement): Expression {
  const lowered = lowerExpression(ctx, node.expression);
  const tags = shapeTags(ctx, node);
  if (tags.length === 0 || lowered.kind !== "assign" || lowered.value.kind !== "function") return lowered;
  const documented = { ...lowered.value.function, shapeTags: [...tags, ...lowered.value.function.shapeTags] };
  return { ...lowered, value: { ...lowered.value, function: documented } };
}

/** The body of a loop or branch: one statement, whatever was written. */
function lowerSingle(ctx: LowerContext, node: ts.Statement): Statement {
  const lowered = lowerStatement(ctx, node, [node]);
  const [only] = lowered;
  if (only !== undefined && lowered.length === 1) return only;
  return { kind: "block", body: lowered, span: ctx.span(node) };
}

function lowerOptional(ctx: LowerContext, node: ts.Expression | undefined): Expression | undefined {
  return node === undefined ? undefined : lowerExpression(ctx, node);
}

function lowerFunctionDeclaration(ctx: LowerContext, node: ts.FunctionDeclaration): readonly Statement[] {
  // The implementation of an overload follows it; a function declared elsewhere has none, and its types are all there is.
  if (node.body === undefined && !hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return [];
  return [
    { kind: "functionDeclaration", function: lowerFunction(ctx, node, shapeTags(ctx, node)), span: ctx.span(node) },
  ];
}

function lowerVariables(ctx: LowerContext, node: ts.VariableStatement): readonly Statement[] {
  if (hasModifier(node, ts.SyntaxKind.DeclareKeyword)) {
    return node.declarationList.declarations.flatMap((declaration) =>
      ts.isIdentifier(declaration.name)
        ? [
            declareConstant(
              ctx,
              declaration.name,
              ctx.opaque(declaration, "declared elsewhere", []),
              node,
              lowerOptionalType(ctx, declaration.type),
            ),
          ]
        : [],
    );
  }
  return [{ ...lowerDeclarations(ctx, node.declarationList, shapeTags(ctx, node)), span: ctx.span(node) }];
}

function lowerDeclarations(
  ctx: LowerContext,
  node: ts.VariableDeclarationList,
  tags: readonly ShapeTag[],
): DeclareStatement {
  let remaining = tags;
  const declarations = node.declarations.map((declaration) => {
    const documented =
      declaration.initializer === undefined
        ? undefined
        : lowerDocumented(ctx, declaration.initializer, node.declarations.length === 1 ? tags : []);
    if (documented !== undefined && node.declarations.length === 1) remaining = documented.tags;
    return {
      pattern: lowerBinding(ctx, declaration.name),
      value: documented?.value,
      type: lowerOptionalType(ctx, declaration.type),
      span: ctx.span(declaration),
    };
  });
  return { kind: "declare", mode: declarationMode(node), declarations, shapeTags: remaining, span: ctx.span(node) };
}

function declarationMode(node: ts.VariableDeclarationList): "const" | "let" | "var" {
  // `using` is a constant, too: its flags hold the one of `const`.
  if ((node.flags & ts.NodeFlags.Const) !== 0 || (node.flags & ts.NodeFlags.Using) !== 0) return "const";
  return (node.flags & ts.NodeFlags.Let) !== 0 ? "let" : "var";
}

function lowerLoop(ctx: LowerContext, node: ts.IterationStatement, label: string | undefined): Statement {
  const span = ctx.span(node);
  if (ts.isForStatement(node)) {
    return {
      kind: "for",
      init: lowerForInit(ctx, node.initializer),
      test: lowerOptional(ctx, node.condition),
      update: lowerOptional(ctx, node.incrementor),
      body: lowerSingle(ctx, node.statement),
      label,
      span,
    };
  }
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return lowerForEach(ctx, node, label);
  if (!ts.isWhileStatement(node) && !ts.isDoStatement(node)) {
    return lowerSkipped(ctx, node, "a loop that is not understood");
  }
  return {
    kind: ts.isWhileStatement(node) ? "while" : "doWhile",
    test: lowerExpression(ctx, node.expression),
    body: lowerSingle(ctx, node.statement),
    label,
    span,
  };
}

function lowerForInit(ctx: LowerContext, node: ts.ForInitializer | undefined): Statement | undefined {
  if (node === undefined) return undefined;
  if (ts.isVariableDeclarationList(node)) return lowerDeclarations(ctx, node, []);
  return { kind: "expression", expression: lowerExpression(ctx, node), span: ctx.span(node) };
}

function lowerForEach(
  ctx: LowerContext,
  node: ts.ForOfStatement | ts.ForInStatement,
  label: string | undefined,
): Statement {
  const { initializer } = node;
  const declares = ts.isVariableDeclarationList(initializer);
  const declared = declares ? initializer.declarations[0]?.name : undefined;
  const pattern =
    declared !== undefined ? lowerBinding(ctx, declared) : declares ? undefined : lowerTarget(ctx, initializer);
  if (pattern === undefined) return lowerSkipped(ctx, node, "a loop without a variable");
  return {
    kind: ts.isForOfStatement(node) ? "forOf" : "forIn",
    mode: declares ? declarationMode(initializer) : undefined,
    pattern,
    iterable: lowerExpression(ctx, node.expression),
    await: ts.isForOfStatement(node) && node.awaitModifier !== undefined,
    body: lowerSingle(ctx, node.statement),
    label,
    span: ctx.span(node),
  };
}

function lowerTry(ctx: LowerContext, node: ts.TryStatement): Statement {
  const caught = node.catchClause?.variableDeclaration?.name;
  return {
    kind: "try",
    body: lowerBody(ctx, node.tryBlock.statements),
    parameter: caught === undefined ? undefined : lowerBinding(ctx, caught),
    handler: node.catchClause === undefined ? undefined : lowerBody(ctx, node.catchClause.block.statements),
    finalizer: node.finallyBlock === undefined ? undefined : lowerBody(ctx, node.finallyBlock.statements),
    span: ctx.span(node),
  };
}

function lowerSwitch(ctx: LowerContext, node: ts.SwitchStatement, label: string | undefined): Statement {
  return {
    kind: "switch",
    discriminant: lowerExpression(ctx, node.expression),
    cases: node.caseBlock.clauses.map((clause) => ({
      test: ts.isCaseClause(clause) ? lowerExpression(ctx, clause.expression) : undefined,
      body: lowerBody(ctx, clause.statements),
    })),
    label,
    span: ctx.span(node),
  };
}

/** Loops and switches carry their label themselves. */
function lowerLabeled(ctx: LowerContext, node: ts.LabeledStatement): Statement {
  const label = node.label.text;
  const { statement } = node;
  if (ts.isIterationStatement(statement, false)) return lowerLoop(ctx, statement, label);
  if (ts.isSwitchStatement(statement)) return lowerSwitch(ctx, statement, label);
  return { kind: "labeled", label, body: lowerSingle(ctx, statement), span: ctx.span(node) };
}
