/** Convolution layers. Initial weights are PyTorch's. */
import type { Parameter } from "./module";
import { Module } from "./module";
import { biasFor, weightOf } from "./initial-weights";
import type { BiasOption } from "./initial-weights";
import { conv1d, conv2d, convTranspose1d, convTranspose2d } from "../functional/conv";
import type { ConvOptions, ConvTransposeOptions } from "../functional/conv";
import { conv3d } from "../functional/conv3d";
import type { Triple } from "../functional/conv3d";
import { pad } from "../functional/pad";
import type { PadMode } from "../functional/pad";
import type { Pair } from "../functional/window";
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import type { Tensor } from "../tensor";

export type PaddingMode = "zeros" | Exclude<PadMode, "constant">;

interface LayerOptions extends BiasOption {
  /** What stands in the padding: zeros, or values of the input. */
  readonly paddingMode?: PaddingMode;
}

export interface ConvLayerOptions<Size> extends ConvOptions<Size>, LayerOptions {}
export interface ConvTransposeLayerOptions<Size> extends ConvTransposeOptions<Size>, LayerOptions {}

const order = ["stride", "padding", "dilation", "groups", "bias", "paddingMode"] as const;
const transposedOrder = ["stride", "padding", "outputPadding", "groups", "bias", "dilation", "paddingMode"] as const;

type ConvArguments<Size> = Trailing<ConvLayerOptions<Size>, typeof order>;
type ConvTransposeArguments<Size> = Trailing<ConvTransposeLayerOptions<Size>, typeof transposedOrder>;

/** One size for each of the spatial dimensions. */
function sizes(spatial: number, size: number | readonly number[]): readonly number[] {
  return typeof size === "number" ? Array.from({ length: spatial }, () => size) : size;
}

interface Channels {
  readonly inChannels: number;
  readonly outChannels: number;
}

function checkGroups({ inChannels, outChannels }: Channels, groups: number): void {
  if (groups <= 0) throw new Error("groups must be a positive integer");
  if (inChannels % groups !== 0) throw new Error("in_channels must be divisible by groups");
  if (outChannels % groups !== 0) throw new Error("out_channels must be divisible by groups");
}

/** What all convolution layers hold. */
abstract class ConvolutionLayer<Options extends LayerOptions & { readonly groups?: number }> extends Module {
  weight: Parameter;
  bias: Parameter | null;
  readonly inChannels: number;
  readonly outChannels: number;

  /** @param weightChannels the first two sizes of the weight, for all groups together */
  constructor(
    channels: Channels,
    readonly kernelSize: readonly number[],
    readonly options: Options,
    weightChannels: readonly [first: number, second: number],
  ) {
    super();
    const { groups = 1, bias = true } = options;
    checkGroups(channels, groups);
    this.inChannels = channels.inChannels;
    this.outChannels = channels.outChannels;
    this.weight = weightOf(weightChannels[0], weightChannels[1] / groups, ...kernelSize);
    this.bias = bias ? biasFor(this.weight, channels.outChannels) : null;
  }

  override extraRepr(): string {
    return `${this.inChannels}, ${this.outChannels}, kernel_size=(${this.kernelSize.join(", ")})`;
  }
}

type Convolve<Size> = (input: Tensor, weight: Tensor, bias: Tensor | null, options: ConvOptions<Size>) => Tensor;

abstract class Conv<Size extends number | readonly number[]> extends ConvolutionLayer<ConvLayerOptions<Size>> {
  constructor(
    private readonly spatial: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    args: readonly unknown[],
  ) {
    const options = named<ConvLayerOptions<Size>>(order, args);
    const { padding = 0, stride = 1, paddingMode = "zeros" } = options;
    if (!["zeros", "reflect", "replicate", "circular"].includes(paddingMode)) {
      throw new Error(
        `padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, but got padding_mode='${paddingMode}'`,
      );
    }
    if (padding === "same" && sizes(spatial, stride).some((step) => step !== 1)) {
      throw new Error("padding='same' is not supported for strided convolutions");
    }
    super({ inChannels, outChannels }, sizes(spatial, kernelSize), options, [outChannels, inChannels]);
  }

  protected run(convolve: Convolve<Size>, input: Tensor): Tensor {
    const { paddingMode = "zeros", ...options } = this.options;
    if (paddingMode === "zeros") return convolve(input, this.weight, this.bias, options);
    const padded = pad(input, this.around().reverse().flat(), { mode: paddingMode });
    return convolve(padded, this.weight, this.bias, { ...options, padding: "valid" });
  }

  /** What is added before and after each spatial dimension. */
  private around(): (readonly [before: number, after: number])[] {
    const { padding = 0, dilation = 1 } = this.options;
    const spread = sizes(this.spatial, dilation);
    return this.kernelSize.map((size, d) => {
      if (padding === "valid") return [0, 0];
      const total = (spread[d] ?? 1) * (size - 1);
      if (padding === "same") return [Math.floor(total / 2), total - Math.floor(total / 2)];
      const amount = sizes(this.spatial, padding)[d] ?? 0;
      return [amount, amount];
    });
  }
}

/** Convolution over sequences: [N, inChannels, L] to [N, outChannels, L']. */
export class Conv1d extends Conv<number> {
  constructor(inChannels: number, outChannels: number, kernelSize: number, ...options: ConvArguments<number>) {
    super(1, inChannels, outChannels, kernelSize, options);
  }

  forward(input: Tensor): Tensor {
    return this.run(conv1d, input);
  }
}

/** Convolution over images: [N, inChannels, H, W] to [N, outChannels, H', W']. */
export class Conv2d extends Conv<Pair> {
  constructor(inChannels: number, outChannels: number, kernelSize: Pair, ...options: ConvArguments<Pair>) {
    super(2, inChannels, outChannels, kernelSize, options);
  }

  forward(input: Tensor): Tensor {
    return this.run(conv2d, input);
  }
}

/** Convolution over volumes: [N, inChannels, D, H, W] to [N, outChannels, D', H', W']. */
export class Conv3d extends Conv<Triple> {
  constructor(inChannels: number, outChannels: number, kernelSize: Triple, ...options: ConvArguments<Triple>) {
    super(3, inChannels, outChannels, kernelSize, options);
  }

  forward(input: Tensor): Tensor {
    return this.run(conv3d, input);
  }
}

abstract class ConvTranspose<Size extends number | readonly number[]> extends ConvolutionLayer<
  ConvTransposeLayerOptions<Size>
> {
  constructor(spatial: number, channels: Channels, kernelSize: Size, args: readonly unknown[]) {
    const options = named<ConvTransposeLayerOptions<Size>>(transposedOrder, args);
    if (options.paddingMode !== undefined && options.paddingMode !== "zeros") {
      throw new Error('Only "zeros" padding mode is supported for ConvTranspose');
    }
    super(channels, sizes(spatial, kernelSize), options, [channels.inChannels, channels.outChannels]);
  }
}

/** Transposed convolution over sequences: [N, inChannels, L] to [N, outChannels, L']. */
export class ConvTranspose1d extends ConvTranspose<number> {
  constructor(inChannels: number, outChannels: number, kernelSize: number, ...options: ConvTransposeArguments<number>) {
    super(1, { inChannels, outChannels }, kernelSize, options);
  }

  forward(input: Tensor): Tensor {
    return convTranspose1d(input, this.weight, this.bias, this.options);
  }
}

/** Transposed convolution over images: [N, inChannels, H, W] to [N, outChannels, H', W']. */
export class ConvTranspose2d extends ConvTranspose<Pair> {
  constructor(inChannels: number, outChannels: number, kernelSize: Pair, ...options: ConvTransposeArguments<Pair>) {
    super(2, { inChannels, outChannels }, kernelSize, options);
  }

  forward(input: Tensor): Tensor {
    return convTranspose2d(input, this.weight, this.bias, this.options);
  }
}
