import type { Dim } from "./dim";
import { add, bounds, ceilDivide, constant, floorDivide, maximum, minimum, modulo, multiply, subtract } from "./dim";
import type { Answer } from "./contiguity";

/**
 * Output sizes of operations that move a window along a dimension. All sizes are in elements; results are not
 * checked to be positive, since a window that does not fit is for the caller to report.
 */
export interface Window {
  readonly kernel: Dim;
  readonly stride: Dim;
  readonly dilation: Dim;
}

const one = constant(1);
const two = constant(2);

/** How many elements the window spans: `dilation*(kernel - 1) + 1`. */
export function effectiveKernel(window: Window): Dim {
  return add(multiply(window.dilation, subtract(window.kernel, one)), one);
}

/**
 * `floor((input + 2*padding - effectiveKernel) / stride) + 1`: the size of a convolution or pooling with `padding`
 * on both sides (https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html). TensorFlow's "valid" is
 * this with no padding, and its numeric padding is this as well.
 */
export function convolutionSize(input: Dim, window: Window, padding: Dim): Dim {
  return add(floorDivide(slack(input, window, padding), window.stride), one);
}

/**
 * The size of a pooling with `ceilMode`: a last window that is only partly filled counts, unless it would begin in
 * the padding on the right (https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html).
 */
export function ceilPoolSize(input: Dim, window: Window, padding: Dim): Dim {
  const windows = add(ceilDivide(slack(input, window, padding), window.stride), one);
  return minimum(windows, ceilDivide(add(input, padding), window.stride));
}

/** TensorFlow's "same": `ceil(input / stride)`, whatever the kernel. */
export function sameSize(input: Dim, stride: Dim): Dim {
  return ceilDivide(input, stride);
}

/**
 * `(input - 1)*stride - 2*padding + effectiveKernel + outputPadding`
 * (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html).
 */
export function transposedConvolutionSize(input: Dim, window: Window, padding: Dim, outputPadding: Dim): Dim {
  const spread = multiply(subtract(input, one), window.stride);
  return add(subtract(add(spread, effectiveKernel(window)), multiply(two, padding)), outputPadding);
}

/** The size of a `conv2dTranspose` layer of TensorFlow.js, which ignores dilation. */
export function transposedLayerSize(input: Dim, kernel: Dim, stride: Dim, padding: "same" | "valid"): Dim {
  const spread = multiply(input, stride);
  return padding === "same" ? spread : add(spread, maximum(subtract(kernel, stride), constant(0)));
}

/** How many elements at the end of the input no window reaches, when the output is rounded down. */
export function uncovered(input: Dim, window: Window, padding: Dim): Dim {
  return maximum(subtract(modulo(slack(input, window, padding), window.stride), padding), constant(0));
}

/** Whether every element of the input is under some window, when the output is rounded down. */
export function coversAll(input: Dim, window: Window, padding: Dim): Answer {
  const { min, max } = bounds(uncovered(input, window, padding));
  if (max <= 0) {
    return "yes";
  }
  return min > 0 ? "no" : "maybe";
}

/** How far the window can move: the padded input less one window. */
function slack(input: Dim, window: Window, padding: Dim): Dim {
  return subtract(add(input, multiply(two, padding)), effectiveKernel(window));
}
