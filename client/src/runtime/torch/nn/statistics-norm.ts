import { ones, tensor, zeros } from "../ops/index";
import type { Tensor } from "../tensor";
import { Layer } from "./layer";
import { Parameter } from "./module";

/** What batch and instance normalisation keep: a weight and a bias per feature, and running statistics, each if wanted. */
export abstract class StatisticsNorm extends Layer {
  weight: Parameter | null;
  bias: Parameter | null;
  declare runningMean: Tensor | null;
  declare runningVar: Tensor | null;
  declare numBatchesTracked: Tensor | null;

  constructor(
    readonly numFeatures: number,
    kept: { readonly affine: boolean; readonly trackRunningStats: boolean },
  ) {
    super();
    this.weight = kept.affine ? new Parameter(ones(numFeatures)) : null;
    this.bias = kept.affine ? new Parameter(zeros(numFeatures)) : null;
    this.runningMean = null;
    this.runningVar = null;
    this.numBatchesTracked = null;
    if (!kept.trackRunningStats) return;
    this.registerBuffer("runningMean", zeros(numFeatures));
    this.registerBuffer("runningVar", ones(numFeatures));
    this.registerBuffer("numBatchesTracked", tensor(0));
  }
}
