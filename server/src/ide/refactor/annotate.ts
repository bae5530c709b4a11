import type { TensorValue } from "../../interpreter/value";
import type { FunctionNode, Pattern } from "../../ir";
import { sameSpan } from "../../ir";
import { asNumber, formatDim, isKnown, type Dim } from "../../shape/dim";
import { t } from "../../text/translate";
import { tensorsOf } from "../describe";
import { allFunctions } from "../shape-tags";
import type { Refactoring, Selection } from "./refactoring";

/** Writes down as `@shape` tags what the callers of a function pass: the cursor is on its name or in its parameters. */
export function annotateFromCallers(selection: Selection): Refactoring[] {
  const { found, text, start } = selection;
  const node = allFunctions(found.module).find(
    (each) => each.body && !each.arrow && each.nameSpan.start <= start && start <= headEnd(each),
  );
  if (!node) return [];
  const names = new SizeNames();
  const written = new Set(node.shapeTags.map(({ name }) => name));
  const tags = node.parameters.flatMap(({ pattern }) => {
    const name = nameOf(pattern);
    const shape = name === undefined || written.has(name) ? undefined : general(tensorsAt(selection, pattern), names);
    return shape === undefined ? [] : [`@shape ${name} ${shape}`];
  });
  if (tags.length === 0) return [];
  const edit = documentationEdit(text, node, tags);
  const title = t`Annotate ${node.name ?? "function"} with the shapes that it is called with`;
  return [{ title, kind: "refactor.rewrite", edits: [edit] }];
}

/** Where a function's head ends and its body begins. */
function headEnd({ nameSpan, parameters, body }: FunctionNode): number {
  return body?.[0]?.span.start ?? parameters.at(-1)?.span.end ?? nameSpan.end;
}

function nameOf(pattern: Pattern): string | undefined {
  if (pattern.kind === "defaultPattern") return nameOf(pattern.pattern);
  return pattern.kind === "binding" ? pattern.name : undefined;
}

function tensorsAt({ found }: Selection, pattern: Pattern): TensorValue[] {
  const { span } = pattern.kind === "defaultPattern" ? pattern.pattern : pattern;
  return tensorsOf(found.facts.filter((fact) => fact.role === "name" && sameSpan(fact.span, span)));
}

/** Names for sizes that differ from call to call, one for each set of sizes. */
class SizeNames {
  private readonly names = new Map<string, string>();

  nameFor(sizes: readonly Dim[], axis: number): string {
    const key = sizes.map(formatDim).join("|");
    const known = this.names.get(key);
    if (known) return known;
    const free = (axis === 0 ? ["N", "M", "K"] : ["D", "E", "H", "W", "L"]).find((name) => !this.taken(name));
    const name = free ?? `D${this.names.size}`;
    this.names.set(key, name);
    return name;
  }

  private taken(name: string): boolean {
    return [...this.names.values()].includes(name);
  }
}

/** What all of the shapes are cases of; `undefined` when they differ in rank, or nothing is known. */
function general(tensors: readonly TensorValue[], names: SizeNames): string | undefined {
  const shapes = tensors.flatMap(({ shape }) => (shape ? [shape] : []));
  const [first, ...others] = shapes;
  if (!first || shapes.length < tensors.length || others.some(({ length }) => length !== first.length))
    return undefined;
  const sizes = first.map((size, axis) => {
    const all = shapes.map((shape) => shape[axis] ?? size);
    if (!all.every(isKnown)) return "?";
    if (all.some((other) => other !== size)) return names.nameFor(all, axis);
    // The batch of a single call is a choice of that call.
    return axis === 0 && first.length > 1 && asNumber(size) !== undefined ? names.nameFor(all, axis) : formatDim(size);
  });
  return `[${sizes.join(", ")}]`;
}

/** The tags in a comment of their own, or in the one that is there. */
function documentationEdit(text: string, node: FunctionNode, tags: readonly string[]) {
  const lineStart = text.lastIndexOf("\n", Math.min(node.span.start, node.nameSpan.start)) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? "";
  const before = text.slice(0, lineStart);
  const comment = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*\n$/.exec(before);
  if (comment) {
    const end = comment.index + comment[0].lastIndexOf("*/");
    const start = before.slice(0, end).trimEnd().length;
    const lines = tags.map((tag) => `\n${indent} * ${tag}`).join("");
    return { span: node.span.moved(start, end), newText: `${lines}\n${indent} ` };
  }
  const [only] = tags;
  const newText =
    tags.length === 1
      ? `${indent}/** ${only} */\n`
      : `${indent}/**\n${tags.map((tag) => `${indent} * ${tag}\n`).join("")}${indent} */\n`;
  return { span: node.span.moved(lineStart, lineStart), newText };
}
