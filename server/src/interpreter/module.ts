import { recordObject } from "./heap";
import type { ImportBinding, Span } from "../ir";
import { Unreachable } from "./branch";
import { forgetEffectsOf } from "./effects";
import { reportExhaustion } from "./exhausted";
import type { Frame, Machine, ModuleInstance } from "./machine";
import type { Library } from "./native";
import { remembered } from "./remember";
import { getProperty } from "./property";
import type { Scope } from "./scope";
import { ownCell } from "./scope";
import { execute, hoist } from "./statement";
import type { Value } from "./value";
import { UNDEFINED, UNKNOWN, lost } from "./value";

/** The name that `export default expression` is lowered to. */
export const DEFAULT_EXPORT = "*default*";

/** The module, run if it has not been: each is run once, and cycles see what is there so far. */
export function loadModule(m: Machine, file: string): ModuleInstance | undefined {
  const loaded = m.loadedModule(file);
  if (loaded) return loaded;
  const module = m.source.module(file);
  if (!module) return undefined;
  const scope = m.moduleScope(file);
  const instance: ModuleInstance = { module, scope, state: "running" };
  m.addModule(instance);
  const frame: Frame = {
    module: instance,
    context: "",
    self: UNDEFINED,
    home: undefined,
    depth: m.frame.depth + 1,
    exits: [],
    yields: undefined,
  };
  m.inFrame(frame, () => {
    for (const name of module.hoisted) m.declare(scope, name, UNDEFINED);
    remembered(m, scope, () => declareCommonJs(m, scope));
    hoist(m, module.body, scope);
    for (const binding of module.imports) remembered(m, binding, () => bindImport(m, binding, instance));
    const base = m.heap.layer;
    let isAlive = false;
    const exhausted = m.within(file, module.span.end, () => {
      isAlive = module.body.every((statement) => remembered(m, statement, () => execute(m, statement, scope)));
    });
    // A top level that may have thrown half-way still is what the rest of the program has to go by.
    if (!isAlive) m.heap.layer = base;
    if (exhausted) skipRest(m, instance, exhausted.at ?? module.span);
  });
  instance.state = "done";
  return instance;
}

/** What a top level has not got to may still happen. */
function skipRest(m: Machine, { module, scope }: ModuleInstance, at: Span): void {
  for (const statement of module.body) if (statement.span.end > at.start) forgetEffectsOf(m, statement, scope);
  reportExhaustion(m, module.file, at);
}

function declareCommonJs(m: Machine, scope: Scope): true {
  const empty = m.heap.allocate(recordObject());
  const module = m.heap.allocate(
    recordObject({ properties: new Map<string, Value>([["exports", empty]]), open: true }),
  );
  m.declare(scope, "exports", empty);
  m.declare(scope, "module", module);
  return true;
}

/** An import is the exporter's own variable where there is one, so that cycles and later assignments see its value. */
function bindImport(m: Machine, binding: ImportBinding, into: ModuleInstance): true {
  const { local } = binding;
  if (local !== undefined) bindName(m, binding, local, into);
  return true;
}

function bindName(m: Machine, binding: ImportBinding, local: string, into: ModuleInstance): void {
  const name = binding.imported ?? "*";
  const library = libraryOf(m, binding.specifier);
  if (library) return m.declare(into.scope, local, libraryExport(library, name));
  const file = m.source.resolve(binding.specifier, into.module.file);
  if (file === undefined) return m.declare(into.scope, local, lost(UNKNOWN, { kind: "import", span: binding.span }));
  const cell = name === "*" ? undefined : exportedCell(m, file, name);
  if (cell === undefined) m.declare(into.scope, local, exportOf(m, file, name, new Set()));
  else m.bind(into.scope, local, cell);
}

/** The exporter's own variable, also through files that export it on. */
function exportedCell(m: Machine, file: string, name: string, seen = new Set<string>()): number | undefined {
  if (seen.has(`${file} ${name}`)) return undefined;
  seen.add(`${file} ${name}`);
  const instance = withoutFailing(() => loadModule(m, file));
  if (!instance) return undefined;
  const further = (specifier: string, imported: string): number | undefined => {
    const target = libraryOf(m, specifier) ? undefined : m.source.resolve(specifier, file);
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

function libraryOf(m: Machine, specifier: string): Library | undefined {
  return m.libraries.find((library) => library.owns(specifier));
}

function libraryExport(library: Library, name: string): Value {
  const all: Value = { kind: "namespace", namespace: library.exports };
  if (name === "*") return all;
  return library.exports.member(name) ?? (name === "default" ? all : UNKNOWN);
}

/** `require("m")`. */
export function importByRequire(m: Machine, specifier: string): Value {
  const library = libraryOf(m, specifier);
  if (library) return libraryExport(library, "*");
  const from = m.frame.module.module.file;
  const file = m.source.resolve(specifier, from);
  return file === undefined ? UNKNOWN : exportOf(m, file, "*", new Set());
}

/** What a file exports under a name, looked up through re-exports. */
function exportOf(m: Machine, file: string, name: string, seen: Set<string>): Value {
  if (seen.has(`${file} ${name}`)) return UNKNOWN;
  seen.add(`${file} ${name}`);
  const instance = withoutFailing(() => loadModule(m, file));
  if (!instance) return UNKNOWN;
  if (name === "*") return namespaceOf(m, instance, seen);
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
  return commonJsExport(m, instance, name);
}

function reExport(m: Machine, specifier: string, name: string, fromFile: string, seen: Set<string>): Value {
  const library = libraryOf(m, specifier);
  if (library) return libraryExport(library, name);
  const file = m.source.resolve(specifier, fromFile);
  return file === undefined ? UNKNOWN : exportOf(m, file, name, seen);
}

function readExport(m: Machine, instance: ModuleInstance, local: string): Value {
  const cell = ownCell(instance.scope, local);
  return (cell === undefined ? undefined : m.heap.read(cell)) ?? UNKNOWN;
}

/** `module.exports` as a whole for `default`, a property of it otherwise; UNKNOWN for a module that has none of the name. */
function commonJsExport(m: Machine, instance: ModuleInstance, name: string): Value {
  if (instance.module.exports.length > 0) return UNKNOWN;
  const exports = getProperty(m, readExport(m, instance, "module"), "exports");
  if (name === "default") return exports;
  const value = getProperty(m, exports, name);
  return value.kind === "undefined" ? UNKNOWN : value;
}

/** The module as an object: a snapshot of its exports. */
function namespaceOf(m: Machine, instance: ModuleInstance, seen: Set<string>): Value {
  const { module } = instance;
  if (module.exports.length === 0) return getProperty(m, readExport(m, instance, "module"), "exports");
  const properties = new Map<string, Value>();
  for (const binding of module.exports) {
    if (binding.kind !== "all")
      properties.set(binding.exported, exportOf(m, module.file, binding.exported, new Set(seen)));
  }
  const starred = module.exports.flatMap((binding) => (binding.kind === "all" ? [binding.specifier] : []));
  for (const specifier of starred) {
    // What is re-exported from a library is looked up there, name by name.
    const library = libraryOf(m, specifier);
    if (library) return { kind: "namespace", namespace: library.exports };
    const file = m.source.resolve(specifier, module.file);
    const target = file === undefined ? undefined : loadModule(m, file);
    const names = target?.module.exports.flatMap((one) => (one.kind === "all" ? [] : [one.exported])) ?? [];
    for (const name of names) {
      if (file !== undefined && !properties.has(name)) properties.set(name, exportOf(m, file, name, new Set(seen)));
    }
  }
  const open = starred.length > 0 || instance.state === "running";
  return m.heap.allocate(recordObject({ properties, open }));
}

function withoutFailing<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}
