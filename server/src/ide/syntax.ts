import type { CallExpression, ClassMember, Expression, MemberExpression, Module, NewExpression, Span } from "../ir";

/** A part of the program, of whatever sort. */
export interface Node {
  /** Absent for the few parts that come in one sort only. */
  readonly kind?: string;
  readonly span: Span;
}

/** The nodes that hold an offset, the outermost first. An offset directly behind a node still belongs to it, as cursors do. */
export function nodesAt(module: Module, offset: number): Node[] {
  const path: Node[] = [];
  let candidates: readonly Node[] = childrenOf(module.body);
  for (;;) {
    const inner = narrowest(
      candidates.filter(({ span }) => holds(span, offset)),
      offset,
    );
    if (!inner) return path;
    path.push(inner);
    candidates = childrenOf(inner);
  }
}

/** Of two that touch at the offset, the one that begins there. */
function narrowest(nodes: readonly Node[], offset: number): Node | undefined {
  return [...nodes].sort(
    (a, b) => Number(a.span.end === offset) - Number(b.span.end === offset) || length(a.span) - length(b.span),
  )[0];
}

function length({ start, end }: Span): number {
  return end - start;
}

/** Every node of a module, parents before children. */
export function* allNodes(module: Module): Generator<Node> {
  const pending = [...childrenOf(module.body)];
  for (let node = pending.pop(); node; node = pending.pop()) {
    yield node;
    pending.push(...childrenOf(node));
  }
}

/** The nearest nodes below an object: the IR is plain data, so that finding them needs to know none of its types. */
function childrenOf(parent: object): Node[] {
  return Object.values(parent).flatMap((child: unknown): Node[] => {
    if (typeof child !== "object" || child === null) return [];
    return isNode(child) ? [child] : childrenOf(child);
  });
}

function isNode(value: object): value is Node {
  return "span" in value && typeof value.span === "object";
}

/**
 * What somebody may mean who points at an offset, the likeliest first: the expression there, the name in it, or for the name of
 * something that is called, the call. `x.view(2)` is `x` on its first letter, the whole on `view`, and the number on the `2`.
 */
export function meantAt(module: Module, offset: number): Span[] {
  const path = nodesAt(module, offset);
  const node = path.at(-1);
  if (!node || node.kind === "literal") return [];
  const name = nameSpan(node);
  if (name && !holds(name, offset)) return node.kind === "member" ? [node.span] : [];
  const parent = path.at(-2);
  const isCallee = parent && isCall(parent) && parent.callee === (node as Expression);
  return [isCallee ? parent.span : node.span, ...(name ? [name] : [])];
}

/** The part of a node that names what the node is about. */
function nameSpan(node: Node): Span | undefined {
  if (node.kind === "member") return (node as MemberExpression).propertySpan;
  return node.kind === "field" ? (node as Extract<ClassMember, { kind: "field" }>).keySpan : undefined;
}

function isCall(node: Node): node is CallExpression | NewExpression {
  return node.kind === "call" || node.kind === "new";
}

function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}
