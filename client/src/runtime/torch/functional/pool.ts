/** Pooling. Input [N, C, H, W] or [C, H, W]; TensorFlow.js runs it channels-last. */
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { computeChannelsLast, rawChannelsLast, runKernel } from "../kernel";
import { arange, tensor } from "../ops/index";
import { formatSizes, sameSizes } from "../shape";
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import type { Tensor } from "../tensor";
import { pad } from "./pad";
import { checkPoolPadding, explicitPadding, pair, pooledSize, withBatch } from "./window";
import type { Pair } from "./window";

interface PoolOptions<Size> {
  /** The kernel size unless given. */
  readonly stride?: Size | null;
  readonly padding?: Size;
  /** Also pools what is left at the end when windows do not fit exactly. */
  readonly ceilMode?: boolean;
}

export interface MaxPoolOptions<Size> extends PoolOptions<Size> {
  readonly dilation?: Size;
  /** Also returns where each largest element is, counted in its flattened channel: `[values, indices]`. */
  readonly returnIndices?: boolean;
}

export interface AvgPoolOptions<Size> extends PoolOptions<Size> {
  /** Whether padding counts as elements of the mean. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by, instead of the number of elements. */
  readonly divisorOverride?: number | null;
}

/** The options in PyTorch's order, in which functions and layers differ. */
export const MAX_POOL_ORDER = ["stride", "padding", "dilation", "ceilMode", "returnIndices"] as const;
export const AVG_POOL_ORDER = ["stride", "padding", "ceilMode", "countIncludePad", "divisorOverride"] as const;

type WithIndices<Size> = MaxPoolOptions<Size> & { readonly returnIndices: true };
type MaxPoolArguments<Size> = Trailing<MaxPoolOptions<Size>, typeof MAX_POOL_ORDER>;
type AvgPoolArguments<Size> = Trailing<AvgPoolOptions<Size>, typeof AVG_POOL_ORDER>;

type Two = readonly [number, number];

interface PoolPlan {
  readonly kernel: Two;
  readonly dilation: Two;
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
  const dilation = pair(options.dilation ?? 1);
  checkPoolPadding(kernel, padding, dilation);
  const ceilMode = options.ceilMode ?? false;
  const covered = (d: 0 | 1) => (kernel[d] - 1) * dilation[d] + 1;
  const along = (d: 0 | 1) => pooledSize(input.size(d + 2), covered(d), strides[d], padding[d], ceilMode);
  const output: Two = [along(0), along(1)];
  const [, channels = 1, height = 1, width = 1] = input.shape;
  if (output[0] < 1 || output[1] < 1) {
    throw new Error(
      `Given input size: (${channels}x${height}x${width}). Calculated output size: (${channels}x${output.join("x")}). Output size is too small`,
    );
  }
  const beyond = (d: 0 | 1) =>
    Math.max(0, (output[d] - 1) * strides[d] + covered(d) - (input.size(d + 2) + 2 * padding[d]));
  return { kernel, dilation, strides, padding, output, overhang: [beyond(0), beyond(1)] };
}

function around({ padding, overhang }: PoolPlan): ReturnType<typeof explicitPadding> {
  return explicitPadding([padding[0], padding[0] + overhang[0]], [padding[1], padding[1] + overhang[1]]);
}

/** The largest element of each window; with `returnIndices`, where it is, too. */
export function maxPool2d(input: Tensor, kernelSize: Pair, options: WithIndices<Pair>): [Tensor, Tensor];
export function maxPool2d(input: Tensor, kernelSize: Pair, ...options: MaxPoolArguments<Pair>): Tensor;
export function maxPool2d(input: Tensor, kernelSize: Pair, ...args: unknown[]): Tensor | [Tensor, Tensor] {
  const options = named<MaxPoolOptions<Pair>>(MAX_POOL_ORDER, args);
  if (options.returnIndices) {
    const unbatched = input.ndim === 3;
    const found: Tensor[] = [];
    const values = withBatch(input, 2, "max_pool2d", (x) => {
      const [largest, indices] = maxPoolWithIndices(x, planPool(x, kernelSize, options));
      found.push(unbatched ? indices.squeeze(0) : indices);
      return largest;
    });
    return [values, found[0] as Tensor];
  }
  return withBatch(input, 2, "max_pool2d", (x) => {
    const plan = planPool(x, kernelSize, options);
    return plan.dilation.some((each) => each > 1) ? maxPoolWithIndices(x, plan)[0] : maxPool(x, plan);
  });
}

/** By views of the windows, for what the backend's kernel cannot do. */
function maxPoolWithIndices(input: Tensor, plan: PoolPlan): [Tensor, Tensor] {
  const { kernel, dilation, strides, padding, output, overhang } = plan;
  const amounts = [padding[1], padding[1] + overhang[1], padding[0], padding[0] + overhang[0]];
  const covered = ([0, 1] as const).map((d) => (kernel[d] - 1) * dilation[d] + 1) as [number, number];
  const windows = pad(input, amounts, { value: -Infinity })
    .unfold(2, covered[0], strides[0])
    .unfold(3, covered[1], strides[1])
    .at("...", [null, null, dilation[0]], [null, null, dilation[1]])
    .flatten(-2);
  const { values, indices } = windows.max(-1);
  const starts = (d: 0 | 1) => arange(0, output[d]).mul(strides[d]).sub(padding[d]);
  const rows = indices.floorDivide(kernel[1]).mul(dilation[0]).add(starts(0).view(-1, 1));
  const columns = indices.remainder(kernel[1]).mul(dilation[1]).add(starts(1));
  return [values.contiguous(), rows.mul(input.size(3)).add(columns)];
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
export function avgPool2d(input: Tensor, kernelSize: Pair, ...args: AvgPoolArguments<Pair>): Tensor {
  const options = named<AvgPoolOptions<Pair>>(AVG_POOL_ORDER, args);
  checkPoolPadding(pair(kernelSize), pair(options.padding ?? 0));
  return withBatch(input, 2, "avg_pool2d", (x) => {
    const plan = planPool(x, kernelSize, options);
    const pooled = windowMeans(x, plan);
    const { divisorOverride = null } = options;
    if (divisorOverride === 0) throw new Error("divisor must be not zero");
    if (divisorOverride !== null) return pooled.mul((plan.kernel[0] * plan.kernel[1]) / divisorOverride);
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
  // A mean over all of it takes any number of dimensions in front.
  const whole = height === 1 && width === 1 && input.ndim >= 2;
  if (!whole && input.ndim !== 3 && input.ndim !== 4) {
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
export function maxPool1d(input: Tensor, kernelSize: number, options: WithIndices<number>): [Tensor, Tensor];
export function maxPool1d(input: Tensor, kernelSize: number, ...options: MaxPoolArguments<number>): Tensor;
export function maxPool1d(input: Tensor, kernelSize: number, ...args: unknown[]): Tensor | [Tensor, Tensor] {
  const options = named<MaxPoolOptions<number>>(MAX_POOL_ORDER, args);
  const { dilation = 1, returnIndices = false } = options;
  const how = { ...flat(options, kernelSize), dilation: [1, dilation] } as const;
  checkPoolPadding([kernelSize], [options.padding ?? 0], [dilation]);
  if (!returnIndices) {
    return withBatch(input, 1, "max_pool1d", (x) => maxPool2d(x.unsqueeze(2), [1, kernelSize], how).squeeze(2));
  }
  const image = input.unsqueeze(-2);
  const [values, indices] = maxPool2d(image, [1, kernelSize], { ...how, returnIndices });
  return [values.squeeze(-2), indices.squeeze(-2)];
}

/** The mean of each window of a sequence [N, C, L]. */
export function avgPool1d(input: Tensor, kernelSize: number, ...args: AvgPoolArguments<number>): Tensor {
  const options = named<AvgPoolOptions<number>>(AVG_POOL_ORDER, args);
  return withBatch(input, 1, "avg_pool1d", (x) => {
    const countIncludePad = options.countIncludePad ?? true;
    return avgPool2d(x.unsqueeze(2), [1, kernelSize], { ...flat(options, kernelSize), countIncludePad }).squeeze(2);
  });
}

function flat(options: PoolOptions<number>, kernelSize: number): PoolOptions<Pair> {
  const { stride, padding = 0, ceilMode = false } = options;
  return { stride: [1, stride ?? kernelSize], padding: [0, padding], ceilMode };
}
