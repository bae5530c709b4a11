import type { TensorValue } from "../../../interpreter/value";
import { wrongCount } from "../../../rules/rank-mismatch";
import { otherSize } from "../../../rules/reshape-size";
import { mismatch, sizeMismatch } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import { constant, multiply, surelyAtLeast, surelyDifferent, unknownDim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { formatShape } from "../../../shape/shape";
import type { Window } from "../../../shape/window";
import type { Arguments, Operation, OperationContext } from "../../operation";
import { anything, integer, integers, optional } from "../../parameter";
import { requireDtype } from "../dtypes";
import { made, tensorLike } from "../tensors";
import type { Ranked } from "./define";
import { hasRank, tfOperation } from "./define";
import type { Sliding } from "./windows";
import {
  checkDilation,
  imageAxes,
  layout,
  ONES,
  outputSize,
  pad,
  pair,
  rounding,
  slideOver,
  windowsOf,
} from "./windows";
import { t } from "../../../text/translate";

/** The filter's channels against the input's; afterwards they are known to be equal. */
export function checkChannels(cx: OperationContext, x: Ranked, axis: number, filter: Ranked, filterAxis: number): void {
  const [channels, expected] = [x.shape[axis], filter.shape[filterAxis]];
  if (!channels || !expected) return;
  if (!surelyDifferent(channels, expected)) return cx.assumeEqual(channels, expected);
  const parameter = t`dimension ${filterAxis} of the filter ${formatShape(filter.shape)}`;
  cx.report(sizeMismatch({ cx, input: x, axis, expected, quantity: t`input channels`, parameter, source: undefined }));
}

export function requireFloats(cx: OperationContext, x: TensorValue, filter: TensorValue): void {
  requireDtype(cx, x, "float32", "x");
  requireDtype(cx, filter, "float32", "filter");
}

/** Both a tensor of rank 3 or 4 and a filter of rank 4; reports otherwise. */
function bothRanked(cx: OperationContext, x: TensorValue, filter: TensorValue): boolean {
  const image = !x.shape || hasRank(cx, x, [3, 4], t`the input`);
  const kernel = image && (!filter.shape || hasRank(cx, filter, [4], t`the filter`));
  return kernel && x.shape !== undefined && filter.shape !== undefined;
}

export const CONVOLUTION = {
  x: tensorLike,
  filter: tensorLike,
  strides: pair,
  pad,
  dataFormat: layout,
  dilations: optional(pair, ONES as readonly Dim[]),
  dimRoundingMode: rounding,
};

type ConvolutionArguments = Arguments<typeof CONVOLUTION>;

/** What a convolution makes of images; shared by the operations that fuse a bias and an activation with it. */
export function convolved(
  cx: OperationContext,
  name: "conv2d" | "depthwiseConv2d",
  args: ConvolutionArguments,
): TensorValue {
  requireFloats(cx, args.x, args.filter);
  const inputs = [args.x, args.filter];
  if (!bothRanked(cx, args.x, args.filter)) return made(cx, { shape: undefined, dtype: "float32" }, inputs);
  const [x, filter] = [args.x as Ranked, args.filter as Ranked];
  const channelAxis = args.dataFormat === "NHWC" ? x.shape.length - 1 : x.shape.length - 3;
  checkChannels(cx, x, channelAxis, filter, 2);
  const windows = windowsOf(filter.shape.slice(0, 2), args.strides, args.dilations);
  checkDilation(cx, windows);
  const sliding: Sliding = { windows, pad: args.pad, rounding: args.dimRoundingMode, parameter: "filter" };
  const slid = slideOver(cx, x, imageAxes(x, args.dataFormat), sliding);
  const last = filter.shape[3] ?? unknownDim();
  const out = name === "conv2d" ? last : multiply(last, filter.shape[2] ?? unknownDim());
  return made(cx, { shape: slid.with(channelAxis, out), dtype: "float32" }, inputs);
}

function convolution(name: "conv2d" | "depthwiseConv2d") {
  return tfOperation({ name, parameters: CONVOLUTION, result: (args, cx) => convolved(cx, name, args) });
}

const separableConv2d = tfOperation({
  name: "separableConv2d",
  parameters: {
    x: tensorLike,
    depthwiseFilter: tensorLike,
    pointwiseFilter: tensorLike,
    strides: pair,
    pad,
    dilation: optional(pair, ONES as readonly Dim[]),
  },
  result(args, cx) {
    const inputs = [args.x, args.depthwiseFilter, args.pointwiseFilter];
    const unknown = () => made(cx, { shape: undefined, dtype: "float32" }, inputs);
    if (!bothRanked(cx, args.x, args.depthwiseFilter)) return unknown();
    if (args.pointwiseFilter.shape && !hasRank(cx, args.pointwiseFilter, [4], t`the pointwise filter`))
      return unknown();
    if (!args.pointwiseFilter.shape) return unknown();
    const [x, filter, pointwise] = [args.x as Ranked, args.depthwiseFilter as Ranked, args.pointwiseFilter as Ranked];
    checkPointwise(cx, filter, pointwise);
    requireFloats(cx, x, filter);
    checkChannels(cx, x, x.shape.length - 1, filter, 2);
    const windows = windowsOf(filter.shape.slice(0, 2), args.strides, args.dilation);
    checkDilation(cx, windows);
    const sliding: Sliding = { windows, pad: args.pad, rounding: "floor", parameter: "depthwiseFilter" };
    const slid = slideOver(cx, x, imageAxes(x, "NHWC"), sliding);
    const shape = slid.with(-1, pointwise.shape[3] ?? unknownDim());
    return made(cx, { shape, dtype: "float32" }, inputs);
  },
});

function checkPointwise(cx: OperationContext, depthwise: Ranked, pointwise: Ranked): void {
  const channels = multiply(depthwise.shape[2] ?? unknownDim(), depthwise.shape[3] ?? unknownDim());
  const expected = [constant(1), constant(1), channels];
  const axis = expected.findIndex((size, i) => surelyDifferent(size, pointwise.shape[i] ?? size));
  const wanted = expected[axis];
  if (!wanted) return;
  const quantity = axis === 2 ? "channels" : "element";
  const parameter =
    axis === 2 ? t`channels times multiplier of the depthwise filter` : t`the pointwise filter is 1 × 1`;
  cx.report(sizeMismatch({ cx, input: pointwise, axis, expected: wanted, quantity, parameter, source: undefined }));
}

/** The padding of a one-dimensional convolution is computed on a hidden second dimension of size 1, too. */
const conv1d = tfOperation({
  name: "conv1d",
  parameters: {
    x: tensorLike,
    filter: tensorLike,
    stride: integer,
    pad,
    dataFormat: optional(anything, undefined),
    dilation: optional(integer, constant(1)),
  },
  result(args, cx) {
    requireFloats(cx, args.x, args.filter);
    const inputs = [args.x, args.filter];
    const unknown = () => made(cx, { shape: undefined, dtype: "float32" }, inputs);
    const ranked =
      (!args.x.shape || hasRank(cx, args.x, [2, 3], t`the input`)) &&
      (!args.filter.shape || hasRank(cx, args.filter, [3], t`the filter`));
    if (!ranked || !args.x.shape || !args.filter.shape) return unknown();
    const [x, filter] = [args.x as Ranked, args.filter as Ranked];
    const axis = x.shape.length - 2;
    checkChannels(cx, x, axis + 1, filter, 1);
    const window: Window = { kernel: filter.shape[0] ?? constant(1), stride: args.stride, dilation: args.dilation };
    checkDilation(cx, [window]);
    const shape = x.shape.with(-1, filter.shape[2] ?? unknownDim());
    if (Array.isArray(args.pad)) return unknown();
    if (typeof args.pad === "object")
      return made(cx, { shape: numericPad(cx, x, shape, args.pad as Dim), dtype: "float32" }, inputs);
    const sliding: Sliding = { windows: [window, window], pad: args.pad, rounding: "floor", parameter: "filter" };
    return made(cx, { shape: shape.with(axis, outputSize(cx, x, axis, window, sliding)), dtype: "float32" }, inputs);
  },
});

function numericPad(cx: OperationContext, x: Ranked, shape: Shape, margin: Dim): Shape {
  if (margin === constant(0)) return shape;
  if (!surelyAtLeast(margin, 1)) return shape.map((size, i) => (i === shape.length - 2 ? unknownDim() : size));
  cx.report({
    ...otherSize({ cx, input: x, sizes: shape, spans: [] }),
    message: t`conv1d throws for a numeric pad above 0, which it adds to a hidden dimension as well. Use "same", or tf.pad before it.`,
  });
  return shape.with(-2, unknownDim());
}

const conv2dTranspose = tfOperation({
  name: "conv2dTranspose",
  parameters: { x: tensorLike, filter: tensorLike, outputShape: integers, strides: pair, pad },
  result({ x: given, filter: kernel, outputShape }, cx) {
    const inputs = [given, kernel];
    const result = () => made(cx, { shape: outputShape, dtype: "float32" }, inputs);
    if (given.shape && outputShape.length !== given.shape.length) {
      const message = t`outputShape must have one size for each dimension of ${formatShape(given.shape)}, got ${outputShape.length}.`;
      cx.report(wrongCount({ cx, input: given, message, span: cx.source("outputShape")?.span }));
      return result();
    }
    if (!bothRanked(cx, given, kernel)) return result();
    const [x, filter] = [given as Ranked, kernel as Ranked];
    checkOutputDepth(cx, outputShape, filter);
    checkChannels(cx, x, x.shape.length - 1, filter, 3);
    return result();
  },
});

function checkOutputDepth(cx: OperationContext, outputShape: Shape, filter: Ranked): void {
  const [depth, expected] = [outputShape.at(-1), filter.shape[2]];
  if (!depth || !expected || !surelyDifferent(depth, expected)) return;
  cx.report(
    mismatch({
      message: t`conv2dTranspose: outputShape ${formatShape(outputShape)} must end in the filter's dimension 2, ${formatShape(filter.shape)}.`,
      span: cx.source("outputShape")?.span,
    }),
  );
}

export const convolutionOperations: readonly Operation[] = [
  convolution("conv2d"),
  convolution("depthwiseConv2d"),
  separableConv2d,
  conv1d,
  conv2dTranspose,
];
