import type { GraphPart, GraphView } from "./contract";

/** What is in what. Parts are told by their indices; the top is -1. */
export interface Tree {
  readonly parts: readonly GraphPart[];
  children(group: number): readonly number[];
  /** Where a group is, by the names of the groups around it: what it is remembered by when the graph is another. */
  key(part: number): string;
  /** How many operations are in it, at any depth. */
  size(part: number): number;
  /** How many errors are in it, or at it. */
  errors(part: number): number;
  /** Nothing that comes out depends on anything in it. */
  isUnused(part: number): boolean;
}

export function isGroup({ kind }: GraphPart): boolean {
  return kind === "module" || kind === "function" || kind === "repeat";
}

export function treeOf({ parts }: Pick<GraphView, "parts">): Tree {
  const children = new Map<number, number[]>([[-1, []]]);
  for (const [index, { parent }] of parts.entries()) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(index);
    else children.set(parent, [index]);
  }
  const keys: string[] = [];
  const sizes: number[] = [];
  const errors: number[] = [];
  const unused: boolean[] = [];
  const visit = (group: number, prefix: string): void => {
    const names = new Map<string, number>();
    for (const child of children.get(group) ?? []) {
      const part = parts[child] as GraphPart;
      const count = (names.get(part.label) ?? 0) + 1;
      names.set(part.label, count);
      keys[child] = `${prefix}/${part.label}${count > 1 ? `#${count}` : ""}`;
      if (isGroup(part)) visit(child, keys[child]);
      else [sizes[child], errors[child], unused[child]] = [1, part.errors.length, part.isUnused];
    }
    const inner = children.get(group) ?? [];
    sizes[group] = inner.reduce((sum, child) => sum + (sizes[child] ?? 0), 0);
    errors[group] = inner.reduce((sum, child) => sum + (errors[child] ?? 0), 0);
    unused[group] = inner.every((child) => unused[child]);
  };
  visit(-1, "");
  return {
    parts,
    children: (group) => children.get(group) ?? [],
    key: (part) => keys[part] ?? "",
    size: (part) => sizes[part] ?? 0,
    errors: (part) => errors[part] ?? 0,
    isUnused: (part) => unused[part] ?? false,
  };
}

/** As many parts as are read at one glance. */
const READABLE = 32;
const FEWEST = 4;

/** The groups that are unfolded at first: one level after the other, as long as that leaves a readable number of parts. Errors are always seen. */
export function unfoldedAtFirst(tree: Tree): Set<number> {
  const open = new Set<number>();
  let visible = tree.children(-1).length;
  let level = groupsOf(tree, tree.children(-1));
  while (level.length > 0) {
    // Groups of one level are alike: all of them are unfolded, or none.
    const plain = level.filter((group) => tree.parts[group]?.kind !== "repeat" && !tree.isUnused(group));
    const more = plain.reduce((sum, group) => sum + tree.children(group).length, 0);
    // A graph of one group, between its inputs and outputs, would say nothing.
    const fits = visible <= FEWEST || visible + more <= READABLE;
    const chosen = level.filter((group) => tree.errors(group) > 0 || (fits && plain.includes(group)));
    for (const group of chosen) open.add(group);
    visible += chosen.reduce((sum, group) => sum + tree.children(group).length, 0);
    level = groupsOf(
      tree,
      chosen.flatMap((group) => tree.children(group)),
    );
  }
  return open;
}

function groupsOf({ parts }: Tree, among: readonly number[]): number[] {
  return among.filter((part) => isGroup(parts[part] as GraphPart));
}

/** What somebody has chosen to see, beside what is chosen for them. */
export interface Folding {
  readonly unfolded: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

/** The groups that are unfolded now. */
export function unfolded(tree: Tree, { unfolded: chosen, folded }: Folding): Set<number> {
  const open = unfoldedAtFirst(tree);
  for (const [index, part] of tree.parts.entries()) {
    if (!isGroup(part)) continue;
    if (chosen.has(tree.key(index))) open.add(index);
    else if (folded.has(tree.key(index))) open.delete(index);
  }
  return open;
}

/** The part that is seen in place of another one: itself, or the outermost folded group that it is in. */
export function shownAs(tree: Tree, open: ReadonlySet<number>, part: number): number {
  let shown = part;
  for (let group = tree.parts[part]?.parent ?? -1; group !== -1; group = tree.parts[group]?.parent ?? -1) {
    if (!open.has(group)) shown = group;
  }
  return shown;
}

/** The groups around a part, the innermost first. */
export function groupsAround({ parts }: Tree, part: number): number[] {
  const groups: number[] = [];
  for (let group = parts[part]?.parent ?? -1; group !== -1; group = parts[group]?.parent ?? -1) groups.push(group);
  return groups;
}
