/** Layers that normalise each sample on its own. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { Layer } from "./layer";
import { Parameter } from "./module";
import { StatisticsNorm } from "./statistics-norm";
import { groupNorm, instanceNorm, rmsNorm } from "../functional/group-norm";
import { ones, zeros } from "../ops/index";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";

export interface GroupNormLayerOptions {
  readonly eps?: number;
  readonly affine?: boolean;
}

/** Normalises groups of channels of each sample: [N, C, …]. */
export class GroupNorm extends Layer {
  weight: Parameter | null;
  bias: Parameter | null;

  readonly options: GroupNormLayerOptions;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    ...args: Trailing<GroupNormLayerOptions, ["eps", "affine"]>
  ) {
    const options = named<GroupNormLayerOptions>(["eps", "affine"], args);
    super();
    this.options = options;
    if (numChannels % numGroups !== 0) {
      throw new Error(`num_channels (${numChannels}) must be divisible by num_groups (${numGroups})`);
    }
    const { affine = true } = options;
    this.weight = affine ? new Parameter(ones(numChannels)) : null;
    this.bias = affine ? new Parameter(zeros(numChannels)) : null;
  }

  forward(input: Tensor): Tensor {
    const { weight, bias } = this;
    return groupNorm(input, this.numGroups, { weight, bias, eps: this.options.eps ?? 1e-5 });
  }
}

export interface InstanceNormLayerOptions {
  readonly eps?: number;
  readonly momentum?: number;
  readonly affine?: boolean;
  readonly trackRunningStats?: boolean;
}

abstract class InstanceNorm extends StatisticsNorm {
  readonly options: InstanceNormLayerOptions;

  constructor(
    numFeatures: number,
    ...args: Trailing<InstanceNormLayerOptions, ["eps", "momentum", "affine", "trackRunningStats"]>
  ) {
    const options = named<InstanceNormLayerOptions>(["eps", "momentum", "affine", "trackRunningStats"], args);
    super(numFeatures, { affine: options.affine ?? false, trackRunningStats: options.trackRunningStats ?? false });
    this.options = options;
  }

  /** The number of spatial dimensions. */
  protected abstract readonly spatial: number;

  forward(input: Tensor): Tensor {
    const unbatched = this.spatial + 1;
    if (input.ndim !== unbatched && input.ndim !== unbatched + 1) {
      throw new Error(`expected ${unbatched}D or ${unbatched + 1}D input (got ${input.ndim}D input)`);
    }
    if (input.ndim === unbatched) return this.normalise(input.unsqueeze(0)).squeeze(0);
    return this.normalise(input);
  }

  private normalise(input: Tensor): Tensor {
    if (input.size(1) !== this.numFeatures && this.weight) {
      throw new Error(
        `expected input's size at dim=1 to match num_features (${this.numFeatures}), but got: ${input.size(1)}.`,
      );
    }
    const { weight, bias, runningMean, runningVar } = this;
    const { eps = 1e-5, momentum = 0.1 } = this.options;
    const running = runningMean && runningVar ? { mean: runningMean, variance: runningVar } : null;
    const useInputStats = this.training || running === null;
    return instanceNorm(input, running, { weight, bias, eps, momentum, useInputStats });
  }
}

/** Normalises each channel of each sequence: [N, C, L] or [C, L]. */
export class InstanceNorm1d extends InstanceNorm {
  protected get spatial(): number {
    return 1;
  }
}

/** Normalises each channel of each image: [N, C, H, W] or [C, H, W]. */
export class InstanceNorm2d extends InstanceNorm {
  protected get spatial(): number {
    return 2;
  }
}

export interface RmsNormLayerOptions {
  readonly eps?: number | null;
  readonly elementwiseAffine?: boolean;
}

/** Divides each sample by its root mean square over its last dimensions. */
export class RMSNorm extends Layer {
  weight: Parameter | null;
  readonly normalizedShape: Sizes;

  readonly options: RmsNormLayerOptions;

  constructor(normalizedShape: number | Sizes, ...args: Trailing<RmsNormLayerOptions, ["eps", "elementwiseAffine"]>) {
    const options = named<RmsNormLayerOptions>(["eps", "elementwiseAffine"], args);
    super();
    this.options = options;
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.weight = (options.elementwiseAffine ?? true) ? new Parameter(ones(this.normalizedShape)) : null;
  }

  forward(input: Tensor): Tensor {
    return rmsNorm(input, this.normalizedShape, { weight: this.weight, eps: this.options.eps ?? null });
  }
}
