import * as tf from "@tensorflow/tfjs-core";
import type { KernelFunc, NamedAttrMap } from "@tensorflow/tfjs-core";
import { overrideKernel } from "./override";

/** The kernels of 2-D windows whose `pad` attribute may be one number for all sides. */
const windowKernels = [
  tf.AvgPool,
  tf.AvgPoolGrad,
  tf.Conv2D,
  tf.Conv2DBackpropFilter,
  tf.Conv2DBackpropInput,
  tf.DepthwiseConv2dNative,
  tf.DepthwiseConv2dNativeBackpropFilter,
  tf.DepthwiseConv2dNativeBackpropInput,
  tf.FusedConv2D,
  tf.FusedDepthwiseConv2D,
  tf.MaxPool,
  tf.MaxPoolGrad,
];

/** Corrects the padding of a backend's own kernels, see `withPaddingSides`. Repeating the call is harmless. */
export function registerPaddingFix(backend: "wasm" | "cpu"): void {
  for (const kernelName of windowKernels) {
    overrideKernel(kernelName, backend, (stock) => stock && withPaddingSides(stock.kernelFunc));
  }
}

/**
 * Hands a padding that is one number to a kernel as two for each dimension.
 *
 * With one number tfjs-core takes the height of the window and of the stride for the width too, so that a window or a
 * stride that is not square gives a result of a wrong shape, and the WASM backend writes past its end.
 */
export function withPaddingSides(kernelFunc: KernelFunc): KernelFunc {
  return (call) =>
    typeof call.attrs?.["pad"] === "number"
      ? kernelFunc({ ...call, attrs: paddingSides(call.attrs) })
      : kernelFunc(call);
}

/** The attributes with a padding that is one number written out for each side of each dimension. */
export function paddingSides(attrs: NamedAttrMap): NamedAttrMap {
  const { pad, dataFormat } = attrs;
  if (typeof pad !== "number") {
    return attrs;
  }
  const dimensions = dataFormat === "NCHW" ? [0, 0, pad, pad] : [0, pad, pad, 0];
  const sides = dimensions.map((side) => [side, side]);
  // The type of attributes knows no nested lists, which explicit padding has always been.
  return { ...attrs, pad: sides as unknown as NamedAttrMap[string] };
}
