import ts from "typescript";

/** What a slice keeps or leaves out as a whole: a statement of a list, or a member of a class. */
export function isPart(node: ts.Node): boolean {
  if (ts.isClassElement(node)) return ts.isClassLike(node.parent) && !ts.isSemicolonClassElement(node);
  const { parent } = node;
  if (!ts.isStatement(node)) return false;
  return ts.isSourceFile(parent) || ts.isBlock(parent) || ts.isModuleBlock(parent) || ts.isCaseOrDefaultClause(parent);
}

/** A part that runs its own parts wherever it is reached, unlike functions and classes, which wait to be called. */
export function isControlFlow(node: ts.Node): boolean {
  return (
    ts.isIfStatement(node) ||
    ts.isIterationStatement(node, true) ||
    ts.isTryStatement(node) ||
    ts.isSwitchStatement(node) ||
    ts.isBlock(node)
  );
}

export function isLoop(node: ts.Node): boolean {
  return ts.isIterationStatement(node, false);
}

/** Every part of a file, the outer ones first, each with the part that it stands in. */
export function partsOf(sourceFile: ts.SourceFile): ReadonlyMap<ts.Node, ts.Node | undefined> {
  const parts = new Map<ts.Node, ts.Node | undefined>();
  const visit = (node: ts.Node, within: ts.Node | undefined): void => {
    const inner = isPart(node);
    if (inner) parts.set(node, within);
    ts.forEachChild(node, (child) => visit(child, inner ? node : within));
  };
  visit(sourceFile, undefined);
  return parts;
}

/** The nodes of a part that belong to no part within it. */
export function* ownNodes(part: ts.Node): Generator<ts.Node> {
  const pending = [part];
  for (let node = pending.pop(); node; node = pending.pop()) {
    yield node;
    ts.forEachChild(node, (child) => void (isPart(child) || pending.push(child)));
  }
}

/** The names that a part declares, those in patterns included. */
export function declaredNames(part: ts.Node): string[] {
  if (ts.isVariableStatement(part)) return part.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  const { name } = part as ts.NamedDeclaration;
  return name && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) ? [name.text] : [];
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}

/** The variables that a part's own code mentions. */
export function mentionedVariables(node: ts.Node): string[] {
  return identifiersOf(node)
    .filter((each) => !isPropertyName(each))
    .map(({ text }) => text);
}

/** The variables and properties that a part's own code mentions. */
export function mentionedNames(node: ts.Node): string[] {
  return identifiersOf(node).map(({ text }) => text);
}

function identifiersOf(node: ts.Node): (ts.Identifier | ts.PrivateIdentifier)[] {
  return [...ownNodes(node)].filter((each) => ts.isIdentifier(each) || ts.isPrivateIdentifier(each));
}

function isPropertyName(node: ts.Identifier | ts.PrivateIdentifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name === node;
  return ts.isBindingElement(parent) ? parent.propertyName === node : ts.isClassElement(parent);
}

/** Whether an expression speaks of the instance that a method runs on. */
export function mentionsThis(node: ts.Node): boolean {
  return [...ownNodes(node)].some(({ kind }) => kind === ts.SyntaxKind.ThisKeyword);
}

/** What is assigned, counted up or deleted by a node itself. */
export function assignedBy(node: ts.Node): ts.Node | undefined {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return node.left;
  if (ts.isDeleteExpression(node)) return node.expression;
  const isUpdate = ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node);
  const counts = isUpdate && (node.operator === PLUS_PLUS || node.operator === MINUS_MINUS);
  return counts ? node.operand : undefined;
}

const PLUS_PLUS = ts.SyntaxKind.PlusPlusToken;
const MINUS_MINUS = ts.SyntaxKind.MinusMinusToken;

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** Leaves a function, a loop or a block early. */
export function isExit(node: ts.Node): boolean {
  return ts.isReturnStatement(node) || ts.isThrowStatement(node);
}
