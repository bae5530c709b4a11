import { BatchMatMul, _FusedMatMul, broadcast_util, util } from "@tensorflow/tfjs-core";
import type { BatchMatMulAttrs, BatchMatMulInputs, TensorInfo, _FusedMatMulAttrs } from "@tensorflow/tfjs-core";
import { finish, fusible } from "../activation";
import type { FusedInputs } from "../activation";
import { broadcastOffsets } from "../broadcast";
import { bytesPerFloat } from "../heap";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";

/**
 * `a · b` over the last two dimensions, the others broadcast; either side may be transposed.
 *
 * Stock: 20 to 30 times slower for a transposed side or a batch.
 */
export const batchMatMul = wasmKernel<BatchMatMulInputs, BatchMatMulAttrs>(BatchMatMul, ({ inputs, attrs, heap }) => {
  const { transposeA, transposeB } = attrs;
  return multiply(heap, { tensor: inputs.a, transposed: transposeA }, { tensor: inputs.b, transposed: transposeB });
});

/** A product with a bias by column and an activation, in one pass where the bias is a row and the activation ReLU or none. */
export const fusedMatMul = wasmKernel<BatchMatMulInputs & FusedInputs, _FusedMatMulAttrs>(
  _FusedMatMul,
  ({ inputs, attrs, heap, backend }) => {
    const { transposeA, transposeB } = attrs;
    const a = { tensor: inputs.a, transposed: transposeA };
    const b = { tensor: inputs.b, transposed: transposeB };
    const columns = inputs.b.shape.at(transposeB ? -2 : -1) as number;
    const plan = fusible(inputs, attrs, columns);
    return finish(backend, multiply(heap, a, b, plan), inputs, attrs, plan);
  },
);

/** A stack of matrices and whether the product reads them transposed. */
export interface Factor {
  readonly tensor: TensorInfo;
  readonly transposed: boolean;
}

/** What is done to the product while it is still at hand. */
export interface Epilogue {
  /** Added by column. */
  readonly bias?: TensorInfo | undefined;
  readonly relu?: boolean;
}

/** The product of two stacks of matrices, both float32 or, without an epilogue, both int32. */
export function multiply(heap: Heap, a: Factor, b: Factor, epilogue: Epilogue = {}): TensorInfo {
  const left = splitShape(a);
  const right = splitShape(b);
  util.assert(
    left.columns === right.rows,
    () => `matMul: the inner dimensions differ: ${left.columns} of ${describe(a)} and ${right.rows} of ${describe(b)}.`,
  );
  const { dtype } = a.tensor;
  util.assert(
    dtype === b.tensor.dtype && (dtype === "float32" || dtype === "int32"),
    () => `matMul on WASM takes two float32 or two int32 tensors, got ${dtype} and ${b.tensor.dtype}. Cast them first.`,
  );
  const batch = broadcast_util.assertAndGetBroadcastShape(left.batch, right.batch);
  const out = heap.allocate([...batch, left.rows, right.columns], dtype);
  const size = { m: left.rows, k: left.columns, n: right.columns };
  const bias = epilogue.bias === undefined ? 0 : heap.offset(epilogue.bias);
  forEachPair(left, right, batch, a.transposed, size, (m, leftIndex, rightIndex, outIndex) => {
    if (dtype === "int32") {
      multiplyIntegers(heap, a, b, out, { ...size, m }, [leftIndex, rightIndex, outIndex]);
      return;
    }
    const at = (tensor: TensorInfo, index: number) => heap.offset(tensor) + index * bytesPerFloat;
    heap.simd.gemm(
      ...([m, size.n, size.k] as const),
      ...([at(a.tensor, leftIndex), a.transposed ? size.m : size.k, a.transposed] as const),
      ...([at(b.tensor, rightIndex), b.transposed ? size.k : size.n, b.transposed] as const),
      ...([at(out, outIndex), size.n, false] as const),
      ...([bias, epilogue.relu ?? false, heap.workspace] as const),
    );
  });
  return out;
}

/** Sizes of the product `[m, k] · [k, n]`. */
interface ProductSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
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

/** Calls `visit` for every product to be made, with its number of rows and the first element of each matrix. */
function forEachPair(
  left: MatrixShape,
  right: MatrixShape,
  batch: readonly number[],
  leftTransposed: boolean,
  { m, k, n }: ProductSize,
  visit: (m: number, leftIndex: number, rightIndex: number, outIndex: number) => void,
): void {
  const count = util.sizeFromShape([...batch]);
  const single = util.sizeFromShape(right.batch) === 1 && util.sizeFromShape(left.batch) === count;
  // One right side for the whole batch: the rows of all left sides make one tall matrix.
  if (count === 1 || (single && !leftTransposed)) {
    visit(count * m, 0, 0, 0);
    return;
  }
  const leftIndices = broadcastOffsets(left.batch, batch);
  const rightIndices = broadcastOffsets(right.batch, batch);
  for (let index = 0; index < count; index++) {
    visit(m, (leftIndices[index] as number) * m * k, (rightIndices[index] as number) * k * n, index * m * n);
  }
}

/** Whole numbers, modulo 2³² as everywhere in int32. */
function multiplyIntegers(
  heap: Heap,
  a: Factor,
  b: Factor,
  out: TensorInfo,
  { m, k, n }: ProductSize,
  [leftStart, rightStart, outStart]: readonly [number, number, number],
): void {
  const [left, right, target] = [heap.integers(a.tensor), heap.integers(b.tensor), heap.integers(out)];
  const [leftRow, leftColumn] = a.transposed ? [1, m] : [k, 1];
  const [rightRow, rightColumn] = b.transposed ? [1, k] : [n, 1];
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = 0;
      for (let inner = 0; inner < k; inner++) {
        const x = left[leftStart + row * leftRow + inner * leftColumn] as number;
        sum = (sum + Math.imul(x, right[rightStart + inner * rightRow + column * rightColumn] as number)) | 0;
      }
      target[outStart + row * n + column] = sum;
    }
  }
}
