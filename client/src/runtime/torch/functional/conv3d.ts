/** Convolution over volumes: a sum of convolutions over images, one for each depth of the kernel. */
import type { Tensor } from "../tensor";
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { checkChannels, checkKernelFits, CONV_ORDER, conv2d } from "./conv";
import type { ConvOptions } from "./conv";
import { pad } from "./pad";
import { withBatch } from "./window";

/** One number for depth, height and width, or one for each. */
export type Triple = number | readonly [number, number, number];

export function triple(value: Triple): readonly [number, number, number] {
  return typeof value === "number" ? [value, value, value] : value;
}

type Around = readonly [before: number, after: number];

/** What is added before and after each spatial dimension. */
function paddingFor(options: ConvOptions<Triple>, kernel: readonly number[]): Around[] {
  const { padding = 0 } = options;
  if (padding === "valid") return kernel.map(() => [0, 0]);
  if (padding !== "same") return triple(padding).map((each) => [each, each]);
  if (triple(options.stride ?? 1).some((each) => each !== 1)) {
    throw new Error("padding='same' is not supported for strided convolutions");
  }
  return kernel.map((size) => [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)]);
}

/**
 * Convolution over volumes.
 * @param input [N, C, D, H, W] or [C, D, H, W]
 * @param weight [out, C / groups, kD, kH, kW]
 */
export function conv3d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  ...args: Trailing<ConvOptions<Triple>, typeof CONV_ORDER>
): Tensor {
  const options = named<ConvOptions<Triple>>(CONV_ORDER, args);
  return withBatch(input, 3, "conv3d", (x) => {
    const { groups = 1 } = options;
    checkChannels(x, weight, groups);
    const stride = triple(options.stride ?? 1);
    const dilation = triple(options.dilation ?? 1);
    const kernel = dilation.map((each, d) => each * (weight.size(d + 2) - 1) + 1);
    const around = paddingFor(options, kernel);
    checkKernelFits(x.shape.slice(2), kernel, around);
    const padded = pad(x, [...around].reverse().flat());
    const [samples = 1, channels = 1, depth = 1, height = 1, width = 1] = padded.shape;
    const slices = Math.floor((depth - (kernel[0] as number)) / stride[0]) + 1;
    const flat = { stride: [stride[1], stride[2]], dilation: [dilation[1], dilation[2]], groups } as const;
    const parts = weight.unbind(2).map((image, k) => {
      const start = k * dilation[0];
      const seen = padded.at(":", ":", [start, start + (slices - 1) * stride[0] + 1, stride[0]]);
      const images = seen.transpose(1, 2).reshape(samples * slices, channels, height, width);
      return conv2d(images, image, k === 0 ? bias : null, flat);
    });
    const sum = parts.reduce((total, part) => total.add(part));
    const [, out = 1, ...image] = sum.shape;
    return sum
      .reshape(samples, slices, out, ...image)
      .transpose(1, 2)
      .clone({ memoryFormat: "contiguous" });
  });
}
