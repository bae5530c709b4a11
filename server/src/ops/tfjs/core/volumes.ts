import type { TensorValue } from "../../../interpreter/value";
import { wrongCount } from "../../../rules/rank-mismatch";
import { sidesDiffer } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import { constant, surelyDifferent, unknownDim } from "../../../shape/dim";
import { formatShape } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { anything, integers, integerTuple, optional } from "../../parameter";
import { made, tensorLike } from "../tensors";
import { checkChannels, requireFloats } from "./convolution";
import type { Ranked } from "./define";
import { hasRank, tfOperation } from "./define";
import { checkDilation, imageAxes, ONES, pad, pair, slideOver, volumeAxes, windowsOf } from "./windows";
import { t } from "../../../text/translate";

const triple = integerTuple(3);
const ALL_ONES: readonly Dim[] = [constant(1), constant(1), constant(1)];

function bothRanked(
  cx: OperationContext,
  x: TensorValue,
  filter: TensorValue,
  ranks: readonly [readonly number[], readonly number[]],
): readonly [Ranked, Ranked] | undefined {
  if (x.shape && !hasRank(cx, x, ranks[0], t`the input`)) return undefined;
  if (filter.shape && !hasRank(cx, filter, ranks[1], t`the filter`)) return undefined;
  return x.shape && filter.shape ? [x as Ranked, filter as Ranked] : undefined;
}

const conv3d = tfOperation({
  name: "conv3d",
  parameters: {
    x: tensorLike,
    filter: tensorLike,
    strides: triple,
    pad,
    dataFormat: optional(anything, undefined),
    dilations: optional(triple, ALL_ONES),
  },
  result(args, cx) {
    requireFloats(cx, args.x, args.filter);
    const both = bothRanked(cx, args.x, args.filter, [[4, 5], [5]]);
    if (!both) return made(cx, { shape: undefined, dtype: "float32" }, [args.x, args.filter]);
    const [x, filter] = both;
    checkChannels(cx, x, x.shape.length - 1, filter, 3);
    const windows = windowsOf(filter.shape.slice(0, 3), args.strides, args.dilations);
    checkDilation(cx, windows);
    const slid = slideOver(cx, x, volumeAxes(x), { windows, pad: args.pad, rounding: "floor", parameter: "filter" });
    return made(cx, { shape: slid.with(-1, filter.shape[4] ?? unknownDim()), dtype: "float32" }, both);
  },
});

const conv3dTranspose = tfOperation({
  name: "conv3dTranspose",
  parameters: { x: tensorLike, filter: tensorLike, outputShape: integers, strides: triple, pad },
  result({ x: given, filter: kernel, outputShape }, cx) {
    const result = made(cx, { shape: outputShape, dtype: "float32" }, [given, kernel]);
    const both = bothRanked(cx, given, kernel, [[4, 5], [5]]);
    if (!both) return result;
    const [x, filter] = both;
    if (outputShape.length !== x.shape.length) {
      const message = t`outputShape must have one size for each dimension of ${formatShape(x.shape)}, got ${outputShape.length}.`;
      cx.report(wrongCount({ cx, input: x, message, span: cx.source("outputShape")?.span }));
      return result;
    }
    const [depth, expected] = [outputShape.at(-1), filter.shape[3]];
    if (depth && expected && surelyDifferent(depth, expected)) {
      const reason = t`outputShape must end in the filter's dimension 3.`;
      const about = { first: result, second: filter, axis: outputShape.length - 1, secondAxis: 3 };
      cx.report(sidesDiffer({ cx, ...about, reason, span: cx.source("outputShape")?.span }));
    }
    checkChannels(cx, x, x.shape.length - 1, filter, 4);
    return result;
  },
});

/** Grey-scale morphology: the filter is added, and the largest sum of each window taken. */
const dilation2d = tfOperation({
  name: "dilation2d",
  parameters: {
    x: tensorLike,
    filter: tensorLike,
    strides: pair,
    pad,
    dilations: optional(pair, ONES as readonly Dim[]),
  },
  result(args, cx) {
    const both = bothRanked(cx, args.x, args.filter, [[3, 4], [3]]);
    if (!both) return made(cx, { shape: undefined, dtype: args.x.dtype }, [args.x, args.filter]);
    const [x, filter] = both;
    checkChannels(cx, x, x.shape.length - 1, filter, 2);
    const windows = windowsOf(filter.shape.slice(0, 2), args.strides, args.dilations);
    const sliding = { windows, pad: args.pad, rounding: "floor", parameter: "filter" } as const;
    return made(cx, { shape: slideOver(cx, x, imageAxes(x, "NHWC"), sliding), dtype: x.dtype }, both);
  },
});

export const volumeOperations: readonly Operation[] = [conv3d, conv3dTranspose, dilation2d];
