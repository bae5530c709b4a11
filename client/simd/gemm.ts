/**
 * Products of matrices, blocked for the caches as in "Anatomy of High-Performance Matrix Multiplication" (Goto, van de
 * Geijn 2008): a block of the right side is packed into panels of eight columns, over which tiles of 4 × 8 results run.
 *
 * A left side that is not transposed is read where it lies, four rows at a time; a transposed one is packed.
 */
import { multiplyAdd } from "./vector";

/** Rows and columns of a tile: eight accumulators, which fit the sixteen registers of x64 with what they are made of. */
const tileRows: i32 = 4;
const tileColumns: i32 = 8;

/** Sizes of a block: a panel of the right side stays in the first-level cache, the packed blocks in the second. */
const blockDepth: i32 = 256;
const blockRows: i32 = 128;
const blockColumns: i32 = 512;

/** What the results start from. */
const fromZero: i32 = 0;
const fromResult: i32 = 1;
const fromBias: i32 = 2;

/** Bytes of working memory that a product needs: the packed blocks, a tile at the edge and a bias filled up. */
export function gemmWorkspace(): i32 {
  return ((blockRows + blockColumns) * blockDepth + tileRows * tileColumns + blockColumns + tileColumns) * 4;
}

/**
 * out = left · right, to which `bias` is added by column where it is not 0, and what is negative made 0 where `relu`.
 *
 * @param left [m, k], or [k, m] where `leftTransposed`; rows are `leftStride` floats apart
 * @param right [k, n], or [n, k] where `rightTransposed`
 * @param add whether the product is added to what is in `out`; not together with a bias
 */
export function gemm(
  m: i32,
  n: i32,
  k: i32,
  left: usize,
  leftStride: i32,
  leftTransposed: bool,
  right: usize,
  rightStride: i32,
  rightTransposed: bool,
  out: usize,
  outStride: i32,
  add: bool,
  bias: usize,
  relu: bool,
  workspace: usize,
): void {
  const packedRight = workspace;
  const packedLeft = packedRight + <usize>(blockColumns * blockDepth * 4);
  const tile = packedLeft + <usize>(blockRows * blockDepth * 4);
  const fullBias = tile + <usize>(tileRows * tileColumns * 4);
  for (let column = 0; column < n; column += blockColumns) {
    const columns = min(blockColumns, n - column);
    if (bias) fillBias(bias + ((<usize>column) << 2), fullBias, columns);
    for (let depth = 0; depth === 0 || depth < k; depth += blockDepth) {
      const depths = min(blockDepth, k - depth);
      const rightBlock = rightTransposed
        ? right + ((<usize>(column * rightStride + depth)) << 2)
        : right + ((<usize>(depth * rightStride + column)) << 2);
      packRight(rightBlock, rightStride, rightTransposed, depths, columns, packedRight);
      const start = depth > 0 || add ? fromResult : bias ? fromBias : fromZero;
      const rectify = relu && depth + depths >= k;
      for (let row = 0; row < m; row += blockRows) {
        const rows = min(blockRows, m - row);
        const outBlock = out + ((<usize>(row * outStride + column)) << 2);
        if (leftTransposed) {
          packLeft(left + ((<usize>(depth * leftStride + row)) << 2), leftStride, depths, rows, packedLeft);
          multiplyBlock<v128>(
            packedLeft,
            0,
            packedRight,
            outBlock,
            outStride,
            rows,
            columns,
            depths,
            start,
            fullBias,
            rectify,
            tile,
          );
        } else {
          const leftBlock = left + ((<usize>(row * leftStride + depth)) << 2);
          multiplyBlock<f32>(
            leftBlock,
            leftStride,
            packedRight,
            outBlock,
            outStride,
            rows,
            columns,
            depths,
            start,
            fullBias,
            rectify,
            tile,
          );
        }
      }
    }
  }
}

/** The bias of a block of columns, with zeros up to a whole panel. */
function fillBias(bias: usize, target: usize, columns: i32): void {
  memory.copy(target, bias, (<usize>columns) << 2);
  memory.fill(target + ((<usize>columns) << 2), 0, <usize>(tileColumns << 2));
}

/** Panels of eight columns, one after the other, each row by row; missing columns are zeros. */
function packRight(source: usize, stride: i32, transposed: bool, depths: i32, columns: i32, target: usize): void {
  const step = (<usize>stride) << 2;
  for (let column = 0; column < columns; column += tileColumns) {
    const width = min(tileColumns, columns - column);
    if (transposed) {
      packTransposedPanel(source + <usize>column * step, step, depths, width, target);
    } else {
      let read = source + ((<usize>column) << 2);
      let write = target;
      if (width === tileColumns) {
        for (let depth = 0; depth < depths; depth++) {
          v128.store(write, v128.load(read));
          v128.store(write, v128.load(read, 16), 16);
          read += step;
          write += 32;
        }
      } else {
        for (let depth = 0; depth < depths; depth++) {
          memory.fill(write, 0, 32);
          for (let lane = 0; lane < width; lane++) {
            store<f32>(write + ((<usize>lane) << 2), load<f32>(read + ((<usize>lane) << 2)));
          }
          read += step;
          write += 32;
        }
      }
    }
    target += (<usize>depths) << 5;
  }
}

/** A panel whose columns lie in memory as rows: squares of 4 × 4 are transposed in registers. */
function packTransposedPanel(source: usize, step: usize, depths: i32, width: i32, target: usize): void {
  let depth = 0;
  if (width === tileColumns) {
    for (; depth + 4 <= depths; depth += 4) {
      const read = source + ((<usize>depth) << 2);
      const write = target + ((<usize>depth) << 5);
      transposeSquare(read, step, write);
      transposeSquare(read + 4 * step, step, write + 16);
    }
  }
  for (; depth < depths; depth++) {
    const write = target + ((<usize>depth) << 5);
    for (let lane = 0; lane < tileColumns; lane++) {
      const value = lane < width ? load<f32>(source + <usize>lane * step + ((<usize>depth) << 2)) : <f32>0;
      store<f32>(write + ((<usize>lane) << 2), value);
    }
  }
}

/** Four rows of four floats, `step` bytes apart, written as columns: 32 bytes apart. */
function transposeSquare(read: usize, step: usize, write: usize): void {
  const a = v128.load(read);
  const b = v128.load(read + step);
  const c = v128.load(read + 2 * step);
  const d = v128.load(read + 3 * step);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(write, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
  v128.store(write, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7), 32);
  v128.store(write, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), 64);
  v128.store(write, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7), 96);
}

/** Panels of four rows of a left side that lies transposed; rows that do not fill a panel come one after the other. */
function packLeft(source: usize, stride: i32, depths: i32, rows: i32, target: usize): void {
  const step = (<usize>stride) << 2;
  let row = 0;
  for (; row + tileRows <= rows; row += tileRows) {
    let read = source + ((<usize>row) << 2);
    for (let depth = 0; depth < depths; depth++) {
      v128.store(target, v128.load(read));
      read += step;
      target += 16;
    }
  }
  for (; row < rows; row++) {
    let read = source + ((<usize>row) << 2);
    for (let depth = 0; depth < depths; depth++) {
      store<f32>(target, load<f32>(read));
      read += step;
      target += 4;
    }
  }
}

/**
 * The tiles of a block.
 * @typeParam Step how far apart the elements of a row of the left side are: a float, or a packed panel's four
 */
function multiplyBlock<Step>(
  left: usize,
  leftStride: i32,
  right: usize,
  out: usize,
  outStride: i32,
  rows: i32,
  columns: i32,
  depths: i32,
  start: i32,
  bias: usize,
  relu: bool,
  tile: usize,
): void {
  const rowStep = (<usize>leftStride) << 2;
  const outStep = (<usize>outStride) << 2;
  const panelRows = rows & ~(tileRows - 1);
  for (let column = 0; column < columns; column += tileColumns) {
    const width = min(tileColumns, columns - column);
    const panel = right + <usize>column * <usize>(depths << 2);
    const columnBias = bias + ((<usize>column) << 2);
    let write = out + ((<usize>column) << 2);
    let row = 0;
    for (; row < panelRows; row += tileRows) {
      const read = left + (sizeof<Step>() === 4 ? <usize>row * rowStep : <usize>row * <usize>(depths << 2));
      if (width === tileColumns) {
        multiplyTile<Step>(read, rowStep, panel, write, outStep, depths, start, columnBias, relu);
      } else {
        if (start === fromResult) moveTile(write, outStep, tile, 32, tileRows, width);
        multiplyTile<Step>(read, rowStep, panel, tile, 32, depths, start, columnBias, relu);
        moveTile(tile, 32, write, outStep, tileRows, width);
      }
      write += outStep * <usize>tileRows;
    }
    for (; row < rows; row++) {
      const read = left + (sizeof<Step>() === 4 ? <usize>row * rowStep : <usize>row * <usize>(depths << 2));
      if (width === tileColumns) {
        multiplyRow(read, panel, write, depths, start, columnBias, relu);
      } else {
        if (start === fromResult) moveTile(write, outStep, tile, 32, 1, width);
        multiplyRow(read, panel, tile, depths, start, columnBias, relu);
        moveTile(tile, 32, write, outStep, 1, width);
      }
      write += outStep;
    }
  }
}

function moveTile(from: usize, fromStep: usize, to: usize, toStep: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let lane = 0; lane < width; lane++) {
      store<f32>(to + ((<usize>lane) << 2), load<f32>(from + ((<usize>lane) << 2)));
    }
    from += fromStep;
    to += toStep;
  }
}

/** Four rows of eight results. */
function multiplyTile<Step>(
  left: usize,
  rowStep: usize,
  right: usize,
  out: usize,
  outStep: usize,
  depths: i32,
  start: i32,
  bias: usize,
  relu: bool,
): void {
  const out1 = out + outStep;
  const out2 = out1 + outStep;
  const out3 = out2 + outStep;
  let c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128, c30: v128, c31: v128;
  if (start === fromResult) {
    c00 = v128.load(out);
    c01 = v128.load(out, 16);
    c10 = v128.load(out1);
    c11 = v128.load(out1, 16);
    c20 = v128.load(out2);
    c21 = v128.load(out2, 16);
    c30 = v128.load(out3);
    c31 = v128.load(out3, 16);
  } else {
    c00 = start === fromBias ? v128.load(bias) : f32x4.splat(0);
    c01 = start === fromBias ? v128.load(bias, 16) : f32x4.splat(0);
    c10 = c00;
    c11 = c01;
    c20 = c00;
    c21 = c01;
    c30 = c00;
    c31 = c01;
  }
  let a0 = left;
  let a1 = sizeof<Step>() === 4 ? left + rowStep : left + 4;
  let a2 = sizeof<Step>() === 4 ? a1 + rowStep : left + 8;
  let a3 = sizeof<Step>() === 4 ? a2 + rowStep : left + 12;
  const end = right + ((<usize>depths) << 5);
  while (right < end) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    let a = v128.load32_splat(a0);
    c00 = multiplyAdd(a, b0, c00);
    c01 = multiplyAdd(a, b1, c01);
    a = v128.load32_splat(a1);
    c10 = multiplyAdd(a, b0, c10);
    c11 = multiplyAdd(a, b1, c11);
    a = v128.load32_splat(a2);
    c20 = multiplyAdd(a, b0, c20);
    c21 = multiplyAdd(a, b1, c21);
    a = v128.load32_splat(a3);
    c30 = multiplyAdd(a, b0, c30);
    c31 = multiplyAdd(a, b1, c31);
    right += 32;
    a0 += sizeof<Step>();
    a1 += sizeof<Step>();
    a2 += sizeof<Step>();
    a3 += sizeof<Step>();
  }
  if (relu) {
    const zero = f32x4.splat(0);
    c00 = f32x4.max(c00, zero);
    c01 = f32x4.max(c01, zero);
    c10 = f32x4.max(c10, zero);
    c11 = f32x4.max(c11, zero);
    c20 = f32x4.max(c20, zero);
    c21 = f32x4.max(c21, zero);
    c30 = f32x4.max(c30, zero);
    c31 = f32x4.max(c31, zero);
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out1, c10);
  v128.store(out1, c11, 16);
  v128.store(out2, c20);
  v128.store(out2, c21, 16);
  v128.store(out3, c30);
  v128.store(out3, c31, 16);
}

/** One row of eight results, for rows that do not fill a tile. Its elements lie side by side, packed or not. */
function multiplyRow(left: usize, right: usize, out: usize, depths: i32, start: i32, bias: usize, relu: bool): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  if (start === fromResult) {
    c0 = v128.load(out);
    c1 = v128.load(out, 16);
  } else if (start === fromBias) {
    c0 = v128.load(bias);
    c1 = v128.load(bias, 16);
  }
  const end = right + ((<usize>depths) << 5);
  while (right < end) {
    const a = v128.load32_splat(left);
    c0 = multiplyAdd(a, v128.load(right), c0);
    c1 = multiplyAdd(a, v128.load(right, 16), c1);
    left += 4;
    right += 32;
  }
  if (relu) {
    c0 = f32x4.max(c0, f32x4.splat(0));
    c1 = f32x4.max(c1, f32x4.splat(0));
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
}
