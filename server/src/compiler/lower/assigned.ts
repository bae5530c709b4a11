import ts from "typescript";
import { isTypeWrapper, unwrapped } from "./wrappers";

/**
 * The variables that code changes when it is skipped: those it assigns or declares, and those whose members it assigns or on which it calls
 * a method (`list.push(x)`), for their old value must not be believed any longer. Inner functions count too, since the skipped code may call
 * them. Walks with its own stack, because the code that is skipped may be skipped for its depth.
 */
export function assignedNames(root: ts.Node): string[] {
  const names = new Set<string>();
  const pending: ts.Node[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    collectChanged(node, names);
    const inner: ts.Node[] = [];
    ts.forEachChild(node, (child) => {
      inner.push(child);
    });
    pending.push(...inner.reverse());
  }
  return [...names];
}

function collectChanged(node: ts.Node, names: Set<string>): void {
  if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind)) {
    collectTargets(node.left, names);
  } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const updates = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
    if (updates) collectTargets(node.operand, names);
  } else if (ts.isDeleteExpression(node)) {
    collectTargets(node.expression, names);
  } else if (ts.isForInStatement(node) || ts.isForOfStatement(node)) {
    if (!ts.isVariableDeclarationList(node.initializer)) collectTargets(node.initializer, names);
  } else if (ts.isCallExpression(node)) {
    const callee = unwrapped(node.expression);
    if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)) collectTargets(callee, names);
  } else if (ts.isVariableDeclaration(node) || ts.isBindingElement(node)) {
    if (ts.isIdentifier(node.name)) names.add(node.name.text);
  } else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)) {
    if (node.name !== undefined) names.add(node.name.text);
  }
}

/** The variables of an assignment's left side: of `{ a, b: [c.d] } = …` they are `a` and `c`. */
function collectTargets(target: ts.Node, names: Set<string>): void {
  const pending: ts.Node[] = [target];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) pending.push(node.expression);
    else if (ts.isArrayLiteralExpression(node)) pending.push(...node.elements.toReversed());
    else if (ts.isObjectLiteralExpression(node)) pending.push(...node.properties.toReversed());
    else if (ts.isPropertyAssignment(node)) pending.push(node.initializer);
    else if (ts.isShorthandPropertyAssignment(node)) pending.push(node.name);
    else if (ts.isSpreadElement(node) || ts.isSpreadAssignment(node)) pending.push(node.expression);
    else if (ts.isBinaryExpression(node)) pending.push(node.left);
    else if (ts.isParenthesizedExpression(node) || isTypeWrapper(node)) pending.push(node.expression);
  }
}

export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** The names that `var` declares in a body, not in the functions inside it. `var` stands only in statements, so expressions are passed by. */
export function hoistedNames(body: readonly ts.Node[]): string[] {
  const names = new Set<string>();
  const pending: ts.Node[] = body.filter(mayHoldVar).reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (ts.isVariableDeclarationList(node)) {
      if ((node.flags & ts.NodeFlags.BlockScoped) === 0) {
        for (const declaration of node.declarations)
          for (const name of boundNames(declaration.name)) names.add(name.text);
      }
      continue;
    }
    const inner: ts.Node[] = [];
    ts.forEachChild(node, (child) => {
      if (mayHoldVar(child)) inner.push(child);
    });
    pending.push(...inner.reverse());
  }
  return [...names];
}

function mayHoldVar(node: ts.Node): boolean {
  return (
    ts.isVariableDeclarationList(node) ||
    ts.isBlock(node) ||
    ts.isCaseBlock(node) ||
    ts.isCaseOrDefaultClause(node) ||
    ts.isCatchClause(node) ||
    (node.kind >= ts.SyntaxKind.FirstStatement && node.kind <= ts.SyntaxKind.LastStatement)
  );
}

/** The variables that a declaration's name or pattern binds, in the order they are written. */
export function boundNames(name: ts.BindingName): ts.Identifier[] {
  const names: ts.Identifier[] = [];
  const pending: ts.BindingName[] = [name];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (ts.isIdentifier(next)) {
      names.push(next);
      continue;
    }
    const inner: ts.BindingName[] = [];
    for (const element of next.elements) if (ts.isBindingElement(element)) inner.push(element.name);
    pending.push(...inner.reverse());
  }
  return names;
}
