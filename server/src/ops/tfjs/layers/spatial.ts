import { mismatch } from "../../../rules/shape-mismatch";
import { emptied } from "../../../rules/empty-output";
import type { NativeContext } from "../../../interpreter/native";
import type { Value } from "../../../interpreter/value";
import type { Dim } from "../../../shape/dim";
import { add, bounds, constant, multiply, subtract, surelyAtLeast, unknownDim } from "../../../shape/dim";
import type { Parameter, Read } from "../../parameter";
import { integer, integers, optional, readAll, UNDETERMINED } from "../../parameter";
import { dataFormat } from "./config";
import type { Input } from "./define";
import { exactly, layer } from "./define";
import { LAYOUTS } from "./convolutional";
import type { LayerContext } from "./layer";
import { one } from "./layer";
import { isOpen } from "./open";
import { spatialAxes } from "./windows";
import { t } from "../../../text/translate";

type Margins = readonly (readonly [before: Dim, after: Dim])[];

/** Rows and columns before and behind an image: `1`, `[1, 2]`, `[[1, 0], [0, 2]]`. */
const margins: Parameter<Margins> = {
  read(value, cx): Read<Margins> {
    if (value.kind !== "object") {
      const all = integer.read(value, cx);
      return all === UNDETERMINED
        ? UNDETERMINED
        : [
            [all, all],
            [all, all],
          ];
    }
    const each = readAll(cx.elements(value), margin, cx);
    return each !== UNDETERMINED && each.length === 2 ? each : UNDETERMINED;
  },
};

const margin: Parameter<readonly [Dim, Dim]> = {
  read(value: Value, cx: NativeContext) {
    if (value.kind !== "object") {
      const both = integer.read(value, cx);
      return both === UNDETERMINED ? UNDETERMINED : [both, both];
    }
    const pair = integers.read(value, cx);
    const [before, after] = pair === UNDETERMINED ? [] : pair;
    return before && after ? [before, after] : UNDETERMINED;
  },
};

const IMAGE = exactly(4, LAYOUTS[2]);
const ONE = constant(1);

const zeroPadding2d = layer({
  name: "zeroPadding2d",
  parameters: {
    padding: optional(margins, [
      [ONE, ONE],
      [ONE, ONE],
    ] as Margins),
    dataFormat,
  },
  ranks: IMAGE,
  output({ padding, dataFormat: format }, input) {
    const shape = [...input.shape];
    for (const [i, axis] of spatialAxes(format, 4).entries()) {
      const [before, after] = padding[i] ?? [ONE, ONE];
      shape[axis] = add(shape[axis] ?? unknownDim(), add(before, after));
    }
    return one(shape, input.dtype);
  },
});

const cropping2D = layer({
  name: "cropping2D",
  parameters: { cropping: margins, dataFormat },
  ranks: IMAGE,
  output({ cropping, dataFormat: format }, input, cx) {
    const shape = [...input.shape];
    for (const [i, axis] of spatialAxes(format, 4).entries()) {
      const [before, after] = cropping[i] ?? [ONE, ONE];
      shape[axis] = cropped(cx, input, axis, [before, after]);
    }
    return one(shape, input.dtype);
  },
});

function cropped(cx: LayerContext, input: Input, axis: number, [before, after]: readonly [Dim, Dim]): Dim {
  const size = input.shape[axis] ?? unknownDim();
  const removed = add(before, after);
  const left = subtract(size, removed);
  // Real tensors are sliced, and a slice of size -1 goes to the end.
  if (input.form !== "symbolic" && left === constant(-1) && surelyAtLeast(after, 2)) return subtract(size, before);
  // TensorFlow.js takes an open size for 0.
  const empty = bounds(left).max <= 0 || (isOpen(size) && bounds(removed).min > 0);
  if (!empty) return left;
  cx.report(emptied({ cx, input, axis, removed, source: cx.source("cropping") }));
  return unknownDim();
}

const upSampling2d = layer({
  name: "upSampling2d",
  parameters: { size: optional(integers, [constant(2), constant(2)]), dataFormat },
  ranks: IMAGE,
  output({ size, dataFormat: format }, input, cx) {
    if (input.dtype === "bool")
      cx.report(mismatch({ message: t`upSampling2d takes float32 or int32 images, not bool.` }));
    const shape = [...input.shape];
    for (const [i, axis] of spatialAxes(format, 4).entries()) {
      shape[axis] = multiply(shape[axis] ?? unknownDim(), size[i] ?? unknownDim());
    }
    return one(shape, input.dtype);
  },
});

export const spatialLayers = [zeroPadding2d, cropping2D, upSampling2d];
