import type { Layer } from "./heap";

/** A moment in the history of leaks: how many objects had leaked, and how many writes had been told. */
export interface LeakMark {
  /** Another one after everything that leaked was taken back. */
  readonly era: object;
  readonly objects: number;
  readonly writes: number;
}

/** Where in the logs of writes something was forgotten. */
interface Mark {
  readonly leaks: LeakMark;
  readonly cells: number;
  readonly objects: number;
}

/**
 * How far what has leaked was forgotten in a state, by what of it was: a property of some name, say, or everything. And what of that which
 * had leaked was written, in order, so that whoever forgets the same again need not look at the rest.
 */
export class Forgotten {
  private readonly marks = new Map<string, Mark>();
  private readonly cells: number[] = [];
  private readonly objects: number[] = [];

  wroteCell(cell: number): void {
    if (this.cells.at(-1) !== cell) this.cells.push(cell);
  }

  wroteObject(id: number): void {
    if (this.objects.at(-1) !== id) this.objects.push(id);
  }

  mark(what: string, leaks: LeakMark): void {
    this.marks.set(what, { leaks, cells: this.cells.length, objects: this.objects.length });
    // The next write has to be told even when the last one was to the same object.
    this.cells.push(NONE);
    this.objects.push(NONE);
  }

  /** Adds what was written since something was forgotten; the mark when it was, or else all that was written. */
  since(what: string, era: object, cells: Set<number>, objects: Set<number>): LeakMark | undefined {
    const mark = this.marks.get(what);
    const isValid = mark?.leaks.era === era;
    for (let i = isValid ? mark.cells : 0; i < this.cells.length; i++) cells.add(this.cells[i] as number);
    for (let i = isValid ? mark.objects : 0; i < this.objects.length; i++) objects.add(this.objects[i] as number);
    return isValid ? mark.leaks : undefined;
  }

  get names(): Iterable<string> {
    return this.marks.keys();
  }

  /** What was forgotten on every way that leads here is forgotten here, but for what was written since on any. */
  takeOver({ what, leaks, cells, objects }: Since): void {
    this.marks.set(what, { leaks, cells: this.cells.length, objects: this.objects.length });
    for (const cell of cells) this.cells.push(cell);
    for (const id of objects) this.objects.push(id);
  }
}

/** No variable and no object has this number. */
const NONE = 0;

/** What was forgotten in a state, up to which leaks, and what was written to it since. */
export interface Since {
  readonly what: string;
  readonly leaks: LeakMark;
  readonly cells: ReadonlySet<number>;
  readonly objects: ReadonlySet<number>;
}

/**
 * What was written to a state since something was forgotten in it or below, down to `base`. Undefined where it never was, or where what
 * lies below belongs to another piece of work, which has to be asked anew.
 */
export function writtenSince(top: Layer, what: string, era: object, base?: Layer): Since | undefined {
  const cells = new Set<number>();
  const objects = new Set<number>();
  for (let layer: Layer | undefined = top; layer && layer !== base; layer = layer.parent) {
    const leaks = layer.forgotten?.since(what, era, cells, objects);
    if (leaks) return { what, leaks, cells, objects };
    if (layer.reader) return undefined;
  }
  return undefined;
}

/** All that was forgotten on a way from `base`. */
export function forgottenAbove(top: Layer, base: Layer, era: object): readonly Since[] {
  const names = new Set<string>();
  for (let layer: Layer | undefined = top; layer && layer !== base; layer = layer.parent)
    for (const what of layer.forgotten?.names ?? []) names.add(what);
  return [...names].map((what) => writtenSince(top, what, era, base)).filter((since) => since !== undefined);
}

/** All that was forgotten on either of two ways from `base`, as far as it was forgotten on both. */
export function forgottenOnBoth(a: Layer, b: Layer, base: Layer, era: object): readonly Since[] {
  return forgottenAbove(a, base, era).flatMap((left) => {
    const right = writtenSince(b, left.what, era, base);
    if (!right) return [];
    const isLeftFirst = left.leaks.objects + left.leaks.writes < right.leaks.objects + right.leaks.writes;
    return [
      {
        what: left.what,
        leaks: isLeftFirst ? left.leaks : right.leaks,
        cells: new Set([...left.cells, ...right.cells]),
        objects: new Set([...left.objects, ...right.objects]),
      },
    ];
  });
}

/** Where ways meet: what was forgotten on all of them is forgotten there. */
export function keepForgotten(into: Layer, kept: readonly Since[]): void {
  if (kept.length === 0) return;
  into.forgotten ??= new Forgotten();
  // They share one log: those go first of which most was written since, so that the others need not look at that.
  for (const since of [...kept].sort((a, b) => b.objects.size - a.objects.size)) into.forgotten.takeOver(since);
}
