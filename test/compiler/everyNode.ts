import type { Span } from "../../server/src/ir";

/** Every object with a span in a tree of IR nodes. The walk knows no node kinds, so that none is forgotten. */
export function everyNode(root: unknown): { readonly span: Span }[] {
  const nodes: { readonly span: Span }[] = [];
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== "object" || next === null) continue;
    if ("span" in next) nodes.push(next as { readonly span: Span });
    for (const [key, value] of Object.entries(next)) if (!key.endsWith("pan")) pending.push(value);
  }
  return nodes;
}
