import { observeShapes } from "../../client/src/runtime/runner/observe-shapes";
import type { ObservedTensor } from "../../client/src/runtime/runner/protocol";

/** Collects what instrumented code reports while `run` runs: every tensor that a place has had, by the place's number. */
export async function observing(
  run: () => Promise<void> | void,
): Promise<ReadonlyMap<number, readonly ObservedTensor[]>> {
  const observation = observeShapes();
  try {
    await run();
  } finally {
    observation.end();
  }
  return new Map(observation.seen());
}
