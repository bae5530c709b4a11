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
  let read = 0;
  for (let block = 0; block < outer; block++) {
    const write = block * inner;
    if (inner === 1) {
      let sum = 0;
      for (let index = 0; index < count; index++, read++) {
        sum += values[read] as number;
      }
      sums[write] = sum;
      continue;
    }
    for (let index = 0; index < count; index++) {
      for (let column = 0; column < inner; column++, read++) {
        sums[write + column] = (sums[write + column] as number) + (values[read] as number);
      }
    }
  }
  return sums;
}
