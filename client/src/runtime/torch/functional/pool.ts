/** Pooling. Input [N, C, H, W] or [C, H, W]; TensorFlow.js runs it channels-last. */
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { computeChannelsLast, rawChannelsLast, runKernel } from "../kernel";
import { tensor } from "../ops/index";
import { formatSizes, sameSizes } from "../shape";
import type { Tensor } from "../tensor";
import { checkPoolPadding, explicitPadding, pair, pooledSize, withBatch } from "./window";
import type { Pair } from "./window";

export interface MaxPoolOptions<Size> {
  /** The kernel size unless given. */
  readonly stride?: Size | null;
  readonly padding?: Size;
  /** Also pools what is left at the end when windows do not fit exactly. */
  readonly ceilMode?: boolean;
}

export interface AvgPoolOptions<Size> extends MaxPoolOptions<Size> {
  /** Whether padding counts as elements of the mean. */
  readonly countIncludePad?: boolean;
}

type Two = readonly [number, number];

interface PoolPlan {
  readonly kernel: Two;
  readonly strides: Two;
  readonly padding: Two;
  readonly output: Two;
  /** Rows and columns beyond the padded input that the last windows cover. */
  readonly overhang: Two;
}

function planPool(input: Tensor, kernelSize: Pair, options: MaxPoolOptions<Pair>): PoolPlan {
  const kernel = pair(kernelSize);
  const strides = pair(options.stride ?? kernelSize);
  const padding = pair(options.padding ?? 0);
  checkPoolPadding(kernel, padding);
  const ceilMode = options.ceilMode ?? false;
  const along = (d: 0 | 1) => pooledSize(input.size(d + 2), kernel[d], strides[d], padding[d], ceilMode);
  const output: Two = [along(0), along(1)];
  const [, channels = 1, height = 1, width = 1] = input.shape;
  if (output[0] < 1 || output[1] < 1) {
    throw new Error(
      `Given input size: (${channels}x${height}x${width}). Calculated output size: (${channels}x${output.join("x")}). Output size is too small`,
    );
  }
  const beyond = (d: 0 | 1) =>
    Math.max(0, (output[d] - 1) * strides[d] + kernel[d] - (input.size(d + 2) + 2 * padding[d]));
  return { kernel, strides, padding, output, overhang: [beyond(0), beyond(1)] };
}

function around({ padding, overhang }: PoolPlan): ReturnType<typeof explicitPadding> {
  return explicitPadding([padding[0], padding[0] + overhang[0]], [padding[1], padding[1] + overhang[1]]);
}

/** The largest element of each window. */
export function maxPool2d(input: Tensor, kernelSize: Pair, options: MaxPoolOptions<Pair> = {}): Tensor {
  return withBatch(input, 2, "max_pool2d", (x) => maxPool(x, planPool(x, kernelSize, options)));
}

function maxPool(input: Tensor, plan: PoolPlan): Tensor {
  const padding = around(plan);
  const attributes = {
    filterSize: [...plan.kernel],
    strides: [...plan.strides],
    pad: padding.flat().every((each) => each === 0) ? "valid" : padding,
  };
  const result = computeChannelsLast("float32", () => runKernel("MaxPool", { x: rawChannelsLast(input) }, attributes));
  return record("maxPool2d", result, [input], [input, result], (g, x, y) => [
    () =>
      computeChannelsLast("float32", () =>
        runKernel(
          "MaxPoolGrad",
          { dy: rawChannelsLast(g), input: rawChannelsLast(x), output: rawChannelsLast(y) },
          attributes,
        ),
      ),
  ]);
}

/** The mean of each window. */
export function avgPool2d(input: Tensor, kernelSize: Pair, options: AvgPoolOptions<Pair> = {}): Tensor {
  checkPoolPadding(pair(kernelSize), pair(options.padding ?? 0));
  return withBatch(input, 2, "avg_pool2d", (x) => {
    const plan = planPool(x, kernelSize, options);
    const pooled = windowMeans(x, plan);
    const correction = divisorCorrection(x, plan, options.countIncludePad ?? true);
    return correction ? pooled.mul(correction) : pooled;
  });
}

/** Means with every window taken as full and padding as zeros. */
function windowMeans(input: Tensor, plan: PoolPlan): Tensor {
  const padding = around(plan);
  const attributes = { filterSize: [...plan.kernel], strides: [...plan.strides], pad: "valid" };
  // Padding is added before pooling: TensorFlow.js divides by the elements inside the input, and its gradient does not.
  const padded = (x: tf.Tensor) => (padding.flat().some((each) => each > 0) ? tf.pad(x, padding) : x);
  const result = computeChannelsLast("float32", () =>
    runKernel("AvgPool", { x: padded(rawChannelsLast(input)) }, attributes),
  );
  return record("avgPool2d", result, [input], [input], (g, x) => [
    () =>
      computeChannelsLast("float32", () => {
        const values = rawChannelsLast(x);
        const whole = runKernel("AvgPoolGrad", { dy: rawChannelsLast(g), input: padded(values) }, attributes);
        return tf.slice(whole, [0, padding[1][0], padding[2][0], 0], values.shape);
      }),
  ]);
}

/** The factor that turns a mean over full windows into one over the elements that count; null where all windows are full. */
function divisorCorrection(input: Tensor, plan: PoolPlan, countIncludePad: boolean): Tensor | null {
  const { kernel, strides, padding, output } = plan;
  const counts = ([0, 1] as const).map((d) => {
    const size = input.size(d + 2);
    return Array.from({ length: output[d] }, (_, i) => {
      const start = i * strides[d] - padding[d];
      const end = Math.min(start + kernel[d], size + padding[d]);
      return countIncludePad ? end - start : Math.min(end, size) - Math.max(start, 0);
    });
  });
  const [rows = [], columns = []] = counts;
  if (rows.every((n) => n === kernel[0]) && columns.every((n) => n === kernel[1])) return null;
  return tensor(
    rows.map((n) => columns.map((m) => (kernel[0] * kernel[1]) / (n * m))),
    { dtype: "float32" },
  );
}

/** The matrix [out, in] whose product averages `size` positions into `out` nearly equal ranges. */
function averagingMatrix(size: number, out: number): Tensor {
  const rows = Array.from({ length: out }, (_, i) => {
    const start = Math.floor((i * size) / out);
    const end = Math.ceil(((i + 1) * size) / out);
    return Array.from({ length: size }, (_, j) => (j >= start && j < end ? 1 / (end - start) : 0));
  });
  return tensor(rows, { dtype: "float32" });
}

/** Means over nearly equal ranges, so that the result has the given size; `null` keeps a size. */
export function adaptiveAvgPool2d(input: Tensor, outputSize: number | readonly [number | null, number | null]): Tensor {
  const [height, width] = typeof outputSize === "number" ? [outputSize, outputSize] : outputSize;
  if (input.ndim !== 3 && input.ndim !== 4) {
    throw new Error(`adaptive_avg_pool2d(): Expected 3D or 4D tensor, but got ${formatSizes(input.shape)}`);
  }
  const size = [input.size(-2), input.size(-1)];
  const target = [height ?? input.size(-2), width ?? input.size(-1)];
  if (sameSizes(size, target)) return input.clone();
  if (target[0] === 1 && target[1] === 1) return input.mean([-2, -1], { keepdim: true });
  const rows = averagingMatrix(size[0] as number, target[0] as number);
  const columns = averagingMatrix(size[1] as number, target[1] as number);
  return rows.matmul(input).matmul(columns.t());
}

/** The largest element of each window of a sequence [N, C, L]. */
export function maxPool1d(input: Tensor, kernelSize: number, options: MaxPoolOptions<number> = {}): Tensor {
  return withBatch(input, 1, "max_pool1d", (x) =>
    maxPool2d(x.unsqueeze(2), [1, kernelSize], flat(options, kernelSize)).squeeze(2),
  );
}

/** The mean of each window of a sequence [N, C, L]. */
export function avgPool1d(input: Tensor, kernelSize: number, options: AvgPoolOptions<number> = {}): Tensor {
  return withBatch(input, 1, "avg_pool1d", (x) => {
    const countIncludePad = options.countIncludePad ?? true;
    return avgPool2d(x.unsqueeze(2), [1, kernelSize], { ...flat(options, kernelSize), countIncludePad }).squeeze(2);
  });
}

function flat(options: MaxPoolOptions<number>, kernelSize: number): MaxPoolOptions<Pair> {
  const { stride, padding = 0, ceilMode = false } = options;
  return { stride: [1, stride ?? kernelSize], padding: [0, padding], ceilMode };
}
