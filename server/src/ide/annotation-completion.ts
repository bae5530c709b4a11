import type { FileAnalysis } from "../interpreter/analyze";
import type { FunctionNode, Parameter, Pattern } from "../ir";
import { sameSpan } from "../ir";
import { t } from "../text/translate";
import type { Completion } from "./completion";
import { shapesOf, tensorsOf } from "./describe";
import { allFunctions, documentedFunction } from "./shape-tags";

/** What may stand in an `@shape` tag: the name of a parameter, the shapes that it was seen with, and names of sizes. */
export function annotationCompletions(found: FileAnalysis, offset: number, text: string): Completion[] {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const node = documentedFunction(found.module, offset);
  const [, name, shape] = /@shape\s+(?:([A-Za-z_$][\w$]*)\s+)?(\[.*)?$/.exec(line) ?? [];
  if (shape !== undefined) return sizeNames(found, shape);
  if (!node) return [];
  if (name === undefined) return parameterNames(found, node);
  const parameter = node.parameters.find(({ pattern }) => nameOf(pattern) === name);
  return parameter ? seenShapes(found, parameter).map((seen) => ({ text: seen, detail: t`seen in a call` })) : [];
}

function parameterNames(found: FileAnalysis, node: FunctionNode): Completion[] {
  const written = new Set(node.shapeTags.map((tag) => tag.name));
  const names = node.parameters.flatMap((parameter) => {
    const name = nameOf(parameter.pattern);
    return name === undefined || written.has(name) ? [] : [{ name, parameter }];
  });
  return [
    ...names.map(({ name, parameter }) => {
      const [seen] = seenShapes(found, parameter);
      return { text: seen ? `${name} ${seen}` : name, detail: seen ? t`seen in a call` : t`a parameter` };
    }),
    { text: "returns", detail: t`what the function returns` },
  ];
}

/** The shapes that callers pass. */
function seenShapes({ facts }: FileAnalysis, { pattern }: Parameter): string[] {
  const binding = pattern.kind === "defaultPattern" ? pattern.pattern : pattern;
  return shapesOf(tensorsOf(facts.filter(({ role, span }) => role === "name" && sameSpan(span, binding.span))));
}

function nameOf(pattern: Pattern): string | undefined {
  if (pattern.kind === "defaultPattern") return nameOf(pattern.pattern);
  return pattern.kind === "binding" ? pattern.name : undefined;
}

/** Names that other annotations of the file use, for the next size of a shape. */
function sizeNames(found: FileAnalysis, before: string): Completion[] {
  if (!/[[,]\s*\w*$/.test(before)) return [];
  const names = new Set<string>();
  for (const { shapeTags } of allFunctions(found.module)) {
    for (const tag of shapeTags) for (const [name] of tag.text.matchAll(/[A-Za-z_$][\w$]*/g)) names.add(name);
  }
  return [...names].map((name) => ({ text: name, detail: t`a size that is named in this file` }));
}
