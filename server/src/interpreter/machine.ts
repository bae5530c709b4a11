import type { ClassNode, FunctionNode, Module, TypeNode } from "../ir";
import { Span } from "../ir";
import type { BudgetExhausted } from "./budget";
import { Budget } from "./budget";
import { Heap } from "./heap";
import type { Layer } from "./heap";
import type { Argument, Library, NativePayload } from "./native";
import { Recorder } from "./recorder";
import type { Scope } from "./scope";
import { childScope, ownCell } from "./scope";
import type { Trace } from "./trace";
import type { Witness } from "./witness";
import type { ClassValue, FunctionValue, ObjectValue, TensorOrigin, TensorValue, UnknownValue, Value } from "./value";

/** Where modules come from. The interpreter never touches a disk. */
export interface ModuleSource {
  module(file: string): Module | undefined;
  /** The file that an import means; `undefined` when there is none to analyse. */
  resolve(specifier: string, fromFile: string): string | undefined;
  /**
   * What a type checker takes the type written at `span` to be, without references but to tensors. Absent in front ends that have none;
   * slow where there is one, so it is asked only what syntax does not tell.
   */
  declaredType?(span: Span): TypeNode | undefined;
}

/** A way out of a function, a loop or a `try` that does not fall off its end. */
export interface Exit {
  readonly kind: "return" | "break" | "continue" | "throw";
  readonly label: string | undefined;
  readonly value: Value | undefined;
  /** The state on that way. */
  readonly layer: Layer;
}

/** One activation of a function or of a module's top level. */
export interface Frame {
  readonly module: ModuleInstance;
  /** For facts: `Net.forward`, empty at the top level. */
  readonly context: string;
  readonly self: Value | undefined;
  readonly home: ClassValue | undefined;
  readonly depth: number;
  /** The ways out that nothing has taken yet. */
  exits: Exit[];
  /** The variables of a call that no function outlives it with: they are gone when it is over. */
  readonly locals?: number[] | undefined;
  /** In a generator: takes what is yielded, and gives what `yield` gives. */
  readonly yields: ((value: Value) => Value) | undefined;
  /** The call that it answers; absent for a module's top level and for a class's fields. */
  readonly call?:
    | {
        readonly node: FunctionNode;
        readonly args: readonly Argument[];
        readonly awaited: boolean;
        readonly span?: Span | undefined;
      }
    | undefined;
}

export interface ModuleInstance {
  readonly module: Module;
  readonly scope: Scope;
  /** While running, an import cycle sees what is exported so far. */
  state: "running" | "done";
}

export const DEEPEST_CALL = 48;

/** The interpreter's state. Everything that runs code takes it first. */
export class Machine {
  readonly heap = new Heap();
  readonly budget = new Budget(() => this.isCancelled());
  recorder = new Recorder();
  readonly modules = new Map<string, ModuleInstance>();
  readonly globals: Scope = childScope(undefined);
  /** Functions and methods that exist, and the ones that have been run. */
  readonly closures = new Map<FunctionNode, FunctionValue>();
  readonly classes: ClassValue[] = [];
  readonly entered = new Set<FunctionNode>();
  /** The ones that have been run where nothing is reported: what they show is known, what is wrong in them is not told yet. */
  readonly doubted = new Set<FunctionNode>();
  /** The instances that user code made, by class: the first one stands for the class when methods are run by themselves. */
  private readonly instances = new Map<ClassNode, Value>();
  /** Where tensors come from whose numbers were written over in place. */
  private readonly written = new Set<TensorOrigin>();
  /** What pieces of work did in the last analysis, by what they worked on; absent when nobody will ask again. */
  readonly traces: WeakMap<object, Trace> | undefined;
  /** The piece of work that is going on. */
  trace: Trace | undefined;
  private readonly scopes = new Map<string, Scope>();
  /** Whether files import a library of tensors, themselves or through others: asked more than once. */
  readonly concerned = new Map<string, boolean>();
  /** The files of which it was said that they take too much work. */
  readonly exhausted = new Set<string>();
  /** How many steps were taken over from the analysis before. */
  reused = 0;
  /** Told of what runs, while somebody wants to know. */
  witness: Witness | undefined;
  /** For each `try` with a handler that is running: the states that calls in its body have thrown in. */
  readonly handlers: Layer[][] = [];
  frame: Frame;
  private calls = 0;
  private readonly active = new Map<FunctionNode, (readonly Argument[])[]>();
  private readonly byName = new Map<string, FunctionValue[]>();

  isCancelled: () => boolean = () => false;

  /** @param remembers Whether there will be more analyses of the same program, edited. */
  constructor(
    readonly source: ModuleSource,
    readonly libraries: readonly Library[],
    remembers = false,
  ) {
    this.traces = remembers ? new WeakMap() : undefined;
    if (remembers) this.heap.leaked.tell = (note) => this.tell(note);
    const nowhere = Span.at("", 0, 0);
    const module: Module = {
      file: "",
      hash: "",
      body: [],
      imports: [],
      exports: [],
      required: [],
      types: new Map(),
      hoisted: [],
      ignores: [],
      mentionsTensors: false,
      broken: false,
      span: nowhere,
    };
    this.frame = {
      module: { module, scope: this.globals, state: "done" },
      context: "",
      self: undefined,
      home: undefined,
      depth: 0,
      exits: [],
      yields: undefined,
    };
  }

  /** Counts one step of work; throws when there have been too many or nobody waits for the answer any more. */
  step(): void {
    this.budget.step();
  }

  /** Runs a part of a file within what is left of its share of work; gives what stopped it. */
  within(file: string, length: number, run: () => void): BudgetExhausted | undefined {
    const before = this.budget.leftOf(file, length);
    const exhausted = this.budget.within(file, length, run);
    const steps = before - this.budget.leftOf(file, length);
    this.tell((trace) => {
      trace.spend(file, length, steps);
      trace.isCut ||= exhausted !== undefined;
    });
    return exhausted;
  }

  /** Forgets everything but traces: for another analysis on top of a state. */
  restart(state: Layer): void {
    this.recorder = new Recorder();
    this.heap.startAbove(state);
    for (const all of [this.modules, this.closures, this.byName, this.entered, this.doubted, this.instances])
      all.clear();
    for (const all of [this.written, this.concerned, this.exhausted]) all.clear();
    this.classes.length = 0;
    this.budget.restart();
    this.reused = 0;
  }

  /** Nothing that goes on now has a say in what a piece of work does. */
  get isPlain(): boolean {
    return this.recorder.isPlain && this.calls === 0 && this.handlers.length === 0;
  }

  /** The arguments of the calls of a function that have not returned yet. */
  activeCalls(node: FunctionNode): readonly (readonly Argument[])[] {
    return this.active.get(node) ?? [];
  }

  observe(span: Span, role: "expression" | "name", value: Value): void {
    if (this.recorder.isMuted) return;
    // One of a few: each is what some run has there.
    if (value.kind === "union") {
      for (const option of value.options) if (option.kind === "tensor") this.observe(span, role, option);
      return;
    }
    const object = value.kind === "object" ? this.heap.find(value.id) : undefined;
    const payload = object?.type === "record" ? object.payload : undefined;
    if (!isOfInterest(value, role, payload)) return;
    const { context, call } = this.frame;
    this.recorder.observe({ span, context, role, value, payload, caller: call?.span });
  }

  /** The functions of that name that exist. */
  closuresNamed(name: string): readonly FunctionValue[] {
    const named = this.byName.get(name) ?? [];
    this.tell((trace) => trace.readNamed(name, named));
    return named;
  }

  private callsOf(node: FunctionNode): (readonly Argument[])[] {
    const known = this.active.get(node) ?? [];
    this.active.set(node, known);
    return known;
  }

  declare(scope: Scope, name: string, value: Value | undefined): void {
    const existing = ownCell(scope, name);
    if (existing === undefined) {
      const kept = scope.kept?.cells.get(name);
      const cell = kept ?? this.heap.newCell(value);
      this.bind(scope, name, cell);
      this.frame.locals?.push(cell);
      if (kept === undefined) scope.kept?.cells.set(name, cell);
      else if (value) this.heap.write(kept, value);
    } else if (value) this.heap.write(existing, value);
  }

  /** Makes a name stand for a variable. */
  bind(scope: Scope, name: string, cell: number): void {
    scope.names.set(name, cell);
    this.heap.giveName(cell, name);
    if (scope.kept) this.tell((trace) => trace.declare(scope, name, cell));
  }

  /** The empty scope of a file's top level: the same one in every analysis, so that functions that were made in it are right. */
  moduleScope(file: string): Scope {
    if (!this.traces) return childScope(this.globals);
    const known = this.scopes.get(file);
    const read = (scope: Scope, name: string, cell: number | undefined): void =>
      this.tell((trace) => trace.name(scope, name, cell));
    const scope = known ?? { ...childScope(this.globals), kept: { cells: new Map(), fillings: 0, read } };
    scope.names.clear();
    if (scope.kept) scope.kept.fillings++;
    this.scopes.set(file, scope);
    return scope;
  }

  /** The file that an import means; another one when files come or go. */
  resolve(specifier: string, fromFile: string): string | undefined {
    const file = this.source.resolve(specifier, fromFile);
    this.tell((trace) => trace.resolved.set(`${fromFile} ${specifier}`, { specifier, fromFile, file }));
    return file;
  }

  /** The module, if it has been loaded. */
  loadedModule(file: string): ModuleInstance | undefined {
    const instance = this.modules.get(file);
    const seen = instance && { module: instance.module, state: instance.state };
    this.tell((trace) => {
      if (!trace.loaded.has(file) && !trace.modulesRead.has(file)) trace.modulesRead.set(file, seen);
    });
    return instance;
  }

  addModule(instance: ModuleInstance): void {
    this.modules.set(instance.module.file, instance);
    this.tell((trace) => trace.loaded.set(instance.module.file, instance));
  }

  /** Code of the module runs, which sees its imports and types. */
  enterModule({ file, imports, types }: Pick<Module, "file" | "imports" | "types">): void {
    if (file !== "") this.tell((trace) => trace.surroundings.set(file, { imports, types }));
  }

  /** Remembers that a function exists: the first value of it stands for it when it is run by itself. */
  addClosure(fn: FunctionValue): void {
    const { node } = fn;
    const isNew = !this.closures.has(node);
    this.tell((trace) => {
      if (!trace.closures.has(node)) trace.closures.set(node, fn);
      if (isNew) trace.made.add(node);
    });
    if (!isNew) return;
    this.closures.set(node, fn);
    if (node.name === undefined) return;
    const named = this.byName.get(node.name);
    if (named) named.push(fn);
    else this.byName.set(node.name, [fn]);
  }

  addClass(cls: ClassValue): void {
    this.classes.push(cls);
    this.tell((trace) => trace.classes.push(cls));
  }

  enter(node: FunctionNode): void {
    const isDoubted = this.recorder.isDoubting;
    (isDoubted ? this.doubted : this.entered).add(node);
    this.tell((trace) => (isDoubted ? trace.doubted : trace.entered).add(node));
  }

  /** It need not be run by itself. */
  passOver(node: FunctionNode): void {
    this.entered.add(node);
    this.tell((trace) => trace.entered.add(node));
  }

  addInstance(node: ClassNode, value: Value): void {
    if (!this.instances.has(node)) this.instances.set(node, value);
    this.tell((trace) => {
      if (!trace.instances.has(node)) trace.instances.set(node, value);
    });
  }

  instanceOf(node: ClassNode): Value | undefined {
    const value = this.instances.get(node);
    this.tell((trace) => {
      if (!trace.instances.has(node) && !trace.instancesRead.has(node)) trace.instancesRead.set(node, value);
    });
    return value;
  }

  writeOver(origin: TensorOrigin): void {
    this.written.add(origin);
    this.tell((trace) => trace.written.add(origin));
  }

  isWrittenOver(origin: TensorOrigin): boolean {
    const isWritten = this.written.has(origin);
    this.tell((trace) => {
      if (!trace.written.has(origin) && !trace.writtenRead.has(origin)) trace.writtenRead.set(origin, isWritten);
    });
    return isWritten;
  }

  /** Tells the pieces of work that are going on. */
  tell(note: (trace: Trace) => void): void {
    for (let trace = this.trace; trace; trace = trace.outer) note(trace);
  }

  inFrame<T>(frame: Frame, run: () => T): T {
    const outer = this.frame;
    this.frame = frame;
    const calls = frame.call && this.callsOf(frame.call.node);
    calls?.push(frame.call?.args ?? []);
    this.calls += frame.call ? 1 : 0;
    if (this.trace) this.enterModule(frame.module.module);
    try {
      return run();
    } finally {
      this.frame = outer;
      calls?.pop();
      this.calls -= frame.call ? 1 : 0;
    }
  }
}

/** Tensors, expressions that lost one, layers and models, and (by name) other objects. */
function isOfInterest(
  value: Value,
  role: "expression" | "name",
  payload: NativePayload | undefined,
): value is TensorValue | UnknownValue | ObjectValue {
  if (value.kind === "tensor") return true;
  if (value.kind === "unknown") return value.tensorLike;
  return value.kind === "object" && (role === "name" || payload !== undefined);
}
