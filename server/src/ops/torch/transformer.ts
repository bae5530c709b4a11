import type { NativeClass } from "../../interpreter/native";
import type { TensorValue } from "../../interpreter/value";
import { wrongRank } from "../../rules/rank-mismatch";
import { shapesDiffer, sidesDiffer, sizeMismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import { constant, multiply, surelyDifferent } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { anything, flag, optional, tensor } from "../parameter";
import { extent, ignored } from "./arguments";
import { checkHeads } from "./attention";
import { moduleClass } from "./module";
import type { ModuleContext, Weights } from "./module";
import { contiguousResult } from "./result";
import { t } from "../../text/translate";

const layerParameters = {
  dModel: extent,
  nhead: extent,
  dimFeedforward: optional(extent, constant(2048)),
  dropout: ignored,
  activation: ignored,
  layerNormEps: ignored,
  batchFirst: optional(flag, false),
  normFirst: ignored,
  bias: optional(flag, true),
};

/** Reports a sequence of another rank or with another number of features than the model. */
function checkSequence(
  cx: ModuleContext,
  input: TensorValue,
  about: { readonly features: Dim | undefined; readonly batchFirst: boolean; readonly subject: string },
): void {
  const { shape } = input;
  if (!shape) return;
  if (shape.length !== 2 && shape.length !== 3) {
    const layout = about.batchFirst ? "[N, L, E]" : "[L, N, E]";
    cx.report(wrongRank({ cx, input, subject: about.subject, expected: t`2 or 3 dimensions, [L, E] or ${layout}` }));
    return;
  }
  const axis = shape.length - 1;
  const [size, expected] = [shape[axis], about.features];
  if (!size || !expected) return;
  if (!surelyDifferent(size, expected)) return cx.assumeEqual(size, expected);
  const source = cx.declared("dModel");
  const quantity = t`features in ${about.subject}`;
  cx.report(sizeMismatch({ cx, input, axis, expected, quantity, parameter: "dModel", source }));
}

/** The weights of `count` attentions and a feed-forward part, each with its normalisation. */
function layerWeights(attentions: number, dModel: Dim, dimFeedforward: Dim): Weights {
  const weights: Record<string, Shape> = {
    linear1Weight: [dimFeedforward, dModel],
    linear1Bias: [dimFeedforward],
    linear2Weight: [dModel, dimFeedforward],
    linear2Bias: [dModel],
  };
  const three = multiply(constant(3), dModel);
  for (let i = 0; i < attentions; i++) {
    weights[`attention${i}InProjWeight`] = [three, dModel];
    weights[`attention${i}InProjBias`] = [three];
    weights[`attention${i}OutProjWeight`] = [dModel, dModel];
    weights[`attention${i}OutProjBias`] = [dModel];
  }
  for (let i = 0; i <= attentions; i++) weights[`norm${i}Weight`] = weights[`norm${i}Bias`] = [dModel];
  return weights;
}

const checkConfig = ({ dModel, nhead }: { dModel: Dim; nhead: Dim }, cx: Parameters<typeof checkHeads>[0]) =>
  checkHeads(cx, dModel, nhead, { embedding: "dModel", heads: "nhead" });

const TransformerEncoderLayer = moduleClass({
  name: "TransformerEncoderLayer",
  parameters: layerParameters,
  check: checkConfig,
  weights: ({ dModel, dimFeedforward }) => layerWeights(1, dModel, dimFeedforward),
  forward: {
    parameters: { input: tensor, srcMask: ignored, srcKeyPaddingMask: ignored, isCausal: ignored },
    result({ input }, { dModel, batchFirst }, cx) {
      checkSequence(cx, input, { features: dModel, batchFirst, subject: t`the sequence` });
      return contiguousResult(cx, [input], input.shape, "float32");
    },
  },
});

/** Reports a memory whose batch is not the target's. */
function checkBatch(cx: ModuleContext, target: TensorValue, memory: TensorValue, batchFirst: boolean): void {
  const axis = batchFirst ? 0 : 1;
  const [a, b] = [target.shape, memory.shape];
  const [size, other] = [a?.[axis], b?.[axis]];
  if (a && b && a.length !== b.length) {
    cx.report(shapesDiffer({ cx, first: target, second: memory, reason: t`Both sequences have a batch, or neither.` }));
    return;
  }
  if (a?.length !== 3 || b?.length !== 3 || !size || !other || !surelyDifferent(size, other)) return;
  cx.report(sidesDiffer({ cx, first: target, second: memory, axis, reason: t`Both sequences have the same batch.` }));
}

const TransformerDecoderLayer = moduleClass({
  name: "TransformerDecoderLayer",
  parameters: layerParameters,
  check: checkConfig,
  weights: ({ dModel, dimFeedforward }) => layerWeights(2, dModel, dimFeedforward),
  forward: {
    parameters: { input: tensor, memory: tensor },
    result({ input, memory }, { dModel, batchFirst }, cx) {
      checkSequence(cx, input, { features: dModel, batchFirst, subject: t`the target` });
      checkSequence(cx, memory, { features: dModel, batchFirst, subject: t`the memory` });
      checkBatch(cx, input, memory, batchFirst);
      return contiguousResult(cx, [input, memory], input.shape, "float32");
    },
  },
});

/** A stack of layers of one kind: the first one's checks are everyone's. */
function stackClass(name: "TransformerEncoder" | "TransformerDecoder"): NativeClass {
  return moduleClass({
    name,
    parameters: { layer: anything, numLayers: extent, norm: ignored },
    forward: {
      parameters: { input: tensor, memory: optional(tensor, undefined) },
      result: ({ input, memory }, { layer }, cx) => cx.call(layer, memory ? [input, memory] : [input]),
    },
  });
}

const Transformer = moduleClass({
  name: "Transformer",
  parameters: {
    dModel: optional(extent, constant(512)),
    nhead: optional(extent, constant(8)),
    numEncoderLayers: ignored,
    numDecoderLayers: ignored,
    dimFeedforward: ignored,
    dropout: ignored,
    activation: ignored,
    customEncoder: ignored,
    customDecoder: ignored,
    layerNormEps: ignored,
    batchFirst: optional(flag, false),
  },
  check: checkConfig,
  forward: {
    parameters: { src: tensor, tgt: tensor },
    result({ src, tgt }, { dModel, batchFirst }, cx) {
      checkSequence(cx, src, { features: dModel, batchFirst, subject: t`the source` });
      checkSequence(cx, tgt, { features: dModel, batchFirst, subject: t`the target` });
      checkBatch(cx, tgt, src, batchFirst);
      return contiguousResult(cx, [tgt, src], tgt.shape, "float32");
    },
  },
});

export const transformerClasses: readonly NativeClass[] = [
  TransformerEncoderLayer,
  TransformerDecoderLayer,
  stackClass("TransformerEncoder"),
  stackClass("TransformerDecoder"),
  Transformer,
];
