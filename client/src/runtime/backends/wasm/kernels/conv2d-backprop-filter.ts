import { Conv2DBackpropFilter, backend_util, util } from "@tensorflow/tfjs-core";
import type { Conv2DBackpropFilterAttrs, Conv2DBackpropFilterInputs } from "@tensorflow/tfjs-core";
import { multiplyMatrices, transposeMatrices } from "../gemm";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";

const bytesPerFloat = 4;

/** Floats of patch matrix built at a time: 16 MB, so that a large batch does not make the memory grow for good. */
const patchBudget = 4 * 2 ** 20;

/**
 * The gradient of a convolution with respect to its filter `[height, width, in, out]`, for channels-last images: the
 * matrix of input patches `[height · width · in, positions]` times `dy` as `[positions, out]`, summed over the images.
 *
 * Stock: missing, so no convolution layer trains on WASM.
 */
export const conv2DBackpropFilter = wasmKernel<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ inputs, attrs, heap }) => {
    const { x, dy } = inputs;
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs;
    const layout = backend_util.convertConv2DDataFormat(dataFormat);
    util.assert(
      layout === "channelsLast",
      () => "The filter gradient of conv2d on WASM takes images in NHWC layout, got NCHW. Transpose the images first.",
    );
    const shape = x.shape as [number, number, number, number];
    const info = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode, false, layout);
    const out = heap.allocate(filterShape, "float32");
    heap.floats(out).fill(0);
    const positions = info.outHeight * info.outWidth;
    const patchSize = info.filterHeight * info.filterWidth * info.inChannels;
    const imagesAtOnce = Math.max(1, Math.min(info.batchSize, Math.floor(patchBudget / (patchSize * positions))));
    const imageSize = info.inHeight * info.inWidth * info.inChannels;
    heap.withScratch(imagesAtOnce * patchSize * positions, (patches) =>
      heap.withScratch(imagesAtOnce * imageSize, (planes) =>
        heap.withScratch(patchSize * info.outChannels, (partial) => {
          for (let first = 0; first < info.batchSize; first += imagesAtOnce) {
            const images = Math.min(imagesAtOnce, info.batchSize - first);
            const xChunk = heap.offset(x) + first * imageSize * bytesPerFloat;
            const dyChunk = heap.offset(dy) + first * positions * info.outChannels * bytesPerFloat;
            transposeMatrices(heap, xChunk, planes, 1, images * info.inHeight * info.inWidth, info.inChannels);
            gatherPatches(heap, planes, patches, images, info);
            multiplyMatrices(heap, patches, dyChunk, partial, {
              m: patchSize,
              k: images * positions,
              n: info.outChannels,
            });
            accumulate(heap.floats(out), heap.floatsAt(partial, patchSize * info.outChannels));
          }
        }),
      ),
    );
    return out;
  },
);

/**
 * Lays the patches of `images` out as `[filter row, filter column, channel, image, out row, out column]`, reading
 * `planes`, the images as `[channel, image, row, column]`. Along a row both sides are walked in order.
 */
function gatherPatches(
  heap: Heap,
  planes: number,
  patches: number,
  images: number,
  info: backend_util.Conv2DInfo,
): void {
  const { filterHeight, filterWidth, inChannels, inHeight, inWidth, outHeight, outWidth } = info;
  const { strideHeight, strideWidth } = info;
  const source = heap.floatsAt(planes, inChannels * images * inHeight * inWidth);
  const target = heap.floatsAt(patches, filterHeight * filterWidth * inChannels * images * outHeight * outWidth);
  let write = 0;
  for (let filterRow = 0; filterRow < filterHeight; filterRow++) {
    for (let filterColumn = 0; filterColumn < filterWidth; filterColumn++) {
      const columnShift = filterColumn - info.padInfo.left;
      // The out columns whose input column `column · stride + shift` lies inside the image.
      const firstColumn = Math.min(outWidth, Math.max(0, Math.ceil(-columnShift / strideWidth)));
      const endColumn = Math.max(firstColumn, Math.min(outWidth, Math.ceil((inWidth - columnShift) / strideWidth)));
      for (let plane = 0; plane < inChannels * images; plane++) {
        for (let outRow = 0; outRow < outHeight; outRow++, write += outWidth) {
          const inRow = outRow * strideHeight + filterRow - info.padInfo.top;
          if (inRow < 0 || inRow >= inHeight) {
            target.fill(0, write, write + outWidth);
            continue;
          }
          for (let column = 0; column < firstColumn; column++) {
            target[write + column] = 0;
          }
          let read = (plane * inHeight + inRow) * inWidth + firstColumn * strideWidth + columnShift;
          for (let column = firstColumn; column < endColumn; column++, read += strideWidth) {
            target[write + column] = source[read] as number;
          }
          for (let column = endColumn; column < outWidth; column++) {
            target[write + column] = 0;
          }
        }
      }
    }
  }
}

function accumulate(total: Float32Array, part: Float32Array): void {
  for (let index = 0; index < total.length; index++) {
    total[index] = (total[index] as number) + (part[index] as number);
  }
}
