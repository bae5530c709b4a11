import { recordObject } from "./heap";
import { Unreachable } from "./branch";
import type { Machine, ModuleInstance } from "./machine";
import type { Library } from "./native";
import { loadModule } from "./module";
import { getProperty } from "./property";
import { ownCell } from "./scope";
import { truthiness } from "./truth";
import type { AccessorValue, ExportName, Value } from "./value";
import { UNKNOWN } from "./value";

/** The name of what says that a CommonJS module was an ECMAScript module before it was compiled. */
export const COMPILED = "__esModule";

export function libraryOf(m: Machine, specifier: string): Library | undefined {
  return m.libraries.find((library) => library.owns(specifier));
}

export function libraryExport(library: Library, name: string): Value {
  const all: Value = { kind: "namespace", namespace: library.exports };
  if (name === "*") return all;
  return library.exports.member(name) ?? (name === "default" ? all : UNKNOWN);
}

/** The exporter's own variable, also through files that export it on. */
export function exportedCell(m: Machine, file: string, name: string, seen = new Set<string>()): number | undefined {
  if (seen.has(`${file} ${name}`)) return undefined;
  seen.add(`${file} ${name}`);
  const instance = withoutFailing(() => loadModule(m, file));
  if (!instance) return undefined;
  const further = (specifier: string, imported: string): number | undefined => {
    const target = libraryOf(m, specifier) ? undefined : m.resolve(specifier, file);
    return target === undefined || imported === "*" ? undefined : exportedCell(m, target, imported, seen);
  };
  const { exports } = instance.module;
  const binding = exports.find((one) => one.kind !== "all" && one.exported === name);
  if (binding?.kind === "local") return ownCell(instance.scope, binding.local);
  if (binding?.kind === "from") return further(binding.specifier, binding.imported);
  for (const one of exports) {
    const cell = one.kind === "all" && name !== "default" ? further(one.specifier, name) : undefined;
    if (cell !== undefined) return cell;
  }
  return undefined;
}

/** What a file exports under a name at the moment, looked up through re-exports; `*` is the module as an object. */
export function exportOf(m: Machine, file: string, name: string, seen = new Set<string>()): Value {
  if (seen.has(`${file} ${name}`)) return UNKNOWN;
  seen.add(`${file} ${name}`);
  const instance = withoutFailing(() => loadModule(m, file));
  if (!instance) return UNKNOWN;
  if (name === "*") return namespaceOf(m, instance);
  for (const binding of instance.module.exports) {
    if (binding.kind === "all" || binding.exported !== name) continue;
    if (binding.kind === "local") return readExport(m, instance, binding.local);
    return reExport(m, binding.specifier, binding.imported, file, seen);
  }
  for (const binding of instance.module.exports) {
    if (binding.kind !== "all" || name === "default") continue;
    const value = reExport(m, binding.specifier, name, file, seen);
    if (value.kind !== "unknown") return value;
  }
  if (isJson(instance)) return getProperty(m, readExport(m, instance, JSON_VALUE), name);
  return isCommonJs(instance) ? commonJsExport(m, instance, name) : UNKNOWN;
}

function reExport(m: Machine, specifier: string, name: string, fromFile: string, seen: Set<string>): Value {
  const library = libraryOf(m, specifier);
  if (library) return libraryExport(library, name);
  const file = m.resolve(specifier, fromFile);
  return file === undefined ? UNKNOWN : exportOf(m, file, name, seen);
}

function readExport(m: Machine, instance: ModuleInstance, local: string): Value {
  const cell = ownCell(instance.scope, local);
  return (cell === undefined ? undefined : m.heap.read(cell)) ?? UNKNOWN;
}

/** What `require` gives: of a CommonJS module what it assigned to `module.exports`, of a JSON file its value. */
export function requiredFrom(m: Machine, file: string): Value {
  const instance = withoutFailing(() => loadModule(m, file));
  if (!instance) return UNKNOWN;
  if (isJson(instance)) return readExport(m, instance, JSON_VALUE);
  return isCommonJs(instance) ? commonJsExports(m, instance) : namespaceOf(m, instance);
}

/** The variable that holds the value of a JSON file. */
const JSON_VALUE = "*default*";

function isJson({ module }: ModuleInstance): boolean {
  return module.file.endsWith(".json");
}

function isCommonJs({ module }: ModuleInstance): boolean {
  return module.exports.length === 0 && !module.file.endsWith(".json");
}

function commonJsExports(m: Machine, instance: ModuleInstance): Value {
  return getProperty(m, readExport(m, instance, "module"), "exports");
}

/**
 * `module.exports` as a whole for `default`, unless it was compiled and has one; a property of it otherwise, UNKNOWN for a module that has
 * none of the name.
 */
function commonJsExport(m: Machine, instance: ModuleInstance, name: string): Value {
  const exports = commonJsExports(m, instance);
  if (name === "default" && truthiness(getProperty(m, exports, COMPILED)) !== true) return exports;
  const value = getProperty(m, exports, name);
  return value.kind === "undefined" ? UNKNOWN : value;
}

/** The module as an object. Its properties are the exports themselves: they are read anew each time. */
function namespaceOf(m: Machine, instance: ModuleInstance): Value {
  if (isCommonJs(instance)) return namespaceOfCommonJs(m, instance);
  const names = new Set<string>();
  const isComplete = collectNames(m, instance, names, new Set());
  if (isComplete instanceof Object) return { kind: "namespace", namespace: isComplete.exports };
  const { file } = instance.module;
  const properties = new Map([...names].sort().map((name) => [name, exportedAs({ file, name })]));
  return m.heap.allocate(recordObject({ properties, open: !isComplete }));
}

function exportedAs(exported: ExportName): AccessorValue {
  return { kind: "accessor", get: undefined, set: undefined, exported };
}

/**
 * Collects the names that a module exports as variables; whether these are all. A library that is exported on as a whole answers for the
 * rest, name by name.
 */
function collectNames(
  m: Machine,
  { module, scope, state }: ModuleInstance,
  names: Set<string>,
  seen: Set<string>,
): boolean | Library {
  seen.add(module.file);
  let isComplete = state === "done" && !module.file.endsWith(".json");
  for (const binding of module.exports) {
    if (binding.kind === "all") continue;
    const isVariable = binding.kind === "local" && ownCell(scope, binding.local) !== undefined;
    // What has no variable is a type, or comes from elsewhere, where it may be one.
    isComplete &&= isVariable;
    if (isVariable || binding.kind === "from" || state === "running") names.add(binding.exported);
  }
  if (module.file.endsWith(".json")) for (const name of jsonNames(m, module.file)) names.add(name);
  for (const binding of module.exports) {
    if (binding.kind !== "all") continue;
    const library = libraryOf(m, binding.specifier);
    if (library) return library;
    const file = m.resolve(binding.specifier, module.file);
    const target = file === undefined ? undefined : withoutFailing(() => loadModule(m, file));
    if (!target || isCommonJs(target)) isComplete = false;
    else if (!seen.has(target.module.file)) {
      const inner = new Set<string>();
      const answer = collectNames(m, target, inner, seen);
      if (answer instanceof Object) return answer;
      isComplete &&= answer;
      for (const name of inner) if (name !== "default") names.add(name);
    }
  }
  return isComplete;
}

/** Bundlers let a JSON file export its keys by name as well. */
function jsonNames(m: Machine, file: string): readonly string[] {
  const instance = m.loadedModule(file);
  const value = instance && readExport(m, instance, JSON_VALUE);
  const object = value?.kind === "object" ? m.heap.object(value) : undefined;
  return object?.type === "record" ? [...object.properties.keys()] : [];
}

/** `module.exports` with `default` beside its own; of one that is no plain object, itself, since callers call it. */
function namespaceOfCommonJs(m: Machine, instance: ModuleInstance): Value {
  const exports = commonJsExports(m, instance);
  const object = exports.kind === "object" ? m.heap.object(exports) : undefined;
  if (object?.type !== "record" || object.prototype) return exports;
  const { file } = instance.module;
  const names = [...object.properties.keys(), "default"];
  const properties = new Map(names.map((name) => [name, exportedAs({ file, name })]));
  return m.heap.allocate(recordObject({ properties, open: true }));
}

export function withoutFailing<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}
