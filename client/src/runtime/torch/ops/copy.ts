/** Copies and conversions between element types. */
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { isFloating } from "../dtype";
import type { DType } from "../dtype";
import { compute, raw } from "../kernel";
import { copyLayout } from "../layout";
import type { Tensor } from "../tensor";
import { elementwise, inOrder } from "./elementwise";

export type MemoryFormat = "preserve" | "contiguous";

/** A copy; dense permuted layouts are kept unless `memoryFormat` says otherwise. */
export function clone(self: Tensor, { memoryFormat = "preserve" }: { memoryFormat?: MemoryFormat } = {}): Tensor {
  const result = memoryFormat === "preserve" ? copyInLayout(self) : compute(self.dtype, self.shape, () => raw(self));
  return record("clone", result, [self], [], (g) => [() => g]);
}

function copyInLayout(self: Tensor): Tensor {
  const { strides, order } = copyLayout(self._view);
  return compute(self.dtype, self.shape, () => inOrder(self, self.shape, order), strides);
}

/** Truth of a number: not zero, so also NaN. */
function toBool(x: tf.Tensor): tf.Tensor {
  return tf.notEqual(x, tf.scalar(0, x.dtype === "int32" ? "int32" : "float32"));
}

function convert(self: Tensor, dtype: DType): Tensor {
  const from = self.dtype;
  if (from === dtype) return self;
  const result =
    dtype === "bool" ? elementwise([self], "bool", toBool, from) : elementwise([self], dtype, (x) => x, from);
  return record("to", result, [self], [], (g) => [() => convert(g, from)]);
}

/** The tensor with another element type, or itself. A device name is accepted: all tensors live on one device. */
export function to(self: Tensor, target: DType | string | Tensor | { dtype?: DType; device?: string }): Tensor {
  if (typeof target === "object") return target.dtype ? convert(self, target.dtype) : self;
  const dtypes: readonly string[] = ["float32", "int64", "int32", "bool"] satisfies DType[];
  return dtypes.includes(target) ? convert(self, target as DType) : self;
}

/** As float32. */
export function float(self: Tensor): Tensor {
  return convert(self, "float32");
}

/** As int64; fractions are cut off. */
export function long(self: Tensor): Tensor {
  return convert(self, "int64");
}

/** As int32; fractions are cut off. */
export function int(self: Tensor): Tensor {
  return convert(self, "int32");
}

/** As bool: whether each element differs from 0. */
export function bool(self: Tensor): Tensor {
  return convert(self, "bool");
}

/** The operand as a floating-point tensor, as functions like `exp` take integers. */
export function asFloating(self: Tensor): Tensor {
  return isFloating(self.dtype) ? self : float(self);
}

export const copyFunctions = { clone, to, float, long, int, bool };
