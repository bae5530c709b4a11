/** Losses as layers: called with the model's output and the target. */
import { Module } from "./module";
import * as F from "../functional/loss";
import { cosineEmbeddingLoss, tripletMarginLoss } from "../functional/metric-loss";
import type { TripletMarginOptions } from "../functional/metric-loss";
import type { Tensor } from "../tensor";

function loss<Options>(name: string, run: (input: Tensor, target: Tensor, options?: Options) => Tensor) {
  const layer = class extends Module {
    constructor(readonly options?: Options) {
      super();
    }

    forward(input: Tensor, target: Tensor): Tensor {
      return run(input, target, this.options);
    }
  };
  Object.defineProperty(layer, "name", { value: name });
  return layer;
}

export const MSELoss = loss("MSELoss", F.mseLoss);
export const L1Loss = loss("L1Loss", F.l1Loss);
export const SmoothL1Loss = loss("SmoothL1Loss", F.smoothL1Loss);
export const HuberLoss = loss("HuberLoss", F.huberLoss);
export const CrossEntropyLoss = loss("CrossEntropyLoss", F.crossEntropy);
export const NLLLoss = loss("NLLLoss", F.nllLoss);
export const BCELoss = loss("BCELoss", F.binaryCrossEntropy);
export const BCEWithLogitsLoss = loss("BCEWithLogitsLoss", F.binaryCrossEntropyWithLogits);
export const KLDivLoss = loss("KLDivLoss", F.klDiv);

/** Pulls the anchor towards the positive and away from the negative: all [N, D]. */
export class TripletMarginLoss extends Module {
  constructor(readonly options: TripletMarginOptions = {}) {
    super();
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

/** Pulls vectors [N, D] together where the target [N] is 1 and apart where it is −1. */
export class CosineEmbeddingLoss extends Module {
  constructor(readonly options: F.LossOptions & { readonly margin?: number } = {}) {
    super();
  }

  forward(x1: Tensor, x2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(x1, x2, target, this.options);
  }
}
