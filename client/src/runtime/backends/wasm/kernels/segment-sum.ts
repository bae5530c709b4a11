import { UnsortedSegmentSum, util } from "@tensorflow/tfjs-core";
import type { UnsortedSegmentSumAttrs, UnsortedSegmentSumInputs } from "@tensorflow/tfjs-core";
import { wasmKernel } from "../kernel";

/**
 * Adds the slices of `x` along its first axis to the row of the result that `segmentIds` names: the gradient of an
 * embedding. Ids outside `[0, numSegments)` are left out, as in TensorFlow.
 *
 * Stock: missing.
 */
export const unsortedSegmentSum = wasmKernel<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>(
  UnsortedSegmentSum,
  ({ inputs, attrs, heap }) => {
    const { x, segmentIds } = inputs;
    const { numSegments } = attrs;
    const idShape = segmentIds.shape;
    util.assert(
      util.arraysEqual(x.shape.slice(0, idShape.length), idShape),
      () => `unsortedSegmentSum: the ids' shape [${idShape}] must be the beginning of x's shape [${x.shape}].`,
    );
    const rowShape = x.shape.slice(idShape.length);
    const rowSize = util.sizeFromShape(rowShape);
    const out = heap.allocate([numSegments, ...rowShape], x.dtype);
    const ids = heap.integers(segmentIds);
    const source = heap.values(x);
    const target = heap.values(out).fill(0);
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row] as number;
      if (id < 0 || id >= numSegments) {
        continue;
      }
      const [read, write] = [row * rowSize, id * rowSize];
      for (let index = 0; index < rowSize; index++) {
        target[write + index] = (target[write + index] as number) + (source[read + index] as number);
      }
    }
    return out;
  },
);
