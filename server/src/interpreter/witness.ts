import type { CallSite } from "./native";
import type { Diagnostic } from "./recorder";
import type { FunctionValue, ObjectValue, Value } from "./value";

/** Somebody who watches a piece of the program run: to count what its layers cost, or to draw its data flow. */
export interface Witness {
  /** An operation or a layer made something. Results that only pass through are told of again. */
  made(result: Value, site: CallSite | undefined): void;
  /** A function or a module of the program begins to run; `self` is what it is called on. */
  entered?(callee: FunctionValue | ObjectValue, self: Value | undefined): void;
  left?(): void;
  /** Whatever is reported may be taken back. */
  reported?(diagnostic: Diagnostic): void;
  /** How much was told so far, for {@link rewind}. */
  mark?(): number;
  /** A round of a loop is run again, on a state that holds more often: what was told of it since does not count. */
  rewind?(mark: number): void;
}

/** Tells of a function or a module that runs. */
export function within<T>(
  { witness }: { readonly witness: Witness | undefined },
  callee: FunctionValue | ObjectValue,
  self: Value | undefined,
  run: () => T,
): T {
  if (!witness?.entered) return run();
  witness.entered(callee, self);
  try {
    return run();
  } finally {
    witness.left?.();
  }
}

/** Has somebody watch while something runs. */
export function watched<T>(m: { witness: Witness | undefined }, witness: Witness, run: () => T): T {
  const outer = m.witness;
  m.witness = witness;
  try {
    return run();
  } finally {
    m.witness = outer;
  }
}
