import type { TensorValue } from "../../../interpreter/value";
import { dtypesDiffer } from "../../../rules/dtype-mismatch";
import { doNotBroadcast } from "../../../rules/broadcast-mismatch";
import { broadcastShapes } from "../../../shape/broadcast";
import type { Operation } from "../../operation";
import { optional } from "../../parameter";
import { convertible, like, made, tensorLike } from "../tensors";
import { checkSameShape, hasRank, tfOperation } from "./define";
import { t } from "../../../text/translate";

const parameter = optional(tensorLike, undefined);

/** Each of the statistics must broadcast to the input. */
function batchNorm(name: string, rank: number | undefined) {
  return tfOperation({
    name,
    parameters: { x: tensorLike, mean: tensorLike, variance: tensorLike, offset: parameter, scale: parameter },
    result({ x, mean, variance, offset, scale }, cx) {
      if (rank !== undefined && x.shape && !hasRank(cx, x, [rank])) return like(cx, x);
      for (const statistic of [mean, variance, offset, scale]) {
        if (!statistic?.shape || !x.shape) continue;
        const joined = broadcastShapes(x.shape, statistic.shape);
        if (joined.kind === "ok") continue;
        const bare = (tensor: TensorValue) => ({ tensor, span: undefined });
        const { dimension } = joined;
        cx.report(doNotBroadcast({ cx, left: bare(x), right: bare(statistic), dimension, insertDimension: () => "" }));
        break;
      }
      return like(cx, x);
    },
  });
}

const dropout = tfOperation({
  name: "dropout",
  parameters: { x: convertible("float32") },
  result: ({ x }, cx) => like(cx, x, { dtype: "float32" }),
});

const localResponseNormalization = tfOperation({
  name: "localResponseNormalization",
  parameters: { x: tensorLike },
  result: ({ x }, cx) => like(cx, x),
});

const movingAverage = tfOperation({
  name: "movingAverage",
  parameters: { v: tensorLike, x: tensorLike },
  result({ v, x }, cx) {
    if (v.dtype && x.dtype && v.dtype !== x.dtype)
      cx.report(dtypesDiffer({ cx, left: v, right: x, reason: t`The average and its news must have one dtype.` }));
    else checkSameShape(cx, v, x, t`The average and its news must have one shape.`);
    return made(cx, { shape: v.shape ?? x.shape, dtype: v.dtype === "float32" ? "float32" : undefined }, [v, x]);
  },
});

export const neuralOperations: readonly Operation[] = [
  batchNorm("batchNorm", undefined),
  batchNorm("batchNorm2d", 2),
  batchNorm("batchNorm3d", 3),
  batchNorm("batchNorm4d", 4),
  dropout,
  localResponseNormalization,
  movingAverage,
];
