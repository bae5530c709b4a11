/** Convolutions. Input [N, C, H, W], weight [out, in / groups, kH, kW]; TensorFlow.js runs them channels-last. */
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { compute, computeChannelsLast, raw, rawChannelsLast, runKernel } from "../kernel";
import { cat } from "../ops/index";
import { formatSizes } from "../shape";
import type { Sizes } from "../shape";
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import type { Tensor } from "../tensor";
import { pad } from "./pad";
import { explicitPadding, pair, withBatch } from "./window";
import type { ConvPadding, ExplicitPadding, Pair } from "./window";

/** What does not change between a convolution and its gradients. Dilation is in the kernel already. */
interface Geometry {
  readonly strides: readonly [number, number];
  readonly padding: ExplicitPadding;
  readonly depthwise: boolean;
}

type Two = readonly [number, number];

function attributes({ strides, padding, depthwise }: Geometry): object {
  const plain = padding.flat().every((each) => each === 0);
  return {
    strides: [...strides],
    pad: plain ? "valid" : padding,
    dataFormat: "NHWC",
    ...(depthwise ? { dilations: [1, 1] } : {}),
  };
}

const channelsLastSizes = ([n = 1, c = 1, h = 1, w = 1]: Sizes) => [n, h, w, c];

/** The weight as TensorFlow.js has it: [kH, kW, in, out], depthwise [kH, kW, in, multiplier]. Inside `compute`. */
function rawFilter(weight: Tensor, { depthwise }: Geometry, channels: number): tf.Tensor {
  if (!depthwise) return raw(weight.detach().permute(2, 3, 1, 0));
  const [out = 1, , height = 1, width = 1] = weight.shape;
  return tf.transpose(tf.reshape(raw(weight), [channels, out / channels, height, width]), [2, 3, 0, 1]);
}

function kernelNames({ depthwise }: Geometry): { forward: string; input: string; filter: string } {
  return depthwise
    ? {
        forward: "DepthwiseConv2dNative",
        input: "DepthwiseConv2dNativeBackpropInput",
        filter: "DepthwiseConv2dNativeBackpropFilter",
      }
    : { forward: "Conv2D", input: "Conv2DBackpropInput", filter: "Conv2DBackpropFilter" };
}

/** The convolution itself. It and its two gradients are each other's gradients. */
function convolve(input: Tensor, weight: Tensor, bias: Tensor | null, geometry: Geometry): Tensor {
  const names = kernelNames(geometry);
  const result = computeChannelsLast("float32", () => {
    const x = rawChannelsLast(input);
    const filter = rawFilter(weight, geometry, input.size(1));
    if (geometry.depthwise) {
      const out = runKernel(names.forward, { x, filter }, attributes(geometry));
      return bias ? tf.add(out, raw(bias)) : out;
    }
    const settings = { ...attributes(geometry), dilations: [1, 1] };
    if (!bias) return runKernel(names.forward, { x, filter }, settings);
    return runKernel("FusedConv2D", { x, filter, bias: raw(bias) }, { ...settings, activation: "linear" });
  });
  const inputs = bias ? [input, weight, bias] : [input, weight];
  return record("conv", result, inputs, [input, weight], (g, x, w) => [
    () => inputGradient(g, w, x.shape, geometry),
    () => weightGradient(x, g, w.shape, geometry),
    () => biasGradient(g),
  ]);
}

function inputGradient(gradient: Tensor, weight: Tensor, inputSizes: Sizes, geometry: Geometry): Tensor {
  const result = computeChannelsLast("float32", () => {
    const dy = rawChannelsLast(gradient);
    const filter = rawFilter(weight, geometry, inputSizes[1] as number);
    const inputShape = channelsLastSizes(inputSizes);
    return runKernel(kernelNames(geometry).input, { dy, filter }, { ...attributes(geometry), inputShape });
  });
  return record("convInputGradient", result, [gradient, weight], [gradient, weight], (g, dy, w) => [
    () => convolve(g, w, null, geometry),
    () => weightGradient(g, dy, w.shape, geometry),
  ]);
}

function weightGradient(input: Tensor, gradient: Tensor, weightSizes: Sizes, geometry: Geometry): Tensor {
  const [out = 1, within = 1, height = 1, width = 1] = weightSizes;
  const channels = input.size(1);
  const result = compute("float32", weightSizes, () => {
    const x = rawChannelsLast(input);
    const dy = rawChannelsLast(gradient);
    const filterShape = geometry.depthwise ? [height, width, channels, out / channels] : [height, width, within, out];
    const filter = runKernel(kernelNames(geometry).filter, { x, dy }, { ...attributes(geometry), filterShape });
    const order = geometry.depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1];
    return tf.reshape(tf.transpose(filter, order), [...weightSizes]);
  });
  return record("convWeightGradient", result, [input, gradient], [input, gradient], (g, x, dy) => [
    () => inputGradient(dy, g, x.shape, geometry),
    () => convolve(x, g, null, geometry),
  ]);
}

/** The sum over everything but the channels. */
function biasGradient(gradient: Tensor): Tensor {
  return compute("float32", [gradient.size(1)], () => {
    const rows = rawChannelsLast(gradient);
    return tf.sum(tf.reshape(rows, [-1, gradient.size(1)]), 0);
  });
}

/** The kernel with `dilation − 1` zeros between its elements. */
function dilated(weight: Tensor, [dilationH, dilationW]: Two): Tensor {
  if (dilationH === 1 && dilationW === 1) return weight;
  const [out = 1, within = 1, height = 1, width = 1] = weight.shape;
  const spread = pad(weight.reshape(out, within, height, 1, width, 1), [0, dilationW - 1, 0, 0, 0, dilationH - 1]);
  return spread
    .reshape(out, within, height * dilationH, width * dilationW)
    .narrow(2, 0, (height - 1) * dilationH + 1)
    .narrow(3, 0, (width - 1) * dilationW + 1);
}

/** The options in PyTorch's order. */
export const CONV_ORDER = ["stride", "padding", "dilation", "groups"] as const;
const TRANSPOSED_ORDER = ["stride", "padding", "outputPadding", "groups", "dilation"] as const;

export interface ConvOptions<Size> {
  readonly stride?: Size;
  /** Zeros around the input; "same" keeps its size. */
  readonly padding?: ConvPadding<Size>;
  readonly dilation?: Size;
  readonly groups?: number;
}

function paddingFor(padding: ConvPadding<Pair>, kernel: Two, stride: Two): [Two, Two] {
  if (padding === "valid")
    return [
      [0, 0],
      [0, 0],
    ];
  if (padding !== "same") {
    const [height, width] = pair(padding);
    return [
      [height, height],
      [width, width],
    ];
  }
  if (stride[0] !== 1 || stride[1] !== 1) {
    throw new Error("padding='same' is not supported for strided convolutions");
  }
  const around = (size: number): Two => [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  return [around(kernel[0]), around(kernel[1])];
}

export function checkChannels(input: Tensor, weight: Tensor, groups: number): void {
  const expected = weight.size(1) * groups;
  if (input.size(1) === expected) return;
  throw new Error(
    `Given groups=${groups}, weight of size ${formatSizes(weight.shape)}, expected input${formatSizes(input.shape)} to have ${expected} channels, but got ${input.size(1)} channels instead`,
  );
}

export function checkKernelFits(sizes: Sizes, kernel: Sizes, padding: readonly Two[]): void {
  const padded = sizes.map((size, d) => size + (padding[d]?.[0] ?? 0) + (padding[d]?.[1] ?? 0));
  if (kernel.every((size, d) => size <= (padded[d] as number))) return;
  throw new Error(
    `Calculated padded input size per channel: (${padded.join(" x ")}). Kernel size: (${kernel.join(" x ")}). Kernel size can't be greater than actual input size`,
  );
}

/**
 * Convolution over images.
 * @param input [N, C, H, W] or [C, H, W]
 * @param weight [out, C / groups, kH, kW]
 * @returns [N, out, ⌊(H + 2p − d(k − 1) − 1) / s⌋ + 1, …]
 */
export function conv2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  ...options: Trailing<ConvOptions<Pair>, typeof CONV_ORDER>
): Tensor {
  const how = named<ConvOptions<Pair>>(CONV_ORDER, options);
  return withBatch(input, 2, "conv2d", (x) => convolution(x, weight, bias, how, [2, 3]));
}

/**
 * Convolution over sequences.
 * @param input [N, C, L] or [C, L]
 * @param weight [out, C / groups, k]
 */
export function conv1d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  ...options: Trailing<ConvOptions<number>, typeof CONV_ORDER>
): Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = named<ConvOptions<number>>(CONV_ORDER, options);
  const flat: ConvOptions<Pair> = {
    stride: [1, stride],
    padding: typeof padding === "string" ? padding : [0, padding],
    dilation: [1, dilation],
    groups,
  };
  return withBatch(input, 1, "conv1d", (x) => {
    checkChannels(x, weight, groups);
    return convolution(x.unsqueeze(2), weight.unsqueeze(2), bias, flat, [3]).squeeze(2);
  });
}

/** @param spatial the dimensions that messages speak of */
function convolution(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvOptions<Pair>,
  spatial: readonly number[],
): Tensor {
  const { padding = 0, groups = 1 } = options;
  const strides = pair(options.stride ?? 1);
  const dilation = pair(options.dilation ?? 1);
  checkChannels(input, weight, groups);
  const kernel: Two = [(weight.size(2) - 1) * dilation[0] + 1, (weight.size(3) - 1) * dilation[1] + 1];
  const around = paddingFor(padding, kernel, strides);
  checkKernelFits(
    spatial.map((d) => input.size(d)),
    spatial.map((d) => kernel[d - 2] as number),
    spatial.map((d) => around[d - 2] as Two),
  );
  const spread = dilated(weight, dilation);
  const geometry = { strides, padding: explicitPadding(...around), depthwise: groups > 1 && groups === input.size(1) };
  if (groups === 1 || geometry.depthwise) return convolve(input, spread, bias, geometry);
  const inputs = input.chunk(groups, 1);
  const biases = bias?.chunk(groups, 0);
  const results = spread
    .chunk(groups, 0)
    .map((part, i) => convolve(inputs[i] as Tensor, part, biases?.[i] ?? null, geometry));
  return cat(results, 1);
}

export interface ConvTransposeOptions<Size> {
  readonly stride?: Size;
  readonly padding?: Size;
  /** Rows and columns added at one side of the result, to choose between sizes that a stride merges. */
  readonly outputPadding?: Size;
  readonly groups?: number;
  readonly dilation?: Size;
}

/**
 * Transposed convolution over images: the input gradient of a convolution.
 * @param input [N, C, H, W] or [C, H, W]
 * @param weight [C, out / groups, kH, kW]
 * @returns [N, out, (H − 1)s − 2p + d(k − 1) + outputPadding + 1, …]
 */
export function convTranspose2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  ...options: Trailing<ConvTransposeOptions<Pair>, typeof TRANSPOSED_ORDER>
): Tensor {
  const how = named<ConvTransposeOptions<Pair>>(TRANSPOSED_ORDER, options);
  return withBatch(input, 2, "conv_transpose2d", (x) => transposed(x, weight, bias, how, [2, 3]));
}

/** Transposed convolution over sequences. Input [N, C, L], weight [C, out / groups, k]. */
export function convTranspose1d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  ...options: Trailing<ConvTransposeOptions<number>, typeof TRANSPOSED_ORDER>
): Tensor {
  const how = named<ConvTransposeOptions<number>>(TRANSPOSED_ORDER, options);
  const { stride = 1, padding = 0, outputPadding = 0, groups = 1, dilation = 1 } = how;
  const flat: ConvTransposeOptions<Pair> = {
    stride: [1, stride],
    padding: [0, padding],
    outputPadding: [0, outputPadding],
    dilation: [1, dilation],
    groups,
  };
  return withBatch(input, 1, "conv_transpose1d", (x) =>
    transposed(x.unsqueeze(2), weight.unsqueeze(2), bias, flat, [3]).squeeze(2),
  );
}

function transposed(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvTransposeOptions<Pair>,
  spatial: readonly number[],
): Tensor {
  const strides = pair(options.stride ?? 1);
  const padding = pair(options.padding ?? 0);
  const outputPadding = pair(options.outputPadding ?? 0);
  const dilation = pair(options.dilation ?? 1);
  const groups = options.groups ?? 1;
  if (input.size(1) !== weight.size(0)) {
    const shown = weight.shape.filter((_, d) => d < 2 || spatial.includes(d));
    const image = input.shape.filter((_, d) => d < 2 || spatial.includes(d));
    throw new Error(
      `Given transposed=1, weight of size ${formatSizes(shown)}, expected input${formatSizes(image)} to have ${weight.size(0)} channels, but got ${input.size(1)} channels instead`,
    );
  }
  const limits = strides.map((stride, d) => Math.max(stride, dilation[d] as number));
  if (outputPadding.some((each, d) => each >= (limits[d] as number) && each > 0)) {
    throw new Error(
      `output padding must be smaller than either stride or dilation, but got output_padding_height: ${outputPadding[0]} output_padding_width: ${outputPadding[1]} stride_height: ${strides[0]} stride_width: ${strides[1]} dilation_height: ${dilation[0]} dilation_width: ${dilation[1]}`,
    );
  }
  const spread = dilated(weight, dilation);
  const size = (d: 0 | 1) =>
    (input.size(d + 2) - 1) * strides[d] - 2 * padding[d] + spread.size(d + 2) + outputPadding[d];
  const out = weight.size(1);
  if (size(0) <= 0 || size(1) <= 0) {
    throw new Error(
      `Given input size per channel: (${spatial.map((d) => input.size(d)).join(" x ")}). Calculated output size per channel: (${spatial.map((d) => size((d - 2) as 0 | 1)).join(" x ")}). Output size is too small`,
    );
  }
  // The convolution whose input this is ends where the input does: what is added there takes from the padding behind.
  const behind = (d: 0 | 1) => Math.max(padding[d] - outputPadding[d], 0);
  const beyond = (d: 0 | 1) => Math.max(outputPadding[d] - padding[d], 0);
  const geometry: Geometry = {
    strides,
    padding: explicitPadding([padding[0], behind(0)], [padding[1], behind(1)]),
    depthwise: false,
  };
  const reached = [input.size(0), out, size(0) - beyond(0), size(1) - beyond(1)];
  const inputs = input.chunk(groups, 1);
  const parts = spread.chunk(groups, 0).map((part, i) => inputGradient(inputs[i] as Tensor, part, reached, geometry));
  const joined = groups === 1 ? (parts[0] as Tensor) : cat(parts, 1);
  const result = pad(joined, [0, beyond(1), 0, beyond(0)]);
  return bias ? result.add(bias.view(-1, 1, 1)) : result;
}
