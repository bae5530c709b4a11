/** Normalisation layers. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { Layer } from "./layer";
import { Parameter } from "./module";
import { StatisticsNorm } from "./statistics-norm";
import { batchNorm, layerNorm } from "../functional/norm";
import { ones, zeros } from "../ops/index";
import { noGrad } from "../grad-mode";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";

export interface BatchNormLayerOptions {
  readonly eps?: number;
  /** The share of the newest batch in the running statistics; null for the mean of all batches. */
  readonly momentum?: number | null;
  /** Whether weight and bias are learned. */
  readonly affine?: boolean;
  /** Whether evaluation uses statistics gathered in training. */
  readonly trackRunningStats?: boolean;
}

abstract class BatchNorm extends StatisticsNorm {
  readonly options: BatchNormLayerOptions;

  constructor(
    numFeatures: number,
    ...args: Trailing<BatchNormLayerOptions, ["eps", "momentum", "affine", "trackRunningStats"]>
  ) {
    const options = named<BatchNormLayerOptions>(["eps", "momentum", "affine", "trackRunningStats"], args);
    super(numFeatures, { affine: options.affine ?? true, trackRunningStats: options.trackRunningStats ?? true });
    this.options = options;
  }

  protected abstract checkInput(input: Tensor): void;

  forward(input: Tensor): Tensor {
    this.checkInput(input);
    const { eps = 1e-5 } = this.options;
    const { runningMean, runningVar, numBatchesTracked } = this;
    if (this.training && numBatchesTracked) noGrad(() => numBatchesTracked.add_(1));
    const momentum = this.momentum();
    const running = runningMean && runningVar ? { mean: runningMean, variance: runningVar } : null;
    const training = this.training || running === null;
    return batchNorm(input, running, { weight: this.weight, bias: this.bias, training, momentum, eps });
  }

  private momentum(): number {
    const { momentum = 0.1 } = this.options;
    if (momentum !== null) return momentum;
    return this.numBatchesTracked ? 1 / Math.max(this.numBatchesTracked.item(), 1) : 0;
  }
}

/** Normalises each channel of [N, C, D, H, W] over the batch. */
export class BatchNorm3d extends BatchNorm {
  protected checkInput(input: Tensor): void {
    if (input.ndim !== 5) throw new Error(`expected 5D input (got ${input.ndim}D input)`);
  }
}

/** Normalises each channel of [N, C] or [N, C, L] over the batch. */
export class BatchNorm1d extends BatchNorm {
  protected checkInput(input: Tensor): void {
    if (input.ndim !== 2 && input.ndim !== 3) throw new Error(`expected 2D or 3D input (got ${input.ndim}D input)`);
  }
}

/** Normalises each channel of [N, C, H, W] over the batch. */
export class BatchNorm2d extends BatchNorm {
  protected checkInput(input: Tensor): void {
    if (input.ndim !== 4) throw new Error(`expected 4D input (got ${input.ndim}D input)`);
  }
}

export interface LayerNormLayerOptions {
  readonly eps?: number;
  readonly elementwiseAffine?: boolean;
  readonly bias?: boolean;
}

/** Normalises each sample over its last dimensions. */
export class LayerNorm extends Layer {
  weight: Parameter | null;
  bias: Parameter | null;
  readonly normalizedShape: Sizes;

  readonly options: LayerNormLayerOptions;

  constructor(
    normalizedShape: number | Sizes,
    ...args: Trailing<LayerNormLayerOptions, ["eps", "elementwiseAffine", "bias"]>
  ) {
    const options = named<LayerNormLayerOptions>(["eps", "elementwiseAffine", "bias"], args);
    super();
    this.options = options;
    const { elementwiseAffine = true, bias = true } = options;
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape)) : null;
  }

  forward(input: Tensor): Tensor {
    return layerNorm(input, this.normalizedShape, {
      weight: this.weight,
      bias: this.bias,
      eps: this.options.eps ?? 1e-5,
    });
  }
}
