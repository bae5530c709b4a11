/** Matrix products. */
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { scalarTypeName } from "../dtype";
import { hasFused, runFused } from "../fused";
import { compute, raw } from "../kernel";
import { formatSizes, broadcastTwo, numelOf } from "../shape";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { sumTo } from "./reduce";
import { broadcastTo } from "./view";

interface Factor {
  readonly tensor: tf.Tensor;
  readonly transposed: boolean;
}

/** A factor in the order in which it lies in memory: a transposed one is handed on as such instead of being copied. */
function factor(self: Tensor): Factor {
  const { strides } = self._view;
  const columnsFirst = strides[self.ndim - 1] !== 1 && strides[self.ndim - 2] === 1;
  return columnsFirst
    ? { tensor: raw(self.transpose(-1, -2)), transposed: true }
    : { tensor: raw(self), transposed: false };
}

function checkDtypes(a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype) {
    throw new Error(
      `expected m1 and m2 to have the same dtype, but got: ${a.dtype === "float32" ? "float" : a.dtype} != ${b.dtype === "float32" ? "float" : b.dtype}`,
    );
  }
  if (a.dtype === "bool") throw new Error(`"addmm_impl_cpu_" not implemented for '${scalarTypeName(a.dtype)}'`);
}

/** [..., n, m] · [..., m, p], batch sides equal. */
function product(a: Tensor, b: Tensor): Tensor {
  checkDtypes(a, b);
  const sizes = [...a.shape.slice(0, -1), b.size(-1)];
  const result = compute(a.dtype, sizes, () => {
    if (numelOf(sizes) === 0 || a.numel() === 0) return tf.zeros(sizes, a.dtype === "float32" ? "float32" : "int32");
    const first = factor(a);
    const second = factor(b);
    return tf.matMul(first.tensor, second.tensor, first.transposed, second.transposed);
  });
  return record("mm", result, [a, b], [a, b], (g, a, b) => [
    () => product(g, b.transpose(-1, -2)),
    () => product(a.transpose(-1, -2), g),
  ]);
}

function checkInner(a: Tensor, b: Tensor): void {
  if (a.size(-1) === b.size(-2)) return;
  const rows = numelOf(a.shape.slice(0, -1));
  throw new Error(`mat1 and mat2 shapes cannot be multiplied (${rows}x${a.size(-1)} and ${b.size(-2)}x${b.size(-1)})`);
}

/** The product of two matrices. */
export function mm(self: Tensor, mat2: Tensor): Tensor {
  if (self.ndim !== 2) throw new Error("self must be a matrix");
  if (mat2.ndim !== 2) throw new Error("mat2 must be a matrix");
  checkInner(self, mat2);
  return product(self, mat2);
}

/** The products of the matrices of two batches: [B, n, m] · [B, m, p]. */
export function bmm(self: Tensor, mat2: Tensor): Tensor {
  if (self.ndim !== 3 || mat2.ndim !== 3) {
    throw new Error(self.ndim !== 3 ? "batch1 must be a 3D tensor" : "batch2 must be a 3D tensor");
  }
  if (self.size(0) !== mat2.size(0) || self.size(2) !== mat2.size(1)) {
    throw new Error(
      `Expected size for first two dimensions of batch2 tensor to be: [${self.size(0)}, ${self.size(2)}] but got: [${mat2.size(0)}, ${mat2.size(1)}].`,
    );
  }
  return product(self, mat2);
}

/** The inner product of two vectors. */
export function dot(self: Tensor, other: Tensor): Tensor {
  if (self.ndim !== 1 || other.ndim !== 1) {
    throw new Error(`1D tensors expected, but got ${self.ndim}D and ${other.ndim}D tensors`);
  }
  if (self.size(0) !== other.size(0)) {
    throw new Error(
      `inconsistent tensor size, expected tensor [${self.size(0)}] and src [${other.size(0)}] to have the same number of elements, but got ${self.size(0)} and ${other.size(0)} elements respectively`,
    );
  }
  return self.mul(other).sum();
}

function checkVector(rows: number, columns: number, vec: Tensor): void {
  if (columns === vec.size(0)) return;
  throw new Error(`size mismatch, got input (${rows}), mat (${rows}x${columns}), vec (${vec.size(0)})`);
}

/** A matrix times a vector. */
export function mv(self: Tensor, vec: Tensor): Tensor {
  checkVector(self.size(0), self.size(1), vec);
  return product(self, vec.unsqueeze(1)).squeeze(1);
}

/** Batch dimensions stretched to `batch`, without copying. */
function withBatch(self: Tensor, batch: Sizes): Tensor {
  return self.expand([...batch, ...self.shape.slice(-2)]);
}

function batched(a: Tensor, b: Tensor): Tensor {
  const batch = broadcastTwo(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (a.size(-1) !== b.size(-2)) {
    const count = numelOf(batch);
    throw new Error(
      `Expected size for first two dimensions of batch2 tensor to be: [${count}, ${a.size(-1)}] but got: [${count}, ${b.size(-2)}].`,
    );
  }
  return product(withBatch(a, batch), withBatch(b, batch));
}

/**
 * The matrix product. Vectors are rows on the left and columns on the right, and lose that dimension again; other
 * dimensions are batches, which broadcast.
 * Source: https://pytorch.org/docs/stable/generated/torch.matmul.html
 */
export function matmul(self: Tensor, other: Tensor): Tensor {
  if (self.ndim === 0 || other.ndim === 0) {
    throw new Error(`both arguments to matmul need to be at least 1D, but they are ${self.ndim}D and ${other.ndim}D`);
  }
  if (self.ndim === 1 && other.ndim === 1) return dot(self, other);
  if (self.ndim === 2 && other.ndim === 1) return mv(self, other);
  if (self.ndim === 1) {
    if (other.ndim === 2) checkInner(self.unsqueeze(0), other);
    else checkVector(numelOf(other.shape) / Math.max(other.size(-2), 1), other.size(-2), self);
    return matmul(self.unsqueeze(0), other).squeeze(-2);
  }
  if (other.ndim === 1) {
    checkVector(numelOf(self.shape.slice(0, -1)), self.size(-1), other);
    return matmul(self, other.unsqueeze(1)).squeeze(-1);
  }
  if (other.ndim === 2) {
    checkInner(self, other);
    // A batch times one matrix is one product of a taller matrix.
    const tall = self.ndim === 2 ? self : self.reshape(-1, self.size(-1));
    return product(tall, other).reshape([...self.shape.slice(0, -1), other.size(1)]);
  }
  return batched(self, other);
}

/** Every product of an element of one vector with one of another. */
export function outer(self: Tensor, vec2: Tensor): Tensor {
  if (self.ndim !== 1 || vec2.ndim !== 1) {
    throw new Error(
      `outer: Expected 1-D argument ${self.ndim !== 1 ? "self" : "vec2"}, but got ${self.ndim !== 1 ? self.ndim : vec2.ndim}-D`,
    );
  }
  return self.unsqueeze(1).mul(vec2);
}

export interface AddmmOptions {
  readonly beta?: number;
  readonly alpha?: number;
}

/** What is added to a product stretches, and the product does not. */
function checkAdded(self: Tensor, product: Tensor): void {
  if (self.ndim <= product.ndim) {
    broadcastTo(self, product.shape);
    return;
  }
  throw new Error(
    `expand(torch.FloatTensor{${formatSizes(self.shape)}}, size=${formatSizes(product.shape)}): the number of sizes provided (${product.ndim}) must be greater or equal to the number of dimensions in the tensor (${self.ndim})`,
  );
}

/** beta · self + alpha · (mat1 · mat2) */
export function addmm(self: Tensor, mat1: Tensor, mat2: Tensor, { beta = 1, alpha = 1 }: AddmmOptions = {}): Tensor {
  const product = mm(mat1, mat2);
  checkAdded(self, product);
  return self.mul(beta).add(product, { alpha });
}

/** beta · self + alpha · (batch1 · batch2) */
export function baddbmm(
  self: Tensor,
  batch1: Tensor,
  batch2: Tensor,
  { beta = 1, alpha = 1 }: AddmmOptions = {},
): Tensor {
  const product = bmm(batch1, batch2);
  checkAdded(self, product);
  return self.mul(beta).add(product, { alpha });
}

/**
 * x · weightᵀ + bias over the last dimension; any number of dimensions before it.
 * @param weight [outFeatures, inFeatures]
 */
export function linear(input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  if (input.ndim === 0) {
    throw new Error(`both arguments to linear need to be at least 1D, but they are 0D and ${weight.ndim}D`);
  }
  const inFeatures = weight.size(1);
  const outFeatures = weight.size(0);
  if (input.size(-1) !== inFeatures) {
    if (input.ndim === 1 && !bias) {
      throw new Error(
        `size mismatch, got input (${outFeatures}), mat (${outFeatures}x${inFeatures}), vec (${input.size(0)})`,
      );
    }
    const rows = numelOf(input.shape.slice(0, -1));
    throw new Error(
      `mat1 and mat2 shapes cannot be multiplied (${rows}x${input.size(-1)} and ${inFeatures}x${outFeatures})`,
    );
  }
  checkDtypes(input, weight);
  const rows = numelOf(input.shape.slice(0, -1));
  const sizes = [...input.shape.slice(0, -1), outFeatures];
  const asMatrix = (tensor: Tensor, columns: number) => tensor.reshape(rows, columns);
  const result = compute("float32", sizes, () => {
    if (numelOf(sizes) === 0) return tf.zeros(sizes);
    const x = tf.reshape(raw(input), [rows, inFeatures]);
    if (hasFused("linear") && weight.dtype === "float32") {
      const biasInput = bias ? { bias: raw(bias) } : {};
      return tf.reshape(runFused("linear", { x, weight: raw(weight), ...biasInput }), sizes);
    }
    const second = factor(weight.t());
    const out = tf.matMul(x, second.tensor, false, second.transposed);
    return tf.reshape(bias ? tf.add(out, raw(bias)) : out, sizes);
  });
  const inputs = bias ? [input, weight, bias] : [input, weight];
  return record("linear", result, inputs, [input, weight], (g, x, w) => [
    () => product(asMatrix(g, outFeatures), w).reshape(x.shape),
    () => product(asMatrix(g, outFeatures).t(), asMatrix(x, inFeatures)),
    () => sumTo(asMatrix(g, outFeatures), [outFeatures]),
  ]);
}

/**
 * x1 · weight[o] · x2 for every output o, plus bias.
 * @param weight [out, in1, in2]
 */
export function bilinear(x1: Tensor, x2: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const [out = 0, in1 = 0, in2 = 0] = weight.shape;
  if (x1.ndim !== x2.ndim) {
    throw new Error(`bilinear(): input dimensions do not match: got ${x1.ndim} and ${x2.ndim}`);
  }
  const batch = x1.shape.slice(0, -1);
  const other = x2.shape.slice(0, -1);
  batch.forEach((size, d) => {
    if (size === other[d]) return;
    throw new Error(`bilinear(): input batch dimensions do not match at dim ${d}: got ${size} and ${other[d]}`);
  });
  if (x1.size(-1) !== in1 || x2.size(-1) !== in2) {
    const [i, given, expected] = x1.size(-1) === in1 ? [2, x2.size(-1), in2] : [1, x1.size(-1), in1];
    throw new Error(`bilinear(): input${i} size does not match weight size: got ${given} but expected ${expected}`);
  }
  const rows = numelOf(batch);
  const first = mm(x1.reshape(rows, in1), weight.permute(1, 0, 2).reshape(in1, out * in2));
  const result = first
    .view(rows, out, in2)
    .mul(x2.reshape(rows, 1, in2))
    .sum(2)
    .view([...batch, out]);
  return bias ? result.add(bias) : result;
}

export const matmulFunctions = { matmul, mm, bmm, mv, dot, outer, addmm, baddbmm };
