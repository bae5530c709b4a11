/** Picking elements by position. */
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { compute, raw } from "../kernel";
import { broadcastShapes, contiguousStrides, formatSizes, numelOf, wrapDim } from "../shape";
import type { Sizes } from "../shape";
import { Storage } from "../storage";
import { Tensor } from "../tensor";
import { alias, broadcastTo, reshape, select, slice, unsqueeze } from "./view";

/** `null` a new dimension, `"..."` as many full slices as are left, `":"` one, `[start, end, step]` a slice. */
export type Index = number | null | ":" | "..." | readonly (number | null)[] | Tensor;

function isSlice(index: Index): index is readonly (number | null)[] {
  return Array.isArray(index);
}

function consumes(index: Index): number {
  if (index === null || index === "...") return 0;
  return typeof index === "object" && !isSlice(index) && index.dtype === "bool" ? index.ndim : 1;
}

/** Positions as host-made index tensors: the flat source position of every element of the result. */
function indexTensor(values: Int32Array, sizes: Sizes): Tensor {
  return new Tensor(Storage.fromValues("int64", values), sizes);
}

/** The positions at which a mask holds, one index tensor for each of its dimensions. */
function positionsOf(mask: Tensor): Tensor[] {
  const { shape } = mask;
  const strides = contiguousStrides(shape);
  const hits: number[] = [];
  mask._values().forEach((value, i) => {
    if (value !== 0) hits.push(i);
  });
  return shape.map((size, d) =>
    indexTensor(
      Int32Array.from(hits, (i) => Math.floor(i / (strides[d] as number)) % size),
      [hits.length],
    ),
  );
}

/**
 * x[i, ..., 1:3, None] is `x.at(i, "...", [1, 3], null)`: numbers select, slices and `":"` are views, tensors of
 * integers gather, tensors of booleans pick where they hold.
 */
export function at(self: Tensor, ...indices: Index[]): Tensor {
  if (indices.filter((index) => index === "...").length > 1) {
    throw new RangeError("an index can only have a single ellipsis ('...')");
  }
  const used = indices.reduce<number>((total, index) => total + consumes(index), 0);
  if (used > self.ndim) throw new RangeError(`too many indices for tensor of dimension ${self.ndim}`);
  let result = self;
  let dim = 0;
  const advanced: { dim: number; index: Tensor }[] = [];
  for (const index of indices) {
    if (index === "...") {
      dim += self.ndim - used;
    } else if (index === ":") {
      dim++;
    } else if (index === null) {
      result = unsqueeze(result, dim++);
    } else if (typeof index === "number") {
      checkIndex(index, dim, result);
      result = select(result, dim, index);
    } else if (isSlice(index)) {
      const [start, end, step] = index.map((each) => (each === null ? null : Number(each)));
      result = slice(result, dim, start ?? null, end ?? null, step ?? 1);
      dim++;
    } else if (index.dtype === "bool") {
      checkMask(index, result, dim);
      for (const position of positionsOf(index)) advanced.push({ dim: dim++, index: position });
    } else {
      advanced.push({ dim: dim++, index });
    }
  }
  if (advanced.length > 0) return pick(result, advanced);
  // PyTorch's indexing always makes a new tensor, also where it selects everything.
  return result === self
    ? record("alias", alias(self, self._view.sizes, self._view.strides), [self], [], (g) => [() => g])
    : result;
}

function checkIndex(index: number, dim: number, self: Tensor): void {
  const size = self.size(dim);
  if (Number.isInteger(index) && index >= -size && index < size) return;
  throw new RangeError(`index ${index} is out of bounds for dimension ${dim} with size ${size}`);
}

function checkMask(mask: Tensor, self: Tensor, dim: number): void {
  mask.shape.forEach((size, i) => {
    if (size === self.size(dim + i)) return;
    throw new RangeError(
      `The shape of the mask ${formatSizes(mask.shape)} at index ${i} does not match the shape of the indexed tensor ${formatSizes(self.shape)} at index ${dim + i}`,
    );
  });
}

/** Advanced indexing: the index tensors broadcast, and their shape takes the place of the dimensions they index. */
function pick(self: Tensor, indices: readonly { dim: number; index: Tensor }[]): Tensor {
  const dims = indices.map(({ dim }) => dim);
  const adjacent = dims.every((dim, i) => i === 0 || dim === (dims[i - 1] as number) + 1);
  const rest = self.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const shape = broadcastShapes(...indices.map(({ index }) => index.shape));
  const strides = contiguousStrides(dims.map((d) => self.size(d)));
  const flat = new Int32Array(numelOf(shape));
  indices.forEach(({ dim, index }, k) => {
    const size = self.size(dim);
    broadcastTo(index, shape)
      ._values()
      .forEach((position, i) => {
        if (position < -size || position >= size) {
          throw new RangeError(`index ${position} is out of bounds for dimension ${dim} with size ${size}`);
        }
        flat[i] = (flat[i] as number) + (position < 0 ? position + size : position) * (strides[k] as number);
      });
  });
  const front = reshape(self.permute([...dims, ...rest]), [
    numelOf(dims.map((d) => self.size(d))),
    ...rest.map((d) => self.size(d)),
  ]);
  const gathered = indexSelect(front, 0, indexTensor(flat, [flat.length]));
  const picked = reshape(gathered, [...shape, ...rest.map((d) => self.size(d))]);
  const before = adjacent ? rest.filter((d) => d < (dims[0] as number)).length : 0;
  if (before === 0) return picked;
  const first = shape.length;
  const order = [
    ...Array.from({ length: before }, (_, i) => first + i),
    ...Array.from({ length: first }, (_, i) => i),
    ...Array.from({ length: rest.length - before }, (_, i) => first + before + i),
  ];
  return picked.permute(order);
}

/** Rows added at the positions they were taken from: [n, …] into `count` rows. */
export function addRows(rows: Tensor, index: Tensor, count: number): Tensor {
  const tail = rows.shape.slice(1);
  return compute("float32", [count, ...tail], () => {
    if (rows.numel() === 0) return tf.zeros([count, ...tail]);
    const table = tf.reshape(raw(rows), [rows.size(0), numelOf(tail)]);
    return tf.reshape(tf.unsortedSegmentSum(table, tf.cast(raw(index), "int32") as tf.Tensor1D, count), [
      count,
      ...tail,
    ]);
  });
}

/** The entries of a dimension that a vector of positions names, in its order. */
export function indexSelect(self: Tensor, dim: number, index: Tensor): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (index.ndim > 1) throw new RangeError("index_select(): Index is supposed to be a vector");
  if (index.dtype !== "int64" && index.dtype !== "int32") {
    throw new Error("index_select(): Expected dtype int32 or int64 for index");
  }
  const size = self.size(d);
  checkPositions(index, size, () => "index out of range in self");
  const sizes = self.shape.map((each, i) => (i === d ? index.numel() : each));
  const result = compute(self.dtype, sizes, () => {
    if (numelOf(sizes) === 0) return tf.zeros(sizes, raw(self).dtype as "float32");
    return tf.reshape(tf.gather(raw(self), tf.reshape(raw(index), [index.numel()]), d), sizes);
  });
  return record("indexSelect", result, [self], [index], (g, index) => [
    () => addRows(g.movedim(d, 0), index.reshape(-1), size).movedim(0, d),
  ]);
}

/** Checks positions where reading them costs nothing; a backend that computes them is not waited for. */
export function checkPositions(index: Tensor, size: number, message: (position: number) => string): void {
  if (!index._view.storage.isOnHost) return;
  for (const position of index._values()) {
    if (position < 0 || position >= size) throw new RangeError(message(position));
  }
}

/** Flat positions of `index`'s elements in a tensor of `sizes`, `index` replacing coordinate `dim`. */
function flatPositions(index: Tensor, sizes: Sizes, dim: number): tf.Tensor {
  const strides = contiguousStrides(sizes);
  const shape = index.shape;
  const own = contiguousStrides(shape);
  const base = new Int32Array(index.numel());
  for (let i = 0; i < base.length; i++) {
    let position = 0;
    for (let d = 0; d < shape.length; d++) {
      if (d === dim) continue;
      position += (Math.floor(i / (own[d] as number)) % (shape[d] as number)) * (strides[d] as number);
    }
    base[i] = position;
  }
  const along = tf.mul(tf.reshape(raw(index), [index.numel()]), tf.scalar(strides[dim] as number, "int32"));
  return tf.add(tf.tensor1d(base, "int32"), along);
}

function checkIndexShape(index: Tensor, self: Tensor, dim: number, name: string): void {
  if (index.dtype !== "int64") throw new Error(`${name}(): Expected dtype int64 for index`);
  if (Math.max(index.ndim, 1) !== Math.max(self.ndim, 1)) {
    throw new Error(
      `Index tensor must have the same number of dimensions as ${name === "gather" ? "input" : "self"} tensor`,
    );
  }
  index.shape.forEach((size, d) => {
    if (d !== dim && size > self.size(d)) {
      throw new Error(
        `Size does not match at dimension ${d} expected index ${formatSizes(index.shape)} to be no larger than self ${formatSizes(self.shape)} apart from dimension ${dim}`,
      );
    }
  });
}

/** result[i][j] = self[index[i][j]][j] for dim 0, and so on. */
export function gather(self: Tensor, dim: number, index: Tensor): Tensor {
  const d = wrapDim(dim, self.ndim);
  checkIndexShape(index, self, d, "gather");
  checkPositions(
    index,
    self.ndim === 0 ? 1 : self.size(d),
    (position) => `index ${position} is out of bounds for dimension ${d} with size ${self.size(d)}`,
  );
  const sizes = self.shape;
  const result = compute(self.dtype, index.shape, () => {
    if (index.numel() === 0) return tf.zeros(index.shape, raw(self).dtype as "float32");
    const flat = tf.reshape(raw(self), [self.numel()]);
    if (self.ndim === 0) return tf.reshape(flat, index.shape);
    return tf.reshape(tf.gather(flat, flatPositions(index, sizes, d)), index.shape);
  });
  return record("gather", result, [self], [index], (g, index) => [() => scatterSum(g, index, sizes, d)]);
}

function scatterSum(values: Tensor, index: Tensor, sizes: Sizes, dim: number): Tensor {
  return compute("float32", sizes, () => {
    const flat = tf.reshape(raw(values), [values.numel()]);
    const positions = flatPositions(index, sizes, dim) as tf.Tensor1D;
    return tf.reshape(tf.unsortedSegmentSum(flat, positions, numelOf(sizes)), [...sizes]);
  });
}

/** The elements at which a mask holds, as a vector. The mask broadcasts. */
export function maskedSelect(self: Tensor, mask: Tensor): Tensor {
  if (mask.dtype !== "bool") throw new Error("masked_select: expected BoolTensor for mask");
  const shape = broadcastShapes(self.shape, mask.shape);
  return at(broadcastTo(self, shape), broadcastTo(mask, shape));
}

export const indexingFunctions = { at, indexSelect, gather, maskedSelect };
