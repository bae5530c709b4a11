/** The messages between the extension and the panel of a model's graph, with the checks for both directions. */

export const partKinds = [
  "input",
  "output",
  "layer",
  "operation",
  "parameter",
  "constant",
  "lost",
  "module",
  "function",
  "repeat",
] as const;
export type PartKind = (typeof partKinds)[number];

/** An operation, or a group of them. */
export interface GraphPart {
  readonly kind: PartKind;
  /** The index of the group that it is in; -1 at the top. */
  readonly parent: number;
  readonly label: string;
  readonly operation: string;
  /** Where the code has it: `encoder.layers.0`. */
  readonly path: string;
  /** How often a repetition comes. */
  readonly count: number;
  /** One for each output. */
  readonly shapes: readonly string[];
  readonly parameters: string;
  readonly multiplyAdds: string;
  /** A layer that was called before. */
  readonly isShared: boolean;
  /** Nothing that comes out depends on it. */
  readonly isUnused: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** Whether its code can be shown. */
  readonly hasSource: boolean;
}

/** From one part to another, by their indices, and which output of the first it is. */
export type GraphEdge = readonly [from: number, to: number, output: number];

/** A data flow as the panel shows it. */
export interface GraphView {
  /** The file, relative to the workspace where it lies in one. */
  readonly file: string;
  readonly subjects: readonly string[];
  readonly subject: string;
  /** Why there is no graph. */
  readonly message: string;
  readonly problems: readonly string[];
  readonly parts: readonly GraphPart[];
  readonly edges: readonly GraphEdge[];
}

/** What the extension tells the panel. */
export type GraphState =
  | { readonly type: "graph"; readonly view: GraphView }
  /** The cursor is in the code of a part, or (-1) of none. */
  | { readonly type: "cursor"; readonly part: number };

export const imageFormats = ["svg", "png"] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** What the panel asks of the extension. */
export type GraphRequest =
  | { readonly type: "ready" }
  | { readonly type: "choose"; readonly subject: string }
  /** Whether the graph goes where the cursor goes. */
  | { readonly type: "follow"; readonly isOn: boolean }
  | { readonly type: "reveal"; readonly part: number }
  /** Writes the graph to a file: the text of an SVG, or a PNG in base64. */
  | { readonly type: "export"; readonly format: ImageFormat; readonly data: string };

/** What the panel keeps across reloads. */
export interface GraphSettings {
  readonly uri: string;
  readonly subject: string;
  readonly follows: boolean;
  /** The groups that somebody has unfolded or folded, by where they are. */
  readonly unfolded: readonly string[];
  readonly folded: readonly string[];
}

/** Larger pictures than this are no pictures of a graph. */
const longestImage = 64 * 1024 * 1024;

export function parseGraphRequest(message: unknown): GraphRequest | undefined {
  if (!isObject(message)) return undefined;
  const { type, subject, isOn, part, format, data } = message;
  switch (type) {
    case "ready":
      return { type };
    case "choose":
      return isText(subject) ? { type, subject } : undefined;
    case "follow":
      return typeof isOn === "boolean" ? { type, isOn } : undefined;
    case "reveal":
      return isIndex(part) ? { type, part } : undefined;
    case "export": {
      const known = imageFormats.find((one) => one === format);
      if (!known || !isText(data) || data.length > longestImage) return undefined;
      return isImage(known, data) ? { type, format: known, data } : undefined;
    }
    default:
      return undefined;
  }
}

function isImage(format: ImageFormat, data: string): boolean {
  return format === "svg" ? data.startsWith("<svg ") : /^[A-Za-z0-9+/]+=*$/.test(data);
}

export function parseGraphState(message: unknown): GraphState | undefined {
  if (!isObject(message)) return undefined;
  const { type, view, part } = message;
  if (type === "cursor") return part === -1 || isIndex(part) ? { type, part } : undefined;
  return type === "graph" && isView(view) ? { type, view } : undefined;
}

export function parseGraphSettings(state: unknown): GraphSettings | undefined {
  if (!isObject(state)) return undefined;
  const { uri, subject, follows, unfolded, folded } = state;
  if (!isText(uri) || !isText(subject)) return undefined;
  return {
    uri,
    subject,
    follows: follows !== false,
    unfolded: isList(unfolded, isText) ? unfolded : [],
    folded: isList(folded, isText) ? folded : [],
  };
}

function isView(value: unknown): value is GraphView {
  if (!isObject(value)) return false;
  const { file, subjects, subject, message, problems, parts, edges } = value;
  if (![file, subject, message].every(isText)) return false;
  if (![subjects, problems].every((list) => isList(list, isText))) return false;
  // A group stands before what is in it or behind it, but never in itself.
  if (!isList(parts, isPart) || !isForest(parts)) return false;
  const isKnown = (index: unknown) => isIndex(index) && index < parts.length;
  return isList(
    edges,
    (edge): edge is GraphEdge =>
      Array.isArray(edge) && edge.length === 3 && isKnown(edge[0]) && isKnown(edge[1]) && isIndex(edge[2]),
  );
}

function isPart(value: unknown): value is GraphPart {
  if (!isObject(value)) return false;
  const { kind, parent, label, operation, path, count, shapes, parameters, multiplyAdds } = value;
  return (
    partKinds.some((known) => known === kind) &&
    (parent === -1 || isIndex(parent)) &&
    [label, operation, path, parameters, multiplyAdds].every(isText) &&
    isIndex(count) &&
    [shapes, value["errors"], value["warnings"]].every((list) => isList(list, isText)) &&
    [value["isShared"], value["isUnused"], value["hasSource"]].every((flag) => typeof flag === "boolean")
  );
}

/** Whether every part is in groups that end at the top. */
function isForest(parts: readonly GraphPart[]): boolean {
  return parts.every((part) => {
    let parent = part.parent;
    for (let depth = 0; parent !== -1; depth++) {
      const group = parts[parent];
      if (!group || depth > parts.length) return false;
      parent = group.parent;
    }
    return true;
  });
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
