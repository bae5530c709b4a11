/** Operations that combine the elements along dimensions. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { categoryOf, isFloating, scalarTypeName } from "../dtype";
import type { DType } from "../dtype";
import { compute, prefersChannelsLast, raw, rawChannelsLast } from "../kernel";
import { numelOf, sameSizes, wrapDim } from "../shape";
import type { Sizes } from "../shape";
import type { Methods } from "../methods";
import type { Tensor } from "../tensor";
import { eq, maximum, minimum } from "./binary";
import { float } from "./copy";
import { gather } from "./indexing";
import { broadcastTo, reshape } from "./view";

export interface ReduceOptions {
  /** Keeps the reduced dimensions, with size 1. */
  readonly keepdim?: boolean;
}

type Dims = number | readonly number[] | null | undefined;

interface Plan {
  readonly axes: readonly number[];
  /** Sizes with the reduced dimensions of size 1. */
  readonly kept: readonly number[];
  readonly result: readonly number[];
  /** The number of elements that become one. */
  readonly count: number;
}

function plan(self: Tensor, dim: Dims, keepdim: boolean): Plan {
  const { sizes } = self._view;
  const asked = dim === null || dim === undefined ? [] : [dim].flat();
  const wrapped = asked.map((d) => wrapDim(d, self.ndim));
  wrapped.forEach((d, i) => {
    if (wrapped.indexOf(d) !== i) throw new Error(`dim ${d} appears multiple times in the list of dims`);
  });
  const axes = wrapped.length === 0 ? sizes.map((_, d) => d) : wrapped.filter(() => self.ndim > 0);
  const kept = sizes.map((size, d) => (axes.includes(d) ? 1 : size));
  return {
    axes,
    kept,
    result: keepdim ? kept : sizes.filter((_, d) => !axes.includes(d)),
    count: axes.reduce((product, d) => product * (sizes[d] as number), 1),
  };
}

type Reducer = (x: tf.Tensor, axes: number[]) => tf.Tensor;

function reduce(
  self: Tensor,
  dtype: DType,
  { axes, result }: Plan,
  reducer: Reducer,
  prepare = (x: tf.Tensor) => x,
): Tensor {
  // All elements become one: their order does not matter.
  const anyOrder = axes.length === self.ndim && prefersChannelsLast(self);
  return compute(dtype, result, () => {
    const x = prepare(anyOrder ? rawChannelsLast(self) : raw(self));
    return tf.reshape(axes.length === 0 ? reducer(tf.reshape(x, [1, x.size]), [0]) : reducer(x, [...axes]), [
      ...result,
    ]);
  });
}

interface OverOneOptions extends ReduceOptions {
  readonly dim?: number | null;
  readonly dtype?: DType;
}

interface OverOptions extends ReduceOptions {
  readonly dim?: Dims;
  /** What integers and booleans are converted to first. */
  readonly dtype?: DType;
}

/** `(dim, keepdim)`, one by one or by name: `x.sum(1, true)`, `x.sum(1, { keepdim: true })`, `x.sum({ dim: 1 })`. */
type Over = Trailing<OverOptions, ["dim", "keepdim"]>;
type OverOne = Trailing<OverOneOptions, ["dim", "keepdim"]>;

function overOf(over: Over | OverOne): OverOptions {
  return named<OverOptions>(["dim", "keepdim"], over);
}

type OverVariance =
  | Trailing<OverOptions & VarianceOptions, ["dim", "unbiased", "keepdim"]>
  | [unbiased: boolean, options?: VarianceOptions];

function varianceOf(over: OverVariance): OverOptions & VarianceOptions {
  const [first, ...rest] = over;
  if (typeof first === "boolean") return { ...named<VarianceOptions>([], rest), unbiased: first };
  return named<OverOptions & VarianceOptions>(["dim", "unbiased", "keepdim"], over);
}

interface NormOptions extends OverOptions {
  /** 2 unless said. */
  readonly p?: number | "fro";
}

const asInteger = (x: tf.Tensor) => (x.dtype === "int32" ? x : tf.cast(x, "int32"));

/** The sum over the dimensions `dim`, or of all elements. Integers and booleans sum to int64. */
export function sum(self: Tensor, ...over: Over): Tensor {
  const { dim, keepdim = false, dtype } = overOf(over);
  if (dtype !== undefined && dtype !== self.dtype)
    return sum(self.to(dtype), { ...(dim === undefined ? {} : { dim }), keepdim });
  const how = plan(self, dim, keepdim);
  const { sizes } = self._view;
  const floating = isFloating(self.dtype);
  const result = reduce(
    self,
    floating ? "float32" : "int64",
    how,
    (x, axes) => tf.sum(x, axes),
    floating ? undefined : asInteger,
  );
  return record("sum", result, [self], [], (g) => [() => broadcastTo(reshape(g, [...how.kept]), sizes)]);
}

/** Sums over the dimensions that broadcasting added or stretched, so that the result has shape `sizes`. */
export function sumTo(self: Tensor, sizes: Sizes): Tensor {
  if (sameSizes(self._view.sizes, sizes)) return self;
  const added = self.ndim - sizes.length;
  const dims = self.shape.map((_, d) => d).filter((d) => d < added || (sizes[d - added] === 1 && self.size(d) !== 1));
  return reshape(dims.length === 0 ? self : sum(self, dims, { keepdim: true }), [...sizes]);
}

function requireFloating(self: Tensor, name: string): void {
  if (isFloating(self.dtype)) return;
  throw new Error(
    name === "mean"
      ? `mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ${scalarTypeName(self.dtype)}`
      : `${name} only support floating point and complex dtypes`,
  );
}

/** The mean over the dimensions `dim`, or of all elements. */
export function mean(self: Tensor, ...over: Over): Tensor {
  const { dim, keepdim = false, dtype } = overOf(over);
  if (dtype !== undefined && dtype !== self.dtype)
    return mean(self.to(dtype), { ...(dim === undefined ? {} : { dim }), keepdim });
  requireFloating(self, "mean");
  const how = plan(self, dim, keepdim);
  const { sizes } = self._view;
  const result = reduce(self, "float32", how, (x, axes) => tf.div(tf.sum(x, axes), how.count));
  return record("mean", result, [self], [], (g) => [
    () => broadcastTo(reshape(g, [...how.kept]).div(how.count), sizes),
  ]);
}

/** The product over one dimension, or of all elements. */
export function prod(self: Tensor, ...over: OverOne): Tensor {
  const { dim, keepdim = false, dtype } = named<OverOneOptions>(["dim", "keepdim"], over);
  if (dtype !== undefined && dtype !== self.dtype)
    return prod(self.to(dtype), { ...(dim === undefined ? {} : { dim }), keepdim });
  const how = plan(self, dim, keepdim);
  const floating = isFloating(self.dtype);
  const result = reduce(
    self,
    floating ? "float32" : "int64",
    how,
    (x, axes) => tf.prod(x, axes),
    floating ? undefined : asInteger,
  );
  return record("prod", result, [self], [self], (g, x) => [() => prodGradient(g, x, how)]);
}

/** Each element's share of the gradient: the product of the others, also where elements are 0. */
function prodGradient(g: Tensor, x: Tensor, { axes, kept }: Plan): Tensor {
  const rest = x.shape.map((_, d) => d).filter((d) => !axes.includes(d));
  const order = [...rest, ...axes];
  const inverse = order.map((_, d) => order.indexOf(d));
  const restSizes = rest.map((d) => x.size(d));
  const moved = x.permute(order);
  const others = compute("float32", moved.shape, () => {
    const lines = tf.reshape(raw(moved), [-1, numelOf(axes.map((d) => x.size(d)))]);
    const before = tf.cumprod(lines, 1, true, false);
    const after = tf.cumprod(lines, 1, true, true);
    return tf.reshape(tf.mul(before, after), moved.shape);
  });
  const spread = reshape(g, [...kept])
    .permute(order)
    .reshape([...restSizes, ...axes.map(() => 1)]);
  return others.mul(spread).permute(inverse);
}

export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the number of elements to divide by: 1 for the unbiased estimate. */
  readonly correction?: number;
  readonly unbiased?: boolean;
}

/** The variance over the dimensions `dim`, or of all elements; unbiased unless `correction` is 0. */
export function variance(self: Tensor, ...over: OverVariance): Tensor {
  requireFloating(self, "std and var");
  const { dim, keepdim = false, unbiased = true, correction = unbiased ? 1 : 0 } = varianceOf(over);
  const how = plan(self, dim, keepdim);
  const divisor = Math.max(how.count - correction, 0);
  const result = reduce(self, "float32", how, (x, axes) => {
    const centred = tf.sub(x, tf.mean(x, axes, true));
    return tf.div(tf.sum(tf.square(centred), axes), divisor);
  });
  return record("var", result, [self], [self], (g, x) => [
    () => x.sub(mean(x, [...how.axes], { keepdim: true })).mul(reshape(g, [...how.kept]).mul(2 / divisor)),
  ]);
}

/** The standard deviation: the square root of `var`. */
export function std(self: Tensor, ...over: OverVariance): Tensor {
  return variance(self, ...over).sqrt();
}

function extremum(self: Tensor, dim: Dims, keepdim: boolean, name: "amax" | "amin"): Tensor {
  const how = plan(self, dim, keepdim);
  if (how.count === 0) {
    throw new Error(
      `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    );
  }
  const reducer: Reducer = name === "amax" ? (x, axes) => tf.max(x, axes) : (x, axes) => tf.min(x, axes);
  const result = reduce(self, self.dtype, how, reducer, self.dtype === "bool" ? asInteger : undefined);
  // Elements that share the extremum share the gradient.
  return record(name, result, [self], [self, result], (g, x, y) => [
    () => {
      const hits = float(eq(x, reshape(y, [...how.kept])));
      return hits.mul(reshape(g, [...how.kept])).div(sum(hits, [...how.axes], { keepdim: true }));
    },
  ]);
}

/** The largest elements over the dimensions `dim`. */
export function amax(self: Tensor, ...over: Over): Tensor {
  const { dim, keepdim = false } = overOf(over);
  return extremum(self, dim, keepdim, "amax");
}

/** The smallest elements over the dimensions `dim`. */
export function amin(self: Tensor, ...over: Over): Tensor {
  const { dim, keepdim = false } = overOf(over);
  return extremum(self, dim, keepdim, "amin");
}

function argExtremum(self: Tensor, dim: Dims | undefined, keepdim: boolean, name: "argmax" | "argmin"): Tensor {
  const how = plan(self, dim, keepdim);
  if (how.count === 0) {
    throw new RangeError(
      `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    );
  }
  return compute("int64", how.result, () => {
    const x = self.dtype === "bool" ? asInteger(raw(self)) : raw(self);
    const line = how.axes.length === 1 ? x : tf.reshape(x, [x.size]);
    const axis = how.axes.length === 1 ? (how.axes[0] as number) : 0;
    return tf.reshape(name === "argmax" ? tf.argMax(line, axis) : tf.argMin(line, axis), [...how.result]);
  });
}

/** PyTorch has no comparison of booleans for it, and needs none along a dimension of size 1. */
function refuseBool(self: Tensor, name: string, dim: Dims | undefined): void {
  const alone = typeof dim === "number" && self.ndim > 0 && self.size(dim) === 1;
  if (self.dtype === "bool" && !alone) throw new Error(`"${name}_cpu" not implemented for 'Bool'`);
}

/** The position of the largest element along `dim`, or among all elements in row-major order. */
export function argmax(self: Tensor, ...over: OverOne): Tensor {
  const { dim, keepdim = false } = overOf(over);
  refuseBool(self, "argmax", dim);
  return argExtremum(self, dim, keepdim, "argmax");
}

/** The position of the smallest element along `dim`, or among all elements in row-major order. */
export function argmin(self: Tensor, ...over: OverOne): Tensor {
  const { dim, keepdim = false } = overOf(over);
  refuseBool(self, "argmin", dim);
  return argExtremum(self, dim, keepdim, "argmin");
}

/** Values and where they were found; also as `[values, indices]`. */
export type ValuesAndIndices = [Tensor, Tensor] & { readonly values: Tensor; readonly indices: Tensor };

export function valuesAndIndices(values: Tensor, indices: Tensor): ValuesAndIndices {
  return Object.assign([values, indices] as [Tensor, Tensor], { values, indices });
}

function extremumAlong(self: Tensor, dim: number, keepdim: boolean, arg: "argmax" | "argmin"): ValuesAndIndices {
  const positions = argExtremum(self, dim, true, arg);
  const values = self.ndim === 0 ? self : gather(self, dim, positions);
  return keepdim || self.ndim === 0
    ? valuesAndIndices(values, positions)
    : valuesAndIndices(values.squeeze(dim), positions.squeeze(dim));
}

/** The largest element; with `dim`, the largest along it and where; with a tensor, the element-wise maximum. */
export function max(self: Tensor): Tensor;
export function max(self: Tensor, other: Tensor): Tensor;
export function max(self: Tensor, dim: number, keepdim?: boolean | ReduceOptions): ValuesAndIndices;
export function max(self: Tensor, along: ReduceOptions & { readonly dim: number }): ValuesAndIndices;
export function max(self: Tensor, ...args: unknown[]): Tensor | ValuesAndIndices {
  const { dim, keepdim = false } = named<{ dim?: number | Tensor; keepdim?: boolean }>(["dim", "keepdim"], args);
  if (dim === undefined) return amax(self);
  return typeof dim === "number" ? extremumAlong(self, dim, keepdim, "argmax") : maximum(self, dim);
}

/** The smallest element; with `dim`, the smallest along it and where; with a tensor, the element-wise minimum. */
export function min(self: Tensor): Tensor;
export function min(self: Tensor, other: Tensor): Tensor;
export function min(self: Tensor, dim: number, keepdim?: boolean | ReduceOptions): ValuesAndIndices;
export function min(self: Tensor, along: ReduceOptions & { readonly dim: number }): ValuesAndIndices;
export function min(self: Tensor, ...args: unknown[]): Tensor | ValuesAndIndices {
  const { dim, keepdim = false } = named<{ dim?: number | Tensor; keepdim?: boolean }>(["dim", "keepdim"], args);
  if (dim === undefined) return amin(self);
  return typeof dim === "number" ? extremumAlong(self, dim, keepdim, "argmin") : minimum(self, dim);
}

const asTruth = (x: tf.Tensor) => (x.dtype === "bool" ? x : tf.notEqual(x, tf.scalar(0, x.dtype as "float32")));

/** Whether any element along `dim` is not 0. */
export function any(self: Tensor, ...over: Over): Tensor {
  const { dim, keepdim = false } = overOf(over);
  return reduce(self, "bool", plan(self, dim, keepdim), (x, axes) => tf.any(x, axes), asTruth);
}

/** Whether every element along `dim` is not 0. */
export function all(self: Tensor, ...over: Over): Tensor {
  const { dim, keepdim = false } = overOf(over);
  return reduce(self, "bool", plan(self, dim, keepdim), (x, axes) => tf.all(x, axes), asTruth);
}

/** The p-norm over `dim`, or of all elements: 2 unless said; `Infinity` for the largest absolute value. */
export function norm(self: Tensor, ...args: Trailing<NormOptions, ["p", "dim", "keepdim"]>): Tensor {
  const { p: power = 2, dim, keepdim = false } = named<NormOptions>(["p", "dim", "keepdim"], args);
  const p = power === "fro" ? 2 : power;
  if (!isFloating(self.dtype)) {
    throw new Error(
      `linalg.vector_norm: Expected a floating point or complex tensor as input. Got ${scalarTypeName(self.dtype)}`,
    );
  }
  if (p === Infinity) return amax(self.abs(), dim, { keepdim });
  if (p === -Infinity) return amin(self.abs(), dim, { keepdim });
  // How many are not 0.
  if (p === 0) return sum(self.sign().abs(), dim, { keepdim });
  if (p === 1) return sum(self.abs(), dim, { keepdim });
  if (p !== 2) return sum(self.abs().pow(p), dim, { keepdim }).pow(1 / p);
  const how = plan(self, dim, keepdim);
  const result = reduce(self, "float32", how, (x, axes) => tf.sqrt(tf.sum(tf.square(x), axes)));
  return record("norm", result, [self], [self, result], (g, x, y) => [
    () => {
      const length = reshape(y, [...how.kept]);
      // The gradient at 0 is 0, as in PyTorch.
      return x
        .mul(reshape(g, [...how.kept]))
        .div(length)
        .maskedFill(length.eq(0), 0);
    },
  ]);
}

/** Running sums along a dimension. */
export function cumsum(self: Tensor, dim: number, { dtype: asked }: { dtype?: DType } = {}): Tensor {
  if (asked && asked !== self.dtype) return cumsum(self.to(asked), dim);
  const d = wrapDim(dim, self.ndim);
  const dtype = categoryOf(self.dtype) === "floating" ? "float32" : "int64";
  const along = (x: Tensor, reverse: boolean) =>
    compute(dtype, x.shape, () => {
      const values = dtype === "int64" ? asInteger(raw(x)) : raw(x);
      return x.ndim === 0 ? values : tf.cumsum(values, d, false, reverse);
    });
  return record("cumsum", along(self, false), [self], [], (g) => [() => along(g, true)]);
}

/** log Σ exp over `dim`, without overflow. */
export function logsumexp(
  self: Tensor,
  dim: number | readonly number[],
  options: boolean | ReduceOptions = {},
): Tensor {
  const keepdim = typeof options === "boolean" ? options : (options.keepdim ?? false);
  const how = plan(self, dim, keepdim);
  const result = reduce(self, "float32", how, (x, axes) => tf.logSumExp(x, axes));
  return record("logsumexp", result, [self], [self, result], (g, x, y) => [
    () =>
      x
        .sub(reshape(y, [...how.kept]))
        .exp()
        .mul(reshape(g, [...how.kept])),
  ]);
}

export const reduceFunctions = {
  sum,
  mean,
  prod,
  var: variance,
  std,
  amax,
  amin,
  argmax,
  argmin,
  any,
  all,
  norm,
  cumsum,
  logsumexp,
};

/** Methods with overloads, which a mapped type cannot carry over. */
export interface ReduceMethods extends Methods<typeof reduceFunctions> {
  /** The largest element; with `dim`, the largest along it and where; with a tensor, the element-wise maximum. */
  max(): Tensor;
  max(other: Tensor): Tensor;
  max(dim: number, keepdim?: boolean | ReduceOptions): ValuesAndIndices;
  max(along: ReduceOptions & { readonly dim: number }): ValuesAndIndices;
  /** The smallest element; with `dim`, the smallest along it and where; with a tensor, the element-wise minimum. */
  min(): Tensor;
  min(other: Tensor): Tensor;
  min(dim: number, keepdim?: boolean | ReduceOptions): ValuesAndIndices;
  min(along: ReduceOptions & { readonly dim: number }): ValuesAndIndices;
  /** The element in the middle, of two the lower one; with `dim`, along it and where. */
  median(): Tensor;
  median(dim: number, keepdim?: boolean | ReduceOptions): ValuesAndIndices;
}
