import { Slice, SplitV, Unpack, backend_util, slice_util, util } from "@tensorflow/tfjs-core";
import type {
  SliceAttrs,
  SliceInputs,
  SplitVAttrs,
  SplitVInputs,
  TensorInfo,
  UnpackAttrs,
  UnpackInputs,
} from "@tensorflow/tfjs-core";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";
import { copyRun, forEachPosition } from "../permute";
import { rowMajorStrides } from "../strides";

/** A block of a tensor. Stock: copies the whole tensor out of the heap for every slice of it. */
export const slice = wasmKernel<SliceInputs, SliceAttrs>(Slice, ({ inputs, attrs, heap }) => {
  const { x } = inputs;
  const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size) as [number[], number[]];
  slice_util.assertParamsValid(x, begin, size);
  return copyBlock(heap, x, begin, size);
});

/** The tensors along an axis, without that axis. Stock: one copy of the whole tensor for each. */
export const unpack = wasmKernel<UnpackInputs, UnpackAttrs>(Unpack, ({ inputs, attrs, heap }) => {
  const { value } = inputs;
  const axis = util.parseAxisParam(attrs.axis, value.shape)[0] as number;
  const shape = value.shape.filter((_, index) => index !== axis);
  return cut(heap, value, axis, new Array<number>(value.shape[axis] as number).fill(1)).map((part) => ({
    ...part,
    shape,
  }));
});

/** Pieces of the given sizes along an axis. Stock: one copy of the whole tensor for each. */
export const split = wasmKernel<SplitVInputs, SplitVAttrs>(SplitV, ({ inputs, attrs, heap }) => {
  const { x } = inputs;
  const axis = util.parseAxisParam(attrs.axis, x.shape)[0] as number;
  return cut(heap, x, axis, backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis));
});

function cut(heap: Heap, x: TensorInfo, axis: number, sizes: readonly number[]): TensorInfo[] {
  const begin = new Array<number>(x.shape.length).fill(0);
  const size = [...x.shape];
  return sizes.map((length) => {
    size[axis] = length;
    const part = copyBlock(heap, x, begin, size);
    begin[axis] = (begin[axis] as number) + length;
    return part;
  });
}

function copyBlock(heap: Heap, x: TensorInfo, begin: readonly number[], size: readonly number[]): TensorInfo {
  const out = heap.allocate(size, x.dtype);
  if (util.sizeFromShape([...size]) === 0) {
    return out;
  }
  // Dimensions taken whole at the inner end lie side by side and are copied as one run, with the one before them.
  let inner = size.length;
  while (inner > 0 && size[inner - 1] === x.shape[inner - 1]) {
    inner--;
  }
  const walked = Math.max(inner - 1, 0);
  const run = size.slice(walked).reduce((length, dimension) => length * dimension, 1);
  const read = rowMajorStrides(x.shape);
  const start = begin.reduce((offset, index, axis) => offset + index * (read[axis] as number), 0);
  const [source, target] = [heap.elements(x), heap.elements(out)];
  const walk = {
    sizes: size.slice(0, walked),
    read: read.slice(0, walked),
    write: rowMajorStrides(size).slice(0, walked),
  };
  forEachPosition(walk, (from, to) => copyRun(source, start + from, target, to, run));
  return out;
}
