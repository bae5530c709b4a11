/** Linear, convolution, embedding and shape layers. Initial weights are PyTorch's. */
import { Parameter, Module } from "./module";
import { kaimingUniform_, normal_, uniform_, calculateFanInAndFanOut } from "./init";
import { conv1d, conv2d, convTranspose1d, convTranspose2d } from "../functional/conv";
import type { ConvOptions, ConvTransposeOptions } from "../functional/conv";
import { conv3d, triple } from "../functional/conv3d";
import type { Triple } from "../functional/conv3d";
import { pair } from "../functional/window";
import type { Pair } from "../functional/window";
import { embedding } from "../functional/sparse";
import { bilinear, empty, linear } from "../ops/index";
import { noGrad } from "../grad-mode";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";

function weightOf(...sizes: number[]): Parameter {
  const weight = new Parameter(empty(sizes));
  kaimingUniform_(weight, { a: Math.sqrt(5) });
  return weight;
}

/** Uniform within 1/√fanIn of 0, as PyTorch initialises biases. */
function biasFor(weight: Tensor, size: number): Parameter {
  const bias = new Parameter(empty(size));
  const { fanIn } = calculateFanInAndFanOut(weight);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  uniform_(bias, -bound, bound);
  return bias;
}

export interface BiasOption {
  readonly bias?: boolean;
}

/** x · weightᵀ + bias over the last dimension: [..., inFeatures] to [..., outFeatures]. */
export class Linear extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    { bias = true }: BiasOption = {},
  ) {
    super();
    this.weight = weightOf(outFeatures, inFeatures);
    this.bias = bias ? biasFor(this.weight, outFeatures) : null;
  }

  forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${this.bias !== null}`;
  }
}

/** x₁ · weight · x₂ + bias: [..., in1Features] and [..., in2Features] to [..., outFeatures]. */
export class Bilinear extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly in1Features: number,
    readonly in2Features: number,
    readonly outFeatures: number,
    { bias = true }: BiasOption = {},
  ) {
    super();
    if (in1Features <= 0) throw new RangeError(`in1_features must be > 0, but got ${in1Features}`);
    const bound = 1 / Math.sqrt(in1Features);
    this.weight = new Parameter(empty(outFeatures, in1Features, in2Features));
    uniform_(this.weight, -bound, bound);
    this.bias = bias ? new Parameter(empty(outFeatures)) : null;
    if (this.bias) uniform_(this.bias, -bound, bound);
  }

  forward(x1: Tensor, x2: Tensor): Tensor {
    return bilinear(x1, x2, this.weight, this.bias);
  }
}

/** The input itself. */
export class Identity extends Module {
  forward(input: Tensor): Tensor {
    return input;
  }
}

function checkGroups(inChannels: number, outChannels: number, groups: number): void {
  if (groups <= 0) throw new Error("groups must be a positive integer");
  if (inChannels % groups !== 0) throw new Error("in_channels must be divisible by groups");
  if (outChannels % groups !== 0) throw new Error("out_channels must be divisible by groups");
}

/** Convolution over images: [N, inChannels, H, W] to [N, outChannels, H', W']. */
export class Conv2d extends Module {
  weight: Parameter;
  bias: Parameter | null;
  readonly kernelSize: readonly [number, number];

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Pair,
    readonly options: ConvOptions<Pair> & BiasOption = {},
  ) {
    super();
    const groups = options.groups ?? 1;
    checkGroups(inChannels, outChannels, groups);
    this.kernelSize = pair(kernelSize);
    this.weight = weightOf(outChannels, inChannels / groups, ...this.kernelSize);
    this.bias = (options.bias ?? true) ? biasFor(this.weight, outChannels) : null;
  }

  forward(input: Tensor): Tensor {
    return conv2d(input, this.weight, this.bias, this.options);
  }

  override extraRepr(): string {
    return `${this.inChannels}, ${this.outChannels}, kernel_size=(${this.kernelSize.join(", ")})`;
  }
}

/** Convolution over sequences: [N, inChannels, L] to [N, outChannels, L']. */
export class Conv1d extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    readonly kernelSize: number,
    readonly options: ConvOptions<number> & BiasOption = {},
  ) {
    super();
    const groups = options.groups ?? 1;
    checkGroups(inChannels, outChannels, groups);
    this.weight = weightOf(outChannels, inChannels / groups, kernelSize);
    this.bias = (options.bias ?? true) ? biasFor(this.weight, outChannels) : null;
  }

  forward(input: Tensor): Tensor {
    return conv1d(input, this.weight, this.bias, this.options);
  }
}

/** Convolution over volumes: [N, inChannels, D, H, W] to [N, outChannels, D', H', W']. */
export class Conv3d extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Triple,
    readonly options: ConvOptions<Triple> & BiasOption = {},
  ) {
    super();
    const groups = options.groups ?? 1;
    checkGroups(inChannels, outChannels, groups);
    this.weight = weightOf(outChannels, inChannels / groups, ...triple(kernelSize));
    this.bias = (options.bias ?? true) ? biasFor(this.weight, outChannels) : null;
  }

  forward(input: Tensor): Tensor {
    return conv3d(input, this.weight, this.bias, this.options);
  }
}

/** Transposed convolution over images: [N, inChannels, H, W] to [N, outChannels, H', W']. */
export class ConvTranspose2d extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Pair,
    readonly options: ConvTransposeOptions<Pair> & BiasOption = {},
  ) {
    super();
    const groups = options.groups ?? 1;
    checkGroups(inChannels, outChannels, groups);
    this.weight = weightOf(inChannels, outChannels / groups, ...pair(kernelSize));
    this.bias = (options.bias ?? true) ? biasFor(this.weight, outChannels) : null;
  }

  forward(input: Tensor): Tensor {
    return convTranspose2d(input, this.weight, this.bias, this.options);
  }
}

/** Transposed convolution over sequences: [N, inChannels, L] to [N, outChannels, L']. */
export class ConvTranspose1d extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: number,
    readonly options: ConvTransposeOptions<number> & BiasOption = {},
  ) {
    super();
    const groups = options.groups ?? 1;
    checkGroups(inChannels, outChannels, groups);
    this.weight = weightOf(inChannels, outChannels / groups, kernelSize);
    this.bias = (options.bias ?? true) ? biasFor(this.weight, outChannels) : null;
  }

  forward(input: Tensor): Tensor {
    return convTranspose1d(input, this.weight, this.bias, this.options);
  }
}

export interface EmbeddingLayerOptions {
  /** A row that stays zero. */
  readonly paddingIdx?: number | null;
}

/** A table of vectors: class indices of any shape to [..., embeddingDim]. */
export class Embedding extends Module {
  weight: Parameter;

  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    readonly options: EmbeddingLayerOptions = {},
  ) {
    super();
    this.weight = new Parameter(empty(numEmbeddings, embeddingDim));
    normal_(this.weight);
    const { paddingIdx } = options;
    if (paddingIdx !== undefined && paddingIdx !== null) noGrad(() => this.weight.select(0, paddingIdx).zero_());
  }

  forward(input: Tensor): Tensor {
    return embedding(input, this.weight, this.options);
  }
}

/** Dimensions `startDim` to `endDim` as one: by default everything but the batch. */
export class Flatten extends Module {
  constructor(
    readonly startDim = 1,
    readonly endDim = -1,
  ) {
    super();
  }

  forward(input: Tensor): Tensor {
    return input.flatten(this.startDim, this.endDim);
  }
}

/** One dimension split into several. */
export class Unflatten extends Module {
  constructor(
    readonly dim: number,
    readonly unflattenedSize: Sizes,
  ) {
    super();
  }

  forward(input: Tensor): Tensor {
    return input.unflatten(this.dim, this.unflattenedSize);
  }
}
