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

  /** What was forgotten on a way that leads here is forgotten here, but for what was written since. */
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

/** What was written to a state, and where that begins: when something was forgotten, or else `undefined`. */
interface Written {
  readonly leaks: LeakMark | undefined;
  readonly cells: Set<number>;
  readonly objects: Set<number>;
}

/** What was written to a state since something was forgotten in it or below, or since `base`. */
function written(top: Layer, what: string, era: object, base: Layer | undefined): Written {
  const cells = new Set<number>();
  const objects = new Set<number>();
  for (let layer: Layer | undefined = top; layer && layer !== base; layer = layer.parent) {
    const leaks = layer.forgotten?.since(what, era, cells, objects);
    if (leaks) return { leaks, cells, objects };
    // What lies below belongs to another piece of work, which has to be asked anew.
    if (layer.reader) break;
  }
  return { leaks: undefined, cells, objects };
}

/** What was written to a state since something was forgotten in it or below; undefined where it never was. */
export function writtenSince(top: Layer, what: string, era: object): Omit<Since, "what"> | undefined {
  const { leaks, cells, objects } = written(top, what, era, undefined);
  return leaks && { leaks, cells, objects };
}

/** All that was forgotten on a way from `base`. */
export function forgottenAbove(top: Layer, base: Layer, era: object): readonly Since[] {
  return [...namesAbove(top, base)].flatMap((what) => {
    const { leaks, cells, objects } = written(top, what, era, base);
    return leaks ? [{ what, leaks, cells, objects }] : [];
  });
}

/**
 * All that was forgotten on one of two ways from `base`. Where they meet it is forgotten, too, since what may be anything on one way may
 * be anything there; but not what was written since, on either.
 */
export function forgottenOnEither(a: Layer, b: Layer, base: Layer, era: object): readonly Since[] {
  return [...namesAbove(b, base, namesAbove(a, base))].flatMap((what) => {
    const left = written(a, what, era, base);
    const right = written(b, what, era, base);
    const leaks = left.leaks && right.leaks ? earlier(left.leaks, right.leaks) : (left.leaks ?? right.leaks);
    if (!leaks) return [];
    return [
      {
        what,
        leaks,
        cells: new Set([...left.cells, ...right.cells]),
        objects: new Set([...left.objects, ...right.objects]),
      },
    ];
  });
}

function namesAbove(top: Layer, base: Layer, names = new Set<string>()): Set<string> {
  for (let layer: Layer | undefined = top; layer && layer !== base; layer = layer.parent)
    for (const what of layer.forgotten?.names ?? []) names.add(what);
  return names;
}

function earlier(a: LeakMark, b: LeakMark): LeakMark {
  return a.objects + a.writes < b.objects + b.writes ? a : b;
}

/** Where ways meet: what was forgotten on them is forgotten there. */
export function keepForgotten(into: Layer, kept: readonly Since[]): void {
  if (kept.length === 0) return;
  into.forgotten ??= new Forgotten();
  // They share one log: those go first of which most was written since, so that the others need not look at that.
  for (const since of [...kept].sort((a, b) => b.objects.size - a.objects.size)) into.forgotten.takeOver(since);
}
