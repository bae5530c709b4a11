import { axisOutOfRange } from "../../../rules/dim-out-of-range";
import { normalizeAxis } from "../../../shape/shape";
import { either, knownInteger, knownIntegers, optional } from "../../parameter";
import type { Input, Lock, Ranks } from "./define";
import { layer } from "./define";
import { one } from "./layer";

/** TensorFlow.js normalises tensors of these ranks only. */
const RANKS: Ranks = { least: 2, most: 4, layout: "and at most 4, [batch, ..., features]" };

function featureLock(axis: number, input: Input): readonly Lock[] {
  const position = normalizeAxis(axis, input.shape.length);
  return position === undefined ? [] : [{ axis: position, quantity: "features", needed: true }];
}

const batchNormalization = layer({
  name: "batchNormalization",
  parameters: { axis: optional(knownInteger, -1) },
  ranks: RANKS,
  keepsRank: true,
  locks: ({ axis }, input) => featureLock(axis, input),
  output({ axis }, input, cx) {
    const rank = input.shape.length;
    if (normalizeAxis(axis, rank) === undefined) {
      cx.report(axisOutOfRange({ cx, input, axis, rank, source: cx.source("axis") }));
    }
    return one(input.shape, input.dtype);
  },
});

const layerNormalization = layer({
  name: "layerNormalization",
  parameters: { axis: optional(either(knownInteger, knownIntegers), -1) },
  ranks: RANKS,
  locks: ({ axis }, input) => axesOf(axis).flatMap((one) => featureLock(one, input)),
  output({ axis }, input, cx) {
    const rank = input.shape.length;
    const wrong = axesOf(axis).find((one) => normalizeAxis(one, rank) === undefined);
    if (wrong !== undefined) {
      cx.report(axisOutOfRange({ cx, input, axis: wrong, rank, source: cx.source("axis") }));
    }
    return one(input.shape, input.dtype);
  },
});

function axesOf(axis: number | readonly number[]): readonly number[] {
  return typeof axis === "number" ? [axis] : axis;
}

export const normalizationLayers = [batchNormalization, layerNormalization];
