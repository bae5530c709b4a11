import { util } from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap, HeapElements } from "./heap";
import { isNativeFaster, transposeNatively } from "./native-transpose";
import { rowMajorStrides } from "./strides";
import { transposeMatrix } from "./transpose-matrix";

/** `x` with its dimensions in the order `permutation`; shares the memory of `x` where the order in memory stays. */
export function permute(heap: Heap, x: TensorInfo, permutation: readonly number[]): TensorInfo {
  const shape = permutation.map((axis) => x.shape[axis] as number);
  const merged = mergeAxes(x.shape, permutation);
  if (merged.permutation.length < 2) {
    return heap.alias(x, shape);
  }
  const out = heap.allocate(shape, x.dtype);
  if (util.sizeFromShape(shape) === 0) {
    return out;
  }
  const transposition = { ...merged, dtype: x.dtype };
  if (isNativeFaster(transposition)) {
    transposeNatively(heap, heap.id(x), heap.id(out), transposition);
  } else {
    moveElements(heap.elements(x), heap.elements(out), merged);
  }
  return out;
}

interface Permutation {
  readonly shape: readonly number[];
  readonly permutation: readonly number[];
}

/** The same permutation with dimensions of size 1 left out and dimensions that stay neighbours made one. */
function mergeAxes(shape: readonly number[], permutation: readonly number[]): Permutation {
  const order = permutation.filter((axis) => shape[axis] !== 1);
  const kept = shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const rank = new Map(kept.map((axis, index) => [axis, index]));
  /** Runs of axes that lie side by side before and after, in the order of the result. */
  const runs: number[][] = [];
  for (const axis of order.map((kept) => rank.get(kept) as number)) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === axis - 1) {
      run.push(axis);
    } else {
      runs.push([axis]);
    }
  }
  const sizes = kept.map((axis) => shape[axis] as number);
  const inOrder = [...runs].sort((left, right) => (left[0] as number) - (right[0] as number));
  return {
    shape: inOrder.map((run) => run.reduce((size, axis) => size * (sizes[axis] as number), 1)),
    permutation: runs.map((run) => inOrder.indexOf(run)),
  };
}

function moveElements(source: HeapElements, target: HeapElements, { shape, permutation }: Permutation): void {
  const last = shape.length - 1;
  const sourceStrides = rowMajorStrides(shape);
  const targetStrides = rowMajorStrides(permutation.map((axis) => shape[axis] as number));
  /** The stride in the result of each dimension of the source. */
  const movedStrides = sourceStrides.map((_, axis) => targetStrides[permutation.indexOf(axis)] as number);
  const innermost = permutation.at(-1) as number;
  const outer = shape.map((_, axis) => axis).filter((axis) => axis !== last && axis !== innermost);
  const walk = {
    sizes: outer.map((axis) => shape[axis] as number),
    read: outer.map((axis) => sourceStrides[axis] as number),
    write: outer.map((axis) => movedStrides[axis] as number),
  };
  const columns = shape[last] as number;
  if (innermost === last) {
    forEachPosition(walk, (read, write) => copyRun(source, read, target, write, columns));
    return;
  }
  // The source runs along its last dimension, the result along `innermost`: between the two lie plain matrices.
  const rows = shape[innermost] as number;
  const sourceStride = sourceStrides[innermost] as number;
  const targetStride = movedStrides[last] as number;
  forEachPosition(walk, (read, write) =>
    transposeMatrix(
      { elements: source, start: read, stride: sourceStride },
      { elements: target, start: write, stride: targetStride },
      rows,
      columns,
    ),
  );
}

/** Dimensions walked over in row-major order, with the stride of each on both sides. */
export interface Walk {
  readonly sizes: readonly number[];
  readonly read: readonly number[];
  readonly write: readonly number[];
}

/** Calls `visit` with both flat offsets of every position. */
export function forEachPosition(walk: Walk, visit: (read: number, write: number) => void): void {
  visitAxis(walk, 0, 0, 0, visit);
}

function visitAxis(
  walk: Walk,
  axis: number,
  read: number,
  write: number,
  visit: (read: number, write: number) => void,
): void {
  const size = walk.sizes[axis];
  if (size === undefined) {
    visit(read, write);
    return;
  }
  const readStride = walk.read[axis] as number;
  const writeStride = walk.write[axis] as number;
  for (let index = 0; index < size; index++) {
    visitAxis(walk, axis + 1, read + index * readStride, write + index * writeStride, visit);
  }
}

/** Below this length a loop beats the call of `set` and its temporary view. */
const longRun = 48;

/** Copies `length` elements that lie side by side. */
export function copyRun(source: HeapElements, read: number, target: HeapElements, write: number, length: number): void {
  if (length >= longRun) {
    target.set(source.subarray(read, read + length), write);
    return;
  }
  for (let index = 0; index < length; index++) {
    target[write + index] = source[read + index] as number;
  }
}
