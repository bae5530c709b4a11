/**
 * Operations that change a tensor, named with a trailing underscore. All views of the storage see the change; gradients
 * that saved the old values notice it (`Storage.version`).
 */
import { record, recording } from "../autograd";
import { pad } from "../functional/pad";
import { noGrad } from "../grad-mode";
import { gather } from "./indexing";
import { allocate, categoryOf, promote, scalarTypeName } from "../dtype";
import type { DType, Values } from "../dtype";
import { defaultGenerator } from "../generator";
import { compute, raw } from "../kernel";
import { elementIndices, isWhole } from "../materialize";
import { formatSizes, isContiguous, isNonOverlappingAndDense, numelOf, sameSizes } from "../shape";
import { Storage } from "../storage";
import { Tensor } from "../tensor";
import { checkOwnElements, checkWritable, historyOf, isExpanded, setHistory } from "../view-history";
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

/** Gives `self` the values of `result`, and its history. */
function become(self: Tensor, result: Tensor): Tensor {
  if (!sameSizes(self._view.sizes, result._view.sizes)) {
    throw new Error(
      `output with shape ${formatSizes(self.shape)} doesn't match the broadcast shape ${formatSizes(result.shape)}`,
    );
  }
  checkCast(result.dtype, self.dtype);
  const history = historyOf(self, result, false);
  write(self, result);
  if (history) keepOwnValues(self, result);
  setHistory(self, history);
  return self;
}

function write(self: Tensor, result: Tensor): void {
  const order = memoryOrder(self);
  if (!order) {
    writeValues(self, result._values());
    return;
  }
  const moved = result.permute(order);
  const fresh = compute(self.dtype, moved.shape, () => raw(moved));
  self._view.storage.replaceBy(fresh._view.storage);
}

/** Where the history needs the result, it needs the memory that the result was written to: a later change has to be noticed. */
function keepOwnValues(self: Tensor, result: Tensor): void {
  const node = result._node;
  if (!node?.saved) return;
  const { storage, sizes, strides, offset } = self._view;
  node.saved = node.saved.map((each) =>
    each.tensor === result ? { tensor: new Tensor(storage, sizes, strides, offset), version: storage.version } : each,
  );
}

/** Refuses an operand that shows some of the memory that is written to, in another order or only a part of it. */
function checkOverlap({ _view: self }: Tensor, { _view: other }: Tensor): void {
  if (self.storage !== other.storage) return;
  if ([self, other].some((each) => numelOf(each.sizes) === 0 || !isNonOverlappingAndDense(each.sizes, each.strides))) {
    return;
  }
  const [end, otherEnd] = [self.offset + numelOf(self.sizes), other.offset + numelOf(other.sizes)];
  const same = self.offset === other.offset && end === otherEnd && sameSizes(self.strides, other.strides);
  if (same || self.offset >= otherEnd || other.offset >= end) return;
  throw new Error(
    "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.",
  );
}

function changing<Args extends unknown[]>(run: (self: Tensor, ...args: Args) => Tensor, { ownElements = true } = {}) {
  return (self: Tensor, ...args: Args): Tensor => {
    const operands = args.filter((each): each is Tensor & Args[number] => each instanceof Tensor);
    checkWritable(self, ...operands);
    if (ownElements) checkOwnElements(self._view);
    for (const operand of operands) checkOverlap(self, operand);
    // What `backward()` needs of the old values has to outlive them.
    return become(self, run(recording(self, ...operands) ? self.clone() : self, ...args));
  };
}

/** Gives `self` what a function makes of it. */
export function writeOver(self: Tensor, run: (self: Tensor) => Tensor): Tensor {
  return changing(run)(self);
}

/** An operation whose operand may stretch, but not self. */
function arithmetic(run: (self: Tensor, other: Operand) => Tensor) {
  const change = changing(run);
  return (self: Tensor, other: Operand): Tensor => {
    checkCast(promote(self, other), self.dtype);
    return change(self, other);
  };
}

const plainAdd = arithmetic((self, other) => add(self, other));
const plainSub = arithmetic((self, other) => sub(self, other));

/** Adds alpha · other. */
export function add_(self: Tensor, other: Operand, { alpha = 1 }: { alpha?: number } = {}): Tensor {
  return plainAdd(self, alpha === 1 ? other : typeof other === "object" ? mul(other, alpha) : Number(other) * alpha);
}

/** Subtracts alpha · other. */
export function sub_(self: Tensor, other: Operand, { alpha = 1 }: { alpha?: number } = {}): Tensor {
  return plainSub(self, alpha === 1 ? other : typeof other === "object" ? mul(other, alpha) : Number(other) * alpha);
}

export const mul_ = arithmetic(mul);
export const div_ = arithmetic((self, other) => div(self, other));
export const pow_ = arithmetic(pow);
export const fmod_ = arithmetic(fmod);
export const remainder_ = arithmetic(remainder);
export const floorDivide_ = arithmetic(floorDivide);
export const clamp_ = changing(clamp);

/** The functions of one tensor that write their result over it. */
const unary = {
  abs_: changing(abs),
  ceil_: changing(ceil),
  cos_: changing(cos),
  erf_: changing(erf),
  exp_: changing(exp),
  expm1_: changing(expm1),
  floor_: changing(floor),
  log_: changing(log),
  log1p_: changing(log1p),
  neg_: changing(neg),
  reciprocal_: changing(reciprocal),
  relu_: changing(relu),
  round_: changing(round),
  rsqrt_: changing(rsqrt),
  sigmoid_: changing(sigmoid),
  sign_: changing(sign),
  sin_: changing(sin),
  sqrt_: changing(sqrt),
  square_: changing(square),
  tan_: changing(tan),
  tanh_: changing(tanh),
  trunc_: changing(trunc),
};

const fillMasked = changing(maskedFill, { ownElements: false });

/** Writes `value` where `mask` holds. Positions of an expanded tensor that share an element share what is written to it. */
export function maskedFill_(self: Tensor, mask: Tensor, value: number | boolean | Tensor): Tensor {
  if (!isExpanded(self._view)) return fillMasked(self, mask, value);
  const { storage, sizes, strides, offset } = self._view;
  const positions = elementIndices(sizes, strides, offset);
  const written = new Uint8Array(storage.numel);
  broadcastTo(mask, sizes)
    ._values()
    .forEach((holds, i) => {
      if (holds) written[positions[i] as number] = 1;
    });
  const shared = Storage.fromValues(
    "bool",
    Uint8Array.from(positions, (position) => written[position] as number),
  );
  return fillMasked(self, new Tensor(shared, sizes), value);
}

/** Takes the values of a tensor that broadcasts to this one's shape. */
export function copy_(self: Tensor, other: Tensor): Tensor {
  checkWritable(self, other);
  if (other !== self) {
    checkOwnElements(self._view);
    checkOverlap(self, other);
  }
  const result = broadcastTo(other, self._view.sizes).to(self.dtype);
  const history = historyOf(self, result, true);
  write(self, result);
  setHistory(self, history);
  return self;
}

function fillWith(self: Tensor, make: (values: Values) => void): Tensor {
  checkWritable(self);
  const values = allocate(self.dtype, self.numel());
  make(values);
  const history = historyOf(self, new Tensor(Storage.fromValues(self.dtype, values), self.shape), true);
  writeValues(self, values);
  setHistory(self, history);
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
  const sources = typeof source === "number" ? [] : [source];
  checkWritable(self, ...sources);
  if (recording(self, ...sources)) return become(self, scatter(self.clone(), dim, index, source));
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
