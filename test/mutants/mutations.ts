import ts from "typescript";

/** One change to a program that somebody could have made by mistake. */
export interface Mutation {
  /** What was changed: `units`, `order of transpose`, `dropped flatten`. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Options of layers that are sizes, positions or counts. */
const NUMBERS = new Set([
  ...["units", "filters", "kernelSize", "strides", "poolSize", "inputShape", "batchInputShape", "targetShape", "shape"],
  ...["axis", "inputDim", "outputDim", "inputLength", "n", "size", "dims", "padding"],
]);

/** Functions whose numbers are shapes, axes or permutations. */
const SHAPED =
  /^(reshape|transpose|zeros|ones|randomNormal|randomUniform|tensor[1-6]d|slice|tile|pad|sum|mean|max|resizeBilinear|oneHot|expandDims|squeeze|concat|stack|argMax|split)$/;

const TOGGLES: Readonly<Record<string, string>> = {
  same: "valid",
  valid: "same",
  categoricalCrossentropy: "sparseCategoricalCrossentropy",
  sparseCategoricalCrossentropy: "categoricalCrossentropy",
};

/** Every mutation of a program, in the order of the source. */
export function mutationsOf(text: string, file = "program.ts"): Mutation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutation[] = [];
  const replace: Replace = (kind, node, newText) => {
    found.push({ kind, start: node.getStart(source), end: node.end, newText });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNumericLiteral(node)) mutateNumber(node, replace);
    if (ts.isStringLiteral(node)) mutateText(node, replace);
    if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) mutateFlag(node, replace);
    if (ts.isArrayLiteralExpression(node)) mutateOrder(node, source, replace);
    if (ts.isCallExpression(node)) mutateCall(node, source, replace);
    if (ts.isExpressionStatement(node) && isAddedFlatten(node.expression)) replace("dropped flatten", node, "");
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

export function mutated(text: string, { start, end, newText }: Mutation): string {
  return text.slice(0, start) + newText + text.slice(end);
}

type Replace = (kind: string, node: ts.Node, newText: string) => void;

function mutateNumber(node: ts.NumericLiteral, replace: Replace): void {
  const value = Number(node.text);
  const role = roleOf(node);
  if (role === undefined || !Number.isInteger(value)) return;
  replace(role, node, String(value + 1));
  if (value > 1) replace(role, node, String(value - 1));
  if (value > 2) replace(role, node, String(value * 2));
}

/** What a number is for: the option, or the function whose shape or axis it is part of. */
function roleOf(node: ts.Node): string | undefined {
  let current = node;
  while (ts.isArrayLiteralExpression(current.parent)) current = current.parent;
  const { parent } = current;
  if (ts.isPropertyAssignment(parent)) {
    const name = parent.name.getText();
    return NUMBERS.has(name) ? name : undefined;
  }
  if (ts.isVariableDeclaration(parent) && current === node) return "constant";
  if (!ts.isCallExpression(parent)) return undefined;
  const name = calledName(parent);
  return name !== undefined && SHAPED.test(name) && isShapeArgument(name, parent, current) ? name : undefined;
}

/** The data of `tensor2d` is no shape, nor is what `Math.max` compares. */
function isShapeArgument(name: string, call: ts.CallExpression, argument: ts.Node): boolean {
  if (/^tensor\dd$/.test(name)) return call.arguments[0] !== argument;
  return !(ts.isPropertyAccessExpression(call.expression) && call.expression.expression.getText() === "Math");
}

function calledName(call: ts.CallExpression): string | undefined {
  return ts.isPropertyAccessExpression(call.expression) ? call.expression.name.text : undefined;
}

function mutateText(node: ts.StringLiteral, replace: Replace): void {
  const other = TOGGLES[node.text];
  if (other !== undefined && ts.isPropertyAssignment(node.parent))
    replace(node.parent.name.getText(), node, JSON.stringify(other));
}

function mutateFlag(node: ts.Node, replace: Replace): void {
  if (!ts.isPropertyAssignment(node.parent) || node.parent.name.getText() !== "returnSequences") return;
  replace("returnSequences", node, node.kind === ts.SyntaxKind.TrueKeyword ? "false" : "true");
}

/** Two neighbours in a shape or a permutation change places. */
function mutateOrder(node: ts.ArrayLiteralExpression, source: ts.SourceFile, replace: Replace): void {
  const role = node.elements[0] && roleOf(node.elements[0]);
  const texts = node.elements.map((element) => element.getText(source));
  for (let i = 0; role !== undefined && i + 1 < texts.length; i++) {
    if (texts[i] === texts[i + 1]) continue;
    const swapped = texts.with(i, texts[i + 1] ?? "").with(i + 1, texts[i] ?? "");
    replace(`order of ${role}`, node, `[${swapped.join(", ")}]`);
  }
}

function mutateCall(node: ts.CallExpression, source: ts.SourceFile, replace: Replace): void {
  if (!ts.isPropertyAccessExpression(node.expression)) return;
  const args = node.arguments.map((arg) => arg.getText(source));
  const name = node.expression.name.text;
  const receiver = node.expression.expression.getText(source);
  if (name === "matMul" && args.length === 1) replace("swapped operands", node, `${args[0]}.matMul(${receiver})`);
  if (name === "matMul" && args.length === 2)
    replace("swapped operands", node, `${receiver}.matMul(${args[1]}, ${args[0]})`);
  if (name === "fit" && args.length >= 2)
    replace("labels for data", node, `${receiver}.fit(${[args[1], args[0], ...args.slice(2)].join(", ")})`);
  if (name === "apply" && args.length === 1 && isFlatten(node.expression.expression))
    replace("dropped flatten", node, args[0] ?? "");
  if (isFlatten(node) && ts.isArrayLiteralExpression(node.parent))
    replace("dropped flatten", node, "tf.layers.dropout({ rate: 0 })");
}

function isFlatten(node: ts.Node): boolean {
  return ts.isCallExpression(node) && /layers\.flatten$/.test(node.expression.getText());
}

function isAddedFlatten(node: ts.Node): boolean {
  const argument = ts.isCallExpression(node) && calledName(node) === "add" ? node.arguments[0] : undefined;
  return argument !== undefined && isFlatten(argument);
}
