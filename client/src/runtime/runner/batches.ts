import type { Batches } from "../experiment";
import { TrainingError } from "./training-error";

/** What happens while batches are skipped. */
export interface Skipping {
  /** Asked between batches; the rest is not given then. */
  stopRequested(): boolean;
  /** Called when the first batches are over, before the data makes the next one. */
  skipped(): void;
}

/** The batches after the first ones. Those have to be made all the same: only the data knows what it would go on with. */
export async function* skipBatches(
  batches: Batches<unknown>,
  count: number,
  { stopRequested, skipped }: Skipping,
): AsyncGenerator<unknown, void, undefined> {
  let seen = 0;
  for await (const batch of batches) {
    seen++;
    if (seen > count) {
      yield batch;
      continue;
    }
    if (seen === count) skipped();
    await new Promise(setImmediate);
    if (stopRequested()) break;
  }
  if (seen < count) skipped();
}

/** @throws TrainingError where the batch is no array of inputs and a target. */
export function splitBatch(batch: unknown): { inputs: readonly unknown[]; target: unknown } {
  if (!Array.isArray(batch) || batch.length < 2) {
    throw new TrainingError("Each batch must be an array of the model's inputs and the target: [input, target].");
  }
  return { inputs: batch.slice(0, -1) as unknown[], target: batch[batch.length - 1] as unknown };
}

/** The size of the first dimension of the batch's first item; 1 where it has none. */
export function sampleCount(batch: unknown): number {
  const first: unknown = Array.isArray(batch) ? batch[0] : batch;
  if (Array.isArray(first)) return first.length;
  const shape = (first as { shape?: unknown } | null | undefined)?.shape;
  return Array.isArray(shape) && typeof shape[0] === "number" ? shape[0] : 1;
}
