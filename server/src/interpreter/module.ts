import { readName } from "./expression";
import { recordObject } from "./heap";
import type { ImportBinding, Span } from "../ir";
import { forgetEffectsOf } from "./effects";
import { reportExhaustion } from "./exhausted";
import { exportedCell, exportOf, libraryExport, libraryOf, requiredFrom } from "./exports";
import type { Frame, Machine, ModuleInstance } from "./machine";
import { remembered } from "./remember";
import type { Scope } from "./scope";
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
  const frame: { -readonly [K in keyof Frame]: Frame[K] } = {
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
    if (module.imports.length + module.exports.length === 0) frame.self = readName(m, "exports", scope);
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
  const file = m.resolve(binding.specifier, into.module.file);
  if (file === undefined) return m.declare(into.scope, local, lost(UNKNOWN, { kind: "import", span: binding.span }));
  const cell = name === "*" ? undefined : exportedCell(m, file, name);
  if (cell === undefined) m.declare(into.scope, local, exportOf(m, file, name));
  else m.bind(into.scope, local, cell);
}

/** `require("m")`, or the module that `import("m")` promises. */
export function importByCall(m: Machine, specifier: string, how: "require" | "import"): Value {
  const library = libraryOf(m, specifier);
  if (library) return libraryExport(library, "*");
  const from = m.frame.module.module.file;
  const file = m.resolve(specifier, from);
  if (file === undefined) return UNKNOWN;
  return how === "require" ? requiredFrom(m, file) : exportOf(m, file, "*");
}
