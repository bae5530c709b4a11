/** What element-wise operations share: broadcasting, the memory layout of the result, channels-last fast paths. */
import * as tf from "@tensorflow/tfjs-core";
import { storedAs } from "../dtype";
import type { DType } from "../dtype";
import { compute, computeChannelsLast, prefersChannelsLast, raw, rawChannelsLast } from "../kernel";
import { elementwiseLayout } from "../layout";
import { isWhole, materialize } from "../materialize";
import { broadcastShapes, expandedStrides, sameSizes } from "../shape";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";

export type Operand = Tensor | number | boolean;

export function isTensorOperand(operand: Operand): operand is Tensor {
  return typeof operand === "object";
}

function scalar(value: number | boolean, dtype: DType): tf.Tensor {
  return tf.scalar(dtype === "bool" ? Boolean(value) : Number(value), storedAs(dtype));
}

function cast(tensor: tf.Tensor, dtype: DType): tf.Tensor {
  const stored = storedAs(dtype);
  return tensor.dtype === stored ? tensor : tf.cast(tensor, stored);
}

/** The operand with its dimensions in memory order of the result. Stretched dimensions stay of size 1. Inside `compute`. */
export function inOrder(operand: Tensor, sizes: Sizes, order: readonly number[]): tf.Tensor {
  const view = operand._view;
  const missing = sizes.length - view.sizes.length;
  const own = [...new Array<number>(missing).fill(1), ...view.sizes];
  const strides = expandedStrides(view.sizes, view.strides, sizes);
  return materialize({
    storage: view.storage,
    offset: view.offset,
    sizes: order.map((d) => own[d] as number),
    strides: order.map((d) => strides[d] as number),
  });
}

/**
 * Applies a backend function to operands that broadcast.
 * @param dtype of the result
 * @param operandDtype what the function is given; the result's dtype unless said
 */
export function elementwise(
  operands: readonly Operand[],
  dtype: DType,
  run: (...operands: tf.Tensor[]) => tf.Tensor,
  operandDtype: DType = dtype,
): Tensor {
  const tensors = operands.filter(isTensorOperand);
  const sizes = broadcastShapes(...tensors.map((each) => each._view.sizes));
  const prepare = (read: (tensor: Tensor) => tf.Tensor) =>
    operands.map((each) => (isTensorOperand(each) ? cast(read(each), operandDtype) : scalar(each, operandDtype)));

  const channelsLast =
    tensors.some(prefersChannelsLast) &&
    tensors.every((each) => sameSizes(each._view.sizes, sizes) && isWhole(each._view));
  if (channelsLast) return computeChannelsLast(dtype, () => run(...prepare(rawChannelsLast)));

  const { strides, order } = elementwiseLayout(
    tensors.map((each) => each._view),
    sizes,
  );
  if (order.every((dim, d) => dim === d)) {
    return compute(dtype, sizes, () => run(...prepare(raw)), strides);
  }
  return compute(dtype, sizes, () => run(...prepare((each) => inOrder(each, sizes, order))), strides);
}
