/** Losses as layers: called with the model's output and the target. */
import { Module } from "./module";
import * as F from "../functional/loss";
import { cosineEmbeddingLoss, tripletMarginLoss } from "../functional/metric-loss";
import type { TripletMarginOptions } from "../functional/metric-loss";
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import type { Tensor } from "../tensor";

type Run<Options> = (input: Tensor, target: Tensor, options?: Options) => Tensor;

/** A loss as a layer; losses with weights take them in front of their options, too. */
function loss<Options, Order extends readonly (keyof Options)[] = []>(
  name: string,
  run: Run<Options>,
  order: Order = [] as unknown as Order,
) {
  const layer = class extends Module {
    readonly options: Options;

    constructor(...args: Trailing<Options, Order>) {
      super();
      this.options = named<Options>(order, args);
    }

    forward(input: Tensor, target: Tensor): Tensor {
      return run(input, target, this.options);
    }
  };
  Object.defineProperty(layer, "name", { value: name });
  return layer;
}

const weighted: ["weight"] = ["weight"];

export const MSELoss = loss("MSELoss", F.mseLoss);
export const L1Loss = loss("L1Loss", F.l1Loss);
export const SmoothL1Loss = loss("SmoothL1Loss", F.smoothL1Loss);
export const HuberLoss = loss("HuberLoss", F.huberLoss);
export const CrossEntropyLoss = loss("CrossEntropyLoss", F.crossEntropy as Run<F.CrossEntropyOptions>, weighted);
export const NLLLoss = loss("NLLLoss", F.nllLoss as Run<F.ClassLossOptions>, weighted);
export const BCELoss = loss("BCELoss", F.binaryCrossEntropy, weighted);
export const BCEWithLogitsLoss = loss("BCEWithLogitsLoss", F.binaryCrossEntropyWithLogits, weighted);
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
