import type { Module, NewExpression, Span, Statement } from "../../ir";
import { containsSpan, spanning } from "../../ir";
import { formatShape } from "../../shape/shape";
import { t } from "../../text/translate";
import { historyOf } from "../../interpreter/provenance";
import { allNodes, nodesAt } from "../syntax";
import type { Refactoring, Selection } from "./refactoring";

/** Makes a module of its own of neighbouring layers that are selected within an `nn.Sequential`. */
export function extractModule(selection: Selection): Refactoring[] {
  const { found, text, start, end } = selection;
  const sequence = nodesAt(found.module, start)
    .filter(({ kind }) => kind === "new")
    .map((node) => node as unknown as NewExpression)
    .findLast(({ callee }) => callee.kind === "member" && callee.property === "Sequential");
  if (sequence?.callee.kind !== "member") return [];
  const chosen = sequence.args.map(({ value }) => value.span).filter((span) => start < span.end && span.start < end);
  const [first, last] = [chosen[0], chosen.at(-1)];
  const statement = topLevel(found.module.body, sequence.span);
  if (!first || !last || chosen.length < 2 || chosen.length === sequence.args.length || !statement) return [];
  const stack = spanning(first, last);
  if (!standsAlone(found.module, stack)) return [];
  const name = freeName(found.module, text);
  const namespace = text.slice(sequence.callee.object.span.start, sequence.callee.object.span.end);
  const newText = classText({
    name,
    namespace,
    typed: found.module.imports.some(({ local }) => local === "Tensor"),
    layers: text.slice(stack.start, stack.end),
    input: inputShape(selection, first),
  });
  const at = lineStart(text, statement.span.start);
  return [
    {
      title: t`Extract the layers into a module`,
      kind: "refactor.extract",
      edits: [
        { span: statement.span.moved(at, at), newText },
        { span: stack, newText: `new ${name}()` },
      ],
    },
  ];
}

function topLevel(body: readonly Statement[], span: Span): Statement | undefined {
  return body.find((statement) => containsSpan(statement.span, span));
}

/** Whether the layers use nothing but what the whole file sees: its imports and its top-level names. */
function standsAlone(module: Module, stack: Span): boolean {
  const visible = new Set<string>(module.hoisted);
  for (const { local } of module.imports) if (local !== undefined) visible.add(local);
  for (const statement of module.body) {
    if (statement.kind !== "declare") continue;
    for (const { pattern } of statement.declarations) if (pattern.kind === "binding") visible.add(pattern.name);
  }
  for (const node of allNodes(module)) {
    if (!containsSpan(stack, node.span)) continue;
    if (node.kind === "this") return false;
    if (node.kind === "name" && !visible.has((node as { name?: string }).name ?? "")) return false;
  }
  return true;
}

function freeName(module: Module, text: string): string {
  const candidates = ["Block", ...Array.from({ length: 20 }, (_, i) => `Block${i + 2}`)];
  return candidates.find((name) => !new RegExp(`\\b${name}\\b`).test(text)) ?? `Block${module.body.length}`;
}

/** The shape that goes into the first of the layers, where the program shows it. */
function inputShape({ found }: Selection, layer: Span): string | undefined {
  for (const { value } of found.facts) {
    if (value.kind !== "tensor") continue;
    const steps = historyOf(value);
    const index = steps.findIndex(({ span }) => span.file === layer.file && span.start === layer.start);
    const before = index < 0 ? undefined : steps[index + 1]?.shape;
    if (before) return formatShape(before);
  }
  return undefined;
}

function classText(parts: {
  readonly name: string;
  readonly namespace: string;
  /** Types are written where the file has imported the tensor's. */
  readonly typed: boolean;
  readonly layers: string;
  readonly input: string | undefined;
}): string {
  const { name, namespace, typed, layers, input } = parts;
  const head = typed ? "forward(x: Tensor): Tensor" : "forward(x)";
  const tag = input && !input.includes("?") ? `  /** @shape x ${input} */\n` : "";
  return [
    `class ${name} extends ${namespace}.Module {\n`,
    `  layers = new ${namespace}.Sequential(${layers});\n\n`,
    tag,
    `  ${head} {\n    return this.layers(x);\n  }\n}\n\n`,
  ].join("");
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}
