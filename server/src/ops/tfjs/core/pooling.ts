import type { DType, TensorValue, Value } from "../../../interpreter/value";
import type { Dim } from "../../../shape/dim";
import type { Operation, OperationContext } from "../../operation";
import { integerTuple, optional, text, anything } from "../../parameter";
import { requireDtype } from "../dtypes";
import { made, tensorLike } from "../tensors";
import { hasRank, tfOperation } from "./define";
import type { Rounding, Pad } from "./windows";
import { checkDilation, imageAxes, ONES, pad, pair, rounding, slideOver, volumeAxes, windowsOf } from "./windows";

interface Pooling {
  readonly x: TensorValue;
  readonly filterSize: readonly Dim[];
  readonly strides: readonly Dim[];
  readonly pad: Pad;
  readonly dilations?: readonly Dim[];
  readonly dimRoundingMode: Rounding;
  readonly parameter: string;
}

function pooled(cx: OperationContext, ranks: readonly number[], dtype: DType | undefined, about: Pooling): TensorValue {
  const { x } = about;
  if (!hasRank(cx, x, ranks)) return made(cx, { shape: undefined, dtype }, [x]);
  const axes = about.filterSize.length === 3 ? volumeAxes(x) : imageAxes(x, "NHWC");
  const windows = windowsOf(about.filterSize, about.strides, about.dilations ?? []);
  checkDilation(cx, windows);
  const sliding = { windows, pad: about.pad, rounding: about.dimRoundingMode, parameter: about.parameter };
  return made(cx, { shape: slideOver(cx, x, axes, sliding), dtype }, [x]);
}

type Kind = "max" | "average";

function dtypeOf(cx: OperationContext, x: TensorValue, kind: Kind): DType | undefined {
  if (kind === "average") requireDtype(cx, x, "float32", "x");
  return kind === "average" ? "float32" : x.dtype;
}

function imagePooling(name: string, kind: Kind) {
  return tfOperation({
    name,
    parameters: { x: tensorLike, filterSize: pair, strides: pair, pad, dimRoundingMode: rounding },
    result: (args, cx): Value => pooled(cx, [3, 4], dtypeOf(cx, args.x, kind), { ...args, parameter: "filterSize" }),
  });
}

const triple = integerTuple(3);

/** What the maxima of integers are depends on the backend. */
function volumeDtype(cx: OperationContext, x: TensorValue, kind: Kind): DType | undefined {
  if (kind === "average") return dtypeOf(cx, x, kind);
  return x.dtype === "float32" ? "float32" : undefined;
}

/** Over volumes, with or without their batch: `[batch, depth, height, width, channels]`. */
function volumePooling(name: string, kind: Kind) {
  return tfOperation({
    name,
    parameters: { x: tensorLike, filterSize: triple, strides: triple, pad, dimRoundingMode: rounding },
    result: (args, cx): Value =>
      pooled(cx, [4, 5], volumeDtype(cx, args.x, kind), { ...args, parameter: "filterSize" }),
  });
}

/** Pooling with dilation, which it makes of batches of pixels that lie apart. */
const pool = tfOperation({
  name: "pool",
  parameters: {
    input: tensorLike,
    windowShape: pair,
    poolingType: text,
    pad,
    dilations: optional(pair, ONES as readonly Dim[]),
    strides: optional(pair, ONES as readonly Dim[]),
    dimRoundingMode: rounding,
  },
  result({ input: x, windowShape, poolingType, ...args }, cx): Value {
    const kind = poolingType === "avg" ? "average" : "max";
    const about = { x, filterSize: windowShape, parameter: "windowShape" };
    return pooled(cx, [3, 4], dtypeOf(cx, x, kind), { ...args, ...about });
  },
});

/** The maxima, and where in the flattened input each of them was. */
const maxPoolWithArgmax = tfOperation({
  name: "maxPoolWithArgmax",
  parameters: {
    x: tensorLike,
    filterSize: pair,
    strides: pair,
    pad,
    includeBatchInIndex: optional(anything, undefined),
  },
  result({ x, filterSize, strides, pad: padding }, cx): Value {
    const about: Pooling = { x, filterSize, strides, pad: padding, dimRoundingMode: "floor", parameter: "filterSize" };
    const result = pooled(cx, [4], x.dtype, about);
    return cx.record({ result, indexes: made(cx, { shape: result.shape, dtype: "int32" }, [x]) });
  },
});

export const poolingOperations: readonly Operation[] = [
  imagePooling("maxPool", "max"),
  imagePooling("avgPool", "average"),
  volumePooling("maxPool3d", "max"),
  volumePooling("avgPool3d", "average"),
  pool,
  maxPoolWithArgmax,
];
