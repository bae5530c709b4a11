import type { CallExpression, Expression, FunctionNode } from "../ir";
import { Unreachable } from "./branch";
import { whenever } from "./forget";
import type { Layer } from "./heap";
import { layersAbove, readCell, readObject } from "./heap";
import type { Machine } from "./machine";
import { mergeInto } from "./merge";
import type { Value } from "./value";
import { UNKNOWN } from "./value";

/**
 * Runs code that runs for certain, though perhaps later: what follows may see the state before it as well as the one after it.
 */
export function eventually(m: Machine, run: () => Value): Value {
  const base = m.heap.layer;
  m.heap.push();
  try {
    const value = run();
    const after = m.heap.layer;
    noteLateWrites(m, base, after);
    m.heap.layer = base;
    mergeInto(m.heap, base, [after, m.heap.push()]);
    return value;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    m.heap.layer = base;
    return { kind: "promise", value: UNKNOWN };
  }
}

/** What runs later may write over what is written meanwhile: at every `await` from here on. */
function noteLateWrites(m: Machine, base: Layer, after: Layer): void {
  for (const layer of layersAbove(after, base)) {
    for (const [cell, value] of layer.cells) {
      const before = readCell(base, cell);
      if (before && before !== value)
        m.heap.leaked.escape(cell, whenever(readCell(after, cell) ?? value, m.heap.nameOf(cell)));
    }
    for (const id of layer.objects.keys()) if (readObject(base, id)) m.heap.leaked.add(id);
  }
}

/** Calls whose promise is awaited where it comes to be, and those whose caller gets it. */
const awaitedCalls = new WeakSet<Expression>();
const returnedCalls = new WeakSet<Expression>();

/** What waits for the promise that it is called on. */
const CONTINUATIONS: ReadonlySet<string> = new Set(["then", "catch", "finally"]);

export function markAwaited(e: Expression): void {
  mark(e, awaitedCalls);
}

export function markReturned(e: Expression | undefined): void {
  if (e) mark(e, returnedCalls);
}

function mark(e: Expression, calls: WeakSet<Expression>): void {
  if (calls.has(e)) return;
  calls.add(e);
  if (e.kind === "conditional") [e.consequent, e.alternate].forEach((part) => mark(part, calls));
  else if (e.kind === "logical") [e.left, e.right].forEach((part) => mark(part, calls));
  if (e.kind === "call" && e.callee.kind === "member" && CONTINUATIONS.has(e.callee.property))
    mark(e.callee.object, calls);
}

/** Whether what a call does is done before the code behind it runs. */
export function isAwaited(m: Machine, e: CallExpression): boolean {
  return awaitedCalls.has(e) || (returnedCalls.has(e) && m.frame.call?.awaited === true);
}

const waiting = new WeakMap<FunctionNode, boolean>();

/** Whether the body of a function waits for something: then what follows its first `await` runs later. */
export function waits(node: FunctionNode): boolean {
  const known = waiting.get(node);
  if (known !== undefined) return known;
  const answer = node.body !== undefined && hasAwait(node.body);
  waiting.set(node, answer);
  return answer;
}

function hasAwait(code: unknown): boolean {
  const pending: unknown[] = [code];
  while (pending.length > 0) {
    const node = pending.pop() as Readonly<Record<string, unknown>> | null | undefined;
    if (typeof node !== "object" || node === null) continue;
    if (node["kind"] === "await" || node["await"] === true) return true;
    for (const [key, value] of Object.entries(node))
      if (!key.endsWith("pan") && key !== "function") pending.push(value);
  }
  return false;
}
