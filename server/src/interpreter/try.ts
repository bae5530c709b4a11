import type { Statement } from "../ir";
import type { Layer } from "./heap";
import type { Exit, Machine } from "./machine";
import { mergeInto } from "./merge";
import { assignPattern } from "./pattern";
import type { Scope } from "./scope";
import { childScope } from "./scope";
import { continueFrom, executeAll } from "./statement";
import { UNKNOWN } from "./value";
import { weakened } from "./weaken";

type TryStatement = Statement & { readonly kind: "try" };

/** `try`, `catch` and `finally`. */
export function executeTry(m: Machine, s: TryStatement, scope: Scope): boolean {
  const base = m.heap.layer;
  m.heap.push();
  const { alive, exits } = withOwnExits(m, () =>
    s.handler ? executeGuarded(m, s, s.handler, scope) : executeAll(m, s.body, childScope(scope)),
  );
  const end = m.heap.layer;
  const { finalizer } = s;
  // Every way out leads through the finalizer, on the state of that way.
  const left = finalizer
    ? exits.flatMap((exit) => (runFinalizer(m, finalizer, scope, exit.layer) ? [{ ...exit, layer: m.heap.layer }] : []))
    : exits;
  m.frame.exits.push(...left);
  const goesOn = alive && (!finalizer || runFinalizer(m, finalizer, scope, end));
  return continueFrom(m, base, goesOn ? [finalizer ? m.heap.layer : end] : [], left.length > 0);
}

function runFinalizer(m: Machine, finalizer: readonly Statement[], scope: Scope, from: Layer): boolean {
  m.heap.layer = from;
  m.heap.push();
  return executeAll(m, finalizer, childScope(scope));
}

function withOwnExits(m: Machine, run: () => boolean): { readonly alive: boolean; readonly exits: readonly Exit[] } {
  const outer = m.frame.exits;
  m.frame.exits = [];
  const alive = run();
  const { exits } = m.frame;
  m.frame.exits = outer;
  return { alive, exits };
}

/** A body whose failure somebody expects: what would fail in it is not reported, and afterwards it may have run or not. */
function executeGuarded(m: Machine, s: TryStatement, handler: readonly Statement[], scope: Scope): boolean {
  const base = m.heap.layer;
  m.heap.push();
  const thrown: Layer[] = [];
  m.handlers.push(thrown);
  const body = withOwnExits(m, () => {
    try {
      return m.recorder.doubting(() => executeAll(m, s.body, childScope(scope)));
    } finally {
      m.handlers.pop();
    }
  });
  const bodyEnd = m.heap.layer;
  const escaped = body.exits.filter((exit) => exit.kind !== "throw");
  m.frame.exits.push(...escaped);

  m.heap.layer = base;
  const start = m.heap.push();
  forgetWrites(m, base, start, [bodyEnd, ...body.exits.map((exit) => exit.layer), ...thrown]);
  const handlerScope = childScope(scope);
  if (s.parameter) assignPattern(m, s.parameter, UNKNOWN, handlerScope, "declare");
  const before = m.frame.exits.length;
  const handled = m.recorder.doubting(() => executeAll(m, handler, handlerScope));
  const layers = [...(body.alive ? [bodyEnd] : []), ...(handled ? [m.heap.layer] : [])];
  return continueFrom(m, base, layers, escaped.length > 0 || m.frame.exits.length > before);
}

/** The handler starts from anywhere in the body: whatever the body writes is not known there. */
function forgetWrites(m: Machine, base: Layer, start: Layer, ends: readonly Layer[]): void {
  m.heap.layer = base;
  const untouched = m.heap.push();
  mergeInto(m.heap, base, [untouched, ...ends], undefined, start);
  m.heap.layer = base;
  for (const [cell, value] of start.cells) if (m.heap.read(cell) !== value) start.setCell(cell, UNKNOWN);
  for (const [id, object] of start.objects) start.adopt(id, weakened(m.heap.find(id), object));
  m.heap.layer = start;
}
