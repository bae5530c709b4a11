/** Softmax and its logarithm. */
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { scalarTypeName } from "../dtype";
import type { DType } from "../dtype";
import { compute, raw } from "../kernel";
import { wrapDim } from "../shape";
import type { Tensor } from "../tensor";
import { to } from "./copy";

/** Runs a backend function of the last dimension along `dim`. The result is contiguous. */
function along(inputs: readonly Tensor[], dim: number, run: (...inputs: tf.Tensor[]) => tf.Tensor): Tensor {
  const first = inputs[0] as Tensor;
  const { shape, ndim } = first;
  return compute("float32", shape, () => {
    if (first.numel() === 0) return tf.zeros(shape);
    if (ndim === 0) return tf.reshape(run(...inputs.map((each) => tf.reshape(raw(each), [1]))), []);
    if (dim === ndim - 1) return run(...inputs.map(raw));
    const order = shape.map((_, d) => d).filter((d) => d !== dim);
    order.push(dim);
    const inverse = order.map((_, d) => order.indexOf(d));
    return tf.transpose(run(...inputs.map((each) => tf.transpose(raw(each), order))), inverse);
  });
}

function requireFloating(self: Tensor, kernel: string): void {
  if (self.dtype !== "float32") throw new Error(`"${kernel}" not implemented for '${scalarTypeName(self.dtype)}'`);
}

export interface SoftmaxDType {
  /** What the input is converted to first. */
  readonly dtype?: DType;
}

/** exp(x) / Σ exp(x) along a dimension. */
export function softmax(self: Tensor, dim: number, { dtype = self.dtype }: SoftmaxDType = {}): Tensor {
  const d = wrapDim(dim, self.ndim);
  const input = to(self, dtype);
  requireFloating(input, "softmax_lastdim_kernel_impl");
  const y = along([input], d, (x) => tf.softmax(x));
  return record("softmax", y, [input], [y], (g, y) => [
    () => along([g, y], d, (g, y) => tf.mul(y, tf.sub(g, tf.sum(tf.mul(g, y), -1, true)))),
  ]);
}

/** x − log Σ exp(x) along a dimension. */
export function logSoftmax(self: Tensor, dim: number, { dtype = self.dtype }: SoftmaxDType = {}): Tensor {
  const d = wrapDim(dim, self.ndim);
  const input = to(self, dtype);
  requireFloating(input, "log_softmax_lastdim_kernel_impl");
  const y = along([input], d, (x) => tf.logSoftmax(x));
  return record("logSoftmax", y, [input], [y], (g, y) => [
    () => along([g, y], d, (g, y) => tf.sub(g, tf.mul(tf.exp(y), tf.sum(g, -1, true)))),
  ]);
}

export const softmaxFunctions = { softmax, logSoftmax };
