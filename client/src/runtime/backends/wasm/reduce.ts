import { util } from "@tensorflow/tfjs-core";
import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "./heap";

/**
 * The sum of `x` over `axes`, as a tensor of `shape`.
 *
 * One run of neighbouring dimensions is summed at a time, innermost first, straight from memory: nothing is
 * transposed, whichever axes are summed.
 */
export function sumOver(
  heap: Heap,
  x: TensorInfo,
  axes: readonly number[],
  shape: readonly number[],
  dtype: DataType = x.dtype,
): TensorInfo {
  const runs = mergeRuns(x.shape, axes);
  const summed = runs.filter((run) => run.summed);
  const out = heap.allocate(shape, dtype);
  if (x.dtype !== "float32" || dtype !== "float32") {
    heap.values(out).set(sumNumbers(heap.values(x), runs));
  } else if (summed.length === 0) {
    heap.wordsAt(heap.offset(out), util.sizeFromShape(x.shape)).set(heap.integers(x));
  } else {
    sumFloats(heap, heap.offset(x), runs, heap.offset(out));
  }
  return out;
}

interface Run {
  size: number;
  readonly summed: boolean;
}

/** Neighbouring dimensions that are all summed, or all kept, as one. */
function mergeRuns(shape: readonly number[], axes: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const [axis, size] of shape.entries()) {
    const summed = axes.includes(axis);
    const run = runs.at(-1);
    if (run !== undefined && run.summed === summed) {
      run.size *= size;
    } else {
      runs.push({ size, summed });
    }
  }
  return runs;
}

const sizeOf = (runs: readonly Run[], summed?: boolean) =>
  runs.reduce((size, run) => (summed === undefined || run.summed === summed ? size * run.size : size), 1);

/** Sums the last run that is to be summed, and goes on with the rest until none is left. */
function sumFloats(heap: Heap, x: number, runs: readonly Run[], out: number): void {
  const last = runs.findLastIndex((run) => run.summed);
  const [before, run, after] = [runs.slice(0, last), runs[last] as Run, runs.slice(last + 1)];
  const [outer, inner] = [sizeOf(before), sizeOf(after)];
  const sum = (target: number) =>
    heap.withScratch(inner, (partial) => heap.simd.sumMiddle(x, outer, run.size, inner, target, partial));
  if (!before.some((other) => other.summed)) sum(out);
  else
    heap.withScratch(outer * inner, (sums) => {
      sum(sums);
      sumFloats(heap, sums, [...before, ...after], out);
    });
}

/** The same for whole numbers and booleans. */
function sumNumbers(values: ArrayLike<number>, runs: readonly Run[]): Float64Array {
  const sums = new Float64Array(sizeOf(runs, false));
  const visit = (level: number, read: number, write: number): void => {
    const run = runs[level];
    if (run === undefined) {
      sums[write] = (sums[write] as number) + (values[read] as number);
      return;
    }
    const rest = runs.slice(level + 1);
    const [readStep, writeStep] = [sizeOf(rest), run.summed ? 0 : sizeOf(rest, false)];
    for (let index = 0; index < run.size; index++) {
      visit(level + 1, read + index * readStep, write + index * writeStep);
    }
  };
  visit(0, 0, 0);
  return sums;
}
