/** The gradients of views: values put back where a view showed them, zeros elsewhere. */
import * as tf from "@tensorflow/tfjs-core";
import { compute, raw } from "../kernel";
import { contiguousStrides, numelOf } from "../shape";
import type { Sizes } from "../shape";
import { elementIndices } from "../materialize";
import { Storage } from "../storage";
import { Tensor } from "../tensor";

/** Zeros of shape `sizes` with `values` at `start`, `start + step`, … along dimension `dim`. */
export function placeSlice(values: Tensor, sizes: Sizes, dim: number, start: number, step: number): Tensor {
  const size = sizes[dim] as number;
  const outer = numelOf(sizes.slice(0, dim));
  const inner = numelOf(sizes.slice(dim + 1));
  const length = values.size(dim);
  return compute(values.dtype, sizes, () => {
    if (length === 0) return tf.zeros([...sizes], "float32");
    let body = raw(values);
    if (step > 1) {
      const spread = tf.pad(tf.reshape(body, [outer, length, 1, inner]), [
        [0, 0],
        [0, 0],
        [0, step - 1],
        [0, 0],
      ]);
      body = tf.slice(
        tf.reshape(spread, [outer, length * step, inner]),
        [0, 0, 0],
        [outer, (length - 1) * step + 1, inner],
      );
    }
    const covered = (length - 1) * step + 1;
    const shaped = tf.reshape(body, [outer, covered, inner]);
    const padded =
      covered === size
        ? shaped
        : tf.pad(shaped, [
            [0, 0],
            [start, size - start - covered],
            [0, 0],
          ]);
    return tf.reshape(padded, [...sizes]);
  });
}

/**
 * Zeros of shape `sizes` to which `values` are added where the view `show` of such a tensor shows them; positions shown
 * more than once get the sum.
 */
export function addWindows(values: Tensor, sizes: Sizes, show: (whole: Tensor) => Tensor): Tensor {
  // Only the strides of this tensor are used, so its storage needs no values.
  const whole = new Tensor(Storage.fromValues("bool", new Uint8Array(0)), sizes, contiguousStrides(sizes));
  const { strides, offset, sizes: shown } = show(whole)._view;
  const indices = elementIndices(shown, strides, offset);
  return scatterAdd(values, indices, sizes);
}

/** Zeros of shape `sizes` with each value added at the flat position that `indices` gives it. */
export function scatterAdd(values: Tensor, indices: Int32Array, sizes: Sizes): Tensor {
  return compute(values.dtype, sizes, () => {
    if (indices.length === 0) return tf.zeros([...sizes]);
    const flat = tf.reshape(raw(values), [values.numel()]);
    const sums = tf.unsortedSegmentSum(flat, tf.tensor1d(indices, "int32"), numelOf(sizes));
    return tf.reshape(sums, [...sizes]);
  });
}
