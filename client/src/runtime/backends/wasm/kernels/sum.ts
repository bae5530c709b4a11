import { Mean, Sum, backend_util, util } from "@tensorflow/tfjs-core";
import type { DataType, MeanAttrs, MeanInputs, SumAttrs, SumInputs, TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";
import { sumOver } from "../reduce";

/** The sum over any axes. Stock: transposes first unless the axes are the innermost ones, and adds in single precision. */
export const sum = wasmKernel<SumInputs, SumAttrs>(Sum, ({ inputs, attrs, heap }) => {
  const { x } = inputs;
  const axes = util.parseAxisParam(attrs.axis, x.shape);
  return store(heap, sumOver(heap, x, axes), reducedShape(x, axes, attrs.keepDims), x.dtype);
});

/** The mean over any axes, always float32. */
export const mean = wasmKernel<MeanInputs, MeanAttrs>(Mean, ({ inputs, attrs, heap }) => {
  const { x } = inputs;
  const axes = util.parseAxisParam(attrs.axis, x.shape);
  const count = axes.reduce((size, axis) => size * (x.shape[axis] as number), 1);
  const sums = sumOver(heap, x, axes);
  const means = sums.map((value) => value / count);
  return store(heap, means, reducedShape(x, axes, attrs.keepDims), "float32");
});

function store(heap: Heap, values: Float64Array, shape: readonly number[], dtype: DataType): TensorInfo {
  const out = heap.allocate(shape, dtype);
  heap.values(out).set(values);
  return out;
}

function reducedShape(x: TensorInfo, axes: number[], keepDims: boolean): number[] {
  const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  return keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
}
