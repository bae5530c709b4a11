import type { FunctionNode, Span } from "../ir";
import { asNumber, unknownDim } from "../shape/dim";
import { applyParameterShapes, checkResultShape } from "./annotation";
import { Unreachable } from "./branch";
import { forgetEffects, makesFunctions } from "./effects";
import { eventually, waits } from "./eventually";
import { createGenerator } from "./generator";
import type { Layer } from "./heap";
import { mergeWays } from "./merge";
import type { Way } from "./merge";
import type { Exit, Frame, Machine } from "./machine";
import { BudgetExhausted } from "./budget";
import { DEEPEST_CALL } from "./machine";
import type { Argument } from "./native";
import { assignPattern } from "./pattern";
import { sameSimpleValue } from "./same";
import type { Scope } from "./scope";
import { childScope, ownCell } from "./scope";
import { executeAll } from "./statement";
import type { ClassValue, FunctionValue, Value } from "./value";
import { LOST_TENSOR, UNDEFINED, UNKNOWN } from "./value";
import { within } from "./witness";

/** A function value over the variables around it. Arrows keep the `this` of where they stand. */
export function createFunction(m: Machine, node: FunctionNode, scope: Scope, name = node.name): FunctionValue {
  const value: FunctionValue = {
    kind: "function",
    node,
    scope,
    self: node.arrow ? m.frame.self : undefined,
    home: node.arrow ? m.frame.home : undefined,
    qualifiedName: qualify(m, name ?? "(anonymous)"),
  };
  m.addClosure(value);
  return value;
}

export function createMethod(m: Machine, node: FunctionNode, home: ClassValue, name: string): FunctionValue {
  const value: FunctionValue = {
    kind: "function",
    node,
    scope: home.scope,
    self: undefined,
    home,
    qualifiedName: `${home.name}.${name}`,
  };
  m.addClosure(value);
  return value;
}

function qualify(m: Machine, name: string): string {
  return m.frame.context ? `${m.frame.context}.${name}` : name;
}

export interface FunctionCall {
  readonly args: readonly Argument[];
  /** False when further arguments follow that are not known. */
  readonly complete: boolean;
  readonly self: Value | undefined;
  /** The caller waits for the promise that it gives. */
  readonly awaited?: boolean | undefined;
  /** Stands for calls by code that is not known: the function has still to be run by itself, to be shown. */
  readonly unseen?: boolean | undefined;
  /** The call in the program's text, where there is one. */
  readonly span?: Span | undefined;
}

/** Runs a function's body on the arguments. Throws {@link Unreachable} when every way through it throws. */
export function callFunction(m: Machine, fn: FunctionValue, call: FunctionCall): Value {
  m.step();
  const { node } = fn;
  if (!node.body) return UNKNOWN;
  if (fn.bound) return callFunction(m, { ...fn, bound: undefined }, { ...call, args: [...fn.bound, ...call.args] });
  if (node.generator) return createGenerator(m, fn, call);
  if (m.frame.depth >= DEEPEST_CALL || repeatsItself(m, node, call)) return skipCall(m, fn, call);
  if (node.async && !call.awaited && waits(node)) return eventually(m, () => runFunction(m, fn, call));
  return runFunction(m, fn, call);
}

function runFunction(m: Machine, fn: FunctionValue, call: FunctionCall): Value {
  return inActivation(m, fn, call, undefined, (scope) => {
    const result = within(m, fn, m.frame.self, () => runBody(m, fn, scope));
    for (const cell of m.frame.locals ?? []) m.heap.drop(cell);
    return fn.node.async && result.kind !== "promise" ? { kind: "promise", value: result } : result;
  });
}

/** Runs the body of a generator, handing over what it yields. Gives the states that it may end in, all above the present one. */
export function generatorEnds(
  m: Machine,
  fn: FunctionValue,
  call: FunctionCall,
  yields: (value: Value) => Value,
): Layer[] {
  if (m.frame.depth >= DEEPEST_CALL) {
    yields(skipCall(m, fn, call));
    return [m.heap.layer];
  }
  return inActivation(m, fn, call, yields, (scope) => {
    const isAlive = executeAll(m, fn.node.body ?? [], scope);
    const end = m.heap.layer;
    const returns = m.frame.exits.filter((exit) => exit.kind === "return").map((exit) => exit.layer);
    noteThrows(m, m.frame.exits);
    return isAlive ? [...returns, end] : returns;
  });
}

function inActivation<T>(
  m: Machine,
  fn: FunctionValue,
  call: FunctionCall,
  yields: Frame["yields"],
  run: (scope: Scope) => T,
): T {
  const { node } = fn;
  if (!call.unseen) m.enter(node);
  const scope = childScope(fn.scope);
  const frame: Frame = {
    module: m.modules.get(node.span.file) ?? m.frame.module,
    context: fn.qualifiedName,
    self: node.arrow ? fn.self : (fn.self ?? call.self),
    home: fn.home,
    depth: m.frame.depth + 1,
    exits: [],
    locals: makesFunctions(node.parameters) || makesFunctions(node.body ?? []) ? undefined : [],
    yields,
    call: { node, args: call.args, awaited: call.awaited === true || !node.async, span: call.span },
  };
  return m.inFrame(frame, () => {
    if (node.name && !node.arrow && ownCell(fn.scope, node.name) === undefined) m.declare(scope, node.name, fn);
    for (const name of node.hoisted) m.declare(scope, name, UNDEFINED);
    bindParameters(m, fn, call, scope);
    return run(scope);
  });
}

/** The call goes deeper than is followed: whatever it may change is unknown from here on. */
function skipCall(m: Machine, fn: FunctionValue, call: FunctionCall): Value {
  const args = call.args.map((arg) => arg.value);
  forgetEffects(m, fn, call.self ? [...args, call.self] : args);
  return args.some((arg) => arg.kind === "tensor") ? LOST_TENSOR : UNKNOWN;
}

/** A recursion this deep is followed further only while numbers that are known count it down. */
const DEEPEST_UNCERTAIN_RECURSION = 4;

/** The call will not end, as far as can be told: one like it is being run already, or too many with arguments that are not known. */
function repeatsItself(m: Machine, node: FunctionNode, call: FunctionCall): boolean {
  const active = m.activeCalls(node);
  if (active.length === 0) return false;
  const values = call.args.map((arg) => arg.value);
  if (active.some((args) => args.length === values.length && args.every((arg, i) => isLike(arg.value, values[i]))))
    return true;
  const counted = values.some((value) => value.kind === "integer" && asNumber(value.dim) !== undefined);
  return active.length >= DEEPEST_UNCERTAIN_RECURSION && !counted;
}

function isLike(a: Value, b: Value | undefined): boolean {
  if (!b) return false;
  if (a.kind === "unknown" && b.kind === "unknown") return a.free === b.free;
  return a === b || sameSimpleValue(a, b);
}

function runBody(m: Machine, fn: FunctionValue, scope: Scope): Value {
  const base = m.heap.layer;
  let alive: boolean;
  try {
    alive = executeAll(m, fn.node.body ?? [], scope);
  } catch (error) {
    if (error instanceof BudgetExhausted) m.heap.layer = base;
    throw error;
  }
  const ways: Way[] = m.frame.exits
    .filter((exit) => exit.kind === "return")
    .map((exit) => ({ value: exit.value ?? UNDEFINED, layer: exit.layer }));
  if (alive) ways.push({ value: UNDEFINED, layer: m.heap.layer });
  m.heap.layer = base;
  noteThrows(m, m.frame.exits);
  if (ways.length === 0) throw new Unreachable();
  const result = mergeWays(m.heap, base, ways);
  return checkResultShape(m, fn, result);
}

/** A handler further out has to know what was done on the ways that end in an exception. */
function noteThrows(m: Machine, exits: readonly Exit[]): void {
  m.handlers.at(-1)?.push(...exits.filter((exit) => exit.kind === "throw").map((exit) => exit.layer));
}

function bindParameters(m: Machine, fn: FunctionValue, call: FunctionCall, scope: Scope): void {
  const args = applyParameterShapes(m, fn, call);
  for (const [i, parameter] of fn.node.parameters.entries()) {
    if (!parameter.rest) {
      const missing: Value = call.complete ? UNDEFINED : UNKNOWN;
      assignPattern(m, parameter.pattern, args[i]?.value ?? missing, scope, "declare");
      continue;
    }
    const rest = args.slice(i).map((arg) => arg.value);
    const array = call.complete
      ? m.heap.allocate({ type: "array", elements: rest })
      : m.heap.allocate({ type: "list", element: UNKNOWN, length: unknownDim(0) });
    assignPattern(m, parameter.pattern, array, scope, "declare");
  }
  m.declare(scope, "arguments", UNKNOWN);
}
