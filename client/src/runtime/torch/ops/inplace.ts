/**
 * Operations that change a tensor, named with a trailing underscore. All views of the storage see the change; gradients
 * that saved the old values notice it (`Storage.version`).
 */
import { record } from "../autograd";
import { pad } from "../functional/pad";
import { isGradEnabled, noGrad } from "../grad-mode";
import { gather } from "./indexing";
import { allocate, categoryOf, promote, scalarTypeName } from "../dtype";
import type { DType, Values } from "../dtype";
import { defaultGenerator } from "../generator";
import { compute, raw } from "../kernel";
import { elementIndices, isWhole } from "../materialize";
import { formatSizes, numelOf, sameSizes } from "../shape";
import type { Tensor } from "../tensor";
import { add, div, maskedFill, mul, sub } from "./binary";
import type { Operand } from "./elementwise";
import { broadcastTo } from "./view";
import { clamp, exp, relu, sqrt } from "./unary";

const categories = ["bool", "integer", "floating"];

function checkWritable(self: Tensor): void {
  if (!isGradEnabled()) return;
  if (self.isLeaf && self.requiresGrad) {
    throw new Error("a leaf Variable that requires grad is being used in an in-place operation.");
  }
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

/** Gives `self` the values, and the history, of `result`. */
function become(self: Tensor, result: Tensor, name: string): Tensor {
  checkWritable(self);
  if (!sameSizes(self._view.sizes, result._view.sizes)) {
    throw new Error(
      `output with shape ${formatSizes(self.shape)} doesn't match the broadcast shape ${formatSizes(result.shape)}`,
    );
  }
  checkCast(result.dtype, self.dtype);
  const whole = isWhole(self._view);
  if (!whole && (result._node ?? self._node)) {
    throw new Error(
      `${name}: changing a view in place while gradients are recorded is not supported. Compute a new tensor instead, or wrap the change in torch.noGrad.`,
    );
  }
  if (whole) {
    const fresh = compute(self.dtype, self.shape, () => raw(result));
    self._view.storage.replaceBy(fresh._view.storage);
  } else {
    writeValues(self, result._values());
  }
  self._node = result._node;
  return self;
}

function changing<Args extends unknown[]>(name: string, run: (self: Tensor, ...args: Args) => Tensor) {
  return (self: Tensor, ...args: Args): Tensor => {
    checkWritable(self);
    return become(self, run(self, ...args), name);
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
export const clamp_ = changing("clamp_", clamp);
export const relu_ = changing("relu_", relu);
export const exp_ = changing("exp_", exp);
export const sqrt_ = changing("sqrt_", sqrt);
export const maskedFill_ = changing("masked_fill_", maskedFill);

/** Takes the values of a tensor that broadcasts to this one's shape. */
export function copy_(self: Tensor, other: Tensor): Tensor {
  checkWritable(self);
  return become(self, broadcastTo(other, self._view.sizes).to(self.dtype), "copy_");
}

function fillWith(self: Tensor, make: (values: Values) => void): Tensor {
  checkWritable(self);
  const values = allocate(self.dtype, numelOf(self._view.sizes));
  make(values);
  writeValues(self, values);
  self._node = null;
  return self;
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
  const d = dim < 0 ? dim + self.ndim : dim;
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
  if (self._node)
    throw new Error("scatter_: changing a tensor in place while gradients are recorded is not supported.");
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
  clamp_,
  relu_,
  exp_,
  sqrt_,
  maskedFill_,
  copy_,
  fill_,
  zero_,
  uniform_,
  normal_,
  scatter_,
};
