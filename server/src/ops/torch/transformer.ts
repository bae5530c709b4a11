import type { NativeClass } from "../../interpreter/native";
import type { TensorValue } from "../../interpreter/value";
import { wrongRank } from "../../rules/rank-mismatch";
import { shapesDiffer, sidesDiffer, sizeMismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import { constant, multiply, surelyDifferent, unknownDim } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { anything, flag, optional, tensor } from "../parameter";
import { extent, ignored } from "./arguments";
import { checkHeads } from "./attention";
import { forwardPass, isBuiltIn, moduleClass, weightsOf } from "./module";
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

interface LayerSizes {
  readonly dModel: Dim;
  readonly dimFeedforward: Dim;
  readonly bias: boolean;
}

/** The weights of `count` attentions and a feed-forward part, each with its normalisation. */
function layerWeights(attentions: number, { dModel, dimFeedforward, bias }: LayerSizes): Weights {
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
  return bias ? weights : Object.fromEntries(Object.entries(weights).filter(([name]) => !name.endsWith("Bias")));
}

/** Those of `count` copies of a layer, each weight stacked, and of the normalisation behind them. */
function stackWeights(name: string, layer: Weights, count: Dim, norm: Weights): Weights {
  const stacked = Object.entries(layer).map(([weight, shape]) => [`${name}.layers.${weight}`, [count, ...shape]]);
  const last = Object.entries(norm).map(([weight, shape]) => [`${name}.norm.${weight}`, shape]);
  return Object.fromEntries([...stacked, ...last]) as Weights;
}

const checkConfig = ({ dModel, nhead }: { dModel: Dim; nhead: Dim }, cx: Parameters<typeof checkHeads>[0]) =>
  checkHeads(cx, dModel, nhead, { embedding: "dModel", heads: "nhead" });

const TransformerEncoderLayer = moduleClass({
  name: "TransformerEncoderLayer",
  parameters: layerParameters,
  check: checkConfig,
  weights: (sizes) => layerWeights(1, sizes),
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
  weights: (sizes) => layerWeights(2, sizes),
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
    parameters: { layer: anything, numLayers: extent, norm: optional(anything, undefined) },
    weights: ({ layer, numLayers, norm }, cx) =>
      stackWeights("stack", weightsOf(cx, layer), numLayers, norm ? weightsOf(cx, norm) : {}),
    forward: {
      parameters: { input: tensor, memory: optional(tensor, undefined) },
      result({ input, memory }, { layer }, cx) {
        const inputs = memory ? [input, memory] : [input];
        // A layer of the user's own tells of what it is made of itself.
        if (!isBuiltIn(cx, layer)) return cx.call(layer, inputs);
        const args = inputs.map((value, i) => ({ value, span: cx.site.args[i]?.span ?? cx.site.span }));
        const inner = forwardPass(cx.with({ site: { ...cx.site, receiver: undefined, args } }), layer);
        if (inner.kind !== "tensor") return inner;
        const made = contiguousResult(cx, inputs, inner.shape, inner.dtype);
        return { ...made, origin: made.origin && { ...made.origin, inner } };
      },
    },
  });
}

const Transformer = moduleClass({
  name: "Transformer",
  parameters: {
    dModel: optional(extent, constant(512)),
    nhead: optional(extent, constant(8)),
    numEncoderLayers: optional(extent, constant(6)),
    numDecoderLayers: optional(extent, constant(6)),
    dimFeedforward: optional(extent, constant(2048)),
    dropout: ignored,
    activation: ignored,
    customEncoder: ignored,
    customDecoder: ignored,
    layerNormEps: ignored,
    batchFirst: optional(flag, false),
    normFirst: ignored,
    bias: optional(flag, true),
  },
  check: checkConfig,
  weights({ numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, ...sizes }) {
    if (customEncoder ?? customDecoder) return { custom: [unknownDim(0)] };
    const norm: Weights = sizes.bias ? { weight: [sizes.dModel], bias: [sizes.dModel] } : { weight: [sizes.dModel] };
    return {
      ...stackWeights("encoder", layerWeights(1, sizes), numEncoderLayers, norm),
      ...stackWeights("decoder", layerWeights(2, sizes), numDecoderLayers, norm),
    };
  },
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
