import type { FunctionNode, Module, TypeNode } from "../ir";
import { Span } from "../ir";
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

/** The analysis has taken as many steps as one file may. */
export class BudgetExhausted extends Error {}

const MOST_STEPS = 400_000;
export const DEEPEST_CALL = 48;

/** The interpreter's state. Everything that runs code takes it first. */
export class Machine {
  readonly heap = new Heap();
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
  private readonly frames: Frame[] = [];
  private steps = 0;

  constructor(
    readonly source: ModuleSource,
    readonly libraries: readonly Library[],
    readonly isCancelled: () => boolean = () => false,
  ) {
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
      ignoredLines: new Set(),
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
    this.steps++;
    if (this.steps > MOST_STEPS || (this.steps % 1024 === 0 && this.isCancelled())) throw new BudgetExhausted();
  }

  get stepsTaken(): number {
    return this.steps;
  }

  resetBudget(): void {
    this.steps = 0;
  }

  /** The arguments of the calls of a function that have not returned yet. */
  activeCalls(node: FunctionNode): readonly (readonly Argument[])[] {
    return this.frames.flatMap(({ call }) => (call?.node === node ? [call.args] : []));
  }

  observe(span: Span, role: "expression" | "name", value: Value): void {
    if (this.recorder.isMuted) return;
    const object = value.kind === "object" ? this.heap.find(value.id) : undefined;
    const payload = object?.type === "record" ? object.payload : undefined;
    if (!isOfInterest(value, role, payload)) return;
    this.recorder.observe({ span, context: this.frame.context, role, value, payload });
  }

  declare(scope: Scope, name: string, value: Value | undefined): void {
    const existing = scope.names.get(name);
    if (existing === undefined) scope.names.set(name, this.heap.newCell(value));
    else if (value) this.heap.write(existing, value);
  }

  inFrame<T>(frame: Frame, run: () => T): T {
    const outer = this.frame;
    this.frame = frame;
    this.frames.push(frame);
    try {
      return run();
    } finally {
      this.frame = outer;
      this.frames.pop();
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
