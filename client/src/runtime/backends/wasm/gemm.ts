import { viewIds } from "./heap";
import type { Heap } from "./heap";
import { transposeMatrix } from "./transpose-matrix";

/** Sizes of the product `[m, k] · [k, n]`. */
export interface ProductSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

const shapeArrayBytes = 3 * 4;
const shapeArrays = new WeakMap<Heap, number>();

/**
 * `out = left · right` for row-major float32 matrices `[m, k]` and `[k, n]` at byte offsets of the heap.
 *
 * The backend's BatchMatMul runs XNNPACK's SIMD product for a single pair of matrices that are not transposed, and a
 * plain loop for everything else. Views registered on the heap bring every product down to that case.
 */
export function multiplyMatrices(heap: Heap, left: number, right: number, out: number, size: ProductSize): void {
  const { m, k, n } = size;
  if (m === 0 || n === 0) {
    return;
  }
  if (k === 0) {
    heap.floatsAt(out, m * n).fill(0);
    return;
  }
  const shapes = shapeArraysOf(heap);
  new Int32Array(heap.module.HEAPU8.buffer, shapes, 6).set([1, m, k, 1, k, n]);
  const views = [
    { id: viewIds.left, offset: left, length: m * k },
    { id: viewIds.right, offset: right, length: k * n },
    { id: viewIds.out, offset: out, length: m * n },
  ];
  heap.withViews(views, () =>
    heap.module._BatchMatMul(viewIds.left, shapes, 3, viewIds.right, shapes + shapeArrayBytes, 3, 0, 0, viewIds.out),
  );
}

/** Writes `count` transposed matrices `[rows, columns]`, one after the other, from `source` to `target` (bytes). */
export function transposeMatrices(
  heap: Heap,
  source: number,
  target: number,
  count: number,
  rows: number,
  columns: number,
): void {
  const size = rows * columns;
  const read = heap.wordsAt(source, count * size);
  const write = heap.wordsAt(target, count * size);
  for (let index = 0; index < count; index++) {
    transposeMatrix(
      { elements: read, start: index * size, stride: columns },
      { elements: write, start: index * size, stride: rows },
      rows,
      columns,
    );
  }
}

/** Room for the two shape arrays of a call, kept as long as the backend. */
function shapeArraysOf(heap: Heap): number {
  const known = shapeArrays.get(heap);
  if (known !== undefined) {
    return known;
  }
  const offset = heap.module._malloc(2 * shapeArrayBytes) >>> 0;
  shapeArrays.set(heap, offset);
  return offset;
}
