import type { Dim } from "../../../shape/dim";
import { symbol, symbolsOf, unknownDim } from "../../../shape/dim";

/**
 * The sizes that TensorFlow.js leaves open with `null`, which is something else than a size that the analysis does not know: a
 * layer that needs the number refuses an open one for certain.
 */
const open = new WeakSet<Dim>();

/** The size of a batch, the same one in a whole model. */
export const BATCH: Dim = symbol("N");
open.add(BATCH);

/** Another `null`: the length of a sequence, the height of an image. */
export function openSize(name?: string): Dim {
  const size = unknownDim(1, name);
  open.add(size);
  return size;
}

/** Whether TensorFlow.js says `null` for it. */
export function isOpen(size: Dim | undefined): boolean {
  return size !== undefined && symbolsOf(size).some((part) => open.has(part));
}
