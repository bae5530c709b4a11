import { BatchMatMul, broadcast_util, util } from "@tensorflow/tfjs-core";
import type { BatchMatMulAttrs, BatchMatMulInputs, TensorInfo } from "@tensorflow/tfjs-core";
import { broadcastOffsets } from "../broadcast";
import { multiplyMatrices, transposeMatrices } from "../gemm";
import type { ProductSize } from "../gemm";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";

const bytesPerFloat = 4;

/**
 * `a · b` over the last two dimensions, the others broadcast; either side may be transposed.
 *
 * Stock: 20 to 30 times slower for a transposed side or a batch.
 */
export const batchMatMul = wasmKernel<BatchMatMulInputs, BatchMatMulAttrs>(BatchMatMul, ({ inputs, attrs, heap }) => {
  const { transposeA, transposeB } = attrs;
  return multiply(heap, { tensor: inputs.a, transposed: transposeA }, { tensor: inputs.b, transposed: transposeB });
});

/** A stack of matrices and whether the product reads them transposed. */
export interface Factor {
  readonly tensor: TensorInfo;
  readonly transposed: boolean;
}

/** The product of two stacks of float32 matrices. */
export function multiply(heap: Heap, a: Factor, b: Factor): TensorInfo {
  const left = splitShape(a);
  const right = splitShape(b);
  util.assert(
    left.columns === right.rows,
    () => `matMul: the inner dimensions differ: ${left.columns} of ${describe(a)} and ${right.rows} of ${describe(b)}.`,
  );
  util.assert(
    a.tensor.dtype === "float32" && b.tensor.dtype === "float32",
    () =>
      `matMul on WASM takes float32 tensors, got ${a.tensor.dtype} and ${b.tensor.dtype}. Cast them to float32 first.`,
  );
  const batch = broadcast_util.assertAndGetBroadcastShape(left.batch, right.batch);
  const out = heap.allocate([...batch, left.rows, right.columns], "float32");
  withPlainMatrices(heap, a, (aOffset) =>
    withPlainMatrices(heap, b, (bOffset) => {
      const size = { m: left.rows, k: left.columns, n: right.columns };
      multiplyBatch(heap, [aOffset, left.batch], [bOffset, right.batch], [heap.offset(out), batch], size);
    }),
  );
  return out;
}

function describe({ tensor, transposed }: Factor): string {
  return `[${tensor.shape}]${transposed ? " transposed" : ""}`;
}

interface MatrixShape {
  readonly batch: number[];
  readonly rows: number;
  readonly columns: number;
}

/** The shape of a stack of matrices as the product sees it, after the transposition. */
function splitShape({ tensor, transposed }: Factor): MatrixShape {
  const batch = tensor.shape.slice(0, -2);
  const [rows, columns] = tensor.shape.slice(-2) as [number, number];
  return transposed ? { batch, rows: columns, columns: rows } : { batch, rows, columns };
}

/** Runs `use` with the byte offset of the matrices as the product wants them: in place, or transposed in scratch. */
function withPlainMatrices(heap: Heap, { tensor, transposed }: Factor, use: (offset: number) => void): void {
  const [rows, columns] = tensor.shape.slice(-2) as [number, number];
  // A row and a column lie in memory alike.
  if (!transposed || rows === 1 || columns === 1) {
    use(heap.offset(tensor));
    return;
  }
  const length = util.sizeFromShape(tensor.shape);
  heap.withScratch(length, (scratch) => {
    transposeMatrices(heap, heap.offset(tensor), scratch, length / (rows * columns), rows, columns);
    use(scratch);
  });
}

type Stack = readonly [offset: number, batch: readonly number[]];

function multiplyBatch(heap: Heap, left: Stack, right: Stack, out: Stack, size: ProductSize): void {
  const [leftOffset, leftBatch] = left;
  const [rightOffset, rightBatch] = right;
  const [outOffset, batch] = out;
  const count = util.sizeFromShape([...batch]);
  // One right side for the whole batch: the rows of all left sides make one tall matrix.
  if (util.sizeFromShape([...rightBatch]) === 1 && util.sizeFromShape([...leftBatch]) === count) {
    multiplyMatrices(heap, leftOffset, rightOffset, outOffset, { ...size, m: count * size.m });
    return;
  }
  const leftIndices = broadcastOffsets(leftBatch, batch);
  const rightIndices = broadcastOffsets(rightBatch, batch);
  for (let index = 0; index < count; index++) {
    multiplyMatrices(
      heap,
      leftOffset + (leftIndices[index] as number) * size.m * size.k * bytesPerFloat,
      rightOffset + (rightIndices[index] as number) * size.k * size.n * bytesPerFloat,
      outOffset + index * size.m * size.n * bytesPerFloat,
      size,
    );
  }
}
