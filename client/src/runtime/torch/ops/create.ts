/** New tensors: constants, ranges, values from JavaScript, random numbers. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { allocate, dtypeOfScalar, isFloating } from "../dtype";
import type { DType, Values } from "../dtype";
import { defaultGenerator } from "../generator";
import type { Generator } from "../generator";
import { copyLayout } from "../layout";
import { formatSizes, numelOf, sizesFrom } from "../shape";
import type { Sizes } from "../shape";
import { Storage } from "../storage";
import { Tensor } from "../tensor";
import type { NestedNumbers } from "../tensor";

export interface TensorOptions {
  readonly dtype?: DType;
  readonly requiresGrad?: boolean;
}

export interface RandomOptions extends TensorOptions {
  readonly generator?: Generator;
}

/** `zeros(2, 3)`, `zeros([2, 3])`, either with options after it. */
export type SizesAndOptions<Options> = (number | Sizes | Options)[];

function parseSizes<Options extends object>(args: SizesAndOptions<Options>): { sizes: number[]; options: Options } {
  const last = args.at(-1);
  const hasOptions = typeof last === "object" && !Array.isArray(last);
  const sizes = sizesFrom((hasOptions ? args.slice(0, -1) : args) as number[]);
  for (const size of sizes) {
    if (!Number.isInteger(size) || size < 0) {
      throw new Error(`Trying to create tensor with negative dimension ${size}: ${formatSizes(sizes)}`);
    }
  }
  return { sizes, options: (hasOptions ? last : {}) as Options };
}

function fromValues(values: Values, sizes: Sizes, { dtype = "float32", requiresGrad = false }: TensorOptions): Tensor {
  return new Tensor(Storage.fromValues(dtype, values), sizes).requiresGrad_(requiresGrad);
}

function filled(sizes: Sizes, value: number | boolean, options: TensorOptions): Tensor {
  return fromValues(
    allocate(options.dtype ?? "float32", numelOf(sizes)).fill(
      options.dtype === "bool" ? Number(Boolean(value)) : Number(value),
    ),
    sizes,
    options,
  );
}

/** All elements 0. */
export function zeros(...args: SizesAndOptions<TensorOptions>): Tensor {
  const { sizes, options } = parseSizes(args);
  return filled(sizes, 0, options);
}

/** All elements 1. */
export function ones(...args: SizesAndOptions<TensorOptions>): Tensor {
  const { sizes, options } = parseSizes(args);
  return filled(sizes, 1, options);
}

/** Elements without meaning yet; zeros, here. */
export function empty(...args: SizesAndOptions<TensorOptions>): Tensor {
  return zeros(...args);
}

/** All elements `value`, which decides the dtype unless given. */
export function full(sizes: Sizes, value: number | boolean, options: TensorOptions = {}): Tensor {
  return filled(sizes, value, { dtype: dtypeOfScalar(value), ...options });
}

function like(self: Tensor, value: number | boolean, options: TensorOptions): Tensor {
  const dtype = options.dtype ?? self.dtype;
  // The layout follows the model's, as a copy's would.
  const { strides } = copyLayout(self._view);
  const values = allocate(dtype, self.numel()).fill(Number(value));
  return new Tensor(Storage.fromValues(dtype, values), self.shape, strides).requiresGrad_(
    options.requiresGrad ?? false,
  );
}

/** Zeros of another tensor's shape, dtype and layout. */
export function zerosLike(self: Tensor, options: TensorOptions = {}): Tensor {
  return like(self, 0, options);
}

/** Ones of another tensor's shape, dtype and layout. */
export function onesLike(self: Tensor, options: TensorOptions = {}): Tensor {
  return like(self, 1, options);
}

/** A constant of another tensor's shape, dtype and layout. */
export function fullLike(self: Tensor, value: number | boolean, options: TensorOptions = {}): Tensor {
  return like(self, value, options);
}

function shapeOf(data: NestedNumbers): number[] {
  if (!Array.isArray(data)) return [];
  const first = data[0];
  return first === undefined ? [0] : [data.length, ...shapeOf(first)];
}

function flattenInto(data: NestedNumbers, shape: Sizes, dim: number, out: (number | boolean)[]): void {
  if (!Array.isArray(data)) {
    if (dim !== shape.length) throw new Error(`expected sequence of length ${shape[dim]} at dim ${dim} (got a number)`);
    out.push(data);
    return;
  }
  if (data.length !== shape[dim]) {
    throw new Error(`expected sequence of length ${shape[dim]} at dim ${dim} (got ${data.length})`);
  }
  data.forEach((each) => flattenInto(each, shape, dim + 1, out));
}

function inferDtype(values: readonly (number | boolean)[]): DType {
  if (values.length === 0) return "float32";
  if (values.every((value) => typeof value === "boolean")) return "bool";
  return values.every((value) => Number.isInteger(Number(value))) ? "int64" : "float32";
}

export type TensorData = NestedNumbers | Float32Array | Int32Array | Uint8Array | Float64Array;

/**
 * A tensor of the given values: a number, nested arrays, or a typed array. Whole numbers make int64, booleans bool; say
 * `{ dtype: torch.float32 }` for float values that happen to be whole. Ragged arrays throw.
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  if (ArrayBuffer.isView(data)) {
    const dtype = options.dtype ?? (data instanceof Float32Array || data instanceof Float64Array ? "float32" : "int64");
    const values = allocate(dtype, data.length);
    values.set(data);
    return fromValues(values, [data.length], { ...options, dtype });
  }
  const shape = shapeOf(data);
  const flat: (number | boolean)[] = [];
  flattenInto(data, shape, 0, flat);
  const dtype = options.dtype ?? inferDtype(flat);
  const values = allocate(dtype, flat.length);
  flat.forEach((value, i) => {
    values[i] = dtype === "bool" ? Number(Boolean(value)) : Number(value);
  });
  return fromValues(values, shape, { ...options, dtype });
}

function isOptions(value: unknown): value is TensorOptions {
  return typeof value === "object" && value !== null;
}

/** Numbers from `start` (0 unless given) up to, not including, `end`, `step` apart. */
export function arange(...args: (number | TensorOptions)[]): Tensor {
  const options = args.find(isOptions) ?? {};
  const [first = 0, second, step = 1] = args.filter((arg) => typeof arg === "number");
  const [start, end] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw new Error("step must be nonzero");
  if ((end - start) * step < 0) {
    throw new Error("upper bound and lower bound inconsistent with step sign");
  }
  const whole = [start, end, step].every(Number.isInteger);
  const dtype = options.dtype ?? (whole ? "int64" : "float32");
  const length = Math.ceil((end - start) / step);
  const values = allocate(dtype, length);
  for (let i = 0; i < length; i++) values[i] = start + i * step;
  return fromValues(values, [length], { ...options, dtype });
}

/** `steps` numbers evenly from `start` to `end`, both included. */
export function linspace(start: number, end: number, steps: number, options: TensorOptions = {}): Tensor {
  if (steps < 0) throw new Error("number of steps must be non-negative");
  const values = allocate(options.dtype ?? "float32", steps);
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  // PyTorch counts from the nearer end, which keeps both exact.
  for (let i = 0; i < steps; i++) values[i] = i < steps / 2 ? start + i * step : end - (steps - 1 - i) * step;
  return fromValues(values, [steps], options);
}

export interface EyeOptions extends TensorOptions {
  readonly m?: number;
}

/** The identity matrix, or its first `m` columns. */
export function eye(n: number, ...rest: Trailing<EyeOptions, ["m"]>): Tensor {
  const { m = n, ...options } = named<EyeOptions>(["m"], rest);
  const values = allocate(options.dtype ?? "float32", n * m);
  for (let i = 0; i < Math.min(n, m); i++) values[i * m + i] = 1;
  return fromValues(values, [n, m], options);
}

/** Uniform in [0, 1). */
export function rand(...args: SizesAndOptions<RandomOptions>): Tensor {
  const { sizes, options } = parseSizes(args);
  return fromValues((options.generator ?? defaultGenerator).uniforms(numelOf(sizes)), sizes, options);
}

/** Normally distributed with mean 0 and standard deviation 1. */
export function randn(...args: SizesAndOptions<RandomOptions>): Tensor {
  const { sizes, options } = parseSizes(args);
  return fromValues((options.generator ?? defaultGenerator).normals(numelOf(sizes)), sizes, options);
}

/** Whole numbers from `low` (0 unless given) up to, not including, `high`: `randint(10, [2])`, `randint(5, 10, [2])`. */
export function randint(high: number, sizes: Sizes, options?: RandomOptions): Tensor;
export function randint(low: number, high: number, sizes: Sizes, options?: RandomOptions): Tensor;
export function randint(
  first: number,
  second: number | Sizes,
  third?: Sizes | RandomOptions,
  fourth?: RandomOptions,
): Tensor {
  const [low, high, sizes, options] =
    typeof second === "number"
      ? [first, second, third as Sizes, fourth]
      : [0, first, second, third as RandomOptions | undefined];
  if (low >= high) throw new Error(`random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`);
  const { dtype = "int64", generator = defaultGenerator, ...rest } = options ?? {};
  const values = allocate(dtype, numelOf(sizes));
  for (let i = 0; i < values.length; i++) values[i] = low + generator.below(high - low);
  return fromValues(values, sizes, { ...rest, dtype });
}

/** The numbers from 0 to n − 1 in random order. */
export function randperm(n: number, { dtype = "int64", generator = defaultGenerator }: RandomOptions = {}): Tensor {
  return fromValues(generator.permutation(n), [n], { dtype });
}

/** Uniform in [0, 1), of another tensor's shape. */
export function randLike(self: Tensor, options: RandomOptions = {}): Tensor {
  return rand(self.shape, { dtype: self.dtype, ...options });
}

/** Normally distributed, of another tensor's shape. */
export function randnLike(self: Tensor, options: RandomOptions = {}): Tensor {
  return randn(self.shape, { dtype: self.dtype, ...options });
}

/** Normally distributed: `normal(mean, std, sizes)`, or element by element from tensors. */
export function normal(
  mean: number | Tensor,
  std: number | Tensor,
  sizes?: Sizes,
  options: RandomOptions = {},
): Tensor {
  const shape = sizes ?? (typeof mean === "object" ? mean.shape : typeof std === "object" ? std.shape : []);
  return randn(shape, options).mul(std).add(mean);
}

/** 1 with the probability that each element gives, else 0. */
export function bernoulli(self: Tensor, { generator = defaultGenerator }: RandomOptions = {}): Tensor {
  if (!isFloating(self.dtype)) throw new Error("bernoulli expects probabilities of a floating point dtype");
  const values = self._values() as Float32Array;
  return fromValues(
    values.map((probability) => (generator.uniform() < probability ? 1 : 0)),
    self.shape,
    {},
  );
}

/** Positions drawn by weight, from a row of weights or from each row of a matrix. */
export function multinomial(
  self: Tensor,
  numSamples: number,
  { replacement = false, generator = defaultGenerator }: { replacement?: boolean; generator?: Generator } = {},
): Tensor {
  if (self.ndim !== 1 && self.ndim !== 2) throw new Error("prob_dist must be 1 or 2 dim");
  if (numSamples <= 0) throw new Error("cannot sample n_sample <= 0 samples");
  const categories = self.size(-1);
  if (!replacement && numSamples > categories) {
    throw new Error("cannot sample n_sample > prob_dist.size(-1) samples without replacement");
  }
  const weights = self._values();
  const rows = weights.length / categories;
  const drawn = new Int32Array(rows * numSamples);
  for (let row = 0; row < rows; row++) {
    const left = Array.from(weights.subarray(row * categories, (row + 1) * categories));
    if (left.some((weight) => !(weight >= 0 && weight < Infinity))) {
      throw new Error("probability tensor contains either `inf`, `nan` or element < 0");
    }
    for (let k = 0; k < numSamples; k++) {
      const position = drawByWeight(left, generator.uniform());
      drawn[row * numSamples + k] = position;
      if (!replacement) left[position] = 0;
    }
  }
  return fromValues(drawn, [...self.shape.slice(0, -1), numSamples], { dtype: "int64" });
}

function drawByWeight(weights: readonly number[], uniform: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) throw new Error("invalid multinomial distribution (sum of probabilities <= 0)");
  let rest = uniform * total;
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i] as number;
    if (rest < 0) return i;
  }
  return weights.findLastIndex((weight) => weight > 0);
}
