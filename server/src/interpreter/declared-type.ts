import type { Module, Span, TypeNode } from "../ir";
import { typeAnnotation } from "./annotation";
import type { Machine } from "./machine";
import { findCell } from "./scope";

type Reference = Extract<TypeNode, { kind: "reference" }>;

const LONGEST_CHAIN = 8;

/** Those of the language itself that make a type of other types. */
const UTILITIES: ReadonlySet<string> = new Set([
  ...["Partial", "Required", "Readonly", "Record", "Pick", "Omit", "Exclude", "Extract", "NonNullable", "NoInfer"],
  ...["Parameters", "ConstructorParameters", "ReturnType", "InstanceType", "Awaited"],
]);

/** What comments in JavaScript name most, and nothing follows from. */
const STANDARD: ReadonlySet<string> = new Set([
  ...["Object", "Function", "Array", "Promise", "Map", "Set", "Date", "Error", "RegExp", "Symbol", "ArrayBuffer"],
  ...["Float32Array", "Float64Array", "Int32Array", "Uint8Array", "Uint8ClampedArray"],
]);

/**
 * The type that a name or a computation stands for: aliases of the same file by themselves, the rest with the help of the front end's type
 * checker, if it has one. A type that stays a reference is a tensor's, or nothing is known of it.
 */
export function resolveType(m: Machine, type: TypeNode, depth = 0): TypeNode {
  if (depth > LONGEST_CHAIN) return type;
  if (type.kind === "computed") return ask(m, type) ?? type;
  if (type.kind !== "reference" || typeAnnotation(m, type)) return type;
  const alias = m.frame.module.module.types.get(type.name);
  // The alias of a generic type does not have the arguments.
  const isComplete = alias !== undefined && type.args.length === 0;
  const answer = isComplete ? undefined : askAbout(m, type, alias);
  if (answer) return answer;
  return alias ? resolveType(m, alias, depth + 1) : type;
}

function ask(m: Machine, type: TypeNode): TypeNode | undefined {
  return askType(m, type.span);
}

/** The first question starts a type checker, so only those are asked whose answer may hold a tensor. */
function askAbout(m: Machine, type: Reference, alias: TypeNode | undefined): TypeNode | undefined {
  const { file } = type.span;
  const root = type.name.split(".")[0];
  const binding = m.source.module(file)?.imports.find(({ local }) => local === root);
  if (binding) {
    const isLibrary = m.libraries.some((library) => library.owns(binding.specifier));
    return isLibrary || isClass(m, file, binding.local) ? undefined : ask(m, type);
  }
  const isComputed = type.args.length > 0 && (alias !== undefined || UTILITIES.has(type.name));
  // In JavaScript, comments declare types.
  const isDocumented = /\.[cm]?jsx?$/.test(file) && !STANDARD.has(type.name);
  return isComputed || isDocumented ? ask(m, type) : undefined;
}

function isClass(m: Machine, file: string, name: string | undefined): boolean {
  const scope = m.modules.get(file)?.scope;
  const cell = scope && name !== undefined ? findCell(scope, name) : undefined;
  const value = cell === undefined ? undefined : m.heap.read(cell);
  return value?.kind === "class" || value?.kind === "nativeClass";
}

/** What the type checker takes a type to be; it is asked only where the answer may hold a tensor. */
export function askType(m: Machine, span: Span): TypeNode | undefined {
  const answer = concernsTensors(m, span.file) ? m.source.declaredType?.(span) : undefined;
  m.tell((trace) => trace.types.push({ span, answer }));
  return answer;
}

/** Whether a file imports a library of tensors, itself or through others: no type in any other file holds one. */
function concernsTensors(m: Machine, file: string): boolean {
  const answer = m.concerned.get(file) ?? reachesLibrary(m, file);
  m.concerned.set(file, answer);
  return answer;
}

function reachesLibrary(m: Machine, start: string): boolean {
  const seen = new Set([start]);
  for (const file of seen) {
    const module = m.source.module(file);
    for (const specifier of module ? specifiersOf(module) : []) {
      if (m.libraries.some((library) => library.owns(specifier))) return true;
      const imported = m.source.resolve(specifier, file);
      if (imported !== undefined) seen.add(imported);
    }
  }
  return false;
}

function specifiersOf(module: Module): string[] {
  return [...module.imports, ...module.exports].flatMap((each) => ("specifier" in each ? [each.specifier] : []));
}
