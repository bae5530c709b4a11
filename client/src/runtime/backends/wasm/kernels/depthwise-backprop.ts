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
import { wasmKernel } from "../kernel";

/**
 * The gradient of a depthwise convolution with respect to its channels-last input. Filter `[height, width, channels,
 * multiplier]`; out channel `channel · multiplier + q`.
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
  const gradient = heap.floats(out).fill(0);
  const upstream = heap.floats(dy);
  const weights = heap.floats(filter);
  const multiplier = filterShape[3];
  forEachTap(info, (input, output, tap) => {
    for (let channel = 0; channel < info.inChannels; channel++) {
      let sum = gradient[input + channel] as number;
      for (let q = 0, index = channel * multiplier; q < multiplier; q++, index++) {
        sum += (upstream[output + index] as number) * (weights[tap + index] as number);
      }
      gradient[input + channel] = sum;
    }
  });
  return out;
});

/**
 * The gradient of a depthwise convolution with respect to its filter `[height, width, channels, multiplier]`.
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
  const images = heap.floats(x);
  const upstream = heap.floats(dy);
  const multiplier = filterShape[3];
  // Thousands of products meet in one weight: they are added up in double precision.
  const gradient = new Float64Array(filterShape.reduce((size, dimension) => size * dimension, 1));
  forEachTap(info, (input, output, tap) => {
    for (let channel = 0; channel < info.inChannels; channel++) {
      const value = images[input + channel] as number;
      for (let q = 0, index = channel * multiplier; q < multiplier; q++, index++) {
        gradient[tap + index] = (gradient[tap + index] as number) + value * (upstream[output + index] as number);
      }
    }
  });
  heap.floats(out).set(gradient);
  return out;
});

/**
 * Calls `visit` for every pair of an output position and a filter tap that lies inside the image, with the flat
 * indices of the first channel of the input pixel, the output pixel and the tap.
 */
function forEachTap(info: backend_util.Conv2DInfo, visit: (input: number, output: number, tap: number) => void): void {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels, outChannels } = info;
  for (let image = 0; image < batchSize; image++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      for (let filterRow = 0; filterRow < info.filterHeight; filterRow++) {
        const row = outRow * info.strideHeight - info.padInfo.top + filterRow * info.dilationHeight;
        if (row < 0 || row >= inHeight) {
          continue;
        }
        for (let outColumn = 0; outColumn < outWidth; outColumn++) {
          const output = ((image * outHeight + outRow) * outWidth + outColumn) * outChannels;
          for (let filterColumn = 0; filterColumn < info.filterWidth; filterColumn++) {
            const column = outColumn * info.strideWidth - info.padInfo.left + filterColumn * info.dilationWidth;
            if (column < 0 || column >= inWidth) {
              continue;
            }
            const input = ((image * inHeight + row) * inWidth + column) * inChannels;
            visit(input, output, (filterRow * info.filterWidth + filterColumn) * outChannels);
          }
        }
      }
    }
  }
}
