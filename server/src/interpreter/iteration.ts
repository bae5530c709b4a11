import type { Dim } from "../shape/dim";
import { constant, unknownDim } from "../shape/dim";
import type { Layer } from "./heap";
import { layersAbove, recordObject } from "./heap";
import type { Widened } from "./join";
import { lossOf } from "./loss";
import { mergeInto } from "./merge";
import { sameSimpleValue } from "./same";
import type { Machine } from "./machine";
import { getProperty, isListed, joinValues } from "./property";
import { anotherOf } from "./unknown-size";
import type { ObjectValue, Value } from "./value";
import { LOST_TENSOR, UNKNOWN, lost, string } from "./value";
import { Unreachable } from "./branch";
import { forget } from "./forget";
import { callFunction } from "./function";
import { collectYields, generatorPayload, takeGenerator } from "./generator";
import { truthiness } from "./truth";

/** What a loop, a spread or a destructuring takes out of a value. */
export interface Iterated {
  /** One by one, when all are known. */
  readonly elements: readonly Value[] | undefined;
  /** Any of them. */
  readonly element: Value;
  readonly length: Dim;
}

/** What iterating over a value gives. No more than `limit` are asked for of what makes them one by one. */
export function iterate(m: Machine, value: Value, limit = Infinity): Iterated {
  if (value.kind === "promise") return iterate(m, value.value, limit);
  if (value.kind === "string" && value.value !== undefined) return known(m, [...value.value].map(string));
  if (value.kind === "union") {
    const parts = value.options.map((option) => iterate(m, option));
    return {
      elements: undefined,
      element: joinValues(
        m,
        parts.map((part) => part.element),
      ),
      length: unknownDim(0),
    };
  }
  if (value.kind !== "object") return { elements: undefined, element: lostElement(value), length: unknownDim(0) };
  const object = m.heap.object(value);
  switch (object.type) {
    case "array":
      return known(m, object.elements);
    case "list":
      return {
        elements: undefined,
        get element() {
          return anotherOf(object.element);
        },
        get length() {
          return m.heap.lengthOf(value, object);
        },
      };
    case "map": {
      if (!object.entries) return { elements: undefined, element: UNKNOWN, length: unknownDim(0) };
      const entries = object.entries.map((entry) =>
        object.set ? entry.key : m.heap.allocate({ type: "array", elements: [entry.key, entry.value] }),
      );
      return known(m, entries);
    }
    case "record":
      return iterateRecord(m, value, limit);
  }
}

const NOTHING_KNOWN: Iterated = {
  elements: undefined,
  element: UNKNOWN,
  get length() {
    return unknownDim(0);
  },
};

/** Native containers and data loaders answer for their elements; generators run, and other iterators are asked one by one. */
function iterateRecord(m: Machine, value: ObjectValue, limit: number): Iterated {
  const generator = takeGenerator(m, value);
  if (generator === "spent") return known(m, []);
  if (generator) return iterate(m, collectYields(m, generator, limit));
  const iterator = iteratorOf(m, value);
  if (iterator && iterator.kind !== "unknown") return iterateWith(m, iterator, limit);
  const object = m.heap.object(value);
  const elements = object.type === "record" && object.prototype ? getProperty(m, value, "*elements*") : UNKNOWN;
  if (elements.kind === "object" && elements.id !== value.id) return iterate(m, elements, limit);
  return NOTHING_KNOWN;
}

/** The iterator that an object's own `[Symbol.iterator]()` gives; `undefined` when it has no such method. */
export function iteratorOf(m: Machine, value: ObjectValue): Value | undefined {
  for (const name of ["@@iterator", "@@asyncIterator"]) {
    const method = getProperty(m, value, name);
    if (method.kind === "function")
      return callFunction(m, method, { args: [], complete: true, self: value, awaited: true });
  }
  return undefined;
}

/** One answer of an iterator: whether that was all, and the value. */
export function askIterator(
  m: Machine,
  iterator: Value,
): { readonly done: boolean | undefined; readonly value: Value } {
  const next = getProperty(m, iterator, "next");
  if (next.kind !== "function") {
    forget(m, iterator);
    return { done: undefined, value: UNKNOWN };
  }
  const answer = callFunction(m, next, { args: [], complete: true, self: iterator, awaited: true });
  const settled = answer.kind === "promise" ? answer.value : answer;
  return { done: truthiness(getProperty(m, settled, "done")), value: getProperty(m, settled, "value") };
}

const MOST_ASKED = 128;

function iterateWith(m: Machine, iterator: Value, limit: number): Iterated {
  if (iterator.kind === "object") {
    const { type } = m.heap.object(iterator);
    if (type !== "record" || generatorPayload(m, iterator)) return iterate(m, iterator, limit);
  }
  const elements: Value[] = [];
  while (elements.length < Math.min(limit, MOST_ASKED)) {
    const { done, value } = askIterator(m, iterator);
    if (done === true) return known(m, elements);
    if (done === undefined) break;
    elements.push(value);
  }
  if (elements.length >= limit) return known(m, elements);
  runRepeatedly(m, () => askIterator(m, iterator).value);
  return NOTHING_KNOWN;
}

function lostElement(value: Value): Value {
  return value.kind === "tensor" || (value.kind === "unknown" && value.tensorLike)
    ? lost(LOST_TENSOR, lossOf(value))
    : value.kind === "unknown"
      ? // An element is another value than the whole, and each is one of its own.
        { ...value, label: undefined }
      : UNKNOWN;
}

function known(m: Machine, elements: readonly Value[]): Iterated {
  return {
    elements,
    get element() {
      return elements.length === 0 ? UNKNOWN : joinValues(m, elements);
    },
    length: constant(elements.length),
  };
}

/** The keys that `for … in` visits. */
export function keysOf(m: Machine, value: Value): readonly Value[] | undefined {
  const object = value.kind === "object" ? m.heap.object(value) : undefined;
  if (object?.type === "array") return object.elements.map((_, i) => string(String(i)));
  if (object?.type === "record" && !object.open && !object.prototype)
    return [...object.properties.keys()].filter(isListed).map(string);
  return undefined;
}

const MOST_ROUNDS = 6;
/** Inside another trial: what does not settle at once is given up, since trials within trials multiply. */
const MOST_NESTED_ROUNDS = 2;

/**
 * Runs something any number of times, zero included: until what it does to the state changes nothing more.
 */
export function runRepeatedly(m: Machine, run: () => Value): Value {
  const base = m.heap.layer;
  const head = m.heap.push();
  let value: Value = UNKNOWN;
  const ends = stabilise(m, head, (): RoundEnds => {
    try {
      value = run();
      return { ends: [m.heap.layer] };
    } catch (error) {
      if (error instanceof Unreachable) return { ends: [] };
      throw error;
    }
  });
  mergeInto(m.heap, base, [head, ...ends.ends]);
  return value;
}

/** Where a round may lead to the next one from. */
export interface RoundEnds {
  readonly ends: readonly Layer[];
}

/**
 * Weakens the state in `head` until one more round from it leads to nothing that it does not cover, and returns that round. The first
 * round is a real one, and for most code the only one. Trial rounds after it leave no facts and no diagnostics; the last one, on the
 * state that holds at every start, does.
 */
export function stabilise<R extends RoundEnds>(m: Machine, head: Layer, round: () => R): R {
  const widened = new Set() as Widened;
  const mark = m.witness?.mark?.() ?? 0;
  const fromHead = (): R => {
    m.witness?.rewind?.(mark);
    m.heap.layer = head;
    m.heap.push();
    return round();
  };
  const trial = (): R => m.recorder.muting(fromHead);
  const first = fromHead();
  if (!absorb(m, head, first.ends, widened)) return first;
  const rounds = m.recorder.isMuted ? MOST_NESTED_ROUNDS : MOST_ROUNDS;
  for (let i = 0; i < rounds; i++) {
    const last = trial();
    if (!absorb(m, head, last.ends, widened)) return m.recorder.isMuted ? last : fromHead();
  }
  giveUp(m, head, trial().ends);
  return fromHead();
}

/** Joins the ends of a round into its start; whether that changed anything that was there before. */
function absorb(m: Machine, head: Layer, ends: readonly Layer[], widened: Widened): boolean {
  if (ends.length === 0) return false;
  const written = ends.flatMap((end) => layersAbove(end, head));
  const cells = new Set(written.flatMap((layer) => [...layer.cells.keys()]));
  const objects = new Set(written.flatMap((layer) => [...layer.objects.keys()]));
  const before = snapshot(m, head, cells, objects);
  m.heap.layer = head;
  const start = m.heap.push();
  mergeInto(m.heap, head, [start, ...ends], widened);
  // What came to be during the round is no part of the state at its start.
  for (const cell of cells) if (!before.cells.has(cell)) head.cells.delete(cell);
  return changed(before, head);
}

interface Snapshot {
  readonly cells: ReadonlyMap<number, Value>;
  readonly objects: ReadonlyMap<number, unknown>;
}

function snapshot(m: Machine, head: Layer, cells: ReadonlySet<number>, objects: ReadonlySet<number>): Snapshot {
  m.heap.layer = head;
  const cellValues = new Map<number, Value>();
  for (const cell of cells) {
    const value = m.heap.read(cell);
    if (value) cellValues.set(cell, value);
  }
  const objectStates = new Map<number, unknown>();
  for (const id of objects) {
    const object = m.heap.find(id);
    if (object) objectStates.set(id, object);
  }
  return { cells: cellValues, objects: objectStates };
}

function changed(before: Snapshot, head: Layer): boolean {
  for (const [cell, value] of before.cells) {
    const now = head.cells.get(cell);
    if (now && now !== value && !sameSimpleValue(now, value) && !bothUnknown(now, value)) return true;
  }
  for (const [id, object] of before.objects) {
    const now = head.objects.get(id);
    if (now && now !== object) return true;
  }
  return false;
}

/** Neither says more than the other. One with a label is not any value, but one of its own. */
function bothUnknown(a: Value, b: Value): boolean {
  return (
    a.kind === "unknown" &&
    b.kind === "unknown" &&
    a.free === b.free &&
    a.tensorLike === b.tensorLike &&
    a.label === undefined &&
    b.label === undefined
  );
}

/** It does not settle: whatever a round writes is unknown from now on. */
function giveUp(m: Machine, head: Layer, ends: readonly Layer[]): void {
  for (const layer of ends.flatMap((end) => layersAbove(end, head))) {
    m.heap.layer = head;
    for (const cell of layer.cells.keys()) m.heap.lose(cell, lost(UNKNOWN, { kind: "loop", span: undefined }));
    for (const id of layer.objects.keys()) {
      m.heap.leakContents(m.heap.find(id));
      if (m.heap.find(id)) head.adopt(id, recordObject({ open: true }));
    }
  }
  m.heap.layer = head;
}
