import { viewIds } from "./heap";
import type { Heap } from "./heap";
import { isNativeFaster, transposeNatively } from "./native-transpose";
import { transposeMatrix } from "./transpose-matrix";

/** Sizes of the product `[m, k] · [k, n]`. */
export interface ProductSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

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
  const [leftShape, rightShape] = heap.integerArguments([
    [1, m, k],
    [1, k, n],
  ]) as [number, number];
  const views = [
    { id: viewIds.left, offset: left, length: m * k },
    { id: viewIds.right, offset: right, length: k * n },
    { id: viewIds.out, offset: out, length: m * n },
  ];
  heap.withViews(views, () =>
    heap.module._BatchMatMul(viewIds.left, leftShape, 3, viewIds.right, rightShape, 3, 0, 0, viewIds.out),
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
  if (size * count === 0) {
    return;
  }
  const transposition = { dtype: "float32", shape: [count, rows, columns], permutation: [0, 2, 1] } as const;
  if (isNativeFaster(transposition)) {
    const views = [
      { id: viewIds.left, offset: source, length: count * size },
      { id: viewIds.out, offset: target, length: count * size },
    ];
    heap.withViews(views, () => transposeNatively(heap, viewIds.left, viewIds.out, transposition));
    return;
  }
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
