import { util } from "@tensorflow/tfjs-core";

/**
 * For each element of a tensor of shape `to`, in row-major order, the flat index of the element of a tensor of shape
 * `from` that broadcasting puts there.
 */
export function broadcastOffsets(from: readonly number[], to: readonly number[]): Int32Array {
  const strides = broadcastStrides(from, to);
  const offsets = new Int32Array(util.sizeFromShape([...to]));
  const position = new Array<number>(to.length).fill(0);
  let offset = 0;
  for (let index = 0; index < offsets.length; index++) {
    offsets[index] = offset;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] as number;
      const next = (position[axis] as number) + 1;
      offset += stride;
      if (next < (to[axis] as number)) {
        position[axis] = next;
        break;
      }
      offset -= stride * next;
      position[axis] = 0;
    }
  }
  return offsets;
}

/** Row-major strides of `from` aligned to the right of `to`, 0 where a dimension is repeated. */
function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const missing = to.length - from.length;
  let stride = 1;
  const strides = new Array<number>(to.length).fill(0);
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const size = from[axis] as number;
    strides[missing + axis] = size === 1 ? 0 : stride;
    stride *= size;
  }
  return strides;
}
