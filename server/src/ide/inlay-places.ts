import type { Expression, MemberExpression, Module, Parameter, Pattern, Span, Statement } from "../ir";
import { spanKey } from "../ir";
import { allNodes, type Node } from "./syntax";

/** Where hints may stand in a module. It is worked out once for each text. */
export interface InlayPlaces {
  /** Where the written type of a name ends, by the name's place. */
  readonly typeEnds: ReadonlyMap<string, number>;
  /** The names of parameters. */
  readonly parameters: ReadonlySet<string>;
  /** The expressions of return statements that are more than a name. */
  readonly returned: readonly Span[];
  /** Calls whose result the chain goes on with in another line. */
  readonly links: readonly Span[];
}

const known = new WeakMap<Module, { readonly text: string; readonly places: InlayPlaces }>();

export function inlayPlaces(module: Module, text: string): InlayPlaces {
  const before = known.get(module);
  if (before?.text === text) return before.places;
  const places = findPlaces(module, text);
  known.set(module, { text, places });
  return places;
}

function findPlaces(module: Module, text: string): InlayPlaces {
  const typeEnds = new Map<string, number>();
  const parameters = new Set<string>();
  const returned: Span[] = [];
  const links: Span[] = [];
  for (const node of allNodes(module)) {
    const { pattern, type } = node as Partial<Record<"pattern" | "type", { readonly span: Span }>>;
    if (pattern && type) typeEnds.set(spanKey(pattern.span), type.span.end);
    if ("rest" in node && "optional" in node) addNames((node as unknown as Parameter).pattern, parameters);
    const value = returnedValue(node);
    if (value) returned.push(value.span);
    const link = linkOf(node, text);
    if (link) links.push(link);
  }
  return { typeEnds, parameters, returned, links };
}

function addNames(pattern: Pattern | undefined, names: Set<string>): void {
  if (!pattern) return;
  if (pattern.kind === "binding") names.add(spanKey(pattern.span));
  else if (pattern.kind === "defaultPattern") addNames(pattern.pattern, names);
  else if (pattern.kind === "objectPattern") {
    for (const { value } of pattern.properties) addNames(value, names);
    addNames(pattern.rest, names);
  } else if (pattern.kind === "arrayPattern") {
    for (const element of pattern.elements) addNames(element, names);
    addNames(pattern.rest, names);
  }
}

/** An arrow's expression is a return, too, but one that is read with the call it stands in. */
function returnedValue(node: Node): Expression | undefined {
  if (node.kind !== "return") return undefined;
  const { value, span } = node as Extract<Statement, { kind: "return" }>;
  if (!value || value.span.start === span.start) return undefined;
  return value.kind === "call" || value.kind === "await" ? value : undefined;
}

function linkOf(node: Node, text: string): Span | undefined {
  if (node.kind !== "member") return undefined;
  const { object, propertySpan } = node as MemberExpression;
  if (object.kind !== "call") return undefined;
  return text.slice(object.span.end, propertySpan.start).includes("\n") ? object.span : undefined;
}
