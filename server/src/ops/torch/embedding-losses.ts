import type { NativeClass } from "../../interpreter/native";
import type { TensorValue } from "../../interpreter/value";
import { shapesDiffer } from "../../rules/shape-mismatch";
import type { Shape } from "../../shape/shape";
import type { Operation, OperationContext } from "../operation";
import { optional, tensor, text } from "../parameter";
import { ignored } from "./arguments";
import { moduleClass } from "./module";
import { broadcastOperands } from "./operands";
import { contiguousResult, torchOperation } from "./result";
import { t } from "../../text/translate";

const reduction = optional(text, "mean");

/** Losses over three tensors of vectors, whose last dimension goes: one number, or one for each vector. */
function vectorLoss(
  cx: OperationContext,
  vectors: readonly TensorValue[],
  names: readonly string[],
  reduced: string,
): TensorValue {
  const ranks = vectors.map((each) => each.shape?.length);
  const other = vectors.find((each) => each.shape && ranks[0] !== undefined && each.shape.length !== ranks[0]);
  if (cx.operation.toLowerCase().startsWith("triplet") && other) {
    const [first = other] = vectors;
    cx.report(shapesDiffer({ cx, first, second: other, reason: t`All three have the same number of dimensions.` }));
    return contiguousResult(cx, vectors, reduced === "none" ? undefined : [], "float32");
  }
  const shape: Shape | undefined = broadcastOperands(cx, { operands: vectors, names })?.slice(0, -1);
  return contiguousResult(cx, vectors, reduced === "none" ? shape : [], "float32");
}

const tripletParameters = { anchor: tensor, positive: tensor, negative: tensor };
const tripletNames = ["anchor", "positive", "negative"];
const tripletOptions = {
  margin: ignored,
  p: ignored,
  eps: ignored,
  swap: ignored,
  sizeAverage: ignored,
  reduce: ignored,
  reduction,
};

const tripletMarginLoss = torchOperation({
  name: "tripletMarginLoss",
  documentation: "torch.nn.functional.triplet_margin_loss",
  parameters: { ...tripletParameters, ...tripletOptions },
  result: ({ anchor, positive, negative, reduction: reduced }, cx) =>
    vectorLoss(cx, [anchor, positive, negative], tripletNames, reduced),
});

const TripletMarginLoss = moduleClass({
  name: "TripletMarginLoss",
  parameters: tripletOptions,
  forward: {
    parameters: tripletParameters,
    result: ({ anchor, positive, negative }, config, cx) =>
      vectorLoss(cx, [anchor, positive, negative], tripletNames, config.reduction),
  },
});

const cosineParameters = { input1: tensor, input2: tensor, target: tensor };
const cosineOptions = { margin: ignored, sizeAverage: ignored, reduce: ignored, reduction };

const cosineEmbeddingLoss = torchOperation({
  name: "cosineEmbeddingLoss",
  documentation: "torch.nn.functional.cosine_embedding_loss",
  parameters: { ...cosineParameters, ...cosineOptions },
  result: ({ input1, input2, reduction: reduced }, cx) =>
    vectorLoss(cx, [input1, input2], ["input1", "input2"], reduced),
});

const CosineEmbeddingLoss = moduleClass({
  name: "CosineEmbeddingLoss",
  parameters: cosineOptions,
  forward: {
    parameters: cosineParameters,
    result: ({ input1, input2 }, config, cx) =>
      vectorLoss(cx, [input1, input2], ["input1", "input2"], config.reduction),
  },
});

export const embeddingLossFunctions: readonly Operation[] = [tripletMarginLoss, cosineEmbeddingLoss];
export const embeddingLossClasses: readonly NativeClass[] = [TripletMarginLoss, CosineEmbeddingLoss];
