import type { Span } from "../ir";
import { spanKey } from "../ir";
import type { Finding } from "../rules/finding";
import { numberedNames } from "./names";
import type { NativePayload } from "./native";
import type { ObjectValue, TensorValue, UnknownValue, Value } from "./value";

/** What one evaluation of an expression, in one calling context, showed. */
export interface Fact {
  readonly span: Span;
  /** The function around it, `Net.forward`; empty at the top level of a module. */
  readonly context: string;
  /** An expression, or the name of a variable, parameter or field being given the value. */
  readonly role: "expression" | "name";
  readonly value: TensorValue | UnknownValue | ObjectValue;
  /** What native code keeps with an object: the state that it is in may be gone when the fact is read. */
  readonly payload: NativePayload | undefined;
}

export interface Diagnostic extends Finding {
  readonly span: Span;
  readonly context: string;
}

/** More shapes than this at one place are of no use to anybody: the rest is dropped. */
export const MOST_FACTS_PER_PLACE = 16;

/** Collects what the interpreter sees. */
export class Recorder {
  /** An expression has one span object, which is found without making a key of it. */
  private readonly factsBySpan = { expression: new Map<Span, Fact[]>(), name: new Map<Span, Fact[]>() };
  private readonly placesByFile = new Map<string, Fact[][]>();
  private readonly diagnosticsByPlace = new Map<string, Diagnostic>();
  /** While above 0 nothing is kept: a trial run of a loop. */
  private muted = 0;
  /** While above 0 no diagnostic is kept: the code may not run, or its failure is expected. */
  private uncertain = 0;
  /** While set, diagnostics go here instead. */
  private captured: Diagnostic[] | undefined;

  get isMuted(): boolean {
    return this.muted > 0;
  }

  observe(fact: Fact): void {
    if (this.muted) return;
    const bySpan = this.factsBySpan[fact.role];
    const facts = bySpan.get(fact.span);
    if (facts) {
      addFact(facts, fact);
      return;
    }
    const place = [fact];
    bySpan.set(fact.span, place);
    const places = this.placesByFile.get(fact.span.file);
    if (places) places.push(place);
    else this.placesByFile.set(fact.span.file, [place]);
  }

  report(diagnostic: Diagnostic): void {
    if (this.captured) {
      this.captured.push(diagnostic);
      return;
    }
    if (this.muted || this.uncertain) return;
    const key = `${diagnostic.code} ${spanKey(diagnostic.span)}`;
    const known = this.diagnosticsByPlace.get(key);
    // Annotated functions are run by themselves in the end, with the names of sizes that their author wrote.
    if (known && numberedNames(known.message) !== numberedNames(diagnostic.message)) return;
    this.diagnosticsByPlace.set(key, diagnostic);
  }

  /** Takes a diagnostic back, under the conditions under which it would be kept now. */
  withdraw({ code, span, message }: Pick<Diagnostic, "code" | "span" | "message">): void {
    if (this.captured) {
      const index = this.captured.findIndex((each) => each.code === code && each.message === message);
      if (index >= 0) this.captured.splice(index, 1);
      return;
    }
    const key = `${code} ${spanKey(span)}`;
    if (this.muted || this.uncertain || this.diagnosticsByPlace.get(key)?.message !== message) return;
    this.diagnosticsByPlace.delete(key);
  }

  muting<T>(run: () => T): T {
    this.muted++;
    try {
      return run();
    } finally {
      this.muted--;
    }
  }

  /** Code that may never run, or whose failure somebody waits for: its facts count, its diagnostics do not. */
  doubting<T>(run: () => T): T {
    this.uncertain++;
    try {
      return run();
    } finally {
      this.uncertain--;
    }
  }

  /** Runs and returns the diagnostics that would have been reported, for the caller to decide about. */
  capturing<T>(run: () => T): { readonly result: T; readonly diagnostics: readonly Diagnostic[] } {
    const outer = this.captured;
    const diagnostics: Diagnostic[] = [];
    this.captured = diagnostics;
    try {
      return { result: run(), diagnostics };
    } finally {
      this.captured = outer;
    }
  }

  /** The facts about a file, in the order of its text. */
  facts(file: string): Fact[] {
    const places = [...(this.placesByFile.get(file) ?? [])].sort(bySpan);
    const merged: Fact[][] = [];
    for (const place of places) {
      const last = merged.at(-1);
      // Some places have two span objects: a parameter property is a parameter, a field and an assignment.
      if (last && bySpan(last, place) === 0) {
        const both = [...last];
        for (const fact of place) addFact(both, fact);
        merged[merged.length - 1] = both;
      } else merged.push(place);
    }
    return merged.flat();
  }

  diagnostics(): Iterable<Diagnostic> {
    return this.diagnosticsByPlace.values();
  }
}

function addFact(facts: Fact[], fact: Fact): void {
  if (facts.length < MOST_FACTS_PER_PLACE && !facts.some((other) => sameFact(other, fact))) facts.push(fact);
}

function bySpan([a]: readonly Fact[], [b]: readonly Fact[]): number {
  if (!a || !b) return 0;
  return a.span.start - b.span.start || b.span.end - a.span.end || a.role.length - b.role.length;
}

function sameFact(a: Fact, b: Fact): boolean {
  if (a.context !== b.context) return false;
  const left: Value = a.value;
  const right: Value = b.value;
  if (left.kind === "tensor" && right.kind === "tensor") {
    return sameList(left.shape, right.shape) && left.dtype === right.dtype && sameList(left.strides, right.strides);
  }
  if (left.kind === "object" && right.kind === "object") return left.id === right.id;
  return left.kind === right.kind;
}

function sameList<T>(a: readonly T[] | undefined, b: readonly T[] | undefined): boolean {
  if (!a || !b) return a === b;
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
