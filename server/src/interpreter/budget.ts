import type { Span } from "../ir";

/** The analysis has taken as many steps as it may, or gone as deep as the machine can. */
export class BudgetExhausted extends Error {
  /** The outermost statement of the file that was being run. */
  at: Span | undefined;
}

/** Nobody waits for the answer any more. */
export class Cancelled extends BudgetExhausted {}

/** One run: the top level of a file, or one function that nobody calls. */
const MOST_STEPS = 400_000;
/** All runs in one file together: a part that is the same for all, and one that grows with the text, less so where there is much of it. */
const STEPS_PER_FILE = 600_000;
const STEPS_PER_CHARACTER = 100;
const MANY_CHARACTERS = 20_000;
const STEPS_PER_FURTHER_CHARACTER = 2;

function shareOf(length: number): number {
  const few = Math.min(length, MANY_CHARACTERS);
  return STEPS_PER_FILE + STEPS_PER_CHARACTER * few + STEPS_PER_FURTHER_CHARACTER * (length - few);
}

/** Counts the work that analysing takes, so that no input takes more than its share. */
export class Budget {
  private taken = 0;
  private limit = MOST_STEPS;
  /** What is left of a file's share. */
  private readonly left = new Map<string, number>();
  private total = 0;

  constructor(private readonly isCancelled: () => boolean) {}

  get stepsTaken(): number {
    return this.taken;
  }

  /** Counts one step of work; throws when there have been too many or nobody waits for the answer any more. */
  step(): void {
    this.taken++;
    if (this.taken > this.limit) throw new BudgetExhausted();
    if (this.taken % 1024 === 0 && this.isCancelled()) throw new Cancelled();
  }

  /** Counts work that is done in one go. */
  spend(steps: number): void {
    this.taken += steps;
    this.step();
  }

  /** Of all runs together. */
  get allSteps(): number {
    return this.total + this.taken;
  }

  /** Counts work that need not be done again; false when it would be too much. */
  skip(steps: number): boolean {
    if (this.taken + steps > this.limit) return false;
    this.taken += steps;
    return true;
  }

  leftOf(file: string, length: number): number {
    return this.left.get(file) ?? shareOf(length);
  }

  /** Counts a part of a file that need not be run again. */
  charge(file: string, length: number, steps: number): void {
    this.left.set(file, this.leftOf(file, length) - steps);
    this.total += steps;
  }

  /** Begins to count anew. */
  restart(): void {
    this.left.clear();
    this.total = 0;
    this.reset();
  }

  /** Allows another run's worth of steps. */
  reset(): void {
    this.taken = 0;
    this.limit = MOST_STEPS;
  }

  /**
   * Runs a part of a file within what is left of its share, apart from the run that it may be in the middle of. Gives what stopped it, if
   * it did not get to its end.
   */
  within(file: string, length: number, run: () => void): BudgetExhausted | undefined {
    const outer = { taken: this.taken, limit: this.limit };
    const left = this.leftOf(file, length);
    this.taken = 0;
    this.limit = Math.min(MOST_STEPS, left);
    try {
      run();
      return undefined;
    } catch (error) {
      const exhausted = exhaustion(error);
      if (!exhausted || exhausted instanceof Cancelled) throw error;
      return exhausted;
    } finally {
      this.charge(file, length, this.taken);
      this.taken = outer.taken;
      this.limit = outer.limit;
    }
  }
}

/** Code that is nested deeper than the machine's stack is too much work as well. */
export function exhaustion(error: unknown): BudgetExhausted | undefined {
  if (error instanceof BudgetExhausted) return error;
  return error instanceof RangeError && /call stack/i.test(error.message) ? new BudgetExhausted() : undefined;
}
