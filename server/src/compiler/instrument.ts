import ts from "typescript";

/** A range of a source whose value a run is asked for. */
export interface Place {
  readonly start: number;
  readonly end: number;
  /** What the run reports it by; its position in the list unless given. */
  readonly id?: number;
}

/** The global function that instrumented code tells values to. */
export const RECORDER = "__shapewrightObserved";

/**
 * The source with every place wrapped in a call that notes its value: `x.view(2, 3)` becomes `__shapewrightObserved(7, (x.view(2, 3)))`.
 * No line is added, so that errors keep their lines. A place where a call would change what the code does is left as it is.
 */
export function instrument(file: string, text: string, places: readonly Place[]): string {
  const { excluded, shorthand } = specialPlaces(file, text);
  const inserts = places
    .map((place, index) => ({ id: index, ...place }))
    .filter(({ start, end }) => !excluded.has(`${start}:${end}`))
    .flatMap(({ start, end, id }) => {
      const property = shorthand.has(`${start}:${end}`) ? `${text.slice(start, end)}: ` : "";
      return [
        // At one position, what ends there closes before anything opens, and the longer of two that start together opens first.
        { at: start, order: 1 + 1 / (end - start + 1), text: `${property}${RECORDER}(${id}, (` },
        { at: end, order: 0, text: "))" },
      ];
    })
    .sort((a, b) => a.at - b.at || a.order - b.order);
  let result = "";
  let position = 0;
  for (const insert of inserts) {
    result += text.slice(position, insert.at) + insert.text;
    position = insert.at;
  }
  return result + text.slice(position);
}

interface SpecialPlaces {
  /** What is assigned to, and what an optional chain would no longer be cut short behind. */
  readonly excluded: ReadonlySet<string>;
  /** Shorthand properties, which need a name beside the call. */
  readonly shorthand: ReadonlySet<string>;
}

function specialPlaces(name: string, text: string): SpecialPlaces {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const [excluded, shorthand] = [new Set<string>(), new Set<string>()];
  const rangeOf = (node: ts.Node): string => `${node.getStart(file)}:${node.end}`;
  const excludeTarget = (node: ts.Node): void => {
    excluded.add(rangeOf(node));
    if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) {
      // Everything in a pattern is left alone, its default values, too.
      ts.forEachChild(node, excludeTarget);
    } else if (ts.isPropertyAssignment(node) || ts.isSpreadElement(node) || ts.isSpreadAssignment(node)) {
      ts.forEachChild(node, excludeTarget);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) shorthand.add(rangeOf(node.name));
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) excludeTarget(node.left);
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) excludeTarget(node.initializer);
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
        excludeTarget(node.operand);
    }
    if (ts.isOptionalChain(node) && ts.isOptionalChain(node.parent) && node.parent.expression === node)
      excluded.add(rangeOf(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { excluded, shorthand };
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
