import { Conv3DBackpropFilterV2, Conv3DBackpropInputV2, backend_util } from "@tensorflow/tfjs-core";
import type {
  Conv3DBackpropFilterV2Attrs,
  Conv3DBackpropFilterV2Inputs,
  Conv3DBackpropInputV2Attrs,
  Conv3DBackpropInputV2Inputs,
} from "@tensorflow/tfjs-core";
import { writeGeometry } from "../geometry";
import { bytesPerFloat } from "../heap";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";

/**
 * The gradient of a convolution of channels-last volumes by its filter `[depth, height, width, in, out]`: the sum of
 * the gradients of the convolutions of planes that it consists of.
 *
 * Stock: wrong for strides.
 */
export const conv3DBackpropFilter = wasmKernel<Conv3DBackpropFilterV2Inputs, Conv3DBackpropFilterV2Attrs>(
  Conv3DBackpropFilterV2,
  ({ inputs: { x, dy }, attrs: { strides, pad, filterShape }, heap }) => {
    const shape = x.shape as [number, number, number, number, number];
    const info = backend_util.computeConv3DInfo(shape, filterShape, strides, 1, pad);
    const out = heap.allocate(filterShape, "float32");
    heap.floats(out).fill(0);
    forEachPlane(heap, info, (place, patches, plane) =>
      heap.simd.convolutionFilterGradient(
        ...([place, heap.offset(x) + plane.image, heap.offset(dy) + plane.result] as const),
        ...([heap.offset(out) + plane.filter, true, patches, heap.workspace] as const),
      ),
    );
    return out;
  },
);

/** The gradient of a convolution of channels-last volumes by the volumes. Stock: wrong. */
export const conv3DBackpropInput = wasmKernel<Conv3DBackpropInputV2Inputs, Conv3DBackpropInputV2Attrs>(
  Conv3DBackpropInputV2,
  ({ inputs: { dy, filter }, attrs: { strides, pad, inputShape }, heap }) => {
    const filterShape = filter.shape as [number, number, number, number, number];
    const info = backend_util.computeConv3DInfo(inputShape, filterShape, strides, 1, pad);
    const out = heap.allocate(inputShape, "float32");
    heap.floats(out).fill(0);
    forEachPlane(heap, info, (place, patches, plane) =>
      heap.simd.convolutionInputGradient(
        ...([place, heap.offset(dy) + plane.result, heap.offset(filter) + plane.filter] as const),
        ...([heap.offset(out) + plane.image, true, patches, heap.workspace] as const),
      ),
    );
    return out;
  },
);

/** Where the planes of a convolution of two dimensions begin, in bytes from the beginning of their tensors. */
interface Plane {
  readonly image: number;
  readonly filter: number;
  readonly result: number;
}

/** Calls `visit` for every plane of the volumes that meets a plane of the filter. */
function forEachPlane(
  heap: Heap,
  info: backend_util.Conv3DInfo,
  visit: (place: number, patches: number, plane: Plane) => void,
): void {
  // The planes are images: one at a time, without a depth.
  const flat = { ...info, batchSize: 1 } as unknown as backend_util.Conv2DInfo;
  const place = writeGeometry(heap, flat);
  const imageBytes = info.inHeight * info.inWidth * info.inChannels * bytesPerFloat;
  const resultBytes = info.outHeight * info.outWidth * info.outChannels * bytesPerFloat;
  const filterBytes = info.filterHeight * info.filterWidth * info.inChannels * info.outChannels * bytesPerFloat;
  heap.withScratch(heap.simd.patchFloats(place), (patches) => {
    for (let volume = 0; volume < info.batchSize; volume++) {
      for (let out = 0; out < info.outDepth; out++) {
        for (let tap = 0; tap < info.filterDepth; tap++) {
          const depth = out * info.strideDepth - info.padInfo.front + tap;
          if (depth < 0 || depth >= info.inDepth) continue;
          visit(place, patches, {
            image: (volume * info.inDepth + depth) * imageBytes,
            filter: tap * filterBytes,
            result: (volume * info.outDepth + out) * resultBytes,
          });
        }
      }
    }
  });
}
