import {
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  backend_util,
} from "@tensorflow/tfjs-core";
import type {
  DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  DepthwiseConv2dNativeBackpropInputInputs,
} from "@tensorflow/tfjs-core";
import { writeGeometry } from "../geometry";
import { wasmKernel } from "../kernel";

/**
 * The gradient of a depthwise convolution by its channels-last images. Filter `[height, width, channels, multiplier]`;
 * out channel `channel · multiplier + q`.
 *
 * Stock: missing.
 */
export const depthwiseConv2dBackpropInput = wasmKernel<
  DepthwiseConv2dNativeBackpropInputInputs,
  DepthwiseConv2dNativeBackpropInputAttrs
>(DepthwiseConv2dNativeBackpropInput, ({ inputs, attrs, heap }) => {
  const { dy, filter } = inputs;
  const { strides, dilations, pad, dimRoundingMode, inputShape } = attrs;
  const filterShape = filter.shape as [number, number, number, number];
  const info = backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations, pad, dimRoundingMode, true);
  const out = heap.allocate(inputShape, "float32");
  const place = writeGeometry(heap, info);
  heap.simd.depthwiseInputGradient(place, heap.offset(dy), heap.offset(filter), heap.offset(out));
  return out;
});

/**
 * The gradient of a depthwise convolution by its filter `[height, width, channels, multiplier]`.
 *
 * Stock: missing.
 */
export const depthwiseConv2dBackpropFilter = wasmKernel<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs
>(DepthwiseConv2dNativeBackpropFilter, ({ inputs, attrs, heap }) => {
  const { x, dy } = inputs;
  const { strides, dilations, pad, dimRoundingMode, filterShape } = attrs;
  const shape = x.shape as [number, number, number, number];
  const info = backend_util.computeConv2DInfo(shape, filterShape, strides, dilations, pad, dimRoundingMode, true);
  const out = heap.allocate(filterShape, "float32");
  const place = writeGeometry(heap, info);
  heap.simd.depthwiseFilterGradient(place, heap.offset(x), heap.offset(dy), heap.offset(out));
  return out;
});
