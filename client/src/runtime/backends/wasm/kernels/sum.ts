import { Mean, Sum, backend_util, util } from "@tensorflow/tfjs-core";
import type { MeanAttrs, MeanInputs, SumAttrs, SumInputs, TensorInfo } from "@tensorflow/tfjs-core";
import { wasmKernel } from "../kernel";
import { sumOver } from "../reduce";

/** The sum over any axes. Stock: transposes first unless the axes are the innermost ones, and adds in single precision. */
export const sum = wasmKernel<SumInputs, SumAttrs>(Sum, ({ inputs, attrs, heap }) => {
  const { x } = inputs;
  const axes = util.parseAxisParam(attrs.axis, x.shape);
  return sumOver(heap, x, axes, reducedShape(x, axes, attrs.keepDims));
});

/** The mean over any axes, always float32. */
export const mean = wasmKernel<MeanInputs, MeanAttrs>(Mean, ({ inputs, attrs, heap }) => {
  const { x } = inputs;
  const axes = util.parseAxisParam(attrs.axis, x.shape);
  const count = axes.reduce((size, axis) => size * (x.shape[axis] as number), 1);
  const out = sumOver(heap, x, axes, reducedShape(x, axes, attrs.keepDims), "float32");
  const values = heap.floats(out);
  for (let index = 0; index < values.length; index++) values[index] = (values[index] as number) / count;
  return out;
});

function reducedShape(x: TensorInfo, axes: number[], keepDims: boolean): number[] {
  const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  return keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
}
