/** The way to the backend's fused kernels, where it has them. */
import * as tf from "@tensorflow/tfjs-core";
import { fusedKernels } from "../fused-kernels";
import type { AdamAttributes } from "../fused-kernels";
import { raw } from "./kernel";
import { isWhole } from "./materialize";
import type { Tensor } from "./tensor";

type FusedName = keyof typeof fusedKernels;

/** Whether the current backend has a fused kernel. */
export function hasFused(name: FusedName): boolean {
  return tf.getKernel(fusedKernels[name], tf.getBackend()) !== undefined;
}

/** Runs a fused kernel that has one result. Inside `compute`. */
export function runFused(name: FusedName, inputs: Partial<tf.NamedTensorMap>, attributes: object = {}): tf.Tensor {
  return tf.engine().runKernel(fusedKernels[name], inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
}

/** Runs a fused kernel that has several results. Inside `compute`. */
export function runFusedAll(name: FusedName, inputs: Partial<tf.NamedTensorMap>, attributes: object = {}): tf.Tensor[] {
  return runFused(name, inputs, attributes) as tf.Tensor | tf.Tensor[] as tf.Tensor[];
}

interface AdamTensors {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
  readonly largest: Tensor | null;
}

/**
 * One step of Adam where the values lie. Does nothing and returns false where the backend cannot, or where something
 * else shares the memory of a tensor that would change.
 */
export function adamInPlace(
  { parameter, gradient, first, second, largest }: AdamTensors,
  how: AdamAttributes,
): boolean {
  const kernel = tf.getKernel(fusedKernels.adam, tf.getBackend());
  const changed = [parameter, first, second, ...(largest ? [largest] : [])];
  const canChange = ({ _view }: Tensor) => isWhole(_view) && _view.storage.isExclusive();
  if (!kernel || !changed.every(canChange)) return false;
  tf.tidy(() => {
    const [p, m, v, l] = changed.map(raw) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor?];
    const inputs = { parameter: p, gradient: raw(gradient), first: m, second: v, ...(l ? { largest: l } : {}) };
    kernel.kernelFunc({ inputs, attrs: { ...how }, backend: tf.backend() });
  });
  for (const { _view } of changed) _view.storage.changedInPlace();
  return true;
}
