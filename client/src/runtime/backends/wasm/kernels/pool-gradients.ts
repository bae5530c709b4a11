import { AvgPoolGrad, MaxPoolGrad, backend_util } from "@tensorflow/tfjs-core";
import type { AvgPoolGradAttrs, AvgPoolGradInputs, MaxPoolGradAttrs, MaxPoolGradInputs } from "@tensorflow/tfjs-core";
import { writeGeometry } from "../geometry";
import { wasmKernel } from "../kernel";

/**
 * The gradient of 2-D max pooling, channels last: each window's upstream gradient goes to its first maximum in row
 * order, as in PyTorch.
 *
 * Stock: looks for the maximum from 0 upwards and hands the gradient of a window whose maximum is 0 or below to the
 * window's first element.
 */
export const maxPoolGrad = wasmKernel<MaxPoolGradInputs, MaxPoolGradAttrs>(MaxPoolGrad, ({ inputs, attrs, heap }) => {
  const { dy, input } = inputs;
  const dx = heap.allocate(input.shape, input.dtype);
  const place = writeGeometry(heap, geometry(input.shape, attrs));
  heap.simd.maxPoolGradient(place, heap.offset(input), heap.offset(dy), heap.offset(dx));
  return dx;
});

/** The gradient of 2-D average pooling over whole windows, channels last. Stock: right, element by element. */
export const avgPoolGrad = wasmKernel<AvgPoolGradInputs, AvgPoolGradAttrs>(AvgPoolGrad, ({ inputs, attrs, heap }) => {
  const { dy, input } = inputs;
  const dx = heap.allocate(input.shape, "float32");
  const place = writeGeometry(heap, geometry(input.shape, attrs));
  heap.simd.averagePoolGradient(place, heap.offset(dy), heap.offset(dx));
  return dx;
});

function geometry(
  shape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: AvgPoolGradAttrs & Pick<Partial<MaxPoolGradAttrs>, "dimRoundingMode">,
): backend_util.Conv2DInfo {
  const images = shape as [number, number, number, number];
  return backend_util.computePool2DInfo(images, filterSize, strides, 1, pad, dimRoundingMode);
}
