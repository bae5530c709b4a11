/** Tensors put together, repeated, reversed. */
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { promote } from "../dtype";
import { compute, raw } from "../kernel";
import { copyLayout } from "../layout";
import { formatSizes, numelOf, sameSizes, sizesFrom, wrapDim, wrapDims } from "../shape";
import type { SizeArgs } from "../shape";
import { Storage } from "../storage";
import { Tensor } from "../tensor";
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { inOrder } from "./elementwise";
import { indexSelect } from "./indexing";
import { narrow } from "./view";

interface DimOption {
  readonly dim?: number;
}

/** PyTorch lets vectors without elements stand beside anything. */
function isLegacyEmpty(tensor: Tensor): boolean {
  return tensor.ndim === 1 && tensor.size(0) === 0;
}

function checkJoinable(tensors: readonly Tensor[], dim: number): void {
  const first = tensors[0] as Tensor;
  tensors.forEach((tensor, i) => {
    if (tensor.ndim !== first.ndim) {
      throw new Error(`Tensors must have same number of dimensions: got ${first.ndim} and ${tensor.ndim}`);
    }
    tensor.shape.forEach((size, d) => {
      if (d === dim || size === first.size(d)) return;
      throw new Error(
        `Sizes of tensors must match except in dimension ${dim}. Expected size ${first.size(d)} but got size ${size} for tensor number ${i} in the list.`,
      );
    });
  });
}

/** Tensors one after the other along a dimension; the other sizes must agree. */
export function cat(tensors: readonly Tensor[], ...args: Trailing<DimOption, ["dim"]>): Tensor {
  const { dim = 0 } = named<DimOption>(["dim"], args);
  if (tensors.length === 0) throw new Error("torch.cat(): expected a non-empty list of Tensors");
  const scalar = tensors.findIndex((tensor) => tensor.ndim === 0);
  if (scalar >= 0) throw new Error(`zero-dimensional tensor (at position ${scalar}) cannot be concatenated`);
  const parts = tensors.filter((tensor) => !isLegacyEmpty(tensor));
  const first = parts[0] ?? (tensors[0] as Tensor);
  const d = wrapDim(dim, first.ndim);
  if (parts.length === 0) return first.clone();
  checkJoinable(parts, d);
  const dtype = promote(...parts);
  const operands = parts.map((part) => part.to(dtype));
  const lengths = operands.map((part) => part.size(d));
  const total = lengths.reduce((sum, each) => sum + each, 0);
  const sizes = first.shape.map((size, i) => (i === d ? total : size));
  const result = compute(dtype, sizes, () =>
    numelOf(sizes) === 0
      ? tf.zeros(sizes, dtype === "float32" ? "float32" : "int32")
      : tf.concat(operands.filter((part) => part.numel() > 0).map(raw), d),
  );
  return record("cat", result, operands, [], (g) => {
    let start = 0;
    return lengths.map((length) => {
      const from = start;
      start += length;
      return () => narrow(g, d, from, length);
    });
  });
}

/** Tensors of one shape along a new dimension. */
export function stack(tensors: readonly Tensor[], ...args: Trailing<DimOption, ["dim"]>): Tensor {
  const { dim = 0 } = named<DimOption>(["dim"], args);
  const first = tensors[0];
  if (!first) throw new Error("stack expects a non-empty TensorList");
  const d = wrapDim(dim, first.ndim + 1);
  tensors.forEach((tensor, i) => {
    if (sameSizes(tensor.shape, first.shape)) return;
    throw new Error(
      `stack expects each tensor to be equal size, but got ${formatSizes(first.shape)} at entry 0 and ${formatSizes(tensor.shape)} at entry ${i}`,
    );
  });
  return cat(
    tensors.map((tensor) => tensor.unsqueeze(d)),
    d,
  );
}

/** Side by side: along dimension 1, or 0 for vectors. */
export function hstack(tensors: readonly Tensor[]): Tensor {
  const whole = tensors.map((tensor) => (tensor.ndim === 0 ? tensor.reshape(1) : tensor));
  return cat(whole, whole[0]?.ndim === 1 ? 0 : 1);
}

/** On top of each other: along dimension 0, vectors as rows. */
export function vstack(tensors: readonly Tensor[]): Tensor {
  return cat(tensors.map((tensor) => (tensor.ndim < 2 ? tensor.reshape(1, -1) : tensor)));
}

/** The tensor copied `repeats` times along each dimension; leading numbers make new dimensions. */
export function repeat(self: Tensor, ...repeats: SizeArgs): Tensor {
  const times = sizesFrom(repeats);
  if (times.length < self.ndim) {
    throw new Error("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor");
  }
  const padded = self.reshape([...new Array<number>(times.length - self.ndim).fill(1), ...self.shape]);
  const interleaved = padded.shape.flatMap((size, d) => [times[d] as number, size]);
  const expanded = padded.reshape(padded.shape.flatMap((size) => [1, size])).expand(interleaved);
  return expanded
    .clone({ memoryFormat: "contiguous" })
    .view(padded.shape.map((size, d) => size * (times[d] as number)));
}

/** As `repeat`, with missing leading numbers taken as 1. */
export function tile(self: Tensor, ...repeats: SizeArgs): Tensor {
  const times = sizesFrom(repeats);
  return repeat(self, [...new Array<number>(Math.max(self.ndim - times.length, 0)).fill(1), ...times]);
}

/** Each element `repeats` times in a row, or as many times as a tensor says of each, along `dim` or over the flattened tensor. */
export function repeatInterleave(
  self: Tensor,
  repeats: number | Tensor,
  ...args: Trailing<DimOption, ["dim"]>
): Tensor {
  const { dim } = named<DimOption>(["dim"], args);
  if (dim === undefined) return repeatInterleave(self.flatten(), repeats, 0);
  const d = wrapDim(dim, self.ndim);
  if (typeof repeats === "object") return indexSelect(self, d, repeated(repeats, self.size(d), d));
  const spread = self.unsqueeze(d + 1);
  const sizes = spread.shape.map((size, i) => (i === d + 1 ? repeats : size));
  return spread
    .expand(sizes)
    .clone({ memoryFormat: "contiguous" })
    .flatten(d, d + 1);
}

/** The positions 0 to `size` − 1, each as often as `repeats` says. */
function repeated(repeats: Tensor, size: number, dim: number): Tensor {
  if (repeats.ndim > 1) throw new Error("repeat_interleave only accept 1D vector as repeat");
  const times = [...repeats._values()];
  if (times.some((each) => each < 0)) throw new Error("repeats can not be negative");
  const all = times.length === 1 ? new Array<number>(size).fill(times[0] as number) : times;
  if (all.length !== size) {
    throw new Error(
      `repeats must have the same size as input along dim, but got repeats.size(0) = ${all.length} and input.size(${dim}) = ${size}`,
    );
  }
  const positions = Int32Array.from(all.flatMap((many, i) => new Array<number>(many).fill(i)));
  return new Tensor(Storage.fromValues("int64", positions), [positions.length]);
}

/** The order of elements reversed along dimensions. */
export function flip(self: Tensor, ...dims: SizeArgs): Tensor {
  const axes = wrapDims(sizesFrom(dims), self.ndim);
  const { strides, order } = copyLayout(self._view);
  const result = compute(
    self.dtype,
    self.shape,
    () => {
      const values = inOrder(self, self.shape, order);
      return axes.length === 0
        ? values
        : tf.reverse(
            values,
            axes.map((d) => order.indexOf(d)),
          );
    },
    strides,
  );
  return record("flip", result, [self], [], (g) => [() => flip(g, axes)]);
}

/** Elements moved by `shifts` along `dims`, those that fall off coming back at the other end. */
export function roll(self: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
  if (dims === undefined) return roll(self.flatten(), shifts, 0).view(self.shape);
  const by = [shifts].flat();
  const along = [dims].flat();
  if (by.length !== along.length) {
    throw new Error(`shifts and dimensions must align. shifts: ${by.length}, dims:${along.length}`);
  }
  const moved = along.reduce((rolled, dim, i) => {
    const d = wrapDim(dim, self.ndim);
    const size = self.size(d);
    const shift = size === 0 ? 0 : (((by[i] as number) % size) + size) % size;
    if (shift === 0) return rolled;
    return cat([narrow(rolled, d, size - shift, shift), narrow(rolled, d, 0, size - shift)], d);
  }, self);
  return moved === self ? self.clone({ memoryFormat: "contiguous" }) : moved;
}

export const joinFunctions = { repeat, tile, repeatInterleave, flip, roll };
