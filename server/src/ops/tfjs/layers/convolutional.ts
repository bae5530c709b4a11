import type { Dim } from "../../../shape/dim";
import { constant, multiply } from "../../../shape/dim";
import type { Window } from "../../../shape/window";
import { transposedLayerSize } from "../../../shape/window";
import type { OperationContext } from "../../operation";
import { integer, integerOrIntegers, optional } from "../../parameter";
import { requireDtype } from "../dtypes";
import type { DataFormat } from "./config";
import { dataFormat, optionalWindow, padding, perDimension, unlessOff } from "./config";
import type { Input, Lock, Ranks } from "./define";
import { exactly, layer } from "./define";
import { one } from "./layer";
import { channelAxis, checkCausal, checkDilation, slide, spatialAxes } from "./windows";
import { t } from "../../../text/translate";

export const LAYOUTS: Readonly<Record<1 | 2 | 3, string>> = {
  1: "[batch, steps, channels]",
  2: "[batch, height, width, channels]",
  3: "[batch, depth, height, width, channels]",
};

const KERNEL = {
  kernelSize: integerOrIntegers,
  strides: optionalWindow,
  padding,
  dataFormat,
  dilationRate: optionalWindow,
  useBias: unlessOff,
};

interface KernelArguments {
  readonly kernelSize: Dim | readonly Dim[];
  readonly strides: Dim | readonly Dim[] | undefined;
  readonly dilationRate: Dim | readonly Dim[] | undefined;
}

export function windowsOf(args: KernelArguments, dimensions: number): readonly Window[] | undefined {
  const kernels = perDimension(args.kernelSize, dimensions);
  const strides = perDimension(args.strides, dimensions);
  const dilations = perDimension(args.dilationRate, dimensions);
  return kernels?.map((kernel, i) => ({
    kernel,
    stride: strides?.[i] ?? constant(1),
    dilation: dilations?.[i] ?? constant(1),
  }));
}

function channels({ dataFormat: format }: { readonly dataFormat: DataFormat }, input: Input): readonly Lock[] {
  return [{ axis: channelAxis(format, input.shape.length), quantity: t`input channels`, needed: true }];
}

export function ranksOf(dimensions: 1 | 2 | 3): Ranks {
  return exactly(dimensions + 2, LAYOUTS[dimensions]);
}

function convolved(cx: OperationContext, input: Input): void {
  requireDtype(cx, input, "float32", "x");
}

function convolution(name: string, dimensions: 1 | 2 | 3) {
  return layer({
    name,
    // Only separable convolutions have a multiplier.
    parameters: { filters: integer, ...KERNEL, depthMultiplier: optional(integer, constant(1)) },
    ranks: ranksOf(dimensions),
    locks: channels,
    output(args, input, cx) {
      convolved(cx, input);
      const windows = windowsOf(args, dimensions);
      if (!windows) return undefined;
      checkDilation(cx, windows);
      checkCausal(cx, args.padding);
      const axes = spatialAxes(args.dataFormat, dimensions + 2);
      const shape = slide(cx, input, axes, { windows, padding: args.padding, parameter: "kernelSize" });
      return one(shape.with(channelAxis(args.dataFormat, dimensions + 2), args.filters));
    },
  });
}

/** It ignores `dilationRate`. */
const depthwiseConv2d = layer({
  name: "depthwiseConv2d",
  parameters: { ...KERNEL, depthMultiplier: optional(integer, constant(1)) },
  ranks: ranksOf(2),
  locks: channels,
  output(args, input, cx) {
    convolved(cx, input);
    const windows = windowsOf({ ...args, dilationRate: undefined }, 2);
    if (!windows) return undefined;
    const axis = channelAxis(args.dataFormat, 4);
    const shape = slide(cx, input, spatialAxes(args.dataFormat, 4), {
      windows,
      padding: args.padding,
      parameter: "kernelSize",
    });
    return one(shape.with(axis, multiply(input.shape[axis] ?? constant(1), args.depthMultiplier)));
  },
});

/** It ignores `dilationRate`. */
function transposedConvolution(name: string, dimensions: 2 | 3) {
  return layer({
    name,
    parameters: { filters: integer, ...KERNEL },
    ranks: ranksOf(dimensions),
    locks: channels,
    output(args, input) {
      const windows = windowsOf(args, dimensions);
      if (!windows || (args.padding !== "same" && args.padding !== "valid")) return undefined;
      const shape = [...input.shape];
      const rank = dimensions + 2;
      for (const [i, axis] of spatialAxes(args.dataFormat, rank).entries()) {
        const [size, window] = [input.shape[axis], windows[i]];
        if (size && window) shape[axis] = transposedLayerSize(size, window.kernel, window.stride, args.padding);
      }
      return one(shape.with(channelAxis(args.dataFormat, rank), args.filters));
    },
  });
}

export const convolutionalLayers = [
  convolution("conv1d", 1),
  convolution("conv2d", 2),
  convolution("conv3d", 3),
  convolution("separableConv2d", 2),
  depthwiseConv2d,
  transposedConvolution("conv2dTranspose", 2),
  transposedConvolution("conv3dTranspose", 3),
];
