import { windowTooLarge } from "../../../rules/empty-output";
import { replaceText } from "../../../rules/evidence";
import { mismatch } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import {
  add,
  ceilDivide,
  constant,
  floorDivide,
  multiply,
  subtract,
  surelyAtLeast,
  surelyLess,
  unknownDim,
} from "../../../shape/dim";
import type { Window } from "../../../shape/window";
import { effectiveKernel, sameSize } from "../../../shape/window";
import { t } from "../../../text/translate";
import type { OperationContext } from "../../operation";
import { integer, integers, integerTuple, readAll, UNDETERMINED } from "../../parameter";
import type { Parameter } from "../../parameter";
import type { Ranked } from "./define";

/** How many elements are added before and behind each dimension. */
export type Margins = readonly (readonly Dim[])[];
/** "same", "valid", a number for all sides, or margins one by one; `undefined`: something else, or not known. */
export type Pad = "same" | "valid" | Dim | Margins | undefined;

export const margins: Parameter<Margins> = {
  read(value, cx) {
    return readAll(cx.elements(value), integers, cx);
  },
};

export const pad: Parameter<Pad> = {
  read(value, cx) {
    if (value.kind === "string") return value.value === "same" || value.value === "valid" ? value.value : undefined;
    const read = value.kind === "object" ? margins.read(value, cx) : integer.read(value, cx);
    return read === UNDETERMINED ? undefined : read;
  },
  takesObject: true,
};

/** One number for rows and columns, or one each. */
export const pair = integerTuple(2);
export const ONES = [constant(1), constant(1)] as const;

/** `"NHWC"` unless given. */
export const layout: Parameter<"NHWC" | "NCHW"> = {
  read(value) {
    if (value.kind !== "string") return UNDETERMINED;
    return value.value === "NHWC" || value.value === "NCHW" ? value.value : UNDETERMINED;
  },
  absent: { value: "NHWC" },
};

export type Rounding = "floor" | "ceil" | "round";

/** How a size that is no whole number is rounded, with a number for the padding. */
export const rounding: Parameter<Rounding> = {
  read: (value) =>
    value.kind === "string" && (value.value === "ceil" || value.value === "round") ? value.value : "floor",
  absent: { value: "floor" },
};

/** A window slid over an image or a volume, and what the code calls the argument that declares it. */
export interface Sliding {
  readonly windows: readonly Window[];
  readonly pad: Pad;
  readonly rounding: Rounding;
  readonly parameter: string;
}

/** `size` windows along one dimension each. */
export function windowsOf(
  kernels: readonly (Dim | undefined)[],
  strides: readonly Dim[],
  dilations: readonly Dim[],
): readonly Window[] {
  return kernels.map((kernel, i) => ({
    kernel: kernel ?? unknownDim(),
    stride: strides[i] ?? constant(1),
    dilation: dilations[i] ?? constant(1),
  }));
}

/** The input's shape with a window slid over these axes. */
export function slideOver(
  cx: OperationContext,
  input: Ranked,
  axes: readonly number[],
  sliding: Sliding,
): readonly Dim[] {
  // With a number for its padding, TensorFlow.js computes both sizes of an image from the window's and the stride's first number.
  const square = axes.length === 2 && isNumber(sliding.pad);
  return axes.reduce<readonly Dim[]>((shape, axis, i) => {
    const window = sliding.windows[square ? 0 : i];
    return window ? shape.with(axis, outputSize(cx, input, axis, window, sliding)) : shape;
  }, input.shape);
}

function isNumber(padding: Pad): padding is Dim {
  return typeof padding === "object" && !Array.isArray(padding);
}

/** The size that a window leaves of one dimension; reports a window that does not fit. */
export function outputSize(cx: OperationContext, input: Ranked, axis: number, window: Window, sliding: Sliding): Dim {
  const size = input.shape[axis];
  if (!size || sliding.pad === undefined) return unknownDim();
  if (sliding.pad === "same") return sameSize(size, window.stride);
  const added = addedAlong(sliding.pad, axis, input.shape.length);
  if (!added) return unknownDim();
  const padded = add(size, added);
  const span = effectiveKernel(window);
  const slack = subtract(padded, span);
  // Rounded up, a window that is too large by less than a stride still counts.
  const least = sliding.rounding === "ceil" ? subtract(constant(1), window.stride) : constant(0);
  if (surelyLess(slack, least)) {
    const [source, given] = [cx.source(sliding.parameter), cx.source("pad")];
    const fixes = given ? [replaceText(given.span, `"same"`, t`Pad the input: "same"`)] : [];
    cx.report(windowTooLarge({ cx, input, axis, window: span, padded, source, fixes }));
    return unknownDim();
  }
  return add(rounded(slack, window.stride, sliding.rounding), constant(1));
}

/** What padding adds to an axis. Margins are written for the batch as well, which an input of one example lacks. */
function addedAlong(padding: Exclude<Pad, undefined | "same">, axis: number, rank: number): Dim | undefined {
  if (padding === "valid") return constant(0);
  if (isNumber(padding)) return multiply(constant(2), padding);
  const written: Margins = padding as Margins;
  return written[axis + written.length - rank]?.reduce(add);
}

function rounded(slack: Dim, stride: Dim, how: Rounding): Dim {
  if (how === "ceil") return ceilDivide(slack, stride);
  if (how === "floor") return floorDivide(slack, stride);
  return floorDivide(add(multiply(constant(2), slack), stride), multiply(constant(2), stride));
}

/** An image with or without its batch: rows and columns follow the batch. */
export function imageAxes(x: Ranked, format: "NHWC" | "NCHW"): readonly [number, number] {
  const first = x.shape.length - (format === "NHWC" ? 3 : 2);
  return [first, first + 1];
}

/** A volume with or without its batch: `[…, depth, height, width, channels]`. */
export function volumeAxes(x: Ranked): readonly number[] {
  const first = x.shape.length - 4;
  return [first, first + 1, first + 2];
}

/** TensorFlow.js can skip elements in its input or in its window, not both. */
export function checkDilation(cx: OperationContext, windows: readonly Window[]): void {
  const strided = windows.some(({ stride }) => surelyAtLeast(stride, 2));
  const dilated = windows.some(({ dilation }) => surelyAtLeast(dilation, 2));
  if (strided && dilated)
    cx.report(mismatch({ message: t`${cx.operation} cannot have both strides and dilations above 1.` }));
}
