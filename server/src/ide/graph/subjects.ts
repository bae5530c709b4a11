import type { Analysis } from "../../interpreter/analyze";
import type { Machine } from "../../interpreter/machine";
import type { FunctionValue, ObjectValue, Value } from "../../interpreter/value";
import type { Span } from "../../ir";
import { containsSpan, sameSpan } from "../../ir";
import { mainModels, modelsOf } from "../models";
import { allFunctions } from "../shape-tags";

/** Something whose data flow can be drawn. */
export interface Subject {
  /** As the user chooses it: `Net`, `Net.attend`. */
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  /** The code that it is about, for finding it at a cursor. */
  readonly around: Span;
  /** What the file is about, not a part of that. */
  readonly isMain: boolean;
  /** The model; `undefined` for a function. */
  readonly model: ObjectValue | undefined;
  readonly callee: FunctionValue | undefined;
}

/** The models of a file, the main ones first, and its functions that work on tensors, in the order of the source. */
export function subjectsOf(analysis: Analysis, file: string): Subject[] {
  const { machine, files } = analysis;
  const found = files.get(file);
  if (!found) return [];
  const all = modelsOf(analysis, file);
  const main = new Set(mainModels(analysis, all));
  const ordered = [...all.filter((model) => main.has(model)), ...all.filter((model) => !main.has(model))];
  const models = ordered.map((model): Subject => {
    const { name, span, object } = model;
    const around = found.module.body.find((statement) => containsSpan(statement.span, span))?.span ?? span;
    const isMain = main.has(model);
    return { name, span, around, isMain, model: object, callee: undefined };
  });
  const tensors = found.facts.filter(({ value, role }) => role === "expression" && value.kind === "tensor");
  const nodes = allFunctions(found.module);
  const functions = nodes.flatMap((node): Subject[] => {
    const callee = machine.closures.get(node);
    if (!callee || node.generator || ownName(callee) === undefined || isModel(callee, models)) return [];
    // What a function inside another one sees around it is gone when that one has returned.
    if (nodes.some((other) => other !== node && containsSpan(other.span, node.span))) return [];
    if (!tensors.some(({ span }) => containsSpan(node.span, span))) return [];
    return [
      { name: callee.qualifiedName, span: node.nameSpan, around: node.span, isMain: false, model: undefined, callee },
    ];
  });
  functions.sort((a, b) => a.span.start - b.span.start);
  return [...models, ...functions];
}

function ownName({ qualifiedName }: FunctionValue): string | undefined {
  const name = qualifiedName.split(".").at(-1);
  return name === "(anonymous)" || name === "constructor" ? undefined : name;
}

/** A function that makes a model, or a model's `forward`, is drawn as that model. */
function isModel({ node, qualifiedName }: FunctionValue, models: readonly Subject[]): boolean {
  return models.some(({ name, span }) => sameSpan(span, node.nameSpan) || `${name}.forward` === qualifiedName);
}

/** The subject that a cursor is in, the innermost of those that hold it. */
export function subjectAt(subjects: readonly Subject[], offset: number): Subject | undefined {
  const holding = subjects.filter(({ around }) => around.start <= offset && offset <= around.end);
  return holding.sort((a, b) => a.around.end - a.around.start - (b.around.end - b.around.start))[0];
}

/** The objects that the names of parts lead from: what a function sees around it. */
export function rootsOf(m: Machine, { span: at, model, callee }: Subject, self: Value | undefined) {
  const roots: { path: string; span: Span | undefined; value: Value }[] = [];
  if (model) roots.push({ path: "", span: undefined, value: model });
  if (self) roots.push({ path: "", span: undefined, value: self });
  const around = callee?.scope ?? m.modules.get(at.file)?.scope;
  for (let scope = around; scope && scope !== m.globals; scope = scope.parent) {
    for (const [path, cell] of scope.names) {
      const value = m.heap.read(cell);
      if (value?.kind === "object" || value?.kind === "tensor") roots.push({ path, span: undefined, value });
    }
  }
  return roots;
}
