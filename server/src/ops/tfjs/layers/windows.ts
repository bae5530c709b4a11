import { windowTooLarge } from "../../../rules/empty-output";
import { insertBehind, replaceText } from "../../../rules/evidence";
import type { Fix } from "../../../rules/finding";
import { mismatch } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import { constant, surelyAtLeast, surelyLess, unknownDim } from "../../../shape/dim";
import type { Window } from "../../../shape/window";
import { convolutionSize, effectiveKernel, sameSize } from "../../../shape/window";
import { t } from "../../../text/translate";
import type { OperationContext } from "../../operation";
import type { DataFormat } from "./config";
import type { Input } from "./define";
import type { LayerContext } from "./layer";

/** Where an image, a sequence or a volume keeps its channels. */
export function channelAxis(format: DataFormat, rank: number): number {
  return format === "channelsFirst" ? 1 : rank - 1;
}

export function spatialAxes(format: DataFormat, rank: number): readonly number[] {
  const first = format === "channelsFirst" ? 2 : 1;
  return Array.from({ length: rank - 2 }, (_, i) => i + first);
}

export interface Sliding {
  readonly windows: readonly Window[];
  /** Whatever is not "same" computes like "valid"; `undefined`: not known. */
  readonly padding: "valid" | "same" | "causal" | undefined;
  /** The parameter that declares the window. */
  readonly parameter: string;
}

/** The input's shape with a window slid over each of the axes. */
export function slide(cx: OperationContext, input: Input, axes: readonly number[], sliding: Sliding): readonly Dim[] {
  const shape = [...input.shape];
  for (const [i, axis] of axes.entries()) {
    const [size, window] = [input.shape[axis], sliding.windows[i]];
    if (size && window) shape[axis] = slideOver(cx, input, axis, size, window, sliding);
  }
  return shape;
}

function slideOver(
  cx: OperationContext,
  input: Input,
  axis: number,
  size: Dim,
  window: Window,
  { padding, parameter }: Sliding,
): Dim {
  if (!padding) return unknownDim();
  if (padding === "same") return sameSize(size, window.stride);
  const span = effectiveKernel(window);
  if (surelyLess(size, span)) {
    const about = {
      source: cx.source(parameter),
      name: parameter,
      kernel: window.kernel,
      fixes: paddingFix(cx, parameter),
    };
    cx.report(windowTooLarge({ cx, input, axis, window: span, padded: size, ...about }));
    return unknownDim();
  }
  return convolutionSize(size, window, constant(0));
}

/** Pads so much that every size stays: the option, beside the one that declares the window. */
function paddingFix(cx: OperationContext, parameter: string): Fix[] {
  const title = t`Pad the input: padding: "same"`;
  const [given, window] = [cx.source("padding"), cx.source(parameter)];
  if (given) return [replaceText(given.span, `"same"`, title)];
  return window ? [insertBehind(window.span, `, padding: "same"`, title)] : [];
}

/** TensorFlow.js can skip elements in its input or in its window, not both. It says so only when the model runs. */
export function checkDilation(cx: LayerContext, windows: readonly Window[]): void {
  const strided = windows.some(({ stride }) => surelyAtLeast(stride, 2));
  const dilated = windows.some(({ dilation }) => surelyAtLeast(dilation, 2));
  if (!strided || !dilated) return;
  cx.reportWhenRun(mismatch({ message: t`${cx.operation} cannot have both strides and dilationRate above 1.` }));
}

/** Causal padding is accepted by the constructor and throws when the layer runs. */
export function checkCausal(cx: LayerContext, padding: string | undefined): void {
  if (padding !== "causal") return;
  const span = cx.source("padding")?.span;
  cx.reportWhenRun(
    mismatch({
      message: t`${cx.operation}: TensorFlow.js does not implement causal padding; the layer throws when it runs.`,
      span,
    }),
  );
}
