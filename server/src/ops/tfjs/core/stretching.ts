import { cannotExpand } from "../../../rules/broadcast-mismatch";
import { tensorOrigin } from "../../../rules/evidence";
import { wrongCount } from "../../../rules/rank-mismatch";
import { mismatch } from "../../../rules/shape-mismatch";
import { expandShape } from "../../../shape/broadcast";
import { add, constant, formatDim, maximum, multiply, surelyDifferent, unknownDim } from "../../../shape/dim";
import { formatShape } from "../../../shape/shape";
import type { Operation } from "../../operation";
import { integers } from "../../parameter";
import { exampleShape } from "../layers/config";
import { isOpen } from "../layers/open";
import { like, made, tensorLike } from "../tensors";
import { hasRank, isRanked, tfOperation } from "./define";
import { margins } from "./windows";
import { t } from "../../../text/translate";

/** The tensor itself, which must have the shape; sizes of `null` may be anything. */
const ensureShape = tfOperation({
  name: "ensureShape",
  parameters: { x: tensorLike, shape: exampleShape },
  result({ x, shape }, cx) {
    if (!shape || !x.shape) return like(cx, x, shape ? { shape } : {});
    const differs =
      shape.length !== x.shape.length ||
      shape.some((size, i) => !isOpen(size) && surelyDifferent(size, x.shape?.[i] ?? size));
    if (differs) {
      const expected = shape.map((size) => (isOpen(size) ? "null" : formatDim(size))).join(", ");
      const message = t`${cx.operation}: ${formatShape(x.shape)} has not the shape [${expected}].`;
      cx.report(mismatch({ message, related: tensorOrigin(x, t`${formatShape(x.shape)} is made here.`) }));
    }
    return like(cx, x);
  },
});

/** The shape that two shapes, given as tensors, broadcast to. */
const broadcastArgs = tfOperation({
  name: "broadcastArgs",
  parameters: { s0: tensorLike, s1: tensorLike },
  result({ s0, s1 }, cx) {
    for (const shape of [s0, s1]) if (shape.shape && !hasRank(cx, shape, [1], "both")) break;
    const [a, b] = [s0.shape?.[0], s1.shape?.[0]];
    return made(cx, { shape: a && b && [maximum(a, b)], dtype: "int32" }, [s0, s1]);
  },
});

const broadcastTo = tfOperation({
  name: "broadcastTo",
  parameters: { x: tensorLike, shape: integers },
  result({ x, shape }, cx) {
    if (!isRanked(x)) return like(cx, x, { shape });
    const made = expandShape(x.shape, shape);
    if (made.kind === "too-few") cx.report(cannotExpand({ cx, input: x, axis: 0, target: shape }));
    if (made.kind === "mismatch") {
      const axis = made.dimension - shape.length + x.shape.length;
      cx.report(cannotExpand({ cx, input: x, axis, target: shape }));
    }
    return like(cx, x, { shape });
  },
});

const tile = tfOperation({
  name: "tile",
  parameters: { x: tensorLike, reps: integers },
  result({ x, reps }, cx) {
    if (!isRanked(x)) return like(cx, x, { shape: reps.map(() => unknownDim(0)) });
    if (reps.length !== x.shape.length) {
      const message = t`it takes one number of repetitions for each dimension of ${formatShape(x.shape)}, got ${reps.length}.`;
      cx.report(wrongCount({ cx, input: x, message, span: cx.source("reps")?.span }));
      return like(cx, x, { shape: undefined });
    }
    return like(cx, x, { shape: x.shape.map((size, i) => multiply(size, reps[i] ?? constant(1))) });
  },
});

/** `tf.pad1d(x, [before, after])` */
const pad1d = tfOperation({
  name: "pad1d",
  parameters: { x: tensorLike, paddings: integers },
  result({ x, paddings }, cx) {
    if (x.shape && !hasRank(cx, x, [1])) return like(cx, x, { shape: undefined });
    return like(cx, x, { shape: x.shape?.map((size) => paddings.reduce(add, size)) });
  },
});

function padding(name: string) {
  return tfOperation({
    name,
    parameters: { x: tensorLike, paddings: margins },
    result({ x, paddings }, cx) {
      if (!isRanked(x)) return like(cx, x);
      if (paddings.length !== x.shape.length) {
        const message = t`it takes one pair of margins for each dimension of ${formatShape(x.shape)}, got ${paddings.length}.`;
        cx.report(wrongCount({ cx, input: x, message, span: cx.source("paddings")?.span }));
        return like(cx, x, { shape: undefined });
      }
      const shape = x.shape.map((size, i) => (paddings[i] ?? []).reduce(add, size));
      return like(cx, x, { shape });
    },
  });
}

export const stretchingOperations: readonly Operation[] = [
  ensureShape,
  broadcastArgs,
  broadcastTo,
  tile,
  padding("pad"),
  pad1d,
  padding("mirrorPad"),
  padding("pad2d"),
  padding("pad3d"),
  padding("pad4d"),
];
