import type { Expression, IteratedLoop, LoopStatement, TestedLoop } from "../ir";
import { Unreachable } from "./branch";
import { awaited, evaluate } from "./expression";
import { refineByTest } from "./facts";
import type { Layer } from "./heap";
import { iterate, keysOf, stabilise } from "./iteration";
import type { Exit, Machine } from "./machine";
import { truthiness } from "./truth";
import { assignPattern } from "./pattern";
import type { Scope } from "./scope";
import { childScope } from "./scope";
import { continueFrom, execute } from "./statement";
import type { Value } from "./value";
import { SOME_STRING, TRUE, UNKNOWN } from "./value";

/** A loop is unrolled for at most this many rounds, and this much work; then what holds in every round is found instead. */
const MOST_UNROLLED = 128;
const MOST_UNROLLED_STEPS = 60_000;

/** Runs a loop: round by round while each round is certain, for any number of rounds otherwise. */
export function executeLoop(m: Machine, s: LoopStatement, outer: Scope): boolean {
  const scope = childScope(outer);
  if (s.kind === "for" && s.init) execute(m, s.init, scope);
  const rounds = isIterated(s) ? iteratedRounds(m, s, scope) : testedRounds(m, s, scope);
  return unroll(m, s, scope, rounds);
}

function isIterated(s: LoopStatement): s is IteratedLoop {
  return s.kind === "forOf" || s.kind === "forIn";
}

/** How a kind of loop starts a round. */
interface Rounds {
  /** Whether another round follows, as far as is certain. */
  next(index: number): boolean | undefined;
  /** Prepares a certain round: the loop variable. */
  begin(index: number, scope: Scope): void;
  /** Prepares a round of which nothing but that it happens is known. */
  beginAny(scope: Scope): void;
  /** What runs between rounds. */
  advance(scope: Scope): void;
  /** What is known once the loop ended by itself; false when it never does. */
  finish(): boolean;
}

function testedRounds(m: Machine, s: TestedLoop, scope: Scope): Rounds {
  const test: Expression | undefined = s.test;
  const endless = !test || (test.kind === "literal" && truthiness(TRUE) === Boolean(test.value));
  return {
    next: (index) => {
      if (s.kind === "doWhile" && index === 0) return true;
      return test ? truthiness(evaluate(m, test, scope)) : true;
    },
    begin: () => undefined,
    beginAny: () => {
      if (!test || s.kind === "doWhile") return;
      evaluate(m, test, scope);
      refineByTest(m, test, scope, true);
    },
    advance: () => {
      if (s.kind === "for" && s.update) evaluate(m, s.update, scope);
    },
    finish: () => {
      if (endless) return false;
      if (test) refineByTest(m, test, scope, false);
      return true;
    },
  };
}

function iteratedRounds(m: Machine, s: IteratedLoop, outer: Scope): Rounds {
  const iterable = evaluate(m, s.iterable, outer);
  const parts = s.kind === "forOf" ? iterate(m, awaited(iterable)) : undefined;
  const elements = parts ? parts.elements : keysOf(m, iterable);
  const assign = (value: Value, scope: Scope): void => {
    assignPattern(
      m,
      s.pattern,
      s.await ? awaited(value) : value,
      scope,
      s.mode === undefined || s.mode === "var" ? "assign" : "declare",
    );
  };
  return {
    next: (index) => (elements ? index < elements.length : undefined),
    begin: (index, scope) => assign(elements?.[index] ?? UNKNOWN, scope),
    beginAny: (scope) => assign(parts ? parts.element : SOME_STRING, scope),
    advance: () => undefined,
    finish: () => true,
  };
}

function unroll(m: Machine, s: LoopStatement, scope: Scope, rounds: Rounds): boolean {
  const started = m.stepsTaken;
  for (let index = 0; ; index++) {
    const next = rounds.next(index);
    if (next === false) return true;
    if (next === undefined || index >= MOST_UNROLLED || m.stepsTaken - started > MOST_UNROLLED_STEPS)
      return runAnyTimes(m, s, scope, rounds);
    const base = m.heap.layer;
    m.heap.push();
    const round = runRound(m, s, scope, (inner) => rounds.begin(index, inner));
    if (round.breaks.length > 0 && round.ends.length > 0) {
      // Whether this round is the last is not certain, so neither is how many there are.
      m.heap.layer = base;
      return runAnyTimes(m, s, scope, rounds);
    }
    m.frame.exits.push(...round.escaped);
    const leftBefore = round.escaped.length > 0;
    if (round.ends.length === 0) return continueFrom(m, base, round.breaks, leftBefore);
    continueFrom(m, base, round.ends, leftBefore);
    rounds.advance(scope);
  }
}

interface Round {
  /** The states that lead to the next round. */
  readonly ends: readonly Layer[];
  readonly breaks: readonly Layer[];
  /** Ways out that lead further than this loop. */
  readonly escaped: readonly Exit[];
}

function runRound(m: Machine, s: LoopStatement, scope: Scope, begin: (scope: Scope) => void): Round {
  const outer = m.frame.exits;
  m.frame.exits = [];
  const inner = childScope(scope);
  let alive = false;
  try {
    begin(inner);
    alive = execute(m, s.body, inner);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  const exits = m.frame.exits;
  m.frame.exits = outer;
  const isOwn = (exit: Exit): boolean => exit.label === undefined || exit.label === s.label;
  const continues = exits.filter((exit) => exit.kind === "continue" && isOwn(exit));
  const breaks = exits.filter((exit) => exit.kind === "break" && isOwn(exit));
  return {
    ends: [...(alive ? [m.heap.layer] : []), ...continues.map((exit) => exit.layer)],
    breaks: breaks.map((exit) => exit.layer),
    escaped: exits.filter((exit) => !continues.includes(exit) && !breaks.includes(exit)),
  };
}

/** Finds what holds at the start of every round, and runs one round from there for its facts. */
function runAnyTimes(m: Machine, s: LoopStatement, scope: Scope, rounds: Rounds): boolean {
  const base = m.heap.layer;
  const head = m.heap.push();
  const round = stabilise(m, head, () => {
    const run = runRound(m, s, scope, (inner) => rounds.beginAny(inner));
    const ends = run.ends.map((end) => {
      m.heap.layer = end;
      m.heap.push();
      rounds.advance(scope);
      return m.heap.layer;
    });
    return { ...run, ends };
  });
  m.frame.exits.push(...round.escaped);
  m.heap.layer = head;
  m.heap.push();
  const endsByItself = rounds.finish();
  const ends = [...(endsByItself ? [m.heap.layer] : []), ...round.breaks];
  return continueFrom(m, base, ends, round.escaped.length > 0);
}
