import type { Layer } from "./heap";
import type { Value } from "./value";

/** What is told of leaks while a piece of work goes on. */
export interface LeakNotes {
  readonly leaks: Set<number>;
  readonly escapes: Map<number, Value>;
  /** It looked at all that had leaked before. */
  readsLeaks: boolean;
}

/** A moment in the history of leaks: how many objects had leaked, and how many writes had been told. */
export interface LeakMark {
  /** Another one after everything that leaked was taken back. */
  readonly era: object;
  readonly objects: number;
  readonly writes: number;
}

/**
 * Objects that may be reached by ways that are not known: they went where the analysis does not follow, or into something that was
 * joined to unknown. Whoever changes something that is not known may change them. And what functions may write that went there.
 */
export class Leaks {
  private readonly ids = new Set<number>();
  private readonly writes = new Map<number, Value>();
  /** The objects, in the order in which they leaked, and the variables whose writes were told. */
  private readonly order: number[] = [];
  private readonly told: number[] = [];
  private era = {};
  /** Another object after every change: the same one stands for the same leaks in the same order. */
  history: object = NOTHING;
  /** Tells the pieces of work that are going on. */
  tell: ((note: (notes: LeakNotes) => void) => void) | undefined;

  add(id: number): void {
    this.tell?.((notes) => notes.leaks.add(id));
    if (this.ids.has(id)) return;
    this.ids.add(id);
    this.order.push(id);
    this.history = {};
  }

  /** A variable may get the value from code that is not seen to run. */
  escape(cell: number, value: Value): void {
    this.tell?.((notes) => notes.escapes.set(cell, value));
    this.writes.set(cell, value);
    this.told.push(cell);
    this.history = {};
  }

  get objects(): ReadonlySet<number> {
    this.tell?.((notes) => (notes.readsLeaks = true));
    return this.ids;
  }

  get mark(): LeakMark {
    return { era: this.era, objects: this.order.length, writes: this.told.length };
  }

  /** The value that code which is not seen to run may give to a variable. */
  escapedTo(cell: number): Value | undefined {
    return this.writes.get(cell);
  }

  /** What may not be forgotten in a state: all that has leaked, or, where some of it was forgotten, what came or was written since. */
  toForget(state: Layer): { readonly cells: Iterable<number>; readonly objects: Iterable<number> } {
    this.tell?.((notes) => (notes.readsLeaks = true));
    const since = writtenSinceForgotten(state, this.era);
    if (!since) return { cells: [...this.writes.keys()], objects: [...this.order] };
    const cells = new Set(this.told.slice(since.mark.writes));
    for (const cell of since.cells) if (this.writes.has(cell)) cells.add(cell);
    const objects = new Set(this.order.slice(since.mark.objects));
    for (const id of since.objects) if (this.ids.has(id)) objects.add(id);
    return { cells, objects };
  }

  /** Whether nothing has leaked since, nor anything else than then. */
  isStill(history: object): boolean {
    this.tell?.((notes) => (notes.readsLeaks = true));
    return this.history === history;
  }

  clear(): void {
    this.ids.clear();
    this.writes.clear();
    this.order.length = 0;
    this.told.length = 0;
    this.era = {};
    this.history = NOTHING;
  }
}

const NOTHING = {};

/** What was written to a state since what has leaked was last forgotten in it. */
interface WrittenSince {
  readonly mark: LeakMark;
  readonly cells: ReadonlySet<number>;
  readonly objects: ReadonlySet<number>;
}

/**
 * What may not be forgotten in a state: what has leaked since it was last forgotten in it or below, and what was written since.
 * Undefined where it never was, or where what lies below belongs to another piece of work, which has to be asked anew.
 */
function writtenSinceForgotten(top: Layer, era: object): WrittenSince | undefined {
  const cells = new Set<number>();
  const objects = new Set<number>();
  for (let layer: Layer | undefined = top; layer; layer = layer.parent) {
    const { forgotten } = layer;
    const isForgotten = forgotten?.mark.era === era;
    for (const cell of isForgotten ? forgotten.cells : layer.cells.keys()) cells.add(cell);
    for (const id of isForgotten ? forgotten.objects : layer.objects.keys()) objects.add(id);
    if (isForgotten) return { mark: forgotten.mark, cells, objects };
    if (layer.reader) return undefined;
  }
  return undefined;
}
