/** The bridge between tensors and TensorFlow.js kernels. */
import * as tf from "@tensorflow/tfjs-core";
import { storedAs } from "./dtype";
import type { DType } from "./dtype";
import { isWhole, materialize } from "./materialize";
import { Storage } from "./storage";
import { Tensor } from "./tensor";
import type { Sizes } from "./shape";

/** The values in row-major order as a backend tensor. Only inside `compute`; never dispose. */
export function raw(tensor: Tensor): tf.Tensor {
  return materialize(tensor._view);
}

/** The values of [N, C, …] as a backend tensor [N, …, C]. Only inside `compute`; never dispose. */
export function rawChannelsLast(tensor: Tensor): tf.Tensor {
  const { storage, sizes } = tensor._view;
  if (isWhole(tensor._view)) return storage.channelsLast(sizes);
  const rank = sizes.length;
  return tf.transpose(raw(tensor), [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]);
}

/** Whether the values already lie channels-last on the backend, and only so. */
export function prefersChannelsLast(tensor: Tensor): boolean {
  return isWhole(tensor._view) && tensor._view.storage.prefersChannelsLast(tensor._view.sizes);
}

/** A result that the caller may own: a storage's own tensor gets a second handle on the same data. */
function owned(tensor: tf.Tensor, dtype: DType): tf.Tensor {
  const stored = storedAs(dtype);
  if (tensor.dtype !== stored) return tf.cast(tensor, stored);
  return tensor.kept ? tf.reshape(tensor, tensor.shape) : tensor;
}

/**
 * Runs backend code and makes its result a tensor; all else that the code allocates is freed.
 * @param strides where the result's values do not lie in row-major order
 */
export function compute(dtype: DType, sizes: Sizes, run: () => tf.Tensor, strides?: Sizes): Tensor {
  const result = tf.tidy(() => tf.keep(owned(run(), dtype)));
  return new Tensor(Storage.fromDevice(dtype, result), sizes, strides);
}

/** As `compute`, for code with several results, all float32 and in row-major order. */
export function computeAll(run: () => readonly tf.Tensor[]): Tensor[] {
  const results = tf.tidy(() => run().map((result) => tf.keep(owned(result, "float32"))));
  return results.map((result) => new Tensor(Storage.fromDevice("float32", result), [...result.shape]));
}

/** As `compute`, for code whose result is [N, …, C]; the tensor is [N, C, …]. */
export function computeChannelsLast(dtype: DType, run: () => tf.Tensor): Tensor {
  const result = tf.tidy(() => tf.keep(owned(run(), dtype)));
  const { shape, rank } = result;
  const sizes = [shape[0] as number, shape[rank - 1] as number, ...shape.slice(1, -1)];
  return new Tensor(Storage.fromChannelsLast(dtype, result), sizes);
}

/** A single backend kernel by its registered name, for those without a public function. */
export function runKernel(name: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);
}
