import { axisOutOfRange } from "../../../rules/dim-out-of-range";
import { wrongRank } from "../../../rules/rank-mismatch";
import { normalizeAxis } from "../../../shape/shape";
import { either, knownInteger, knownIntegers, optional } from "../../parameter";
import { unlessOff } from "./config";
import type { Input, Lock } from "./define";
import { atLeast, layer } from "./define";
import type { LayerContext } from "./layer";
import { one } from "./layer";
import { t } from "../../../text/translate";

/** TensorFlow.js normalises tensors of at most this rank, and says so when the model runs. */
const HIGHEST_RANK = 4;
const RANKS = atLeast(2, "[batch, ..., features]");

function checkHighest(cx: LayerContext, input: Input): void {
  if (input.shape.length > HIGHEST_RANK)
    cx.reportWhenRun(wrongRank({ cx, input, expected: t`at most ${HIGHEST_RANK} dimensions` }));
}

function featureLock(axis: number, input: Input): readonly Lock[] {
  const position = normalizeAxis(axis, input.shape.length);
  return position === undefined ? [] : [{ axis: position, quantity: "features", needed: true }];
}

const batchNormalization = layer({
  name: "batchNormalization",
  parameters: { axis: optional(knownInteger, -1), center: unlessOff, scale: unlessOff },
  ranks: RANKS,
  keepsRank: true,
  locks: ({ axis }, input) => featureLock(axis, input),
  output({ axis }, input, cx) {
    const rank = input.shape.length;
    checkHighest(cx, input);
    if (normalizeAxis(axis, rank) === undefined) {
      cx.report(axisOutOfRange({ cx, input, axis, rank, source: cx.source("axis") }));
    }
    return one(input.shape, input.dtype);
  },
});

const layerNormalization = layer({
  name: "layerNormalization",
  parameters: { axis: optional(either(knownInteger, knownIntegers), -1), center: unlessOff, scale: unlessOff },
  ranks: RANKS,
  locks: ({ axis }, input) => axesOf(axis).flatMap((one) => featureLock(one, input)),
  output({ axis }, input, cx) {
    const rank = input.shape.length;
    checkHighest(cx, input);
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
