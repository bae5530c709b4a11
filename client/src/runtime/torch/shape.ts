/** Sizes and strides: the arithmetic of PyTorch's views, with its messages. No tensors, no I/O. */

export type Sizes = readonly number[];

export function numelOf(sizes: Sizes): number {
  return sizes.reduce((product, size) => product * size, 1);
}

export function formatSizes(sizes: Sizes): string {
  return `[${sizes.join(", ")}]`;
}

export function sameSizes(a: Sizes, b: Sizes): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Row-major strides. A size of 0 counts as 1, as in PyTorch. */
export function contiguousStrides(sizes: Sizes): number[] {
  const strides = new Array<number>(sizes.length);
  let stride = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= Math.max(sizes[d] as number, 1);
  }
  return strides;
}

/** Whether elements lie in row-major order; the stride of a size-1 dimension does not matter. */
export function isContiguous(sizes: Sizes, strides: Sizes): boolean {
  if (numelOf(sizes) === 0) return true;
  let expected = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    const size = sizes[d] as number;
    if (size === 1) continue;
    if (strides[d] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** Whether some permutation of the dimensions is contiguous: every element once, no gaps. */
export function isNonOverlappingAndDense(sizes: Sizes, strides: Sizes): boolean {
  const dims = sizes.map((size, d) => ({ size, stride: strides[d] as number })).filter(({ size }) => size !== 1);
  dims.sort((a, b) => a.stride - b.stride);
  let expected = 1;
  for (const { size, stride } of dims) {
    if (size === 0) return true;
    if (stride !== expected) return false;
    expected *= size;
  }
  return true;
}

/** A dimension counted from the front. Throws PyTorch's IndexError for one that the shape does not have. */
export function wrapDim(dim: number, rank: number): number {
  const range = Math.max(rank, 1);
  if (typeof dim === "boolean") return wrapDim(Number(dim), rank);
  if (!Number.isInteger(dim) || dim < -range || dim >= range) {
    throw new RangeError(
      `Dimension out of range (expected to be in range of [${-range}, ${range - 1}], but got ${dim})`,
    );
  }
  return dim < 0 ? dim + range : dim;
}

/** Dimensions counted from the front, each at most once. */
export function wrapDims(dims: readonly number[], rank: number): number[] {
  const wrapped = dims.map((dim) => wrapDim(dim, rank));
  wrapped.forEach((dim, i) => {
    if (wrapped.indexOf(dim) !== i) throw new Error(`dim ${dim} appears multiple times in the list of dims`);
  });
  return wrapped;
}

/**
 * The sizes with a -1 replaced by what `numel` elements leave for it.
 * Throws when the sizes do not hold `numel` elements, or leave the -1 open.
 */
export function inferSize(sizes: Sizes, numel: number): number[] {
  let known = 1;
  let inferred = -1;
  sizes.forEach((size, d) => {
    if (size === -1) {
      if (inferred >= 0) throw new Error("only one dimension can be inferred");
      inferred = d;
    } else if (size < 0 || !Number.isInteger(size)) {
      throw new Error(`invalid shape dimension ${size}`);
    } else {
      known *= size;
    }
  });
  if (known === numel && inferred < 0) return [...sizes];
  if (inferred < 0 || (known > 0 ? numel % known !== 0 : numel !== 0)) {
    throw new Error(`shape '${formatSizes(sizes)}' is invalid for input of size ${numel}`);
  }
  if (known === 0) {
    throw new Error(
      `cannot reshape tensor of 0 elements into shape ${formatSizes(sizes)} because the unspecified dimension size -1 can be any value and is ambiguous`,
    );
  }
  return sizes.map((size, d) => (d === inferred ? numel / known : size));
}

/**
 * The strides that show `newSizes` in the memory of a tensor without copying, or null where there are none.
 *
 * Old dimensions are walked from the right and joined while they are laid out as one; each such chunk must be used up
 * exactly by new dimensions, also from the right. Source: `computeStride_impl` in PyTorch's ATen/TensorUtils.cpp.
 */
export function viewStrides(sizes: Sizes, strides: Sizes, newSizes: Sizes): number[] | null {
  if (sizes.length === 0) return newSizes.map(() => 1);
  const numel = numelOf(sizes);
  if (numel === 0) return sameSizes(sizes, newSizes) ? [...strides] : contiguousStrides(newSizes);
  const result = new Array<number>(newSizes.length);
  let viewDim = newSizes.length - 1;
  let base = strides[strides.length - 1] as number;
  let chunk = 1;
  let filled = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    chunk *= sizes[d] as number;
    const continues = d > 0 && (sizes[d - 1] === 1 || strides[d - 1] === chunk * base);
    if (continues) continue;
    while (viewDim >= 0 && (filled < chunk || newSizes[viewDim] === 1)) {
      result[viewDim] = filled * base;
      filled *= newSizes[viewDim] as number;
      viewDim--;
    }
    if (filled !== chunk) return null;
    if (d > 0) {
      base = strides[d - 1] as number;
      chunk = 1;
      filled = 1;
    }
  }
  return viewDim === -1 ? result : null;
}

/** The common shape of two operands. Throws PyTorch's message where they do not broadcast. */
export function broadcastTwo(a: Sizes, b: Sizes): number[] {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let d = rank - 1; d >= 0; d--) {
    const sizeA = a[d - rank + a.length] ?? 1;
    const sizeB = b[d - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new Error(
        `The size of tensor a (${sizeA}) must match the size of tensor b (${sizeB}) at non-singleton dimension ${d}`,
      );
    }
    result[d] = sizeA === 1 ? sizeB : sizeA;
  }
  return result;
}

export function broadcastShapes(...shapes: readonly Sizes[]): number[] {
  return shapes.reduce<number[]>((result, sizes) => broadcastTwo(result, sizes), []);
}

/** Sizes and strides of a tensor seen at a larger shape: new and stretched dimensions have stride 0. */
export function expandedStrides(sizes: Sizes, strides: Sizes, target: Sizes): number[] {
  const offset = target.length - sizes.length;
  return target.map((size, d) => {
    if (d < offset) return 0;
    return sizes[d - offset] === 1 && size !== 1 ? 0 : (strides[d - offset] as number);
  });
}

/**
 * The shape that `expand` asks for, -1 meaning "as it is".
 * Throws where a size other than 1 would have to change, or a new leading dimension is -1.
 */
export function expandSizes(sizes: Sizes, target: Sizes): number[] {
  if (target.length < sizes.length) {
    throw new Error(
      `expand(torch.FloatTensor{${formatSizes(sizes)}}, size=${formatSizes(target)}): the number of sizes provided (${target.length}) must be greater or equal to the number of dimensions in the tensor (${sizes.length})`,
    );
  }
  const offset = target.length - sizes.length;
  const result = [...target];
  for (let d = target.length - 1; d >= 0; d--) {
    const own = d < offset ? 1 : (sizes[d - offset] as number);
    const wanted = target[d] as number;
    if (wanted === -1) {
      if (d < offset) {
        throw new Error(`The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${d}`);
      }
      result[d] = own;
    } else if (own !== 1 && own !== wanted) {
      throw new Error(
        `The expanded size of the tensor (${wanted}) must match the existing size (${own}) at non-singleton dimension ${d}.  Target sizes: ${formatSizes(target)}.  Tensor sizes: ${formatSizes(sizes)}`,
      );
    }
  }
  return result;
}

/** `f(2, 3)` and `f([2, 3])` are the same call. */
export type SizeArgs = number[] | [Sizes];

export function sizesFrom(args: SizeArgs): number[] {
  const [first] = args;
  return integers(Array.isArray(first) ? first : (args as number[]));
}

/** Booleans count as 0 and 1 among sizes and dimensions, as Python's do; untyped callers pass them. */
export function integers(values: Sizes): number[] {
  return values.map(Number);
}
