import type { FunctionNode } from "../ir";
import { asNumber, unknownDim } from "../shape/dim";
import { applyParameterShapes, checkResultShape } from "./annotation";
import { Unreachable } from "./branch";
import { forget } from "./forget";
import { mergeWays } from "./merge";
import type { Way } from "./merge";
import type { Machine } from "./machine";
import { BudgetExhausted, DEEPEST_CALL } from "./machine";
import type { Argument } from "./native";
import { assignPattern } from "./pattern";
import { sameSimpleValue } from "./same";
import type { Scope } from "./scope";
import { childScope } from "./scope";
import { executeAll } from "./statement";
import type { ClassValue, FunctionValue, Value } from "./value";
import { UNDEFINED, UNKNOWN } from "./value";

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
  if (!m.closures.has(node)) m.closures.set(node, value);
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
  if (!m.closures.has(node)) m.closures.set(node, value);
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
}

/** Runs a function's body on the arguments. Throws {@link Unreachable} when every way through it throws. */
export function callFunction(m: Machine, fn: FunctionValue, call: FunctionCall): Value {
  m.step();
  const { node } = fn;
  if (!node.body) return UNKNOWN;
  if (m.frame.depth >= DEEPEST_CALL || repeatsItself(m, node, call)) {
    for (const arg of call.args) if (arg.value.kind !== "function") forget(m, arg.value);
    return UNKNOWN;
  }
  m.entered.add(node);
  const scope = childScope(fn.scope);
  const generator: Value[] | undefined = node.generator ? [] : undefined;
  const frame = {
    module: m.modules.get(node.span.file) ?? m.frame.module,
    context: fn.qualifiedName,
    self: node.arrow ? fn.self : (fn.self ?? call.self),
    home: fn.home,
    depth: m.frame.depth + 1,
    exits: [],
    yields: generator,
    call: { node, args: call.args },
  };
  return m.inFrame(frame, () => {
    if (node.name && !node.arrow && fn.scope.names.get(node.name) === undefined) m.declare(scope, node.name, fn);
    for (const name of node.hoisted) m.declare(scope, name, UNDEFINED);
    bindParameters(m, fn, call, scope);
    const result = runBody(m, fn, scope);
    if (generator) return generated(m, generator);
    return node.async && result.kind !== "promise" ? { kind: "promise", value: result } : result;
  });
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
  if (ways.length === 0) throw new Unreachable();
  const result = mergeWays(m.heap, base, ways);
  return checkResultShape(m, fn, result);
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

/** A generator gives what it yields; how often it is asked is for its caller to say, so the order is all that is promised. */
function generated(m: Machine, yields: Value[]): Value {
  return m.heap.allocate({ type: "array", elements: yields });
}
