import type { ExportBinding, Module } from "../ir";
import { askType } from "./declared-type";
import { mergeInto } from "./merge";
import type { Machine } from "./machine";
import { sameSimpleValue } from "./same";
import { ownCell } from "./scope";
import type { Outcome } from "./trace";
import { Trace } from "./trace";
import type { FunctionValue, Value } from "./value";

/**
 * Does a piece of work, or takes over what it did in the last analysis when all that it read then is the same now. `key` stands for the
 * code that runs: another object when the code has changed. `given` is what it runs on besides the state. What `run` answers says whether
 * control goes on behind it.
 */
export function remembered(m: Machine, key: object, run: () => boolean, given?: Value): boolean {
  const { traces } = m;
  if (!traces || !m.isPlain) return run();
  const known = traces.get(key);
  if (
    known?.outcome &&
    same(known.given, given) &&
    isValid(m, known, known.outcome) &&
    m.budget.skip(known.outcome.steps)
  ) {
    takeOver(m, known, known.outcome);
    return true;
  }
  return record(m, traces, { key, given }, run);
}

function record(
  m: Machine,
  traces: WeakMap<object, Trace>,
  { key, given }: { readonly key: object; readonly given: Value | undefined },
  run: () => boolean,
): boolean {
  const base = m.heap.layer;
  const layer = m.heap.push();
  const trace = new Trace(m.trace, given, m.frame.depth, m.heap.hasEqualities, m.heap.leaked.history);
  const { length: exits } = m.frame.exits;
  const steps = m.budget.stepsTaken;
  const mark = m.recorder.mark();
  layer.reader = trace;
  m.trace = trace;
  m.enterModule(m.frame.module.module);
  let end = layer;
  let isWhole = false;
  traces.delete(key);
  try {
    const goesOn = run();
    if (goesOn) end = m.heap.layer;
    isWhole = goesOn && end === layer && m.frame.exits.length === exits && !trace.isCut;
    return goesOn;
  } finally {
    layer.reader = undefined;
    m.trace = trace.outer;
    mergeInto(m.heap, base, [end]);
    const logs = m.recorder.since(mark);
    if (isWhole) {
      const { cells, objects, equalities } = layer;
      const fillings = new Map([...trace.loaded.values()].map(({ scope }) => [scope, scope.kept?.fillings ?? 0]));
      trace.outcome = {
        cells,
        objects,
        equalities,
        logs,
        steps: m.budget.stepsTaken - steps,
        fillings,
        leaked: m.heap.leaked.history,
      };
      traces.set(key, trace);
    }
  }
}

function isValid(m: Machine, trace: Trace, outcome: Outcome): boolean {
  if (trace.depth !== m.frame.depth || (m.heap.hasEqualities && !trace.assumes)) return false;
  if (trace.readsLeaks && !m.heap.leaked.isStill(trace.leaked)) return false;
  return (
    every(trace.loaded, (file, { module }) => m.source.module(file) === module && m.loadedModule(file) === undefined) &&
    every(outcome.fillings, (scope, count) => scope.kept?.fillings === count) &&
    every(trace.surroundings, (file, { imports, types }) => {
      const module = m.source.module(file);
      return module?.imports === imports && module.types === types;
    }) &&
    every(trace.resolved, (_, { specifier, fromFile, file }) => m.source.resolve(specifier, fromFile) === file) &&
    every(trace.modulesRead, (file, seen) => {
      const now = m.loadedModule(file);
      if (!seen || !now) return seen === now;
      return now.state === seen.state && sameExports(now.module, seen.module);
    }) &&
    every(trace.names, (scope, names) => every(names, (name, cell) => ownCell(scope, name) === cell)) &&
    every(trace.cells, (cell, value) => same(m.heap.read(cell), value)) &&
    every(trace.objects, (id, object) => m.heap.find(id) === object) &&
    every(trace.equalities, (symbol, size) => m.heap.equality(symbol) === size) &&
    every(trace.named, (name, functions) => sameFunctions(m.closuresNamed(name), functions)) &&
    every(trace.instancesRead, (node, value) => same(m.instanceOf(node), value)) &&
    every(trace.writtenRead, (origin, isWritten) => m.isWrittenOver(origin) === isWritten) &&
    trace.types.every(({ span, answer }) => JSON.stringify(askType(m, span)) === JSON.stringify(answer))
  );
}

function takeOver(m: Machine, trace: Trace, outcome: Outcome): void {
  const { layer, leaked } = m.heap;
  const isSameHistory = leaked.history === trace.leaked;
  for (const id of trace.leaks) leaked.add(id);
  for (const [cell, value] of trace.escapes) leaked.escape(cell, value);
  if (isSameHistory) leaked.history = outcome.leaked;
  for (const [file, { length, steps }] of trace.spent) {
    m.budget.charge(file, length, steps);
    m.tell((outer) => outer.spend(file, length, steps));
  }
  for (const [cell, value] of outcome.cells) layer.setCell(cell, value);
  for (const [id, object] of outcome.objects) layer.adopt(id, object);
  for (const [symbol, size] of outcome.equalities) m.heap.assume(symbol, size);
  for (const instance of trace.loaded.values()) m.addModule(instance);
  for (const [scope, names] of trace.declared) for (const [name, cell] of names) m.bind(scope, name, cell);
  for (const fn of trace.closures.values()) m.addClosure(fn);
  for (const cls of trace.classes) m.addClass(cls);
  for (const node of trace.entered) m.enter(node);
  for (const node of trace.doubted) m.recorder.doubting(() => m.enter(node));
  for (const [node, value] of trace.instances) m.addInstance(node, value);
  for (const origin of trace.written) m.writeOver(origin);
  for (const [file, { imports, types }] of trace.surroundings) m.enterModule({ file, imports, types });
  for (const [key, resolution] of trace.resolved) m.tell((outer) => outer.resolved.set(key, resolution));
  m.recorder.append(outcome.logs);
  if (m.trace) return;
  m.reused += outcome.steps;
  for (const { steps } of trace.spent.values()) m.reused += steps;
}

/** Functions and natives are made anew, the same ones, whenever the names that hold them are declared. */
function same(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a?.kind === "function" && b?.kind === "function")
    return a.home === b.home && a.qualifiedName === b.qualifiedName && sameSimpleValue(a, b);
  const isNative = a?.kind === "native" || a?.kind === "nativeClass" || a?.kind === "namespace";
  return isNative && b !== undefined && sameSimpleValue(a, b);
}

function sameFunctions(a: readonly FunctionValue[], b: readonly FunctionValue[]): boolean {
  return a.length === b.length && a.every((fn, i) => same(fn, b[i]));
}

function sameExports(a: Module, b: Module): boolean {
  if (a === b) return true;
  return a.exports.length === b.exports.length && a.exports.every((binding, i) => sameExport(binding, b.exports[i]));
}

function sameExport(a: ExportBinding, b: ExportBinding | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function every<K, V>(map: ReadonlyMap<K, V>, holds: (key: K, value: V) => boolean): boolean {
  for (const [key, value] of map) if (!holds(key, value)) return false;
  return true;
}
