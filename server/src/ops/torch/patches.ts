import { indivisible } from "../../rules/not-divisible";
import { mismatch } from "../../rules/shape-mismatch";
import { wrongRank } from "../../rules/rank-mismatch";
import { formatDim, constant, divideExactly, floorDivide, modulo, multiply, surelyDifferent } from "../../shape/dim";
import type { Dim } from "../../shape/dim";
import { formatShape, numel } from "../../shape/shape";
import { convolutionSize } from "../../shape/window";
import { optional, tensor } from "../parameter";
import { extents } from "./arguments";
import { fitsWindow, repeated, spatialShape, windowAt } from "./convolution";
import { contiguousResult, torchOperation, unknownResult } from "./result";
import { t } from "../../text/translate";

const zero = constant(0);
const one = constant(1);

const windowParameters = {
  kernelSize: extents(2),
  dilation: optional(extents(2), repeated(one, 2)),
  padding: optional(extents(2), repeated(zero, 2)),
  stride: optional(extents(2), repeated(one, 2)),
};

interface Windows {
  readonly kernelSize: readonly Dim[];
  readonly dilation: readonly Dim[];
  readonly padding: readonly Dim[];
  readonly stride: readonly Dim[];
}

/** How many windows there are along each of two sizes. */
function counts(sizes: readonly Dim[], windows: Windows): Dim[] {
  return sizes.map((size, i) => convolutionSize(size, windowAt(windows, i), windows.padding[i] ?? zero));
}

/** Every window of an image as a column: `[N, C, H, W]` to `[N, C·kh·kw, windows]`. */
export const unfoldPatches = torchOperation({
  name: "unfold",
  documentation: "torch.nn.functional.unfold",
  parameters: { input: tensor, ...windowParameters },
  result({ input, ...windows }, cx) {
    const shape = spatialShape(cx, input, 2);
    if (!shape) return unknownResult(cx, [input], input.dtype);
    const made = counts(shape.slice(-2), windows);
    for (const [i, count] of made.entries()) {
      const about = { axis: shape.length - 2 + i, window: windowAt(windows, i), padding: windows.padding[i] ?? zero };
      if (!fitsWindow(cx, { input, ...about, source: cx.source("kernelSize"), windows: count })) {
        return unknownResult(cx, [input], input.dtype);
      }
    }
    const channels = multiply(shape.at(-3) ?? one, numel(windows.kernelSize));
    return contiguousResult(cx, [input], [...shape.slice(0, -3), channels, numel(made)], input.dtype);
  },
});

/** The reverse of `unfold`, with overlaps added up: `[N, C·kh·kw, windows]` to `[N, C, H, W]`. */
export const foldPatches = torchOperation({
  name: "fold",
  documentation: "torch.nn.functional.fold",
  parameters: { input: tensor, outputSize: extents(2), ...windowParameters },
  result({ input, outputSize, ...windows }, cx) {
    const { shape } = input;
    const { kernelSize } = windows;
    const channels = shape?.at(-2);
    if (!shape || !channels || shape.length > 3) {
      if (shape) cx.report(wrongRank({ cx, input, expected: "2 or 3 dimensions, [C·kh·kw, L] or [N, C·kh·kw, L]" }));
      return unknownResult(cx, [input], input.dtype);
    }
    const window = numel(kernelSize);
    if (surelyDifferent(modulo(channels, window), zero)) {
      const valueName = t`dimension ${shape.length - 2} of ${formatShape(shape)}`;
      cx.report(indivisible({ cx, value: channels, divisor: window, valueName, divisorName: t`the window` }));
    }
    const columns = shape.at(-1);
    const expected = numel(counts(outputSize, windows));
    if (columns && surelyDifferent(columns, expected)) {
      const message = t`fold: ${formatShape(outputSize)} has ${formatDim(expected)} windows, and ${formatShape(shape)} ${formatDim(columns)} columns.`;
      cx.report(mismatch({ message }));
    }
    const kept = divideExactly(channels, window) ?? floorDivide(channels, window);
    return contiguousResult(cx, [input], [...shape.slice(0, -2), kept, ...outputSize], input.dtype);
  },
});
