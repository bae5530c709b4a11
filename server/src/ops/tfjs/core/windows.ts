import { windowTooLarge } from "../../../rules/empty-output";
import { mismatch } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import {
  add,
  ceilDivide,
  constant,
  multiply,
  subtract,
  surelyAtLeast,
  surelyLess,
  unknownDim,
} from "../../../shape/dim";
import type { Window } from "../../../shape/window";
import { convolutionSize, effectiveKernel, sameSize } from "../../../shape/window";
import type { OperationContext } from "../../operation";
import { integer, integerTuple, UNDETERMINED } from "../../parameter";
import type { Parameter } from "../../parameter";
import type { Ranked } from "./define";

/** "same", "valid", or a number of rows and columns; `undefined`: something else, or not known. */
export type Pad = "same" | "valid" | Dim | undefined;

export const pad: Parameter<Pad> = {
  read(value, cx) {
    if (value.kind === "string") return value.value === "same" || value.value === "valid" ? value.value : undefined;
    const number = integer.read(value, cx);
    return number === UNDETERMINED ? undefined : number;
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

/** A window slid over an image, and what the code calls the argument that declares it. */
export interface Sliding {
  readonly windows: readonly [Window, Window];
  readonly pad: Pad;
  readonly rounding: "floor" | "ceil";
  readonly parameter: string;
}

/** The sizes of an image's rows and columns that a window slid over them leaves. */
export function slideOver(
  cx: OperationContext,
  input: Ranked,
  axes: readonly [number, number],
  sliding: Sliding,
): [Dim, Dim] {
  // With a number for its padding, TensorFlow.js computes both sizes from the window's and the stride's first number.
  const square = typeof sliding.pad === "object";
  const sizes = axes.map((axis, i) => {
    const window = sliding.windows[square ? 0 : i] ?? sliding.windows[0];
    return outputSize(cx, input, axis, window, sliding);
  });
  return [sizes[0] ?? unknownDim(), sizes[1] ?? unknownDim()];
}

/** The size that a window leaves of one dimension; reports a window that does not fit. */
export function outputSize(cx: OperationContext, input: Ranked, axis: number, window: Window, sliding: Sliding): Dim {
  const size = input.shape[axis];
  if (!size || sliding.pad === undefined) return unknownDim();
  if (sliding.pad === "same") return sameSize(size, window.stride);
  const margin = sliding.pad === "valid" ? constant(0) : sliding.pad;
  const padded = add(size, multiply(constant(2), margin));
  const span = effectiveKernel(window);
  const slack = subtract(padded, span);
  // Rounded up, a window that is too large by less than a stride still counts.
  const least = sliding.rounding === "ceil" ? subtract(constant(1), window.stride) : constant(0);
  if (surelyLess(slack, least)) {
    cx.report(windowTooLarge({ cx, input, axis, window: span, padded, source: cx.source(sliding.parameter) }));
    return unknownDim();
  }
  return sliding.rounding === "ceil"
    ? add(ceilDivide(slack, window.stride), constant(1))
    : convolutionSize(size, window, margin);
}

/** An image with or without its batch: rows and columns follow the batch. */
export function imageAxes(x: Ranked, format: "NHWC" | "NCHW"): readonly [number, number] {
  const first = x.shape.length - (format === "NHWC" ? 3 : 2);
  return [first, first + 1];
}

/** TensorFlow.js can skip elements in its input or in its window, not both. */
export function checkDilation(cx: OperationContext, windows: readonly Window[]): void {
  const strided = windows.some(({ stride }) => surelyAtLeast(stride, 2));
  const dilated = windows.some(({ dilation }) => surelyAtLeast(dilation, 2));
  if (strided && dilated)
    cx.report(mismatch({ message: `${cx.operation} cannot have both strides and dilations above 1.` }));
}
