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
  /** The first call that led there with that value; none where functions run by themselves, and outside of functions. */
  readonly caller?: Span | undefined;
}

export interface Diagnostic extends Finding {
  readonly span: Span;
  readonly context: string;
}

/** More shapes than this at one place are of no use to anybody: the rest is dropped. */
export const MOST_FACTS_PER_PLACE = 16;

/** Collects what the interpreter sees, in one log after the other: a piece of work that is remembered has logs of its own. */
export class Recorder {
  private readonly logs: Log[] = [new Log()];
  /** While above 0 nothing is kept: a trial run of a loop. */
  private muted = 0;
  /** While above 0 no fact is kept. */
  private judged = 0;
  /** While above 0 no fact is kept that says of a shape that it is not known. */
  private sketched = 0;
  /** While above 0 no diagnostic is kept: the code may not run, or its failure is expected. */
  private uncertain = 0;
  /** While set, diagnostics go here instead. */
  private captured: Diagnostic[] | undefined;

  get isMuted(): boolean {
    return this.muted > 0;
  }

  /** Code whose shapes have been shown already, by callers that know more of them: its diagnostics count, its facts do not. */
  judging<T>(run: () => T): T {
    this.judged++;
    try {
      return run();
    } finally {
      this.judged--;
    }
  }

  /** Whether code is run now of which no diagnostic counts. */
  get isDoubting(): boolean {
    return this.uncertain > 0;
  }

  /** Code that is shown by itself later: what is known of it as early as now counts, what is not yet known does not. */
  sketching<T>(run: () => T): T {
    this.sketched++;
    try {
      return run();
    } finally {
      this.sketched--;
    }
  }

  observe(fact: Fact): void {
    if (this.muted || this.judged) return;
    if (this.sketched && !hasShape(fact)) return;
    this.log.observe(fact);
  }

  report(diagnostic: Diagnostic): void {
    if (this.captured) {
      this.captured.push(diagnostic);
      return;
    }
    if (!this.muted && !this.uncertain) this.log.report(diagnostic);
  }

  /** Takes a diagnostic back, under the conditions under which it would be kept now. */
  withdraw({ code, span, message }: Pick<Diagnostic, "code" | "span" | "message">): void {
    if (this.captured) {
      const index = this.captured.findIndex((each) => each.code === code && each.message === message);
      if (index >= 0) this.captured.splice(index, 1);
      return;
    }
    if (!this.muted && !this.uncertain) this.log.withdraw({ code, span, message });
  }

  /** Whether everything is kept. */
  get isPlain(): boolean {
    return (
      this.muted === 0 &&
      this.judged === 0 &&
      this.sketched === 0 &&
      this.uncertain === 0 &&
      this.captured === undefined
    );
  }

  /** Begins a log; what is kept from here on can be asked for with the answer. */
  mark(): number {
    this.logs.push(new Log());
    return this.logs.length - 1;
  }

  /** What was kept since, which is complete now. */
  since(mark: number): readonly Log[] {
    const logs = this.logs.slice(mark).filter((log) => !log.isEmpty);
    for (const log of logs) log.close();
    this.logs.push(new Log());
    return logs;
  }

  /** Keeps what another piece of work has kept. */
  append(logs: readonly Log[]): void {
    if (logs.length > 0) this.logs.push(...logs, new Log());
  }

  private get log(): Log {
    return this.logs[this.logs.length - 1] as Log;
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
    const places = this.logs.flatMap((log) => log.places(file)).map(placed);
    places.sort(byPlace);
    const facts: Fact[] = [];
    for (let i = 0, next; i < places.length; i = next) {
      const place = places[i] as Place;
      next = i + 1;
      // One place may be in several logs, and some have two span objects: a parameter property is a parameter, a field and an assignment.
      while (next < places.length && byPlace(place, places[next] as Place) === 0) next++;
      if (next === i + 1) {
        facts.push(...place.facts);
        continue;
      }
      const together = [...place.facts];
      for (const other of places.slice(i + 1, next)) for (const fact of other.facts) addFact(together, fact);
      facts.push(...together);
    }
    return facts;
  }

  diagnostics(): Iterable<Diagnostic> {
    const byPlace = new Map<string, Diagnostic>();
    for (const log of this.logs) log.tellDiagnostics(byPlace);
    return byPlace.values();
  }
}

function hasShape({ value }: Fact): boolean {
  return value.kind === "object" || (value.kind === "tensor" && value.shape !== undefined);
}

type Withdrawal = Pick<Diagnostic, "code" | "span" | "message">;

/** What was kept for a while, in order. */
export class Log {
  /** An expression has one span object, which is found without making a key of it. */
  private readonly factsBySpan = { expression: new Map<Span, Fact[]>(), name: new Map<Span, Fact[]>() };
  private readonly placesByFile = new Map<string, Fact[][]>();
  private readonly events: ({ readonly report: Diagnostic } | { readonly withdraw: Withdrawal })[] = [];
  private readonly lastByPlace = new Map<string, number>();

  get isEmpty(): boolean {
    return this.placesByFile.size === 0 && this.events.length === 0;
  }

  observe(fact: Fact): void {
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
    const key = placeKey(diagnostic);
    const last = this.lastByPlace.get(key);
    const known = last === undefined ? undefined : this.events[last];
    // A loop finds the same again and again.
    const isRepeated = known && "report" in known && known.report.message === diagnostic.message;
    const index = isRepeated && last !== undefined ? last : this.events.length;
    this.events[index] = { report: diagnostic };
    this.lastByPlace.set(key, index);
  }

  withdraw(withdrawal: Withdrawal): void {
    this.lastByPlace.delete(placeKey(withdrawal));
    this.events.push({ withdraw: withdrawal });
  }

  /** Nothing more will be kept: what finds repetitions is not needed any longer, and logs may live long. */
  close(): void {
    this.factsBySpan.expression.clear();
    this.factsBySpan.name.clear();
    this.lastByPlace.clear();
  }

  places(file: string): readonly Fact[][] {
    return this.placesByFile.get(file) ?? [];
  }

  tellDiagnostics(byPlace: Map<string, Diagnostic>): void {
    for (const event of this.events) {
      if ("report" in event) {
        const key = placeKey(event.report);
        const known = byPlace.get(key);
        // Annotated functions are run by themselves in the end, with the names of sizes that their author wrote.
        if (!known || sameButForNames(known, event.report)) byPlace.set(key, event.report);
        continue;
      }
      const key = placeKey(event.withdraw);
      if (byPlace.get(key)?.message === event.withdraw.message) byPlace.delete(key);
    }
  }
}

function placeKey({ code, span }: Withdrawal): string {
  return `${code} ${spanKey(span)}`;
}

function sameButForNames(a: Diagnostic, b: Diagnostic): boolean {
  return a.message === b.message || numberedNames(a.message) === numberedNames(b.message);
}

function addFact(facts: Fact[], fact: Fact): void {
  if (facts.length < MOST_FACTS_PER_PLACE && !facts.some((other) => sameFact(other, fact))) facts.push(fact);
}

/** Facts about one place, which is looked up once and not in every comparison. */
interface Place {
  readonly facts: readonly Fact[];
  readonly start: number;
  readonly end: number;
  readonly isName: number;
}

function placed(facts: readonly Fact[]): Place {
  const [first] = facts as readonly [Fact];
  return { facts, start: first.span.start, end: first.span.end, isName: Number(first.role === "name") };
}

function byPlace(a: Place, b: Place): number {
  return a.start - b.start || b.end - a.end || b.isName - a.isName;
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
