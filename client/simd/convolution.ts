/**
 * Convolutions over channels-last images as products of matrices: the patches of some rows of the result are laid out
 * as a matrix [positions, filter height · filter width · channels], a few hundred kilobytes at a time.
 */
import {
  batchSize,
  dilationHeight,
  dilationWidth,
  filterHeight,
  filterWidth,
  inChannels,
  inHeight,
  inWidth,
  outChannels,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideHeight,
  strideWidth,
} from "./geometry";
import { gemm } from "./gemm";
import { addFloats, at, copyFloats, zeroFloats } from "./vector";

/** Floats of patches laid out at a time: they stay in the second-level cache. */
const patchBudget: i32 = 1 << 16;

function patchSize(g: usize): i32 {
  return filterHeight(g) * filterWidth(g) * inChannels(g);
}

/** Rows of the result whose patches are laid out at a time: at least one. */
function rowsAtOnce(g: usize): i32 {
  return max(1, min(outHeight(g), patchBudget / max(1, patchSize(g) * outWidth(g))));
}

/** Floats of working memory for the patches of all convolution kernels. */
export function patchFloats(g: usize): i32 {
  return rowsAtOnce(g) * outWidth(g) * patchSize(g);
}

/** Whether the patches are the image itself. */
function isPointwise(g: usize): bool {
  return (
    filterHeight(g) === 1 &&
    filterWidth(g) === 1 &&
    strideHeight(g) === 1 &&
    strideWidth(g) === 1 &&
    inHeight(g) === outHeight(g) &&
    inWidth(g) === outWidth(g) &&
    padTop(g) === 0 &&
    padLeft(g) === 0
  );
}

/** out = convolution of `x` with `filter` [height, width, in, out], plus `bias` where it is not 0. */
export function convolve(
  g: usize,
  x: usize,
  filter: usize,
  bias: usize,
  relu: bool,
  out: usize,
  patches: usize,
  workspace: usize,
): void {
  const k = patchSize(g);
  const n = outChannels(g);
  if (isPointwise(g)) {
    const m = batchSize(g) * outHeight(g) * outWidth(g);
    gemm(m, n, k, x, k, false, filter, n, false, out, n, false, bias, relu, workspace);
    return;
  }
  const rows = rowsAtOnce(g);
  const imageSize = inHeight(g) * inWidth(g) * inChannels(g);
  for (let image = 0; image < batchSize(g); image++) {
    for (let row = 0; row < outHeight(g); row += rows) {
      const count = min(rows, outHeight(g) - row);
      layOut(g, at(x, image * imageSize), row, count, patches);
      const target = at(out, (image * outHeight(g) + row) * outWidth(g) * n);
      gemm(count * outWidth(g), n, k, patches, k, false, filter, n, false, target, n, false, bias, relu, workspace);
    }
  }
}

/** out = the gradient by the filter [height, width, in, out], added to what is there where `add`. */
export function convolutionFilterGradient(
  g: usize,
  x: usize,
  dy: usize,
  out: usize,
  add: bool,
  patches: usize,
  workspace: usize,
): void {
  const k = patchSize(g);
  const n = outChannels(g);
  if (isPointwise(g)) {
    const m = batchSize(g) * outHeight(g) * outWidth(g);
    gemm(k, n, m, x, k, true, dy, n, false, out, n, add, 0, false, workspace);
    return;
  }
  if (!add) zeroFloats(out, k * n);
  const rows = rowsAtOnce(g);
  const imageSize = inHeight(g) * inWidth(g) * inChannels(g);
  for (let image = 0; image < batchSize(g); image++) {
    for (let row = 0; row < outHeight(g); row += rows) {
      const count = min(rows, outHeight(g) - row);
      layOut(g, at(x, image * imageSize), row, count, patches);
      const upstream = at(dy, (image * outHeight(g) + row) * outWidth(g) * n);
      gemm(k, n, count * outWidth(g), patches, k, true, upstream, n, false, out, n, true, 0, false, workspace);
    }
  }
}

/** out = the gradient by the images, added to what is there where `add`. */
export function convolutionInputGradient(
  g: usize,
  dy: usize,
  filter: usize,
  out: usize,
  add: bool,
  patches: usize,
  workspace: usize,
): void {
  const k = patchSize(g);
  const n = outChannels(g);
  if (isPointwise(g)) {
    const m = batchSize(g) * outHeight(g) * outWidth(g);
    gemm(m, k, n, dy, n, false, filter, n, true, out, k, add, 0, false, workspace);
    return;
  }
  const rows = rowsAtOnce(g);
  const imageSize = inHeight(g) * inWidth(g) * inChannels(g);
  if (!add) zeroFloats(out, batchSize(g) * imageSize);
  for (let image = 0; image < batchSize(g); image++) {
    for (let row = 0; row < outHeight(g); row += rows) {
      const count = min(rows, outHeight(g) - row);
      const upstream = at(dy, (image * outHeight(g) + row) * outWidth(g) * n);
      gemm(count * outWidth(g), k, n, upstream, n, false, filter, n, true, patches, k, false, 0, false, workspace);
      addUp(g, patches, row, count, at(out, image * imageSize));
    }
  }
}

/** The first column of a filter row that lies inside the image, for a window that begins at `left`. */
function firstInside(left: i32, dilation: i32): i32 {
  return left >= 0 ? 0 : (dilation - 1 - left) / dilation;
}

/** One more than the last column of a filter row that lies inside the image. */
function endInside(left: i32, dilation: i32, width: i32, size: i32): i32 {
  return left >= size ? 0 : min(width, (size - left + dilation - 1) / dilation);
}

/** The patches of `count` rows of the result from `firstRow` on; zeros outside the image. */
function layOut(g: usize, image: usize, firstRow: i32, count: i32, patches: usize): void {
  const channels = inChannels(g);
  const width = filterWidth(g);
  const dilation = dilationWidth(g);
  const run = width * channels;
  let write = patches;
  for (let row = firstRow; row < firstRow + count; row++) {
    const top = row * strideHeight(g) - padTop(g);
    for (let column = 0; column < outWidth(g); column++) {
      const left = column * strideWidth(g) - padLeft(g);
      const first = min(width, firstInside(left, dilation));
      const end = max(first, endInside(left, dilation, width, inWidth(g)));
      for (let filterRow = 0; filterRow < filterHeight(g); filterRow++, write += (<usize>run) << 2) {
        const inRow = top + filterRow * dilationHeight(g);
        if (inRow < 0 || inRow >= inHeight(g)) {
          zeroFloats(write, run);
          continue;
        }
        if (first > 0) zeroFloats(write, first * channels);
        if (end < width) zeroFloats(at(write, end * channels), (width - end) * channels);
        const start = inRow * inWidth(g) + left;
        if (dilation === 1) {
          copyFloats(at(image, (start + first) * channels), at(write, first * channels), (end - first) * channels);
          continue;
        }
        for (let tap = first; tap < end; tap++) {
          copyFloats(at(image, (start + tap * dilation) * channels), at(write, tap * channels), channels);
        }
      }
    }
  }
}

/** Adds patches as `layOut` lays them out to the image that they were cut from. */
function addUp(g: usize, patches: usize, firstRow: i32, count: i32, image: usize): void {
  const channels = inChannels(g);
  const width = filterWidth(g);
  const dilation = dilationWidth(g);
  const run = width * channels;
  let read = patches;
  for (let row = firstRow; row < firstRow + count; row++) {
    const top = row * strideHeight(g) - padTop(g);
    for (let column = 0; column < outWidth(g); column++) {
      const left = column * strideWidth(g) - padLeft(g);
      const first = min(width, firstInside(left, dilation));
      const end = max(first, endInside(left, dilation, width, inWidth(g)));
      for (let filterRow = 0; filterRow < filterHeight(g); filterRow++, read += (<usize>run) << 2) {
        const inRow = top + filterRow * dilationHeight(g);
        if (inRow < 0 || inRow >= inHeight(g)) continue;
        const start = inRow * inWidth(g) + left;
        if (dilation === 1) {
          addFloats(at(read, first * channels), at(image, (start + first) * channels), (end - first) * channels);
          continue;
        }
        for (let tap = first; tap < end; tap++) {
          addFloats(at(read, tap * channels), at(image, (start + tap * dilation) * channels), channels);
        }
      }
    }
  }
}
