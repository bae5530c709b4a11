import type { Dim } from "../../../shape/dim";
import { constant } from "../../../shape/dim";
import { requireDtype } from "../dtypes";
import { dataFormat, optionalWindow, padding, perDimension } from "./config";
import { exactly, layer } from "./define";
import { LAYOUTS, ranksOf } from "./convolutional";
import { one, withdrawDoubts } from "./layer";
import { BATCH } from "./open";
import { channelAxis, slide, spatialAxes } from "./windows";

type Kind = "max" | "average";

/** The strides are the pool's size unless they are given. */
function pooling(name: string, dimensions: 1 | 2 | 3, kind: Kind) {
  return layer({
    name,
    parameters: { poolSize: optionalWindow, strides: optionalWindow, padding, dataFormat },
    ranks: ranksOf(dimensions),
    output(args, input, cx) {
      if (kind === "average") requireDtype(cx, input, "float32", "x");
      const kernels = perDimension(args.poolSize, dimensions, 2);
      const strides: readonly Dim[] | undefined = args.strides ? perDimension(args.strides, dimensions) : kernels;
      if (!kernels || !strides) return undefined;
      const windows = kernels.map((kernel, i) => ({ kernel, stride: strides[i] ?? kernel, dilation: constant(1) }));
      const axes = spatialAxes(args.dataFormat, dimensions + 2);
      return one(slide(cx, input, axes, { windows, padding: args.padding, parameter: "poolSize" }), input.dtype);
    },
  });
}

function globalPooling(name: string, dimensions: 1 | 2, kind: Kind) {
  return layer({
    name,
    parameters: { dataFormat },
    ranks: exactly(dimensions + 2, LAYOUTS[dimensions]),
    output(args, input, cx) {
      const { shape, dtype } = input;
      withdrawDoubts(cx, [input]);
      const channels = shape[channelAxis(args.dataFormat, shape.length)] ?? BATCH;
      return one([shape[0] ?? BATCH, channels], kind === "average" && dtype ? "float32" : dtype);
    },
  });
}

export const poolingLayers = [
  pooling("maxPooling1d", 1, "max"),
  pooling("maxPooling2d", 2, "max"),
  pooling("maxPooling3d", 3, "max"),
  pooling("averagePooling1d", 1, "average"),
  pooling("averagePooling2d", 2, "average"),
  pooling("averagePooling3d", 3, "average"),
  globalPooling("globalMaxPooling1d", 1, "max"),
  globalPooling("globalMaxPooling2d", 2, "max"),
  globalPooling("globalAveragePooling1d", 1, "average"),
  globalPooling("globalAveragePooling2d", 2, "average"),
];
