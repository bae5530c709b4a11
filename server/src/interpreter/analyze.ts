import type { Module, Span } from "../ir";
import { sameSpan } from "../ir";
import { isKnown } from "../shape/dim";
import { Unreachable } from "./branch";
import { concernTensors } from "./concern";
import { declareGlobals } from "./builtins/globals";
import { runEntryPoints } from "./entry";
import type { Layer } from "./heap";
import type { ModuleSource } from "./machine";
import { exhaustion } from "./budget";
import { Machine } from "./machine";
import { loadModule } from "./module";
import type { Library } from "./native";
import type { Diagnostic, Fact, Recorder } from "./recorder";

export interface FileAnalysis {
  readonly file: string;
  readonly module: Module;
  /** In the order of the source. */
  readonly facts: readonly Fact[];
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: Coverage;
}

/** A silent analysis has no false alarms either: how much of the code was followed is told beside what was found in it. */
export interface Coverage {
  readonly tensorExpressions: number;
  /** Of these, how many have a known rank and no unknown dimension in any context. */
  readonly known: number;
}

export interface Analysis {
  readonly files: ReadonlyMap<string, FileAnalysis>;
  /** How much was done, in steps, and how much of it was taken over from the analysis before. */
  readonly work: { readonly steps: number; readonly reused: number };
  /** The machine that ran, for asking about the values in facts. */
  readonly machine: Machine;
}

export interface AnalysisOptions {
  readonly libraries: readonly Library[];
  readonly isCancelled?: () => boolean;
}

/**
 * Runs files on shapes: their top levels, with what they import, then every function that nothing called. Never throws for what is
 * in the files.
 */
export function analyze(source: ModuleSource, files: readonly string[], options: AnalysisOptions): Analysis {
  const machine = new Machine(source, options.libraries);
  declareGlobals(machine);
  return run(machine, files, options.isCancelled);
}

/**
 * Analyses of one program after the other, edited between them. What an edit cannot have changed is taken over from the last one, so an
 * analysis holds until the next is asked for.
 */
export class Reanalysis {
  private readonly machine: Machine;
  private readonly globals: Layer;

  constructor(source: ModuleSource, libraries: readonly Library[]) {
    this.machine = new Machine(source, libraries, true);
    declareGlobals(this.machine);
    this.globals = this.machine.heap.layer;
  }

  analyze(files: readonly string[], isCancelled?: () => boolean): Analysis {
    this.machine.restart(this.globals);
    return run(this.machine, files, isCancelled);
  }
}

function run(machine: Machine, files: readonly string[], isCancelled: () => boolean = () => false): Analysis {
  machine.isCancelled = isCancelled;
  if (concernTensors(machine.source, files)) {
    for (const file of files) guarded(machine, () => void loadModule(machine, file));
    guarded(machine, () => runEntryPoints(machine, new Set(files)));
  }
  const work = { steps: machine.budget.allSteps, reused: machine.reused };
  return { machine, work, files: collect(machine, files) };
}

function guarded(m: Machine, run: () => void): void {
  const { frame } = m;
  const { layer } = m.heap;
  try {
    run();
  } catch (error) {
    if (!exhaustion(error) && !(error instanceof Unreachable)) throw error;
    m.frame = frame;
    m.heap.layer = layer;
  }
}

function collect(m: Machine, files: readonly string[]): ReadonlyMap<string, FileAnalysis> {
  const diagnostics = groupBy(m.recorder.diagnostics(), (diagnostic) => diagnostic.span.file);
  const analyses = new Map<string, FileAnalysis>();
  for (const file of files) {
    const module = m.modules.get(file)?.module ?? m.source.module(file);
    if (!module) continue;
    // Half of a file says nothing certain about the whole.
    const found = module.broken ? [] : (diagnostics.get(file) ?? []);
    found.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    analyses.set(file, new AnalyzedFile(file, module, found, m.recorder));
  }
  return analyses;
}

/** Facts are put in order when somebody asks for them: whoever only shows diagnostics does not. */
class AnalyzedFile implements FileAnalysis {
  private ordered: readonly Fact[] | undefined;

  constructor(
    readonly file: string,
    readonly module: Module,
    readonly diagnostics: readonly Diagnostic[],
    private readonly recorder: Recorder,
  ) {}

  get facts(): readonly Fact[] {
    this.ordered ??= this.recorder.facts(this.file);
    return this.ordered;
  }

  get coverage(): Coverage {
    return coverageOf(this.facts);
  }
}

function groupBy<T>(items: Iterable<T>, key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/**
 * Of facts in the order of the text, so that those about one expression follow each other. What may be a tensor or something else, such as
 * what an unknown function makes of one, does not count.
 */
function coverageOf(facts: readonly Fact[]): Coverage {
  let tensorExpressions = 0;
  let unknown = 0;
  let place: Span | undefined;
  let isKnownSoFar = true;
  for (const { role, span, value } of facts) {
    if (role !== "expression" || value.kind !== "tensor") continue;
    if (!place || !sameSpan(place, span)) {
      tensorExpressions++;
      isKnownSoFar = true;
    }
    place = span;
    if (value.shape?.every(isKnown)) continue;
    if (isKnownSoFar) unknown++;
    isKnownSoFar = false;
  }
  return { tensorExpressions, known: tensorExpressions - unknown };
}
