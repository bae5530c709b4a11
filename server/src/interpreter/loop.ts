import type { Expression, IteratedLoop, LoopStatement, Statement, TestedLoop } from "../ir";
import type { Dim } from "../shape/dim";
import { constant } from "../shape/dim";
import { Unreachable } from "./branch";
import { makesFunctions } from "./effects";
import { awaited, evaluate } from "./expression";
import { refineByTest } from "./facts";
import { forgetLeaked } from "./forget";
import type { Layer } from "./heap";
import { generatorEnds } from "./function";
import type { GeneratorPayload } from "./generator";
import { generatorPayload, takeGenerator } from "./generator";
import { askIterator, iterate, iteratorOf, keysOf, stabilise } from "./iteration";
import type { Exit, Machine } from "./machine";
import { truthiness } from "./truth";
import { assignPattern } from "./pattern";
import type { Scope } from "./scope";
import { childScope, findCell } from "./scope";
import { continueFrom, execute } from "./statement";
import type { Value } from "./value";
import { SOME_STRING, TRUE, UNDEFINED, UNKNOWN } from "./value";

/** A loop is unrolled for at most this many rounds, and this much work; then what holds in every round is found instead. */
const MOST_UNROLLED = 128;
const MOST_UNROLLED_STEPS = 60_000;

/** Runs a loop: round by round while each round is certain, for any number of rounds otherwise. */
export function executeLoop(m: Machine, s: LoopStatement, outer: Scope): boolean {
  const scope = childScope(outer);
  if (s.kind === "for" && s.init) execute(m, s.init, scope);
  if (!isIterated(s)) return unroll(m, s, scope, testedRounds(m, s, scope));
  const iterable = awaited(evaluate(m, s.iterable, scope));
  if (s.kind === "forIn") return unroll(m, s, scope, iteratedRounds(m, s, undefined, keysOf(m, iterable), SOME_STRING));
  const iterator = iterable.kind === "object" ? iteratorOf(m, iterable) : undefined;
  const source = iterator && iterator.kind !== "unknown" ? iterator : iterable;
  const generator = takeGenerator(m, source);
  if (generator && generator !== "spent") return driveGenerator(m, s, scope, generator);
  if (iterator && isProtocol(m, iterator)) return unroll(m, s, scope, askedRounds(m, s, iterator));
  const parts = iterate(m, source);
  return unroll(m, s, scope, iteratedRounds(m, s, parts.length, parts.elements, parts.element));
}

/** Whether an iterator is an object whose `next` has to be asked. */
function isProtocol(m: Machine, iterator: Value): boolean {
  return iterator.kind === "object" && m.heap.object(iterator).type === "record" && !generatorPayload(m, iterator);
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
  /** Takes over what the round did to variables of its own. */
  end(scope: Scope): void;
  /** What runs between rounds. */
  advance(scope: Scope): void;
  /** What is known once the loop ended by itself; false when it never does. */
  finish(): boolean;
}

function testedRounds(m: Machine, s: TestedLoop, scope: Scope): Rounds {
  const test: Expression | undefined = s.test;
  const names = s.kind === "for" && makesFunctions(s) ? roundVariables(s.init) : [];
  const endless = !test || (test.kind === "literal" && truthiness(TRUE) === Boolean(test.value));
  return {
    next: (index) => {
      if (s.kind === "doWhile" && index === 0) return true;
      return test ? truthiness(evaluate(m, test, scope)) : true;
    },
    begin: (_index, inner) => copyVariables(m, names, scope, inner),
    beginAny: (inner) => {
      if (test && s.kind !== "doWhile") {
        evaluate(m, test, scope);
        refineByTest(m, test, scope, true);
      }
      copyVariables(m, names, scope, inner);
    },
    end: (inner) => copyVariables(m, names, inner, scope),
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

/** The variables of `for (let i = …)`: each round has its own, which functions made in it keep. */
function roundVariables(init: Statement | undefined): string[] {
  if (init?.kind !== "declare" || init.mode !== "let") return [];
  return init.declarations.flatMap(({ pattern }) => (pattern.kind === "binding" ? [pattern.name] : []));
}

function copyVariables(m: Machine, names: readonly string[], from: Scope, to: Scope): void {
  for (const name of names) {
    const cell = findCell(from, name);
    m.declare(to, name, (cell === undefined ? undefined : m.heap.read(cell)) ?? UNKNOWN);
  }
}

function assignVariable(m: Machine, s: IteratedLoop, value: Value, scope: Scope): void {
  const mode = s.mode === undefined || s.mode === "var" ? "assign" : "declare";
  if (s.await) forgetLeaked(m);
  assignPattern(m, s.pattern, s.await ? awaited(value) : value, scope, mode);
}

function iteratedRounds(
  m: Machine,
  s: IteratedLoop,
  length: Dim | undefined,
  elements: readonly Value[] | undefined,
  element: Value,
): Rounds {
  return {
    next: (index) => (elements ? index < elements.length : index === 0 && length === constant(0) ? false : undefined),
    begin: (index, scope) => assignVariable(m, s, elements?.[index] ?? UNKNOWN, scope),
    beginAny: (scope) => assignVariable(m, s, element, scope),
    end: () => undefined,
    advance: () => undefined,
    finish: () => true,
  };
}

/** Rounds over an iterator of the program's own, which is asked before each of them. */
function askedRounds(m: Machine, s: IteratedLoop, iterator: Value): Rounds {
  let value: Value = UNKNOWN;
  return {
    next: () => {
      const answer = askIterator(m, iterator);
      value = answer.value;
      return answer.done === undefined ? undefined : !answer.done;
    },
    begin: (_index, scope) => assignVariable(m, s, value, scope),
    beginAny: (scope) => assignVariable(m, s, askIterator(m, iterator).value, scope),
    end: () => undefined,
    advance: () => undefined,
    finish: () => {
      askIterator(m, iterator);
      return true;
    },
  };
}

/**
 * A loop over a generator: the generator runs, and each time that it yields, a round of the loop does. So either sees what the other has
 * done to variables they share.
 */
function driveGenerator(m: Machine, s: IteratedLoop, scope: Scope, generator: GeneratorPayload): boolean {
  const consumer = m.frame;
  const base = m.heap.layer;
  m.heap.push();
  const breaks: Layer[] = [];
  const escaped: Exit[] = [];
  const ends = generatorEnds(m, generator.fn, generator.call, (value) => {
    const producer = m.frame;
    const start = m.heap.layer;
    m.heap.push();
    const inner = childScope(scope);
    const round = m.inFrame(consumer, () => runRound(m, s, inner, () => assignVariable(m, s, value, inner)));
    breaks.push(...round.breaks);
    escaped.push(...round.escaped);
    const left = [...round.breaks, ...round.escaped.map((exit) => exit.layer)];
    // The generator is left there, too: its own constructs must keep the states that other ways go on from.
    producer.exits.push(...left.map((layer): Exit => ({ kind: "throw", label: undefined, value: UNKNOWN, layer })));
    if (!continueFrom(m, start, round.ends, left.length > 0)) throw new Unreachable();
    return UNDEFINED;
  });
  consumer.exits.push(...escaped);
  return continueFrom(m, base, [...ends, ...breaks], escaped.length > 0);
}

function unroll(m: Machine, s: LoopStatement, scope: Scope, rounds: Rounds): boolean {
  const started = m.budget.stepsTaken;
  for (let index = 0; ; index++) {
    const next = rounds.next(index);
    if (next === false) return true;
    if (next === undefined || index >= MOST_UNROLLED || m.budget.stepsTaken - started > MOST_UNROLLED_STEPS)
      return runAnyTimes(m, s, scope, rounds);
    const base = m.heap.layer;
    m.heap.push();
    const inner = childScope(scope);
    const round = runRound(m, s, inner, () => rounds.begin(index, inner));
    if (round.breaks.length > 0 && round.ends.length > 0) {
      // Whether this round is the last is not certain, so neither is how many there are.
      m.heap.layer = base;
      return runAnyTimes(m, s, scope, rounds);
    }
    m.frame.exits.push(...round.escaped);
    const leftBefore = round.escaped.length > 0;
    if (round.ends.length === 0) return continueFrom(m, base, round.breaks, leftBefore);
    continueFrom(m, base, round.ends, leftBefore);
    rounds.end(inner);
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

function runRound(m: Machine, s: LoopStatement, inner: Scope, begin: (scope: Scope) => void): Round {
  const outer = m.frame.exits;
  m.frame.exits = [];
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
    const inner = childScope(scope);
    const run = runRound(m, s, inner, () => rounds.beginAny(inner));
    const ends = run.ends.map((end) => {
      m.heap.layer = end;
      m.heap.push();
      rounds.end(inner);
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
