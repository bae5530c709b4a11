import type { backend_util } from "@tensorflow/tfjs-core";
import type { Heap } from "./heap";

/** Writes the sizes of a convolution or pooling as client/simd/geometry.ts reads them. Returns where they lie. */
export function writeGeometry(heap: Heap, info: backend_util.Conv2DInfo): number {
  const sizes = [
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
    ...[info.filterHeight, info.filterWidth, info.outHeight, info.outWidth, info.outChannels],
    ...[info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth],
    ...[info.padInfo.top, info.padInfo.left],
  ];
  return heap.integerArguments([sizes])[0] as number;
}
