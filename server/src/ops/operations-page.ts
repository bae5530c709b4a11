import type { Library, NativeNamespace } from "../interpreter/native";
import type { Value } from "../interpreter/value";

/** The page `docs/operations.md`: everything that a library exports and the analysis knows, from the library's own tables. */
export function operationsPage(sections: readonly LibrarySection[]): string {
  return `# Operations and layers

Generated from the tables of \`server/src/ops\` by \`npm run docs\`. What stands here has a shape; what does not gives an unknown one, and
silence. Each name leads to the page that its entry follows, where there is one.

${sections.map(section).join("\n")}`;
}

export interface LibrarySection {
  readonly title: string;
  readonly introduction: string;
  readonly library: Library;
  /** What members are reached by: `tf.layers.dense`; empty where exports are imported by their names. */
  readonly prefix: string;
}

interface Group {
  readonly path: string;
  readonly members: Map<string, string | undefined>;
}

function section({ title, introduction, library, prefix }: LibrarySection): string {
  const groups = groupsOf(library.exports, prefix);
  const methods = [...(library.tensorMethods ?? [])].map(([name, value]) => [name, pageOf(value)] as const);
  const all = [...groups, ...(methods.length > 0 ? [{ path: "Methods of tensors", members: new Map(methods) }] : [])];
  const count = all.reduce((sum, { members }) => sum + members.size, 0);
  return `## ${title}\n\n${introduction} ${count} names.\n\n${all.map(groupText).join("\n")}`;
}

function groupText({ path, members }: Group): string {
  const names = [...members].sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const list = names.map(([name, page]) => (page === undefined ? `\`${name}\`` : `[\`${name}\`](${page})`));
  return `### ${path}\n\n${list.join(", ")}\n`;
}

/** A namespace and those within it, each with its own members. One that is exported twice is told once. */
function groupsOf(namespace: NativeNamespace, path: string, seen = new Set<NativeNamespace>()): Group[] {
  if (seen.has(namespace)) return [];
  seen.add(namespace);
  const members = new Map<string, string | undefined>();
  const within: Group[] = [];
  for (const name of namespace.names ?? []) {
    const value = namespace.member(name);
    const inner = path === "" ? name : `${path}.${name}`;
    if (value?.kind === "namespace") within.push(...groupsOf(value.namespace, inner, seen));
    else if (value) members.set(name, pageOf(value));
  }
  return members.size > 0 ? [{ path: path === "" ? "Exports" : path, members }, ...within] : within;
}

function pageOf(value: Value): string | undefined {
  return value.kind === "native" || value.kind === "nativeClass" ? value.native.documentation : undefined;
}
