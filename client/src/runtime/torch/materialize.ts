import * as tf from "@tensorflow/tfjs-core";
import { isContiguous, numelOf } from "./shape";
import type { Sizes } from "./shape";
import type { Storage } from "./storage";

/** A strided window on a storage. */
export interface StridedView {
  readonly storage: Storage;
  readonly sizes: Sizes;
  readonly strides: Sizes;
  readonly offset: number;
}

interface Dim {
  size: number;
  stride: number;
}

/** Neighbouring dimensions that are laid out as one, joined: fewer dimensions, cheaper kernels. Drops size 1. */
function coalesce(sizes: Sizes, strides: Sizes): Dim[] {
  const dims: Dim[] = [];
  sizes.forEach((size, d) => {
    if (size === 1) return;
    const stride = strides[d] as number;
    const previous = dims.at(-1);
    if (previous && previous.stride === stride * size) {
      previous.size *= size;
      previous.stride = stride;
    } else {
      dims.push({ size, stride });
    }
  });
  return dims;
}

/**
 * The view as a box cut out of the storage seen at some shape: `[extent, …]` sliced from `begin` for `size`.
 * Null where the strides do not nest (overlapping windows, diagonals).
 */
function boxOf(dims: readonly Dim[], offset: number): { extents: number[]; begin: number[] } | null {
  const extents: number[] = [];
  const begin: number[] = [];
  let rest = offset;
  for (let d = 0; d < dims.length; d++) {
    const { size, stride } = dims[d] as Dim;
    const start = Math.floor(rest / stride);
    const outer = dims[d - 1];
    if (outer && outer.stride % stride !== 0) return null;
    const extent = outer ? outer.stride / stride : start + size;
    if (start + size > extent) return null;
    extents.push(extent);
    begin.push(start);
    rest -= start * stride;
  }
  extents.push(dims.at(-1)?.stride ?? 1);
  begin.push(rest);
  return { extents, begin };
}

/** The flat storage index of each element, in row-major order of the view. */
export function elementIndices(sizes: Sizes, strides: Sizes, offset: number): Int32Array {
  const indices = new Int32Array(numelOf(sizes));
  const counter = sizes.map(() => 0);
  let index = offset;
  for (let i = 0; i < indices.length; i++) {
    indices[i] = index;
    for (let d = sizes.length - 1; d >= 0; d--) {
      counter[d] = (counter[d] as number) + 1;
      index += strides[d] as number;
      if ((counter[d] as number) < (sizes[d] as number)) break;
      index -= (strides[d] as number) * (sizes[d] as number);
      counter[d] = 0;
    }
  }
  return indices;
}

function sliceFlat(flat: tf.Tensor, offset: number, length: number): tf.Tensor {
  const line = tf.reshape(flat, [flat.size]);
  return offset === 0 && length === flat.size ? line : tf.slice(line, [offset], [length]);
}

/** Cuts the box out of the storage and puts its dimensions in the order of `dims`. */
function cutBox(flat: tf.Tensor, dims: readonly Dim[], offset: number): tf.Tensor | null {
  const sorted = [...dims].sort((a, b) => b.stride - a.stride);
  const box = boxOf(sorted, offset);
  if (!box) return null;
  const { extents, begin } = box;
  const length = numelOf(extents);
  // The last row of the box may reach beyond the storage where a step does not divide it.
  const line = tf.reshape(flat, [flat.size]);
  const padded = length > flat.size ? tf.pad(line, [[0, length - flat.size]]) : sliceFlat(line, 0, length);
  const size = [...sorted.map((dim) => dim.size), 1];
  const whole = begin.every((start, d) => start === 0 && size[d] === extents[d]);
  const shaped = tf.reshape(padded, extents);
  const cut = tf.reshape(whole ? shaped : tf.slice(shaped, begin, size), size.slice(0, -1));
  const order = dims.map((dim) => sorted.indexOf(dim));
  return order.every((dim, d) => dim === d) ? cut : tf.transpose(cut, order);
}

/**
 * The elements of a view as a backend tensor in row-major order. Call inside `tf.tidy`; the result may be the storage's
 * own tensor. Permutations, slices and expansions become one kernel each, joined dimensions first; any other stride
 * pattern is gathered by index.
 */
export function materialize(view: StridedView): tf.Tensor {
  const { storage, offset } = view;
  const sizes = [...view.sizes];
  const numel = numelOf(sizes);
  const flat = storage.flat();
  if (numel === 0) return tf.tensor([], sizes, flat.dtype);
  if (isContiguous(sizes, view.strides)) return tf.reshape(sliceFlat(flat, offset, numel), sizes);

  const expanded = sizes.map((size, d) => size > 1 && view.strides[d] === 0);
  const compactSizes = sizes.map((size, d) => (expanded[d] ? 1 : size));
  const dims = coalesce(compactSizes, view.strides);
  const compact =
    dims.length === 0
      ? sliceFlat(flat, offset, 1)
      : (cutBox(flat, dims, offset) ??
        tf.gather(
          tf.reshape(flat, [flat.size]),
          tf.tensor1d(elementIndices(compactSizes, view.strides, offset), "int32"),
        ));
  const shaped = tf.reshape(compact, compactSizes);
  return expanded.includes(true) ? broadcastTo(shaped, sizes) : shaped;
}

/** As `tf.broadcastTo`, with neighbouring dimensions joined first: the kernel takes at most six. */
function broadcastTo(tensor: tf.Tensor, sizes: number[]): tf.Tensor {
  const groups: { from: number; to: number; stretched: boolean }[] = [];
  sizes.forEach((size, d) => {
    const from = tensor.shape[d] as number;
    const stretched = from !== size;
    const previous = groups.at(-1);
    if (previous && previous.stretched === stretched) {
      previous.from *= from;
      previous.to *= size;
    } else {
      groups.push({ from, to: size, stretched });
    }
  });
  const from = groups.map((group) => group.from);
  const tiled = tf.tile(
    tf.reshape(tensor, from),
    groups.map((group) => group.to / group.from),
  );
  return tf.reshape(tiled, sizes);
}

/** Whether a view shows its whole storage in row-major order. */
export function isWhole(view: StridedView): boolean {
  return view.offset === 0 && numelOf(view.sizes) === view.storage.numel && isContiguous(view.sizes, view.strides);
}
