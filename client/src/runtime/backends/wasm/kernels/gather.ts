import { GatherV2, backend_util, util } from "@tensorflow/tfjs-core";
import type { GatherV2Attrs, GatherV2Inputs } from "@tensorflow/tfjs-core";
import { wasmKernel } from "../kernel";
import { copyRun } from "../permute";

/** The slices of `x` along an axis that `indices` names: an embedding. Stock: right, but element by element. */
export const gatherV2 = wasmKernel<GatherV2Inputs, GatherV2Attrs>(GatherV2, ({ inputs, attrs, heap }) => {
  const { x, indices } = inputs;
  const axis = util.parseAxisParam(attrs.axis, x.shape)[0] as number;
  const size = x.shape[axis] as number;
  const { collectGatherOpShapeInfo } = backend_util.segment_util;
  // Written for tensors, of which it reads the shapes alone.
  const info = collectGatherOpShapeInfo(x as never, indices as never, axis, attrs.batchDims);
  const { batchSize, outerSize, sliceSize } = info;
  const out = heap.allocate(info.outputShape, x.dtype);
  const chosen = heap.integers(indices);
  for (const index of chosen) {
    util.assert(
      index >= 0 && index < size,
      () => `gather: the index ${index} is outside [0, ${size}) of axis ${axis}.`,
    );
  }
  const [source, target] = [heap.elements(x), heap.elements(out)];
  const perBatch = chosen.length / batchSize;
  let write = 0;
  for (let batch = 0; batch < batchSize; batch++) {
    for (let outer = 0; outer < outerSize; outer++) {
      const start = (batch * outerSize + outer) * size;
      for (let position = 0; position < perBatch; position++, write += sliceSize) {
        const index = chosen[batch * perBatch + position] as number;
        copyRun(source, (start + index) * sliceSize, target, write, sliceSize);
      }
    }
  }
  return out;
});
