import type { DataType } from "@tensorflow/tfjs-core";
import type { Heap } from "./heap";

/** The numbers that the C++ side knows element types by. */
const typeNumbers: Partial<Record<DataType, number>> = { float32: 0, int32: 1, bool: 2 };

export interface Transposition {
  readonly dtype: DataType;
  /** At most four dimensions. */
  readonly shape: readonly number[];
  readonly permutation: readonly number[];
}

/**
 * Whether the backend's own transpose is the faster one. From five dimensions on it computes every index anew; with
 * columns whose neighbours lie a multiple of 4096 bytes apart, its writes push each other out of the cache.
 */
export function isNativeFaster({ shape, permutation }: Transposition): boolean {
  const innermost = shape[permutation.at(-1) ?? 0] ?? 1;
  return shape.length <= 4 && innermost % 1024 !== 0;
}

/** Runs the backend's own transpose on two pieces of memory by their ids. */
export function transposeNatively(heap: Heap, source: number, target: number, transposition: Transposition): void {
  const { dtype, shape, permutation } = transposition;
  const [shapeOffset, permutationOffset] = heap.integerArguments([shape, permutation]) as [number, number];
  heap.module._Transpose(
    ...([source, shapeOffset, shape.length, typeNumbers[dtype] as number] as const),
    ...([target, permutationOffset, permutation.length] as const),
  );
}
