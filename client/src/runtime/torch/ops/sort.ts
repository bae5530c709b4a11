/** Order: sorting, the largest few, triangles of matrices, coordinate grids. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { compute, raw } from "../kernel";
import { contiguousStrides, wrapDim } from "../shape";
import { Storage } from "../storage";
import { Tensor } from "../tensor";
import { where } from "./binary";
import { tensor } from "./create";
import { gather } from "./indexing";
import { valuesAndIndices } from "./reduce";
import type { ValuesAndIndices } from "./reduce";

export interface SortOptions {
  readonly dim?: number;
  readonly descending?: boolean;
  /** Equal elements keep their order either way. */
  readonly stable?: boolean;
}

export interface TopkOptions {
  /** The largest, or the smallest. */
  readonly largest?: boolean;
  readonly dim?: number;
  /** The result is in order either way. */
  readonly sorted?: boolean;
}

type Along = Trailing<SortOptions, ["dim", "descending"]>;

function alongOf(along: Along): SortOptions {
  return named<SortOptions>(["dim", "descending"], along);
}

/** NaN counts as larger than every number, as in PyTorch. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}

/** The order that sorts a dimension; equal elements keep theirs. */
export function argsort(self: Tensor, ...along: Along): Tensor {
  const { dim = -1, descending = false } = alongOf(along);
  if (self.ndim === 0) return tensor(0);
  const d = wrapDim(dim, self.ndim);
  const values = self._values();
  const strides = contiguousStrides(self.shape);
  const size = self.size(d);
  const step = strides[d] as number;
  const result = new Int32Array(values.length);
  const direction = descending ? -1 : 1;
  for (let start = 0; start < values.length; start++) {
    if (Math.floor(start / step) % size !== 0) continue;
    const order = Array.from({ length: size }, (_, i) => i);
    const at = (i: number) => values[start + i * step] as number;
    order.sort((a, b) => direction * compare(at(a), at(b)) || a - b);
    order.forEach((position, i) => {
      result[start + i * step] = position;
    });
  }
  return new Tensor(Storage.fromValues("int64", result), self.shape);
}

/** The elements of a dimension in order, and where they were. */
export function sort(self: Tensor, ...along: Along): ValuesAndIndices {
  const { dim = -1 } = alongOf(along);
  const order = argsort(self, ...along);
  return valuesAndIndices(gather(self, dim, order), order);
}

/** The element in the middle, of two the lower one: of all elements, or along a dimension, and where it is. */
export function median(self: Tensor): Tensor;
export function median(self: Tensor, dim: number, keepdim?: boolean | { keepdim?: boolean }): ValuesAndIndices;
export function median(self: Tensor, ...args: unknown[]): Tensor | ValuesAndIndices {
  const { dim, keepdim = false } = named<{ dim?: number; keepdim?: boolean }>(["dim", "keepdim"], args);
  if (self.dtype === "bool") throw new Error(`"median_out" not implemented for 'Bool'`);
  if (dim === undefined) return median(self.flatten(), 0).values;
  if (self.ndim === 0) return valuesAndIndices(self, tensor(0));
  const d = wrapDim(dim, self.ndim);
  const { values, indices } = sort(self, d);
  const middle = Math.floor((self.size(d) - 1) / 2);
  const pick = (each: Tensor) => (keepdim ? each.narrow(d, middle, 1) : each.select(d, middle)).contiguous();
  return valuesAndIndices(pick(values), pick(indices));
}

/** The `k` largest elements of a dimension in order, and where they were. */
export function topk(
  self: Tensor,
  k: number,
  ...along: Trailing<TopkOptions, ["dim", "largest", "sorted"]>
): ValuesAndIndices {
  const { dim = -1, largest = true } = named<TopkOptions>(["dim", "largest", "sorted"], along);
  const d = wrapDim(dim, self.ndim);
  const size = self.ndim === 0 ? 1 : self.size(d);
  if (k < 0 || k > size) throw new Error("selected index k out of range");
  const order = argsort(self, d, { descending: largest });
  const first = self.ndim === 0 ? order : order.narrow(d, 0, k).contiguous();
  return valuesAndIndices(gather(self, d, first), first);
}

function triangle(self: Tensor, keep: (row: number, column: number) => boolean, name: string): Tensor {
  if (self.ndim < 2) throw new Error(`${name}: input tensor must have at least 2 dimensions`);
  const rows = self.size(-2);
  const columns = self.size(-1);
  const mask = new Uint8Array(rows * columns);
  for (let i = 0; i < mask.length; i++) mask[i] = Number(keep(Math.floor(i / columns), i % columns));
  const kept = new Tensor(Storage.fromValues("bool", mask), [rows, columns]);
  // Not a product: infinities would leave NaN where they are cut away.
  if (self.dtype !== "bool") return where(kept, self, 0).contiguous();
  return compute("bool", self.shape, () => tf.logicalAnd(raw(self), tf.broadcastTo(raw(kept), self.shape)));
}

/** The elements on and below a diagonal, zeros above it. */
export function tril(self: Tensor, diagonal = 0): Tensor {
  return triangle(self, (row, column) => column - row <= diagonal, "tril");
}

/** The elements on and above a diagonal, zeros below it. */
export function triu(self: Tensor, diagonal = 0): Tensor {
  return triangle(self, (row, column) => column - row >= diagonal, "triu");
}

export interface MeshgridOptions {
  /** "ij": the first tensor runs along rows; "xy": along columns. */
  readonly indexing?: "ij" | "xy";
}

/** The coordinates of a grid: each vector along a dimension of its own, expanded over the others. */
export function meshgrid(tensors: readonly Tensor[], { indexing = "ij" }: MeshgridOptions = {}): Tensor[] {
  const sizes = tensors.map((each) => each.numel());
  const grids = tensors.map((each, i) => each.reshape(sizes.map((size, d) => (d === i ? size : 1))).expand(sizes));
  return indexing === "xy" && tensors.length > 1 ? grids.map((grid) => grid.transpose(0, 1)) : grids;
}

/** Whether two tensors have the same shape and values. */
export function equal(self: Tensor, other: Tensor): boolean {
  if (self.shape.join() !== other.shape.join()) return false;
  const a = self._values();
  const b = other._values();
  return a.every((value, i) => value === b[i]);
}

export interface CloseOptions {
  readonly rtol?: number;
  readonly atol?: number;
  readonly equalNan?: boolean;
}

/** Whether |self − other| ≤ atol + rtol · |other| everywhere. */
export function allclose(
  self: Tensor,
  other: Tensor,
  { rtol = 1e-5, atol = 1e-8, equalNan = false }: CloseOptions = {},
): boolean {
  const a = self._values();
  const b = other.expand(self.shape)._values();
  return a.every((value, i) => {
    const expected = b[i] as number;
    if (Number.isNaN(value) && Number.isNaN(expected)) return equalNan;
    return value === expected || Math.abs(value - expected) <= atol + rtol * Math.abs(expected);
  });
}

/** Whether a value is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

export const sortFunctions = { argsort, sort, topk, tril, triu, equal, allclose };
