import type { ClassNode, FunctionNode, Module, Span, TypeNode } from "../ir";
import type { Dim } from "../shape/dim";
import type { HeapObject, LayerReader } from "./heap";
import { readCell, readEquality, readObject } from "./heap";
import type { Layer } from "./heap";
import type { LeakNotes } from "./leaks";
import type { ModuleInstance } from "./machine";
import type { Log } from "./recorder";
import type { Scope } from "./scope";
import type { ClassValue, FunctionValue, TensorOrigin, Value } from "./value";

/**
 * One piece of work, such as a statement of a file's top level: what it read of the state before it, and what it did. As long as all that
 * it read is the same, doing it again would do the same, with the same objects.
 */
export class Trace implements LayerReader, LeakNotes {
  readonly cells = new Map<number, Value | undefined>();
  readonly objects = new Map<number, HeapObject | undefined>();
  readonly equalities = new Map<Dim, Dim | undefined>();
  readonly names = new Map<Scope, Map<string, number | undefined>>();
  readonly instancesRead = new Map<ClassNode, Value | undefined>();
  readonly writtenRead = new Map<TensorOrigin, boolean>();
  readonly modulesRead = new Map<
    string,
    { readonly module: Module; readonly state: ModuleInstance["state"] } | undefined
  >();
  /** The files that imports meant. */
  readonly resolved = new Map<
    string,
    { readonly specifier: string; readonly fromFile: string; readonly file: string | undefined }
  >();
  /** The files whose code ran, with the imports and types that the code could see. */
  readonly surroundings = new Map<string, Pick<Module, "imports" | "types">>();
  /** The functions of some names that existed before. */
  readonly named = new Map<string, readonly FunctionValue[]>();
  readsLeaks = false;
  readonly types: { readonly span: Span; readonly answer: TypeNode | undefined }[] = [];

  readonly loaded = new Map<string, ModuleInstance>();
  readonly declared = new Map<Scope, Map<string, number>>();
  readonly closures = new Map<FunctionNode, FunctionValue>();
  /** Those of the closures that did not exist before. */
  readonly made = new Set<FunctionNode>();
  readonly leaks = new Set<number>();
  readonly escapes = new Map<number, Value>();
  /** Steps by file, where whole files were run. */
  readonly spent = new Map<string, { readonly length: number; readonly steps: number }>();
  /** It was too much work and was stopped somewhere. */
  isCut = false;
  readonly classes: ClassValue[] = [];
  readonly entered = new Set<FunctionNode>();
  readonly doubted = new Set<FunctionNode>();
  readonly instances = new Map<ClassNode, Value>();
  readonly written = new Set<TensorOrigin>();
  /** What became of the state, the logs and the count of steps: known when the work is done. */
  outcome: Outcome | undefined;

  constructor(
    readonly outer: Trace | undefined,
    readonly given: Value | undefined,
    /** How deep in calls it ran, and whether any sizes were assumed to be equal: then reading them was noted. */
    readonly depth: number,
    readonly assumes: boolean,
    /** What had leaked before. */
    readonly leaked: object,
  ) {}

  cell(cell: number, below: Layer | undefined): Value | undefined {
    const known = this.cells.get(cell);
    if (known || this.cells.has(cell)) return known;
    const value = below && readCell(below, cell);
    this.cells.set(cell, value);
    return value;
  }

  object(id: number, below: Layer | undefined): HeapObject | undefined {
    const known = this.objects.get(id);
    if (known || this.objects.has(id)) return known;
    const object = below && readObject(below, id);
    this.objects.set(id, object);
    return object;
  }

  equality(symbol: Dim, below: Layer | undefined): Dim | undefined {
    if (this.equalities.has(symbol)) return this.equalities.get(symbol);
    const size = below && readEquality(below, symbol);
    this.equalities.set(symbol, size);
    return size;
  }

  name(scope: Scope, name: string, cell: number | undefined): void {
    if (this.declared.get(scope)?.has(name)) return;
    const names = this.names.get(scope) ?? new Map<string, number | undefined>();
    this.names.set(scope, names);
    if (!names.has(name)) names.set(name, cell);
  }

  readNamed(name: string, functions: readonly FunctionValue[]): void {
    if (!this.named.has(name))
      this.named.set(
        name,
        functions.filter(({ node }) => !this.made.has(node)),
      );
  }

  spend(file: string, length: number, steps: number): void {
    this.spent.set(file, { length, steps: (this.spent.get(file)?.steps ?? 0) + steps });
  }

  declare(scope: Scope, name: string, cell: number): void {
    const names = this.declared.get(scope) ?? new Map<string, number>();
    this.declared.set(scope, names);
    names.set(name, cell);
  }
}

export interface Outcome {
  readonly leaked: object;
  readonly cells: ReadonlyMap<number, Value>;
  readonly objects: ReadonlyMap<number, HeapObject>;
  readonly equalities: ReadonlyMap<Dim, Dim>;
  readonly logs: readonly Log[];
  readonly steps: number;
  /** How often each scope that it filled has been filled since: names of a later filling are not its own. */
  readonly fillings: ReadonlyMap<Scope, number>;
}
