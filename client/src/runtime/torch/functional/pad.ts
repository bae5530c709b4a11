import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { compute, raw } from "../kernel";
import { narrow } from "../ops/index";
import type { Tensor } from "../tensor";

export interface PadOptions {
  readonly mode?: "constant";
  readonly value?: number;
}

/**
 * Values added around the last dimensions: `[left, right, top, bottom, …]`, the last dimension first. Negative numbers
 * cut off instead.
 */
export function pad(input: Tensor, amounts: readonly number[], { value = 0 }: PadOptions = {}): Tensor {
  if (amounts.length % 2 !== 0) throw new Error("Padding length must be divisible by 2");
  if (amounts.length > input.ndim * 2) {
    throw new Error(
      `Padding length should be less than or equal to two times the input dimension but got padding length ${amounts.length} and input of dimension ${input.ndim}`,
    );
  }
  const around = input.shape.map((_, d): [number, number] => {
    const from = 2 * (input.ndim - 1 - d);
    return [amounts[from] ?? 0, amounts[from + 1] ?? 0];
  });
  const cropped = around.reduce(
    (result, [before, after], d) =>
      before >= 0 && after >= 0
        ? result
        : narrow(result, d, Math.max(-before, 0), result.size(d) + Math.min(before, 0) + Math.min(after, 0)),
    input,
  );
  return grow(
    cropped,
    around.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)]),
    value,
  );
}

function grow(input: Tensor, around: [number, number][], value: number): Tensor {
  if (around.every(([before, after]) => before === 0 && after === 0)) return input;
  const sizes = input.shape.map((size, d) => size + (around[d]?.[0] ?? 0) + (around[d]?.[1] ?? 0));
  const result = compute(input.dtype, sizes, () => padRaw(raw(input), around, value));
  return record("pad", result, [input], [], (g) => [
    () => input.shape.reduce((cut, size, d) => narrow(cut, d, around[d]?.[0] ?? 0, size), g),
  ]);
}

/** `tf.pad` for any number of dimensions: unpadded neighbours are joined, since kernels take at most four or five. */
function padRaw(x: tf.Tensor, around: [number, number][], value: number): tf.Tensor {
  const shape: number[] = [];
  const joined: [number, number][] = [];
  x.shape.forEach((size, d) => {
    const [before, after] = around[d] ?? [0, 0];
    const previous = joined.at(-1);
    if (previous && previous[0] === 0 && previous[1] === 0 && before === 0 && after === 0) {
      shape[shape.length - 1] = (shape.at(-1) as number) * size;
    } else {
      shape.push(size);
      joined.push([before, after]);
    }
  });
  const padded = tf.pad(tf.reshape(x, shape), joined, value);
  return tf.reshape(
    padded,
    x.shape.map((size, d) => size + (around[d]?.[0] ?? 0) + (around[d]?.[1] ?? 0)),
  );
}
