import type { LeakMark } from "./forgotten";
import { writtenSince } from "./forgotten";
import type { Layer } from "./heap";
import type { Value } from "./value";

/** What is told of leaks while a piece of work goes on. */
export interface LeakNotes {
  readonly leaks: Set<number>;
  readonly escapes: Map<number, Value>;
  /** It looked at all that had leaked before. */
  readsLeaks: boolean;
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

  has(id: number): boolean {
    return this.ids.has(id);
  }

  /** Whether code that is not seen to run may give a value to the variable. */
  hasEscapedTo(cell: number): boolean {
    return this.writes.has(cell);
  }

  get mark(): LeakMark {
    return { era: this.era, objects: this.order.length, writes: this.told.length };
  }

  /** The value that code which is not seen to run may give to a variable. */
  escapedTo(cell: number): Value | undefined {
    return this.writes.get(cell);
  }

  /** The objects that have leaked after the first so many. */
  after(count: number): readonly number[] {
    return this.order.slice(count);
  }

  /**
   * What may not be forgotten in a state: all that has leaked, or, where the same was forgotten before in it, what came or was written
   * since.
   */
  toForget(state: Layer, what: string): { readonly cells: Iterable<number>; readonly objects: Iterable<number> } {
    this.tell?.((notes) => (notes.readsLeaks = true));
    const since = writtenSince(state, what, this.era);
    if (!since) return { cells: [...this.writes.keys()], objects: [...this.order] };
    const cells = new Set(this.told.slice(since.leaks.writes));
    for (const cell of since.cells) cells.add(cell);
    const objects = new Set(this.order.slice(since.leaks.objects));
    for (const id of since.objects) objects.add(id);
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
