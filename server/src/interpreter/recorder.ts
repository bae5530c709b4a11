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
const MOST_FACTS_PER_PLACE = 16;

/** Collects what the interpreter sees. */
export class Recorder {
  private readonly factsByPlace = new Map<string, Fact[]>();
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
    const key = `${fact.role} ${spanKey(fact.span)}`;
    const facts = this.factsByPlace.get(key);
    if (!facts) this.factsByPlace.set(key, [fact]);
    else if (facts.length < MOST_FACTS_PER_PLACE && !facts.some((other) => sameFact(other, fact))) facts.push(fact);
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

  facts(): Iterable<Fact> {
    return [...this.factsByPlace.values()].flat();
  }

  diagnostics(): Iterable<Diagnostic> {
    return this.diagnosticsByPlace.values();
  }
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
