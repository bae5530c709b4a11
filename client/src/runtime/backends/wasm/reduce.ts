import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "./heap";

/**
 * The sum of `x` over `axes`, in double precision and row-major order of the dimensions that stay.
 *
 * One run of neighbouring dimensions is summed at a time, innermost first, straight from memory: nothing is
 * transposed, whichever axes are summed.
 */
export function sumOver(heap: Heap, x: TensorInfo, axes: readonly number[]): Float64Array {
  const runs = mergeRuns(x.shape, axes);
  let values: ArrayLike<number> = heap.values(x);
  let inner = 1;
  for (let last = runs.length - 1; last >= 0; last--) {
    const run = runs[last] as Run;
    if (run.summed) {
      const outer = runs.slice(0, last).reduce((size, before) => size * before.size, 1);
      values = sumMiddle(values, outer, run.size, inner);
    } else {
      inner *= run.size;
    }
  }
  return values instanceof Float64Array ? values : new Float64Array(values);
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

/** Sums `[outer, count, inner]` over its middle dimension. */
function sumMiddle(values: ArrayLike<number>, outer: number, count: number, inner: number): Float64Array {
  const sums = new Float64Array(outer * inner);
  for (let block = 0; block < outer; block++) {
    if (inner === 1) {
      sums[block] = sumRun(values, block * count, count);
    } else {
      addRows(values, block * count * inner, count, sums.subarray(block * inner, (block + 1) * inner));
    }
  }
  return sums;
}

/** Four sums side by side, because each addition waits for the one before it. */
function sumRun(values: ArrayLike<number>, start: number, count: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  const end = start + count;
  let read = start;
  for (; read + 4 <= end; read += 4) {
    first += values[read] as number;
    second += values[read + 1] as number;
    third += values[read + 2] as number;
    fourth += values[read + 3] as number;
  }
  for (; read < end; read++) {
    first += values[read] as number;
  }
  return first + second + (third + fourth);
}

/** Adds `count` rows as long as `sums`; two at a time, to pass over the sums half as often. */
function addRows(values: ArrayLike<number>, start: number, count: number, sums: Float64Array): void {
  const length = sums.length;
  let read = start;
  let row = 0;
  for (; row + 2 <= count; row += 2, read += 2 * length) {
    for (let column = 0; column < length; column++) {
      const pair = (values[read + column] as number) + (values[read + length + column] as number);
      sums[column] = (sums[column] as number) + pair;
    }
  }
  if (row < count) {
    for (let column = 0; column < length; column++) {
      sums[column] = (sums[column] as number) + (values[read + column] as number);
    }
  }
}
