import { Unreachable } from "./branch";
import type { Machine } from "./machine";
import { exhaustion } from "./budget";

/**
 * Runs more of the program once the analysis is over, to ask what would come of it. It leaves no trace: no facts, no diagnostics. What
 * it makes stays, so that it can be looked at. `file` is where it is written. `undefined` when it comes to no end.
 */
export function attempted<T>(m: Machine, file: string, run: () => T): T | undefined {
  const { frame } = m;
  const module = m.modules.get(file);
  if (!module) return undefined;
  m.budget.reset();
  try {
    const inside = { ...frame, module, context: "", self: undefined, home: undefined, exits: [], depth: 0 };
    return m.recorder.muting(() => m.inFrame(inside, run));
  } catch (error) {
    if (exhaustion(error) || error instanceof Unreachable) return undefined;
    throw error;
  } finally {
    m.frame = frame;
  }
}
