/** Linear, embedding and shape layers. Initial weights are PyTorch's. */
import { Parameter, Module } from "./module";
import { normal_, uniform_ } from "./init";
import { biasFor, weightOf } from "./initial-weights";
import type { BiasOption } from "./initial-weights";
import { embedding } from "../functional/sparse";
import { bilinear, empty, linear } from "../ops/index";
import { noGrad } from "../grad-mode";
import type { Sizes } from "../shape";
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import type { Tensor } from "../tensor";

export type { BiasOption } from "./initial-weights";

/** x · weightᵀ + bias over the last dimension: [..., inFeatures] to [..., outFeatures]. */
export class Linear extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    ...options: Trailing<BiasOption, ["bias"]>
  ) {
    super();
    const { bias = true } = named<BiasOption>(["bias"], options);
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
    ...options: Trailing<BiasOption, ["bias"]>
  ) {
    super();
    const { bias = true } = named<BiasOption>(["bias"], options);
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

export interface EmbeddingLayerOptions {
  /** A row that stays zero. */
  readonly paddingIdx?: number | null;
}

/** A table of vectors: class indices of any shape to [..., embeddingDim]. */
export class Embedding extends Module {
  weight: Parameter;
  readonly options: EmbeddingLayerOptions;

  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    ...options: Trailing<EmbeddingLayerOptions, ["paddingIdx"]>
  ) {
    super();
    this.options = named<EmbeddingLayerOptions>(["paddingIdx"], options);
    this.weight = new Parameter(empty(numEmbeddings, embeddingDim));
    normal_(this.weight);
    const { paddingIdx } = this.options;
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
