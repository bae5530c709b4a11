import { Conv2DBackpropInput, backend_util, util } from "@tensorflow/tfjs-core";
import type { Conv2DBackpropInputAttrs, Conv2DBackpropInputInputs } from "@tensorflow/tfjs-core";
import { multiplyMatrices, transposeMatrices } from "../gemm";
import { viewIds } from "../heap";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";
import { transposeMatrix } from "../transpose-matrix";

const bytesPerFloat = 4;

/** Floats of column matrix built at a time, as for the filter gradient. */
const columnBudget = 4 * 2 ** 20;

/**
 * The gradient of a convolution with respect to its channels-last input. With stride 1 it is itself a convolution, of
 * `dy` with the filter turned by 180 degrees; otherwise `dy` times the transposed filter gives the gradient of every
 * patch, and the patches are added up where they overlap.
 *
 * Stock: right, but a plain loop without SIMD.
 */
export const conv2DBackpropInput = wasmKernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs, attrs, heap }) => {
    const { dy, filter } = inputs;
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = attrs;
    const layout = backend_util.convertConv2DDataFormat(dataFormat);
    util.assert(
      layout === "channelsLast",
      () => "The input gradient of conv2d on WASM takes images in NHWC layout, got NCHW. Transpose the images first.",
    );
    const filterShape = filter.shape as [number, number, number, number];
    const info = backend_util.computeConv2DInfo(
      inputShape,
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
      false,
      layout,
    );
    const out = heap.allocate(inputShape, "float32");
    const [filterOffset, dyOffset, outOffset] = [heap.offset(filter), heap.offset(dy), heap.offset(out)];
    if (util.sizeFromShape(dy.shape) === 0) {
      heap.floats(out).fill(0);
    } else if (isConvolution(info)) {
      convolveTurned(heap, dyOffset, filterOffset, outOffset, info);
    } else {
      addUpPatches(heap, dyOffset, filterOffset, outOffset, info);
    }
    return out;
  },
);

/** XNNPACK takes no negative padding, which a padding wider than the filter would ask for. */
function isConvolution(info: backend_util.Conv2DInfo): boolean {
  const { top, left } = info.padInfo;
  const { bottom, right } = turnedPadding(info);
  const paddingFits = top < info.filterHeight && left < info.filterWidth && bottom >= 0 && right >= 0;
  return info.strideHeight === 1 && info.strideWidth === 1 && paddingFits;
}

function turnedPadding(info: backend_util.Conv2DInfo): { top: number; bottom: number; left: number; right: number } {
  const top = info.filterHeight - 1 - info.padInfo.top;
  const left = info.filterWidth - 1 - info.padInfo.left;
  const bottom = info.inHeight - info.outHeight + info.filterHeight - 1 - top;
  const right = info.inWidth - info.outWidth + info.filterWidth - 1 - left;
  return { top, bottom, left, right };
}

function convolveTurned(heap: Heap, dy: number, filter: number, out: number, info: backend_util.Conv2DInfo): void {
  const { batchSize, filterHeight, filterWidth, inChannels, outChannels, outHeight, outWidth } = info;
  const filterLength = filterHeight * filterWidth * inChannels * outChannels;
  heap.withScratch(filterLength, (turned) => {
    turnFilter(heap.wordsAt(filter, filterLength), heap.wordsAt(turned, filterLength), info);
    const views = [
      { id: viewIds.left, offset: dy, length: batchSize * outHeight * outWidth * outChannels },
      { id: viewIds.right, offset: turned, length: filterLength },
      { id: viewIds.out, offset: out, length: batchSize * info.inHeight * info.inWidth * inChannels },
    ];
    const padding = turnedPadding(info);
    heap.withViews(views, () =>
      heap.module._Conv2D(
        ...([viewIds.left, batchSize, outHeight, outWidth, viewIds.right, filterHeight, filterWidth] as const),
        ...([padding.top, padding.right, padding.bottom, padding.left] as const),
        ...([0, 1, 1, 1, 1, outChannels, inChannels, viewIds.out] as const),
      ),
    );
  });
}

/** `[height, width, in, out]` to `[height, width, out, in]` with both spatial axes reversed. */
function turnFilter(filter: Int32Array, turned: Int32Array, info: backend_util.Conv2DInfo): void {
  const taps = info.filterHeight * info.filterWidth;
  const tapSize = info.inChannels * info.outChannels;
  for (let tap = 0; tap < taps; tap++) {
    const source = { elements: filter, start: tap * tapSize, stride: info.outChannels };
    const target = { elements: turned, start: (taps - 1 - tap) * tapSize, stride: info.inChannels };
    transposeMatrix(source, target, info.inChannels, info.outChannels);
  }
}

function addUpPatches(heap: Heap, dy: number, filter: number, out: number, info: backend_util.Conv2DInfo): void {
  const { batchSize, inChannels, outChannels } = info;
  const positions = info.outHeight * info.outWidth;
  const patchSize = info.filterHeight * info.filterWidth * inChannels;
  const imageSize = info.inHeight * info.inWidth * inChannels;
  const imagesAtOnce = Math.max(1, Math.min(batchSize, Math.floor(columnBudget / (patchSize * positions))));
  heap.withScratch(patchSize * outChannels, (transposed) =>
    heap.withScratch(imagesAtOnce * positions * patchSize, (patches) => {
      transposeMatrices(heap, filter, transposed, 1, patchSize, outChannels);
      heap.floatsAt(out, batchSize * imageSize).fill(0);
      for (let first = 0; first < batchSize; first += imagesAtOnce) {
        const images = Math.min(imagesAtOnce, batchSize - first);
        multiplyMatrices(heap, dy + first * positions * outChannels * bytesPerFloat, transposed, patches, {
          m: images * positions,
          k: outChannels,
          n: patchSize,
        });
        scatterPatches(
          heap.floatsAt(patches, images * positions * patchSize),
          heap.floatsAt(out + first * imageSize * bytesPerFloat, images * imageSize),
          images,
          info,
        );
      }
    }),
  );
}

/** Adds patches `[image, out row, out column, filter row, filter column, channel]` to the images they were cut from. */
function scatterPatches(
  patches: Float32Array,
  target: Float32Array,
  images: number,
  info: backend_util.Conv2DInfo,
): void {
  const { filterHeight, filterWidth, inChannels, inHeight, inWidth, outHeight, outWidth } = info;
  let read = 0;
  for (let image = 0; image < images; image++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = outRow * info.strideHeight - info.padInfo.top;
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const left = outColumn * info.strideWidth - info.padInfo.left;
        for (let tap = 0; tap < filterHeight * filterWidth; tap++, read += inChannels) {
          const row = top + Math.floor(tap / filterWidth);
          const column = left + (tap % filterWidth);
          if (row < 0 || row >= inHeight || column < 0 || column >= inWidth) {
            continue;
          }
          const write = ((image * inHeight + row) * inWidth + column) * inChannels;
          for (let channel = 0; channel < inChannels; channel++) {
            target[write + channel] = (target[write + channel] as number) + (patches[read + channel] as number);
          }
        }
      }
    }
  }
}
