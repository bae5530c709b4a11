import type { FlowPart } from "./graph";
import { isGroup } from "./graph";

/** Takes away the groups that tell nothing: those with nothing in them, and those around a single layer or operation of their own. */
export function tidied(parts: readonly FlowPart[]): FlowPart[] {
  const children = new Map<number, FlowPart[]>();
  for (const part of parts) {
    if (part.parent !== undefined) children.set(part.parent, [...(children.get(part.parent) ?? []), part]);
  }
  const gone = new Map<number, number | undefined>();
  // The innermost first: a group whose groups are gone may be empty itself.
  for (const part of [...parts].reverse()) {
    if (!isGroup(part)) continue;
    const left = leavesWithin(part.id, children, gone);
    const [only] = left;
    if (!only || (left.length === 1 && (part.kind === "function" || only.kind === "layer"))) {
      gone.set(part.id, part.parent);
    }
  }
  const home = (parent: number | undefined): number | undefined => {
    let current = parent;
    while (current !== undefined && gone.has(current)) current = gone.get(current);
    return current;
  };
  return parts.filter(({ id }) => !gone.has(id)).map((part) => ({ ...part, parent: home(part.parent) }));
}

/** What is directly in a group, when the groups that are gone are looked through. */
function leavesWithin(
  group: number,
  children: ReadonlyMap<number, readonly FlowPart[]>,
  gone: ReadonlyMap<number, number | undefined>,
): FlowPart[] {
  return (children.get(group) ?? []).flatMap((part) =>
    gone.has(part.id) ? leavesWithin(part.id, children, gone) : [part],
  );
}
