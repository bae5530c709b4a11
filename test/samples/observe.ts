import ts from "typescript";

/** A range of the source whose value a run is asked for. */
export interface Place {
  readonly start: number;
  readonly end: number;
  /** What the run reports it by; its position in the list unless given. */
  readonly id?: number;
}

/** What a run saw at a place. */
export interface Observation {
  readonly shape: readonly number[];
  readonly dtype: string;
  /** TensorFlow.js tensors have none. */
  readonly stride: readonly number[] | undefined;
}

const RECORDER = "__observed";

/** The source with every place wrapped in a call that notes its value: `x.view(2, 3)` becomes `__observed(7, x.view(2, 3))`. */
export function instrument(text: string, places: readonly Place[]): string {
  const { assigned, shorthand } = specialPlaces(text);
  const inserts = places
    .map((place, index) => ({ id: index, ...place }))
    .filter(({ start, end }) => !assigned.has(`${start}:${end}`))
    .flatMap(({ start, end, id }) => {
      const property = shorthand.has(`${start}:${end}`) ? `${text.slice(start, end)}: ` : "";
      return [
        // At one position, what ends there closes before anything opens, and the longer of two that start together opens first.
        { at: start, order: 1 + 1 / (end - start + 1), text: `${property}${RECORDER}(${id}, ` },
        { at: end, order: 0, text: ")" },
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

/** Ranges that hold an expression's text and are no place for a call: names being assigned to, and shorthand properties, which need a name. */
function specialPlaces(text: string): { readonly assigned: Set<string>; readonly shorthand: Set<string> } {
  const file = ts.createSourceFile("sample.tsx", text, ts.ScriptTarget.Latest, true);
  const [assigned, shorthand] = [new Set<string>(), new Set<string>()];
  const rangeOf = (node: ts.Node): string => `${node.getStart(file)}:${node.end}`;
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) shorthand.add(rangeOf(node.name));
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) assigned.add(rangeOf(node.left));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { assigned, shorthand };
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** Collects what instrumented code reports while `run` runs. */
export async function observing(run: () => Promise<void> | void): Promise<ReadonlyMap<number, readonly Observation[]>> {
  const seen = new Map<number, Observation[]>();
  const record = (id: number, value: unknown): unknown => {
    const observation = observe(value);
    if (observation) seen.set(id, [...(seen.get(id) ?? []), observation]);
    return value;
  };
  const scope = globalThis as unknown as Record<string, unknown>;
  scope[RECORDER] = record;
  try {
    await run();
  } finally {
    delete scope[RECORDER];
  }
  return seen;
}

function observe(value: unknown): Observation | undefined {
  if (typeof value !== "object" && typeof value !== "function") return undefined;
  const tensor = value as { shape?: unknown; dtype?: unknown; stride?: unknown } | null;
  if (!tensor || !Array.isArray(tensor.shape) || tensor.dtype === undefined) return undefined;
  const stride = typeof tensor.stride === "function" ? (tensor.stride as () => number[]).call(value) : undefined;
  return { shape: [...(tensor.shape as number[])], dtype: String(tensor.dtype), stride };
}
