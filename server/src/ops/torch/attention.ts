import type { NativeClass } from "../../interpreter/native";
import type { TensorValue, Value } from "../../interpreter/value";
import { NULL } from "../../interpreter/value";
import { indivisible } from "../../rules/not-divisible";
import { wrongRank } from "../../rules/rank-mismatch";
import { sidesDiffer, sizeMismatch, shapesDiffer } from "../../rules/shape-mismatch";
import { broadcastShapes } from "../../shape/broadcast";
import type { Dim } from "../../shape/dim";
import { add, constant, modulo, multiply, surelyDifferent } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { contiguousStrides } from "../../shape/strides";
import type { OperationContext } from "../operation";
import { flag, optional, tensor } from "../parameter";
import { extent, ignored, optionalTensor } from "./arguments";
import { doNotBroadcast } from "../../rules/broadcast-mismatch";
import { matrixProduct, productDType } from "./matmul";
import { moduleClass } from "./module";
import type { ModuleContext } from "./module";
import { contiguousResult, tensorResult, torchOperation, unknownResult } from "./result";
import { t } from "../../text/translate";

const one = constant(1);

/** Each head takes an equal part of the embedding. */
export function checkHeads(
  cx: OperationContext,
  embedding: Dim,
  heads: Dim,
  names: { embedding: string; heads: string },
): void {
  if (!surelyDifferent(modulo(embedding, heads), constant(0))) return;
  cx.report(
    indivisible({
      cx,
      value: embedding,
      divisor: heads,
      valueName: names.embedding,
      divisorName: names.heads,
      valueSource: cx.source(names.embedding),
      divisorSource: cx.source(names.heads),
    }),
  );
}

/** One of query, key and value. Reports another rank or another number of features than the layer was built for. */
function checkSide(
  cx: ModuleContext,
  input: TensorValue,
  about: { readonly subject: string; readonly features: Dim; readonly parameter: string; readonly layout: string },
): boolean {
  const { shape } = input;
  if (!shape) return false;
  if (shape.length !== 2 && shape.length !== 3) {
    const expected = t`2 or 3 dimensions, [L, E] or ${about.layout}`;
    cx.report(wrongRank({ cx, input, subject: about.subject, expected }));
    return false;
  }
  const axis = shape.length - 1;
  const size = shape[axis] ?? one;
  if (!surelyDifferent(size, about.features)) {
    cx.assumeEqual(size, about.features);
    return true;
  }
  const { parameter } = about;
  const source = cx.declared(parameter);
  cx.report(
    sizeMismatch({
      cx,
      input,
      axis,
      expected: about.features,
      quantity: t`features in ${about.subject}`,
      parameter,
      source,
    }),
  );
  return false;
}

/** The places of the sequence and the batch in a batched input. */
function places(batchFirst: boolean): { sequence: number; batch: number } {
  return batchFirst ? { sequence: 1, batch: 0 } : { sequence: 0, batch: 1 };
}

/** Query, key and value agree on the batch, key and value on the length too. Reports the first pair that does not. */
function checkTogether(
  cx: ModuleContext,
  query: TensorValue,
  key: TensorValue,
  value: TensorValue,
  batchFirst: boolean,
): boolean {
  const { sequence, batch } = places(batchFirst);
  const [q, k, v] = [query.shape, key.shape, value.shape];
  if (!q || !k || !v) return true;
  for (const [other, shape] of [
    [key, k],
    [value, v],
  ] as const) {
    if (shape.length === q.length) continue;
    cx.report(
      shapesDiffer({ cx, first: query, second: other, reason: t`Query, key and value are all batched, or none is.` }),
    );
    return false;
  }
  const batched = q.length === 3;
  const layout = batchFirst ? "[N, L, E] (batchFirst)" : t`[L, N, E] (batchFirst is not set)`;
  const pairs = [
    ...(batched ? [{ first: query, second: key, axis: batch, what: t`the batch` }] : []),
    ...(batched ? [{ first: key, second: value, axis: batch, what: t`the batch` }] : []),
    { first: key, second: value, axis: batched ? sequence : 0, what: t`the length` },
  ];
  for (const { first, second, axis, what } of pairs) {
    const [a, b] = [first.shape?.[axis], second.shape?.[axis]];
    if (!a || !b || !surelyDifferent(a, b)) continue;
    cx.report(
      sidesDiffer({ cx, first, second, axis, reason: t`They must agree on ${what}; the layout is ${layout}.` }),
    );
    return false;
  }
  return true;
}

export const MultiheadAttention: NativeClass = moduleClass({
  name: "MultiheadAttention",
  parameters: {
    embedDim: extent,
    numHeads: extent,
    dropout: ignored,
    bias: optional(flag, true),
    addBiasKv: optional(flag, false),
    addZeroAttn: optional(flag, false),
    kdim: optional(extent, undefined),
    vdim: optional(extent, undefined),
    batchFirst: optional(flag, false),
  },
  check: ({ embedDim, numHeads }, cx) =>
    checkHeads(cx, embedDim, numHeads, { embedding: "embedDim", heads: "numHeads" }),
  weights: ({ embedDim, bias }) => ({
    inProjWeight: [multiply(constant(3), embedDim), embedDim],
    ...(bias ? { inProjBias: [multiply(constant(3), embedDim)] } : {}),
    outProjWeight: [embedDim, embedDim],
    ...(bias ? { outProjBias: [embedDim] } : {}),
  }),
  forward: {
    parameters: {
      query: tensor,
      key: tensor,
      value: tensor,
      keyPaddingMask: ignored,
      needWeights: optional(flag, true),
      attnMask: ignored,
      averageAttnWeights: optional(flag, true),
      isCausal: ignored,
    },
    result({ query, key, value, needWeights, averageAttnWeights }, config, cx): Value {
      const { embedDim, numHeads, kdim, vdim, batchFirst } = config;
      const layout = batchFirst ? "[N, L, E]" : "[L, N, E]";
      const sides = [
        { input: query, subject: t`the query`, features: embedDim, parameter: "embedDim" },
        { input: key, subject: t`the key`, features: kdim ?? embedDim, parameter: kdim ? "kdim" : "embedDim" },
        { input: value, subject: t`the value`, features: vdim ?? embedDim, parameter: vdim ? "vdim" : "embedDim" },
      ];
      // One wrong tensor given for all three is one mistake.
      const fit = sides.every(
        (side, i) =>
          sides.slice(0, i).some((other) => other.input === side.input) ||
          checkSide(cx, side.input, { ...side, layout }),
      );
      if (fit) checkTogether(cx, query, key, value, batchFirst);
      const q = query.shape;
      const inputs = [query, key, value];
      if (!q || (q.length !== 2 && q.length !== 3)) {
        const unknown = unknownResult(cx, inputs, "float32");
        return cx.array([unknown, needWeights ? unknown : NULL]);
      }
      const weights = needWeights
        ? attentionWeights(cx, inputs, {
            batchFirst,
            heads: averageAttnWeights ? undefined : numHeads,
            more: constant(Number(config.addBiasKv) + Number(config.addZeroAttn)),
          })
        : NULL;
      return cx.array([attended(cx, inputs, [...q.slice(0, -1), embedDim], batchFirst), weights]);
    },
  },
});

/** The output is computed with the sequence in front; with `batchFirst` it is a transposed view of that. */
function attended(cx: ModuleContext, inputs: readonly TensorValue[], shape: Shape, batchFirst: boolean): TensorValue {
  const [batch, length, features] = shape;
  if (!batchFirst || !batch || !length || !features) return contiguousResult(cx, inputs, shape, "float32");
  const [stepStride, batchStride, innermost] = contiguousStrides([length, batch, features]);
  const strides = stepStride && batchStride && innermost ? [batchStride, stepStride, innermost] : undefined;
  return tensorResult(cx, inputs, { shape, dtype: "float32", strides });
}

function attentionWeights(
  cx: ModuleContext,
  inputs: readonly TensorValue[],
  // Further keys are learned, or zeros.
  { batchFirst, heads, more }: { batchFirst: boolean; heads: Dim | undefined; more: Dim },
): TensorValue {
  const [query, key] = inputs;
  const [q, k] = [query?.shape, key?.shape];
  if (!q || !k) return unknownResult(cx, inputs, "float32");
  const { sequence, batch } = q.length === 3 ? places(batchFirst) : { sequence: 0, batch: 2 };
  const [lengths, batches] = [
    [q[sequence] ?? one, add(k[sequence] ?? one, more)],
    q.length === 3 ? [q[batch] ?? one] : [],
  ];
  return contiguousResult(cx, inputs, [...batches, ...(heads ? [heads] : []), ...lengths], "float32");
}

/** `F.scaledDotProductAttention(q, k, v, { attnMask, isCausal })`: [..., L, E], [..., S, E], [..., S, Ev] → [..., L, Ev]. */
export const scaledDotProductAttention = torchOperation({
  name: "scaledDotProductAttention",
  documentation: "torch.nn.functional.scaled_dot_product_attention",
  parameters: {
    query: tensor,
    key: tensor,
    value: tensor,
    attnMask: optionalTensor,
    dropoutP: ignored,
    isCausal: ignored,
  },
  result({ query, key, value, attnMask }, cx) {
    const inputs = [query, key, value];
    const dtype = productDType(cx, query, key, "key");
    const [q, k, v] = [query.shape, key.shape, value.shape];
    if (!q || !k || !v) return unknownResult(cx, inputs, dtype);
    for (const input of inputs) {
      if ((input.shape?.length ?? 2) >= 2) continue;
      cx.report(wrongRank({ cx, input, expected: t`at least 2 dimensions, [..., L, E]` }));
      return unknownResult(cx, inputs, dtype);
    }
    const last = { query: q.length - 1, key: k.length - 1 };
    const [a, b] = [q[last.query] ?? one, k[last.key] ?? one];
    if (surelyDifferent(a, b)) {
      const reason = t`Query and key have equally many features.`;
      cx.report(sidesDiffer({ cx, first: query, second: key, axis: last.query, secondAxis: last.key, reason }));
      return contiguousUnknown(cx, inputs, [...q.slice(0, -1), v.at(-1) ?? one]);
    }
    const turned: TensorValue = { ...key, shape: [...k.slice(0, -2), b, k.at(-2) ?? one], strides: undefined };
    const scores: TensorValue = { ...query, shape: matrixProduct(cx, query, turned, "key").shape };
    checkMask(cx, scores, attnMask);
    const product = matrixProduct(cx, scores, value, "value");
    return tensorResult(cx, inputs, { shape: product.shape, dtype });
  },
});

/** Its layout follows its inputs', so none is given. */
function contiguousUnknown(cx: OperationContext, inputs: readonly TensorValue[], shape: Shape): TensorValue {
  return tensorResult(cx, inputs, { shape, dtype: "float32" });
}

/** A mask broadcasts to the scores. */
function checkMask(cx: OperationContext, scores: TensorValue, mask: TensorValue | undefined): void {
  if (!mask?.shape || !scores.shape) return;
  const made = broadcastShapes(scores.shape, mask.shape);
  if (made.kind === "ok") return;
  cx.report(
    doNotBroadcast({
      cx,
      left: { tensor: scores, span: undefined },
      right: { tensor: mask, span: cx.source("attnMask")?.span },
      dimension: made.dimension,
      insertDimension: (axis) => `.unsqueeze(${axis})`,
    }),
  );
}
