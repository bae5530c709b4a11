import type { HeapElements } from "./heap";

/** A matrix inside an array: its first element, and the distance between the starts of two rows. */
export interface MatrixView {
  readonly elements: HeapElements;
  readonly start: number;
  readonly stride: number;
}

/** Sixteen 4-byte elements fill a cache line of 64 bytes. */
const tile = 16;

/**
 * Writes the transpose of the matrix `[rows, columns]` at `source` to `target`.
 * Works tile by tile, so that the cache lines written to stay in the first-level cache until they are full.
 */
export function transposeMatrix(source: MatrixView, target: MatrixView, rows: number, columns: number): void {
  const from = source.elements;
  const to = target.elements;
  for (let rowStart = 0; rowStart < rows; rowStart += tile) {
    const rowEnd = Math.min(rowStart + tile, rows);
    for (let columnStart = 0; columnStart < columns; columnStart += tile) {
      const columnEnd = Math.min(columnStart + tile, columns);
      for (let column = columnStart; column < columnEnd; column++) {
        let read = source.start + rowStart * source.stride + column;
        const write = target.start + column * target.stride;
        for (let row = rowStart; row < rowEnd; row++, read += source.stride) {
          to[write + row] = from[read] as number;
        }
      }
    }
  }
}
