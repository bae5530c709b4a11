import { PadV2, util } from "@tensorflow/tfjs-core";
import type { PadV2Attrs, PadV2Inputs } from "@tensorflow/tfjs-core";
import { wasmKernel } from "../kernel";
import { copyRun, forEachPosition } from "../permute";
import { rowMajorStrides } from "../strides";

/** A tensor with a border of one value. Stock: right, element by element. */
export const pad = wasmKernel<PadV2Inputs, PadV2Attrs>(PadV2, ({ inputs, attrs, heap }) => {
  const { x } = inputs;
  const { paddings, constantValue } = attrs;
  const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  const out = heap.allocate(shape, x.dtype);
  heap.values(out).fill(constantValue);
  if (util.sizeFromShape(x.shape) === 0) return out;
  // Dimensions without a border at the inner end lie side by side and are copied as one run, with the one before them.
  let inner = shape.length;
  while (inner > 0 && shape[inner - 1] === x.shape[inner - 1]) inner--;
  const walked = Math.max(inner - 1, 0);
  const write = rowMajorStrides(shape);
  const start = paddings.reduce((offset, [before], axis) => offset + before * (write[axis] as number), 0);
  const run = x.shape.slice(walked).reduce((length, size) => length * size, 1);
  const walk = {
    sizes: x.shape.slice(0, walked),
    read: rowMajorStrides(x.shape).slice(0, walked),
    write: write.slice(0, walked),
  };
  const [source, target] = [heap.elements(x), heap.elements(out)];
  forEachPosition(walk, (from, to) => copyRun(source, from, target, start + to, run));
  return out;
});
