import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { compute, raw } from "../kernel";
import { narrow, tensor } from "../ops/index";
import { formatSizes } from "../shape";
import type { Tensor } from "../tensor";

/** What stands around the input: one value, the input mirrored, its edge repeated, or its other end. */
export type PadMode = "constant" | "reflect" | "replicate" | "circular";

export interface PadOptions {
  readonly mode?: PadMode;
  readonly value?: number;
}

/**
 * Values added around the last dimensions: `[left, right, top, bottom, …]`, the last dimension first. Negative numbers
 * cut off instead.
 */
export function pad(
  input: Tensor,
  amounts: readonly number[],
  ...args: Trailing<PadOptions, ["mode", "value"]>
): Tensor {
  const { mode = "constant", value = 0 } = named<PadOptions>(["mode", "value"], args);
  if (amounts.length % 2 !== 0) throw new Error("Padding length must be divisible by 2");
  if (amounts.length > input.ndim * 2) {
    throw new Error(
      `Padding length should be less than or equal to two times the input dimension but got padding length ${amounts.length} and input of dimension ${input.ndim}`,
    );
  }
  if (mode !== "constant") return padFromInput(input, amounts, mode);
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

/** The position in the input that a position beyond its end shows. */
function shownPosition(position: number, size: number, mode: Exclude<PadMode, "constant">): number {
  if (mode === "replicate") return Math.min(Math.max(position, 0), size - 1);
  if (mode === "circular") return (position + size) % size;
  return position < 0 ? -position : position >= size ? 2 * (size - 1) - position : position;
}

function checkReach(input: Tensor, dim: number, before: number, after: number, mode: PadMode): void {
  const size = input.size(dim);
  if (mode === "reflect" && (before >= size || after >= size)) {
    throw new Error(
      `Argument #4: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${dim} of input ${formatSizes(input.shape)}`,
    );
  }
  if (mode === "circular" && (before > size || after > size)) {
    throw new Error("Padding value causes wrapping around more than once.");
  }
}

/** Padding of the last one to three dimensions with values of the input. */
function padFromInput(input: Tensor, amounts: readonly number[], mode: Exclude<PadMode, "constant">): Tensor {
  const spatial = amounts.length / 2;
  if (input.ndim !== spatial + 1 && input.ndim !== spatial + 2) {
    throw new Error("Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now");
  }
  const dims = Array.from({ length: spatial }, (_, i) => ({
    dim: input.ndim - 1 - i,
    before: amounts[2 * i] as number,
    after: amounts[2 * i + 1] as number,
  }));
  dims.forEach(({ dim, before, after }) => checkReach(input, dim, before, after, mode));
  return dims.reduce((result, { dim, before, after }) => {
    if (before === 0 && after === 0) return result;
    const size = result.size(dim);
    const positions = Array.from({ length: size + before + after }, (_, i) => shownPosition(i - before, size, mode));
    return result.indexSelect(dim, tensor(positions, { dtype: "int64" }));
  }, input);
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
