import type { Analysis } from "../interpreter/analyze";
import { rootOf } from "../interpreter/class";
import { entryArguments, instanceFor } from "../interpreter/entry";
import { callFunction } from "../interpreter/function";
import type { Machine } from "../interpreter/machine";
import { findCell } from "../interpreter/scope";
import { attempted } from "../interpreter/trial";
import type { ClassValue, ObjectValue, Value } from "../interpreter/value";
import type { Span, Statement } from "../ir";
import { classesWithin } from "./parts";

/** Something in a file that is a model: a class, a variable that holds one, a function that makes one. */
export interface Model {
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  readonly kind: "class" | "variable" | "function";
  readonly object: ObjectValue;
}

/** The models that a file declares at its top level, in the order of the source. */
export function modelsOf({ machine, files }: Analysis, file: string): Model[] {
  const module = files.get(file)?.module;
  return module ? module.body.flatMap((statement) => modelsIn(machine, statement)) : [];
}

/**
 * The models that a file is about: not those that are parts of others, nor variables and functions that hold or make what a class
 * declares, nor functions that make parts.
 */
export function mainModels({ machine: m }: Analysis, models: readonly Model[]): Model[] {
  const within = models.flatMap(({ object }) => [...classesWithin(m, object)]);
  const declared = models.filter(({ kind }) => kind === "class").map(({ object }) => classOf(m, object));
  const main = models.filter(({ kind, object }) => {
    const own = classOf(m, object);
    if (kind === "class") return !within.includes(own as ClassValue["node"]);
    return !own || !declared.includes(own);
  });
  const others = main.filter(({ kind, object }) => kind !== "function" || payloadOf(m, object) === "model");
  return others.length > 0 ? others : main;
}

function classOf(m: Machine, object: ObjectValue): ClassValue["node"] | undefined {
  const record = m.heap.object(object);
  return record.type === "record" && record.prototype?.kind === "class" ? record.prototype.node : undefined;
}

function payloadOf(m: Machine, object: ObjectValue): string | undefined {
  const record = m.heap.object(object);
  return record.type === "record" ? record.payload?.kind : undefined;
}

function modelsIn(m: Machine, statement: Statement): Model[] {
  switch (statement.kind) {
    case "classDeclaration": {
      const { name, nameSpan } = statement.class;
      const cls = m.classes.find(({ node }) => node === statement.class);
      const object = cls && isModuleClass(cls) ? attempted(m, nameSpan.file, () => instanceFor(m, cls)) : undefined;
      return name && object?.kind === "object" ? [{ name, span: nameSpan, kind: "class", object }] : [];
    }
    case "declare":
      return statement.declarations.flatMap(({ pattern, value }) => {
        if (pattern.kind !== "binding") return [];
        const held = readVariable(m, pattern.span.file, pattern.name);
        // A part of a model that stands in a variable of its own is none.
        if (held?.kind === "object" && isModel(m, held)) {
          return [{ name: pattern.name, span: pattern.span, kind: "variable" as const, object: held }];
        }
        if (value?.kind !== "function") return [];
        return modelMadeBy(m, held, pattern.name, pattern.span);
      });
    case "functionDeclaration": {
      const { name, nameSpan } = statement.function;
      if (!name) return [];
      return modelMadeBy(m, readVariable(m, nameSpan.file, name), name, nameSpan);
    }
    default:
      return [];
  }
}

function modelMadeBy(m: Machine, fn: Value | undefined, name: string, span: Span): Model[] {
  if (fn?.kind !== "function" || fn.node.generator) return [];
  const made = attempted(m, span.file, () =>
    callFunction(m, fn, { args: entryArguments(m, fn.node), complete: true, self: undefined }),
  );
  const object = made?.kind === "promise" ? made.value : made;
  return object?.kind === "object" && isModel(m, object) ? [{ name, span, kind: "function", object }] : [];
}

function readVariable(m: Machine, file: string, name: string): Value | undefined {
  const scope = m.modules.get(file)?.scope;
  const cell = scope && findCell(scope, name);
  return cell === undefined ? undefined : m.heap.read(cell);
}

/** A class whose instances are modules: it extends `nn.Module`, or one that does. */
export function isModuleClass(cls: ClassValue): boolean {
  const root = rootOf(cls);
  return root?.kind === "nativeClass" && root.native.name === "Module";
}

/** Made of layers: what is one layer alone is no model. */
function isModel(m: Machine, object: ObjectValue): boolean {
  const record = m.heap.object(object);
  if (record.type !== "record") return false;
  if (record.prototype?.kind === "class") return isModuleClass(record.prototype);
  return record.payload?.kind === "moduleSequence" || record.payload?.kind === "model";
}
