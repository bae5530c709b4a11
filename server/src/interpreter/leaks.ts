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
  /** Another object after every change: the same one stands for the same leaks in the same order. */
  history: object = NOTHING;
  /** Tells the pieces of work that are going on. */
  tell: ((note: (notes: LeakNotes) => void) => void) | undefined;

  add(id: number): void {
    this.tell?.((notes) => notes.leaks.add(id));
    if (this.ids.has(id)) return;
    this.ids.add(id);
    this.history = {};
  }

  /** A variable may get the value from code that is not seen to run. */
  escape(cell: number, value: Value): void {
    this.tell?.((notes) => notes.escapes.set(cell, value));
    this.writes.set(cell, value);
    this.history = {};
  }

  get objects(): ReadonlySet<number> {
    this.tell?.((notes) => (notes.readsLeaks = true));
    return this.ids;
  }

  get escaped(): ReadonlyMap<number, Value> {
    this.tell?.((notes) => (notes.readsLeaks = true));
    return this.writes;
  }

  /** Whether nothing has leaked since, nor anything else than then. */
  isStill(history: object): boolean {
    this.tell?.((notes) => (notes.readsLeaks = true));
    return this.history === history;
  }

  clear(): void {
    this.ids.clear();
    this.writes.clear();
    this.history = NOTHING;
  }
}

const NOTHING = {};
