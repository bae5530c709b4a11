import type { Expression } from "../ir";
import type { Way } from "./merge";
import { mergeWays } from "./merge";
import type { Machine } from "./machine";
import { refineByTest } from "./facts";
import { isFree } from "./truth";
import type { Scope } from "./scope";
import type { Value } from "./value";

/** The condition that separates two branches: what it implies is assumed in each. */
export interface BranchTest {
  readonly test: Expression;
  readonly scope: Scope;
  /** Whether the left branch is the one on which the test holds. */
  readonly whenLeft: boolean;
}

/** Nothing after this runs: every way threw. Caught where ways meet, and by the statement it happens in. */
export class Unreachable extends Error {}

/** Evaluates two expressions of which one will run, each on its own copy of the state, and joins. */
export function inBranches(
  m: Machine,
  condition: Value,
  left: () => Value,
  right: () => Value,
  test?: BranchTest,
): Value {
  const base = m.heap.layer;
  const runIn = (run: () => Value, holds: boolean): Way | undefined => {
    m.heap.layer = base;
    m.heap.push();
    if (test) refineByTest(m, test.test, test.scope, holds === test.whenLeft);
    try {
      return { value: doubtUnlessFree(m, condition, run), layer: m.heap.layer };
    } catch (error) {
      if (error instanceof Unreachable) return undefined;
      throw error;
    }
  };
  const ways = [runIn(left, true), runIn(right, false)].filter((way) => way !== undefined);
  m.heap.layer = base;
  if (ways.length === 0) throw new Unreachable();
  return mergeWays(m.heap, base, ways);
}

/** Does the same for each of several values of which one is meant, each on its own copy of the state, and joins. */
export function inEach<T>(m: Machine, condition: Value, choices: readonly T[], run: (choice: T) => Value): Value {
  const [only] = choices;
  if (choices.length === 1) return run(only as T);
  const base = m.heap.layer;
  const ways: Way[] = [];
  for (const choice of choices) {
    m.heap.layer = base;
    m.heap.push();
    try {
      const value = doubtUnlessFree(m, condition, () => run(choice));
      ways.push({ value, layer: m.heap.layer });
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
  }
  m.heap.layer = base;
  if (ways.length === 0 && choices.length > 0) throw new Unreachable();
  return mergeWays(m.heap, base, ways);
}

/** Runs code behind a condition that is not known: it is certain to matter only when a caller can choose it. */
export function doubtUnlessFree<T>(m: Machine, condition: Value, run: () => T): T {
  return isFree(condition) ? run() : m.recorder.doubting(run);
}
