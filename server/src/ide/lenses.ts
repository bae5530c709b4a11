import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import type { Span } from "../ir";
import { sameSpan } from "../ir";
import { formatShape } from "../shape/shape";
import { t } from "../text/translate";
import { shapesOf, tensorsOf } from "./describe";
import type { Model } from "./models";
import { mainModels, modelsOf } from "./models";
import { formatCount } from "./quantities";
import { allFunctions } from "./shape-tags";
import { summarize } from "./summary";

/** A line above the code. */
export interface Lens {
  readonly span: Span;
  readonly title: string;
  readonly action: "train" | "check" | "summary" | "graph" | undefined;
  /** The model that the action is about. */
  readonly model?: string;
}

export interface LensSettings {
  readonly enabled: boolean;
  /** Above models: what they learn, what goes in and what comes out. */
  readonly models: boolean;
  /** Above functions that are called with several shapes: which. */
  readonly functions: boolean;
}

/** What there is to say and to do above the lines of a file. */
export function lensesOf(analysis: Analysis, file: string, settings: LensSettings): Lens[] {
  const found = analysis.files.get(file);
  if (!found || !settings.enabled) return [];
  return [
    ...trainLenses(found),
    ...(settings.models ? modelLenses(analysis, file) : []),
    ...(settings.functions ? functionLenses(found) : []),
  ];
}

/** `export default defineExperiment(…)` */
function trainLenses({ module }: FileAnalysis): Lens[] {
  for (const statement of module.body) {
    if (statement.kind !== "declare") continue;
    for (const { value } of statement.declarations) {
      const isExperiment =
        value?.kind === "call" && value.callee.kind === "name" && value.callee.name === "defineExperiment";
      if (!isExperiment) continue;
      const { span } = statement;
      return [
        { span, title: t`▶ Train`, action: "train" },
        { span, title: t`Check one batch`, action: "check" },
      ];
    }
  }
  return [];
}

function modelLenses(analysis: Analysis, file: string): Lens[] {
  const models = modelsOf(analysis, file);
  const main = new Set(mainModels(analysis, models));
  // A variable that holds an instance of a class would repeat what stands above the class.
  return models
    .filter((model) => model.kind === "class" || main.has(model))
    .flatMap((model): Lens[] => [
      { span: model.span, title: modelTitle(analysis, model), action: "summary", model: model.name },
      { span: model.span, title: t`Graph`, action: "graph", model: model.name },
    ]);
}

function modelTitle(analysis: Analysis, model: Model): string {
  const summary = summarize(analysis, model);
  if (typeof summary === "string") return t`Summary`;
  const { totals, inputs, rows, problems } = summary;
  const count = totals.parameters ? t`${formatCount(totals.parameters)} parameters` : t`Summary`;
  const output = rows.findLast(({ output: shape }) => shape)?.output;
  const [input] = inputs;
  if (problems.length > 0 || !output || !input?.shape) return count;
  return `${count} · ${formatShape(input.shape)} → ${formatShape(output)}`;
}

const MOST_SHAPES = 4;

/** A function that is called with one shape, or is annotated, says so beside its parameters already. */
function functionLenses(found: FileAnalysis): Lens[] {
  return allFunctions(found.module).flatMap((node) => {
    if (node.arrow || !node.body || node.shapeTags.length > 0) return [];
    const seen = node.parameters.map(({ pattern }) => seenAt(found, pattern.span));
    const most = Math.max(0, ...seen.map(({ length }) => length));
    if (most < 2) return [];
    const texts = node.parameters.flatMap(({ pattern }, i) => {
      const shapes = seen[i] ?? [];
      if (shapes.length === 0 || pattern.kind !== "binding") return [];
      const more = shapes.length > MOST_SHAPES ? " | …" : "";
      return [`${pattern.name} ${shapes.slice(0, MOST_SHAPES).join(" | ")}${more}`];
    });
    return [{ span: node.nameSpan, title: t`Called with ${texts.join(", ")}`, action: undefined }];
  });
}

function seenAt({ facts }: FileAnalysis, place: Span): string[] {
  return shapesOf(tensorsOf(facts.filter(({ role, span }) => role === "name" && sameSpan(span, place))));
}
