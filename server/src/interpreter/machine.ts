import type { FunctionNode, Module, TypeNode } from "../ir";
import { Span } from "../ir";
import { Budget } from "./budget";
import { Heap } from "./heap";
import type { Layer } from "./heap";
import type { Argument, Library, NativePayload } from "./native";
import { Recorder } from "./recorder";
import type { Scope } from "./scope";
import { childScope } from "./scope";
import type { ClassValue, FunctionValue, ObjectValue, TensorValue, UnknownValue, Value } from "./value";

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
  /** In a generator: takes what is yielded, and gives what `yield` gives. */
  readonly yields: ((value: Value) => Value) | undefined;
  /** The call that it answers; absent for a module's top level and for a class's fields. */
  readonly call?:
    { readonly node: FunctionNode; readonly args: readonly Argument[]; readonly awaited: boolean } | undefined;
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
  readonly budget: Budget;
  readonly recorder = new Recorder();
  readonly modules = new Map<string, ModuleInstance>();
  readonly globals: Scope = childScope(undefined);
  /** Functions and methods that exist, and the ones that have been run. */
  readonly closures = new Map<FunctionNode, FunctionValue>();
  readonly classes: ClassValue[] = [];
  readonly entered = new Set<FunctionNode>();
  /** The instances that user code made, by class: the first one stands for the class when methods are run by themselves. */
  readonly instances = new Map<ClassValue["node"], Value>();
  /** While somebody wants to know: what native functions and layers made, in the order in which they ran. */
  traced: Value[] | undefined;
  /** For each `try` with a handler that is running: the states that calls in its body have thrown in. */
  readonly handlers: Layer[][] = [];
  /** What functions may write that went to code which is not known, by variable. */
  readonly escapedWrites = new Map<number, Value>();
  frame: Frame;
  private readonly active = new Map<FunctionNode, (readonly Argument[])[]>();
  private readonly byName = new Map<string, FunctionValue[]>();

  constructor(
    readonly source: ModuleSource,
    readonly libraries: readonly Library[],
    isCancelled: () => boolean = () => false,
  ) {
    this.budget = new Budget(isCancelled);
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

  /** The arguments of the calls of a function that have not returned yet. */
  activeCalls(node: FunctionNode): readonly (readonly Argument[])[] {
    return this.active.get(node) ?? [];
  }

  observe(span: Span, role: "expression" | "name", value: Value): void {
    if (this.recorder.isMuted) return;
    const object = value.kind === "object" ? this.heap.find(value.id) : undefined;
    const payload = object?.type === "record" ? object.payload : undefined;
    if (!isOfInterest(value, role, payload)) return;
    this.recorder.observe({ span, context: this.frame.context, role, value, payload });
  }

  /** Remembers that a function exists: the first value of it stands for it when it is run by itself. */
  noteClosure(value: FunctionValue): void {
    if (this.closures.has(value.node)) return;
    this.closures.set(value.node, value);
    const { name } = value.node;
    if (name === undefined) return;
    const named = this.byName.get(name);
    if (named) named.push(value);
    else this.byName.set(name, [value]);
  }

  closuresNamed(name: string): readonly FunctionValue[] {
    return this.byName.get(name) ?? [];
  }

  private callsOf(node: FunctionNode): (readonly Argument[])[] {
    const known = this.active.get(node) ?? [];
    this.active.set(node, known);
    return known;
  }

  declare(scope: Scope, name: string, value: Value | undefined): void {
    const existing = scope.names.get(name);
    if (existing === undefined) scope.names.set(name, this.heap.newCell(value));
    else if (value) this.heap.write(existing, value);
  }

  inFrame<T>(frame: Frame, run: () => T): T {
    const outer = this.frame;
    this.frame = frame;
    const calls = frame.call && this.callsOf(frame.call.node);
    calls?.push(frame.call?.args ?? []);
    try {
      return run();
    } finally {
      this.frame = outer;
      calls?.pop();
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
