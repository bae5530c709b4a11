import ts from "typescript";
import type { Expression, Statement } from "../../ir";
import { lowerClass } from "./classes";
import { shapeTags } from "./comments";
import type { LowerContext } from "./context";
import { declareConstant, declaredNames } from "./declarations";
import { lowerExpression } from "./expressions";
import { hasModifier, lowerFunction } from "./functions";
import { lowerDocumented } from "./objects";
import { lowerStatement } from "./statements";

/** The variable that holds `export default expression`. No source text can name it. */
const DEFAULT_EXPORT = "*default*";

/** A statement of a file: imports and exports are taken out of it and noted in the context. */
export function lowerTopLevel(
  ctx: LowerContext,
  node: ts.Statement,
  siblings: readonly ts.Statement[],
): readonly Statement[] {
  if (ts.isImportDeclaration(node)) {
    noteImports(ctx, node);
    return [];
  }
  if (ts.isImportEqualsDeclaration(node)) return lowerImportEquals(ctx, node);
  if (ts.isExportDeclaration(node)) {
    noteExports(ctx, node);
    return [];
  }
  if (ts.isExportAssignment(node)) return [lowerExportAssignment(ctx, node)];
  if (ts.isNamespaceExportDeclaration(node)) return [];
  if (!hasModifier(node, ts.SyntaxKind.ExportKeyword)) return lowerStatement(ctx, node, siblings);
  return lowerExported(ctx, node, siblings);
}

function noteImports(ctx: LowerContext, node: ts.ImportDeclaration): void {
  const { moduleSpecifier, importClause } = node;
  if (!ts.isStringLiteral(moduleSpecifier)) return;
  const note = (at: ts.Node, imported?: string, local?: string): void => {
    ctx.imports.push({
      specifier: moduleSpecifier.text,
      specifierSpan: ctx.span(moduleSpecifier),
      imported,
      local,
      span: ctx.span(at),
    });
  };
  if (importClause === undefined) return note(node);
  if (importClause.name !== undefined) note(importClause.name, "default", importClause.name.text);
  const bindings = importClause.namedBindings;
  if (bindings === undefined) return;
  if (ts.isNamespaceImport(bindings)) return note(bindings, "*", bindings.name.text);
  // `import {} from "m"` still runs the module.
  if (bindings.elements.length === 0 && importClause.name === undefined) return note(node);
  for (const element of bindings.elements) {
    note(element, (element.propertyName ?? element.name).text, element.name.text);
  }
}

/** `import x = require("m")` is a call, as it is in CommonJS; `import x = A.B` is a constant. */
function lowerImportEquals(ctx: LowerContext, node: ts.ImportEqualsDeclaration): readonly Statement[] {
  if (node.isTypeOnly) return [];
  if (hasModifier(node, ts.SyntaxKind.ExportKeyword)) noteLocalExport(ctx, node.name.text);
  return [declareConstant(ctx, node.name, importedValue(ctx, node.moduleReference), node)];
}

function importedValue(ctx: LowerContext, reference: ts.ModuleReference): Expression {
  const span = ctx.span(reference);
  if (ts.isIdentifier(reference)) return { kind: "name", name: reference.text, span };
  if (ts.isQualifiedName(reference)) {
    return {
      kind: "member",
      object: importedValue(ctx, reference.left),
      property: reference.right.text,
      propertySpan: ctx.span(reference.right),
      optional: false,
      span,
    };
  }
  if (ts.isStringLiteralLike(reference.expression)) ctx.required.push(reference.expression.text);
  return {
    kind: "call",
    callee: { kind: "name", name: "require", span },
    args: [{ value: lowerExpression(ctx, reference.expression), spread: false }],
    optional: false,
    span,
  };
}

function noteLocalExport(ctx: LowerContext, local: string, exported = local): void {
  ctx.exports.push({ kind: "local", exported, local });
}

function noteExports(ctx: LowerContext, node: ts.ExportDeclaration): void {
  const { moduleSpecifier, exportClause } = node;
  const specifier =
    moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : undefined;
  if (exportClause === undefined) {
    if (specifier !== undefined) ctx.exports.push({ kind: "all", specifier });
    return;
  }
  if (ts.isNamespaceExport(exportClause)) {
    if (specifier === undefined) return;
    ctx.exports.push({ kind: "from", exported: exportClause.name.text, specifier, imported: "*" });
    return;
  }
  for (const element of exportClause.elements) {
    const exported = element.name.text;
    const imported = (element.propertyName ?? element.name).text;
    if (specifier === undefined) noteLocalExport(ctx, imported, exported);
    else ctx.exports.push({ kind: "from", exported, specifier, imported });
  }
}

/** `export default expression`, and `export = value`, which is an assignment to `module.exports`. */
function lowerExportAssignment(ctx: LowerContext, node: ts.ExportAssignment): Statement {
  const span = ctx.span(node);
  if (node.isExportEquals !== true) {
    const documented = lowerDocumented(ctx, node.expression, shapeTags(ctx, node));
    return { ...defaultConstant(ctx, node, documented.value), shapeTags: documented.tags };
  }
  const target: Expression = {
    kind: "member",
    object: { kind: "name", name: "module", span },
    property: "exports",
    propertySpan: span,
    optional: false,
    span,
  };
  const value = lowerExpression(ctx, node.expression);
  return {
    kind: "expression",
    expression: { kind: "assign", operator: undefined, target: { kind: "target", target, span }, value, span },
    span,
  };
}

function defaultConstant(ctx: LowerContext, node: ts.Node, value: Expression): Extract<Statement, { kind: "declare" }> {
  const span = ctx.span(node);
  noteLocalExport(ctx, DEFAULT_EXPORT, "default");
  return {
    kind: "declare",
    mode: "const",
    declarations: [
      { pattern: { kind: "binding", name: DEFAULT_EXPORT, span: value.span }, value, type: undefined, span },
    ],
    shapeTags: [],
    span,
  };
}

/** A declaration with `export`. Types are exported too, so that annotations in other files find them. */
function lowerExported(ctx: LowerContext, node: ts.Statement, siblings: readonly ts.Statement[]): readonly Statement[] {
  const isDefault = hasModifier(node, ts.SyntaxKind.DefaultKeyword);
  if (isDefault && ts.isFunctionDeclaration(node) && node.name === undefined) {
    const value = lowerFunction(ctx, node, shapeTags(ctx, node));
    return [defaultConstant(ctx, node, { kind: "function", function: value, span: value.span })];
  }
  if (isDefault && ts.isClassDeclaration(node) && node.name === undefined) {
    const value = lowerClass(ctx, node);
    return [defaultConstant(ctx, node, { kind: "class", class: value, span: value.span })];
  }
  const lowered = lowerStatement(ctx, node, siblings);
  // The signature of an overload: its implementation follows and is exported as well.
  if (ts.isFunctionDeclaration(node) && lowered.length === 0) return lowered;
  const names = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ? [node.name] : declaredNames(node);
  for (const name of new Set(names.map((each) => each.text))) {
    noteLocalExport(ctx, name, isDefault ? "default" : name);
  }
  return lowered;
}
