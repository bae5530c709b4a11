/**
 * Operations that change a tensor, named with a trailing underscore. All views of the storage see the change; gradients
 * that saved the old values notice it (`Storage.version`).
 */
import { record, recording } from "../autograd";
import { pad } from "../functional/pad";
import { isGradEnabled, noGrad } from "../grad-mode";
import { gather } from "./indexing";
import { allocate, categoryOf, promote, scalarTypeName } from "../dtype";
import type { DType, Values } from "../dtype";
import { defaultGenerator } from "../generator";
import { compute, raw } from "../kernel";
import { elementIndices, isWhole } from "../materialize";
import { formatSizes, isContiguous, numelOf, sameSizes } from "../shape";
import { Tensor } from "../tensor";
import { add, div, floorDivide, fmod, maskedFill, mul, pow, remainder, sub } from "./binary";
import type { Operand } from "./elementwise";
import { broadcastTo } from "./view";
import {
  abs,
  ceil,
  clamp,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  neg,
  reciprocal,
  relu,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tan,
  tanh,
  trunc,
} from "./unary";

const categories = ["bool", "integer", "floating"];

function checkWritable(self: Tensor): void {
  if (!isGradEnabled()) return;
  if (self.isLeaf && self.requiresGrad) {
    throw new Error("a leaf Variable that requires grad is being used in an in-place operation.");
  }
}

/** Refuses expanded tensors, several of whose elements are one number in memory. */
function checkOwnElements({ _view: { sizes, strides } }: Tensor): void {
  if (sizes.every((size, d) => size < 2 || strides[d] !== 0)) return;
  throw new Error(
    "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.",
  );
}

function checkCast(from: DType, to: DType): void {
  if (categories.indexOf(categoryOf(from)) > categories.indexOf(categoryOf(to))) {
    throw new Error(
      `result type ${scalarTypeName(from)} can't be cast to the desired output type ${scalarTypeName(to)}`,
    );
  }
}

/** Writes row-major values to where the tensor's elements lie. */
function writeValues(self: Tensor, values: Values): void {
  const { storage, sizes, strides, offset } = self._view;
  if (isWhole(self._view)) {
    storage.replaceValues(values);
    return;
  }
  const all = storage.values().slice();
  elementIndices(sizes, strides, offset).forEach((index, i) => {
    all[index] = values[i] as number;
  });
  storage.replaceValues(all);
}

/** The dimensions from the outermost to the innermost in memory; null for tensors that leave parts of their memory out. */
function memoryOrder(self: Tensor): number[] | null {
  const { storage, sizes, strides, offset } = self._view;
  if (offset !== 0 || storage.numel !== numelOf(sizes)) return null;
  const order = sizes.map((_, d) => d).sort((a, b) => (strides[b] as number) - (strides[a] as number) || a - b);
  const ordered = (values: readonly number[]) => order.map((d) => values[d] as number);
  return isContiguous(ordered(sizes), ordered(strides)) ? order : null;
}

function refuseView(name: string): never {
  throw new Error(
    `${name}: changing a view in place while gradients are recorded is not supported. Compute a new tensor instead, or wrap the change in torch.noGrad.`,
  );
}

/** Gives `self` the values, and the history, of `result`. */
function become(self: Tensor, result: Tensor, name: string): Tensor {
  checkWritable(self);
  if (!sameSizes(self._view.sizes, result._view.sizes)) {
    throw new Error(
      `output with shape ${formatSizes(self.shape)} doesn't match the broadcast shape ${formatSizes(result.shape)}`,
    );
  }
  checkCast(result.dtype, self.dtype);
  const order = memoryOrder(self);
  if ((!order || self._isView) && (result._node ?? self._node)) refuseView(name);
  if (order) {
    const moved = result.permute(order);
    const fresh = compute(self.dtype, moved.shape, () => raw(moved));
    self._view.storage.replaceBy(fresh._view.storage);
  } else {
    writeValues(self, result._values());
  }
  self._node = result._node;
  keepOwnValues(self, result);
  return self;
}

/** The tensor as it was made, for the history of what replaces its values. */
function previous(self: Tensor): Tensor {
  const { storage, sizes, strides, offset } = self._view;
  const before = new Tensor(storage, sizes, strides, offset);
  before._node = self._node;
  return before;
}

/** Where the history needs the result, it needs the memory that the result was written to: a later change has to be noticed. */
function keepOwnValues(self: Tensor, result: Tensor): void {
  const node = self._node;
  if (!node?.saved) return;
  const { storage, sizes, strides, offset } = self._view;
  node.saved = node.saved.map((each) =>
    each.tensor === result ? { tensor: new Tensor(storage, sizes, strides, offset), version: storage.version } : each,
  );
}

function changing<Args extends unknown[]>(name: string, run: (self: Tensor, ...args: Args) => Tensor) {
  return (self: Tensor, ...args: Args): Tensor => {
    checkWritable(self);
    checkOwnElements(self);
    // What `backward()` needs of the old values has to outlive them.
    return become(self, run(recording(self) ? self.clone() : self, ...args), name);
  };
}

/** An operation whose operand may stretch, but not self. */
function arithmetic(name: string, run: (self: Tensor, other: Operand) => Tensor) {
  const change = changing(name, run);
  return (self: Tensor, other: Operand): Tensor => {
    checkCast(promote(self, other), self.dtype);
    return change(self, other);
  };
}

const plainAdd = arithmetic("add_", (self, other) => add(self, other));
const plainSub = arithmetic("sub_", (self, other) => sub(self, other));

/** Adds alpha · other. */
export function add_(self: Tensor, other: Operand, { alpha = 1 }: { alpha?: number } = {}): Tensor {
  return plainAdd(self, alpha === 1 ? other : typeof other === "object" ? mul(other, alpha) : Number(other) * alpha);
}

/** Subtracts alpha · other. */
export function sub_(self: Tensor, other: Operand, { alpha = 1 }: { alpha?: number } = {}): Tensor {
  return plainSub(self, alpha === 1 ? other : typeof other === "object" ? mul(other, alpha) : Number(other) * alpha);
}

export const mul_ = arithmetic("mul_", mul);
export const div_ = arithmetic("div_", (self, other) => div(self, other));
export const pow_ = arithmetic("pow_", pow);
export const fmod_ = arithmetic("fmod_", fmod);
export const remainder_ = arithmetic("remainder_", remainder);
export const floorDivide_ = arithmetic("floor_divide_", floorDivide);
export const clamp_ = changing("clamp_", clamp);

/** The functions of one tensor that write their result over it. */
const unary = {
  abs_: changing("abs_", abs),
  ceil_: changing("ceil_", ceil),
  cos_: changing("cos_", cos),
  erf_: changing("erf_", erf),
  exp_: changing("exp_", exp),
  expm1_: changing("expm1_", expm1),
  floor_: changing("floor_", floor),
  log_: changing("log_", log),
  log1p_: changing("log1p_", log1p),
  neg_: changing("neg_", neg),
  reciprocal_: changing("reciprocal_", reciprocal),
  relu_: changing("relu_", relu),
  round_: changing("round_", round),
  rsqrt_: changing("rsqrt_", rsqrt),
  sigmoid_: changing("sigmoid_", sigmoid),
  sign_: changing("sign_", sign),
  sin_: changing("sin_", sin),
  sqrt_: changing("sqrt_", sqrt),
  square_: changing("square_", square),
  tan_: changing("tan_", tan),
  tanh_: changing("tanh_", tanh),
  trunc_: changing("trunc_", trunc),
};
export const maskedFill_ = changing("masked_fill_", maskedFill);

/** Takes the values of a tensor that broadcasts to this one's shape. */
export function copy_(self: Tensor, other: Tensor): Tensor {
  checkWritable(self);
  const source = broadcastTo(other, self._view.sizes).to(self.dtype);
  if (!self._node) return become(self, source, "copy_");
  if (self._isView || !memoryOrder(self)) refuseView("copy_");
  // The old values have a gradient, which is 0.
  const before = previous(self);
  become(self, source, "copy_");
  self._node = null;
  return record("copy_", self, [before, source], [], (g) => [() => g.mul(0), () => g]);
}

function fillWith(self: Tensor, make: (values: Values) => void): Tensor {
  checkWritable(self);
  const values = allocate(self.dtype, numelOf(self._view.sizes));
  make(values);
  if (self._node && (self._isView || !memoryOrder(self))) refuseView("fill_");
  const before = self._node ? previous(self) : null;
  writeValues(self, values);
  self._node = null;
  // Nothing of the old values is left in the new ones.
  return before ? record("fill", self, [before], [], (g) => [() => g.mul(0)]) : self;
}

/** All elements become `value`. */
export function fill_(self: Tensor, value: number | boolean): Tensor {
  return fillWith(self, (values) => values.fill(Number(value)));
}

/** All elements become 0. */
export function zero_(self: Tensor): Tensor {
  return fill_(self, 0);
}

/** Random numbers uniform in [from, to). */
export function uniform_(self: Tensor, from = 0, to = 1): Tensor {
  return fillWith(self, (values) => values.set(defaultGenerator.uniforms(values.length, from, to)));
}

/** Normally distributed random numbers. */
export function normal_(self: Tensor, mean = 0, std = 1): Tensor {
  return fillWith(self, (values) => values.set(defaultGenerator.normals(values.length, mean, std)));
}

/** Writes `source` (or one number) at the positions of `index` along `dim`: self[index[i][j]][j] = source[i][j]. */
export function scatter_(self: Tensor, dim: number, index: Tensor, source: Tensor | number): Tensor {
  checkWritable(self);
  if (recording(self, ...(typeof source === "number" ? [] : [source]))) {
    return become(self, scatter(self.clone(), dim, index, source), "scatter_");
  }
  if (index.numel() > 0 && Math.max(index.ndim, 1) !== Math.max(self.ndim, 1)) {
    throw new Error("Index tensor must have the same number of dimensions as self tensor");
  }
  const d = dim < 0 ? dim + self.ndim : dim;
  if (index.shape.some((size, i) => i !== d && size > (self._view.sizes[i] ?? 1))) {
    throw new Error(
      `Expected index ${formatSizes(index.shape)} to be smaller than self ${formatSizes(self.shape)} apart from dimension ${d}`,
    );
  }
  const { strides, offset } = self._view;
  const positions = elementIndices(
    index.shape,
    strides.map((stride, i) => (i === d ? 0 : stride)),
    offset,
  );
  const along = index._values();
  const incoming = typeof source === "number" ? null : source.at(...index.shape.map((size) => [0, size]))._values();
  const all = self._view.storage.values().slice();
  positions.forEach((position, i) => {
    const target = along[i] as number;
    if (target < 0 || target >= self.size(d)) {
      throw new RangeError(`index ${target} is out of bounds for dimension ${d} with size ${self.size(d)}`);
    }
    all[position + target * (strides[d] as number)] = incoming ? (incoming[i] as number) : (source as number);
  });
  self._view.storage.replaceValues(all);
  return self;
}

/** As `scatter_`, leaving `self` as it is. */
export function scatter(self: Tensor, dim: number, index: Tensor, source: Tensor | number): Tensor {
  const result = noGrad(() => scatter_(self.clone(), dim, index, source));
  const inputs = typeof source === "number" ? [self] : [self, source];
  return record("scatter", result, inputs, [index], (g, positions) => [
    () => scatter(g, dim, positions, 0),
    () => placedBack(gather(g, dim, positions), source as Tensor),
  ]);
}

/** The gradient of the part of `source` that was used; the rest was not looked at. */
function placedBack(gradient: Tensor, source: Tensor): Tensor {
  const missing = source.shape.flatMap((size, d) => [size - gradient.size(d), 0]).reverse();
  return pad(gradient, missing);
}

export const inplaceFunctions = {
  scatter,
  add_,
  sub_,
  mul_,
  div_,
  pow_,
  fmod_,
  remainder_,
  floorDivide_,
  clamp_,
  ...unary,
  maskedFill_,
  copy_,
  fill_,
  zero_,
  uniform_,
  normal_,
  scatter_,
};
