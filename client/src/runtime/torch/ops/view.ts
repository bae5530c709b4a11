/** Operations that only change sizes, strides and offset: the result shares the memory of its input. */
import {
  expandedStrides,
  expandSizes,
  formatSizes,
  inferSize,
  integers,
  isContiguous,
  numelOf,
  sameSizes,
  sizesFrom,
  viewStrides,
  wrapDim,
  wrapDims,
} from "../shape";
import type { SizeArgs, Sizes } from "../shape";
import { record } from "../autograd";
import { Tensor } from "../tensor";
import { severalViews, viewOf } from "../view-history";
import { sumTo } from "./reduce";
import { clone } from "./copy";
import { addWindows, placeSlice } from "./place";

/** A tensor on the same storage. */
export function alias(self: Tensor, sizes: Sizes, strides: Sizes, offset = self.storageOffset()): Tensor {
  const seen = new Tensor(self._view.storage, sizes, strides, offset);
  seen._viewOf = viewOf(self);
  return seen;
}

/**
 * The same memory seen at another shape. One size may be -1.
 * Throws where the strides do not allow it, although `reshape` would copy.
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.view.html
 */
export function view(self: Tensor, ...sizes: SizeArgs): Tensor {
  const target = inferSize(sizesFrom(sizes), self.numel());
  const strides = viewStrides(self._view.sizes, self._view.strides, target);
  if (!strides) {
    throw new Error(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
    );
  }
  const from = self.shape;
  return record("view", alias(self, target, strides), [self], [], (g) => [() => reshape(g, from)]);
}

/** As `view`, copying where strides do not allow a view. */
export function reshape(self: Tensor, ...sizes: SizeArgs): Tensor {
  const target = inferSize(sizesFrom(sizes), self.numel());
  const strides = viewStrides(self._view.sizes, self._view.strides, target);
  return view(strides ? self : contiguous(self), target);
}

export function viewAs(self: Tensor, other: Tensor): Tensor {
  return view(self, other.shape);
}

export function reshapeAs(self: Tensor, other: Tensor): Tensor {
  return reshape(self, other.shape);
}

/** The tensor itself when its elements lie in row-major order, else a copy that does. */
export function contiguous(self: Tensor): Tensor {
  return isContiguous(self._view.sizes, self._view.strides) ? self : clone(self, { memoryFormat: "contiguous" });
}

function permuted(self: Tensor, order: readonly number[], name: string): Tensor {
  const { sizes, strides } = self._view;
  const result = alias(
    self,
    order.map((d) => sizes[d] as number),
    order.map((d) => strides[d] as number),
  );
  const inverse = order.map((_, d) => order.indexOf(d));
  return record(name, result, [self], [], (g) => [() => permuted(g, inverse, name)]);
}

/** Dimensions in another order. Throws where `dims` is no permutation. */
export function permute(self: Tensor, ...dims: SizeArgs): Tensor {
  const order = sizesFrom(dims);
  if (order.length !== self.ndim) {
    throw new Error(
      `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${self.ndim} is not equal to len(dims) = ${order.length}`,
    );
  }
  const wrapped = order.map((d) => wrapDim(d, self.ndim));
  if (new Set(wrapped).size !== wrapped.length) throw new Error("permute(): duplicate dims are not allowed.");
  return permuted(self, wrapped, "permute");
}

/** Two dimensions exchanged. */
export function transpose(self: Tensor, dim0: number, dim1: number): Tensor {
  const a = wrapDim(dim0, self.ndim);
  const b = wrapDim(dim1, self.ndim);
  const order = self.shape.map((_, d) => (d === a ? b : d === b ? a : d));
  return permuted(self, order, "transpose");
}

export const swapaxes = transpose;

/** The transpose of a matrix; vectors and scalars stay as they are. */
export function t(self: Tensor): Tensor {
  if (self.ndim > 2) throw new Error(`t() expects a tensor with <= 2 dimensions, but self is ${self.ndim}D`);
  return self.ndim < 2 ? permuted(self, self.ndim === 0 ? [] : [0], "t") : permuted(self, [1, 0], "t");
}

/** Dimensions `source` moved to the places `destination`, the others in their order. */
export function movedim(
  self: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const from = wrapDims([source].flat(), self.ndim);
  const to = wrapDims([destination].flat(), self.ndim);
  if (from.length !== to.length) {
    throw new Error(
      `movedim: Invalid source or destination dims: source (${formatSizes(from)} dims) should contain the same number of dims as destination (${formatSizes(to)} dims)`,
    );
  }
  const rest = self.shape.map((_, d) => d).filter((d) => !from.includes(d));
  const order = self.shape.map((_, d) => {
    const moved = to.indexOf(d);
    return moved >= 0 ? (from[moved] as number) : (rest.shift() as number);
  });
  return permuted(self, order, "movedim");
}

/** Dimensions `startDim` to `endDim` as one. A view where strides allow, else a copy. */
export function flatten(self: Tensor, startDim = 0, endDim = -1): Tensor {
  const from = wrapDim(startDim, self.ndim);
  const to = wrapDim(endDim, self.ndim);
  if (from > to) throw new Error("flatten() has invalid args: start_dim cannot come after end_dim");
  if (self.ndim === 0) return reshape(self, 1);
  if (from === to) return self;
  const { shape } = self;
  return reshape(self, [...shape.slice(0, from), numelOf(shape.slice(from, to + 1)), ...shape.slice(to + 1)]);
}

/** One dimension split into `sizes`, of which one may be -1. */
export function unflatten(self: Tensor, dim: number, ...asked: SizeArgs): Tensor {
  const d = wrapDim(dim, self.ndim);
  const sizes = sizesFrom(asked);
  if (sizes.length === 0) throw new Error("unflatten: sizes must be non-empty");
  const size = self.size(d);
  const { shape } = self;
  const known = sizes.reduce((product, each) => (each === -1 ? product : product * each), 1);
  const open = sizes.filter((each) => each === -1).length;
  if (open > 1) throw new Error("only one dimension can be inferred");
  if (open === 0 ? known !== size : known === 0 || size % known !== 0) {
    throw new Error(
      `unflatten: Provided sizes ${formatSizes(sizes)} don't multiply up to the size of dim ${d} (${size}) in the input tensor`,
    );
  }
  const inner = sizes.map((each) => (each === -1 ? size / known : each));
  return view(self, [...shape.slice(0, d), ...inner, ...shape.slice(d + 1)]);
}

/** Size-1 dimensions removed: all, or those named. Others are left as they are. */
export function squeeze(self: Tensor, dim?: number | readonly number[]): Tensor {
  const { sizes, strides } = self._view;
  const asked = dim === undefined ? sizes.map((_, d) => d) : wrapDims([dim].flat(), self.ndim);
  const kept = sizes.map((_, d) => d).filter((d) => !(asked.includes(d) && sizes[d] === 1));
  const result = alias(
    self,
    kept.map((d) => sizes[d] as number),
    kept.map((d) => strides[d] as number),
  );
  return record("squeeze", result, [self], [], (g) => [() => reshape(g, [...sizes])]);
}

/** A new dimension of size 1 before dimension `dim`. */
export function unsqueeze(self: Tensor, dim: number): Tensor {
  const d = wrapDim(dim, self.ndim + 1);
  const { sizes, strides } = self._view;
  const stride = d < self.ndim ? (sizes[d] as number) * (strides[d] as number) : 1;
  const result = alias(
    self,
    [...sizes.slice(0, d), 1, ...sizes.slice(d)],
    [...strides.slice(0, d), stride, ...strides.slice(d)],
  );
  return record("unsqueeze", result, [self], [], (g) => [() => squeeze(g, d)]);
}

/** Size-1 dimensions seen at a larger size, without copying; -1 keeps a size. */
export function expand(self: Tensor, ...sizes: SizeArgs): Tensor {
  const target = expandSizes(self._view.sizes, sizesFrom(sizes));
  const from = self.shape;
  const offset = target.length - self.ndim;
  const strides = expandedStrides(self._view.sizes, self._view.strides, target);
  // A new leading dimension of size 1 has the stride that a contiguous one would have.
  for (let d = offset - 1; d >= 0; d--) {
    if (target[d] !== 1) continue;
    strides[d] = d + 1 < target.length ? (target[d + 1] as number) * (strides[d + 1] as number) : 1;
  }
  return record("expand", alias(self, target, strides), [self], [], (g) => [() => sumTo(g, from)]);
}

export function expandAs(self: Tensor, other: Tensor): Tensor {
  return expand(self, other.shape);
}

export function broadcastTo(self: Tensor, sizes: Sizes): Tensor {
  return sameSizes(self._view.sizes, sizes) ? self : expand(self, [...sizes]);
}

/** Elements `start`, `start + step`, … before `end` along a dimension, clamped as Python's slices are. */
export function slice(self: Tensor, dim: number, start: number | null, end: number | null, step = 1): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (step <= 0) throw new Error("slice step must be positive");
  const { sizes, strides } = self._view;
  const size = sizes[d] as number;
  const clamp = (position: number) => Math.min(Math.max(position < 0 ? position + size : position, 0), size);
  const first = clamp(start ?? 0);
  const last = Math.max(first, clamp(end ?? size));
  const length = Math.ceil((last - first) / step);
  const result = alias(
    self,
    sizes.map((each, i) => (i === d ? length : each)),
    strides.map((each, i) => (i === d ? each * step : each)),
    self.storageOffset() + first * (strides[d] as number),
  );
  return record("slice", result, [self], [], (g) => [() => placeSlice(g, sizes, d, first, step)]);
}

/** `length` elements of a dimension, from `start`. */
export function narrow(self: Tensor, dim: number, start: number, length: number): Tensor {
  if (self.ndim === 0) throw new Error("narrow() cannot be applied to a 0-dim tensor.");
  if (length < 0) throw new Error("narrow(): length must be non-negative.");
  const d = wrapDim(dim, self.ndim);
  const size = self.size(d);
  if (start < -size || start > size) {
    throw new RangeError(`start out of range (expected to be in range of [${-size}, ${size}], but got ${start})`);
  }
  const first = start < 0 ? start + size : start;
  if (first + length > size) {
    throw new Error(`start (${first}) + length (${length}) exceeds dimension size (${size}).`);
  }
  return slice(self, d, first, first + length);
}

/** One position along a dimension, which disappears. */
export function select(self: Tensor, dim: number, index: number): Tensor {
  if (self.ndim === 0) throw new RangeError("select() cannot be applied to a 0-dim tensor.");
  const d = wrapDim(dim, self.ndim);
  const { sizes, strides } = self._view;
  const size = sizes[d] as number;
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new RangeError(
      `select(): index ${index} out of range for tensor of size ${formatSizes(sizes)} at dimension ${d}`,
    );
  }
  const position = index < 0 ? index + size : index;
  const without = (values: Sizes) => values.filter((_, i) => i !== d);
  const result = alias(
    self,
    without(sizes),
    without(strides),
    self.storageOffset() + position * (strides[d] as number),
  );
  return record("select", result, [self], [], (g) => [() => placeSlice(unsqueeze(g, d), sizes, d, position, 1)]);
}

/** At most `chunks` equal pieces along a dimension, the last one smaller. */
export function chunk(self: Tensor, chunks: number, dim = 0): Tensor[] {
  if (self.ndim === 0) throw new Error("chunk expects at least a 1-dimensional tensor");
  if (chunks <= 0) throw new Error(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
  const size = self.size(dim);
  const each = Math.ceil(size / chunks);
  return split(self, each === 0 ? new Array<number>(chunks).fill(0) : each, dim);
}

/** Pieces of a given size, the last one smaller; or of the given sizes, which must sum to the dimension's. */
export function split(self: Tensor, splitSizes: number | Sizes, dim = 0): Tensor[] {
  if (self.ndim === 0) throw new Error("split expects at least a 1-dimensional tensor");
  const d = wrapDim(dim, self.ndim);
  const size = self.size(d);
  const splitSize = typeof splitSizes === "number" ? splitSizes : integers(splitSizes);
  if (typeof splitSize === "number") {
    if (splitSize < 0) throw new Error(`split expects split_size be non-negative, but got split_size=${splitSize}`);
    if (splitSize === 0 && size !== 0) {
      throw new Error(`split_size can only be 0 if dimension size is 0, but got dimension size of ${size}`);
    }
    const count = Math.max(1, splitSize === 0 ? 1 : Math.ceil(size / splitSize));
    const pieces = Array.from({ length: count }, (_, i) =>
      narrow(self, d, i * splitSize, Math.min(splitSize, size - i * splitSize)),
    );
    return severalViews("SplitBackward0", pieces);
  }
  const total = splitSize.reduce((sum, each) => sum + each, 0);
  if (total !== size || splitSize.some((each) => each < 0)) {
    throw new Error(
      `split_with_sizes expects split_sizes to sum exactly to ${size} (input tensor's size at dimension ${d}), but got split_sizes=${formatSizes(splitSize)}`,
    );
  }
  let start = 0;
  const pieces = splitSize.map((length) => {
    const piece = narrow(self, d, start, length);
    start += length;
    return piece;
  });
  return severalViews("SplitWithSizesBackward0", pieces);
}

/** Every position along a dimension, which disappears. */
export function unbind(self: Tensor, dim = 0): Tensor[] {
  const d = wrapDim(dim, self.ndim);
  if (self.ndim === 0) throw new RangeError("Dimension specified as 0 but tensor has no dimensions");
  const pieces = Array.from({ length: self.size(d) }, (_, i) => select(self, d, i));
  return severalViews("UnbindBackward0", pieces);
}

/** The diagonal of two dimensions, as a new last dimension. */
export function diagonal(self: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor {
  const a = wrapDim(dim1, self.ndim);
  const b = wrapDim(dim2, self.ndim);
  if (a === b) throw new Error(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  const { sizes, strides } = self._view;
  const rows = (sizes[a] as number) + Math.min(offset, 0);
  const columns = (sizes[b] as number) - Math.max(offset, 0);
  const length = Math.max(Math.min(rows, columns), 0);
  const start = length === 0 ? 0 : offset >= 0 ? offset * (strides[b] as number) : -offset * (strides[a] as number);
  const without = (values: Sizes) => values.filter((_, i) => i !== a && i !== b);
  const result = alias(
    self,
    [...without(sizes), length],
    [...without(strides), (strides[a] as number) + (strides[b] as number)],
    self.storageOffset() + start,
  );
  return record("diagonal", result, [self], [], (g) => [
    () => addWindows(g, sizes, (whole) => diagonal(whole, offset, a, b)),
  ]);
}

/** Windows of `size` elements every `step` along a dimension; the window is a new last dimension. */
export function unfold(self: Tensor, dim: number, size: number, step: number): Tensor {
  const d = wrapDim(dim, self.ndim);
  const { sizes, strides } = self._view;
  const available = self.ndim === 0 ? 1 : (sizes[d] as number);
  if (size < 0) throw new Error(`size is ${size} but must be >= 0`);
  if (size > available) {
    throw new Error(`maximum size for tensor at dimension ${d} is ${available} but size is ${size}`);
  }
  if (step <= 0) throw new Error(`step is ${step} but must be > 0`);
  const windows = Math.floor((available - size) / step) + 1;
  const result =
    self.ndim === 0
      ? alias(self, [size], [1])
      : alias(
          self,
          [...sizes.map((each, i) => (i === d ? windows : each)), size],
          [...strides.map((each, i) => (i === d ? each * step : each)), strides[d] as number],
        );
  return record("unfold", result, [self], [], (g) => [
    () => addWindows(g, sizes, (whole) => unfold(whole, d, size, step)),
  ]);
}

/** The same values without their history: nothing done with the result reaches this tensor's gradient. */
export function detach(self: Tensor): Tensor {
  const { storage, sizes, strides, offset } = self._view;
  return new Tensor(storage, sizes, strides, offset);
}

export const viewFunctions = {
  view,
  reshape,
  viewAs,
  reshapeAs,
  contiguous,
  permute,
  transpose,
  swapaxes,
  t,
  movedim,
  flatten,
  unflatten,
  squeeze,
  unsqueeze,
  expand,
  expandAs,
  broadcastTo,
  narrow,
  select,
  chunk,
  split,
  unbind,
  diagonal,
  unfold,
  detach,
};
