import type { DType, Value } from "../../../interpreter/value";
import { constant } from "../../../shape/dim";
import type { Window } from "../../../shape/window";
import type { Operation } from "../../operation";
import type { Parameter } from "../../parameter";
import { requireDtype } from "../dtypes";
import { made, tensorLike } from "../tensors";
import { hasRank, tfOperation } from "./define";
import { imageAxes, pad, pair, slideOver } from "./windows";

/** How a size that is no whole number is rounded, with a number for the padding. */
const rounding: Parameter<"floor" | "ceil"> = {
  read: (value) => (value.kind === "string" && value.value === "ceil" ? "ceil" : "floor"),
  absent: { value: "floor" },
};

function pooling(name: "maxPool" | "avgPool") {
  return tfOperation({
    name,
    parameters: { x: tensorLike, filterSize: pair, strides: pair, pad, dimRoundingMode: rounding },
    result({ x, filterSize, strides, pad: padding, dimRoundingMode }, cx): Value {
      if (name === "avgPool") requireDtype(cx, x, "float32", "x");
      const dtype: DType | undefined = name === "avgPool" ? "float32" : x.dtype;
      if (!hasRank(cx, x, [3, 4])) return made(cx, { shape: undefined, dtype }, [x]);
      const window = (i: number): Window => ({
        kernel: filterSize[i] ?? constant(1),
        stride: strides[i] ?? constant(1),
        dilation: constant(1),
      });
      const axes = imageAxes(x, "NHWC");
      const windows: [Window, Window] = [window(0), window(1)];
      const [rows, columns] = slideOver(cx, x, axes, {
        windows,
        pad: padding,
        rounding: dimRoundingMode,
        parameter: "filterSize",
      });
      return made(cx, { shape: x.shape.with(axes[0], rows).with(axes[1], columns), dtype }, [x]);
    },
  });
}

export const poolingOperations: readonly Operation[] = [pooling("maxPool"), pooling("avgPool")];
