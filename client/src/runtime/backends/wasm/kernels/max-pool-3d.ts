import { MaxPool3D, MaxPool3DGrad, backend_util, util } from "@tensorflow/tfjs-core";
import type {
  MaxPool3DAttrs,
  MaxPool3DGradAttrs,
  MaxPool3DGradInputs,
  MaxPool3DInputs,
  TensorInfo,
} from "@tensorflow/tfjs-core";
import { wasmKernel } from "../kernel";

/**
 * 3-D max pooling, channels last.
 *
 * Stock: a window without a positive element gives 0 or the smallest positive number.
 */
export const maxPool3D = wasmKernel<MaxPool3DInputs, MaxPool3DAttrs>(MaxPool3D, ({ inputs, attrs, heap }) => {
  const { x } = inputs;
  const shape = x.shape as [number, number, number, number, number];
  const { filterSize, strides, pad, dimRoundingMode, dataFormat } = attrs;
  const info = backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode, dataFormat);
  assertSupported(info.dataFormat, x);
  const out = heap.allocate(info.outShape, x.dtype);
  const values = heap.floats(x);
  const result = heap.floats(out);
  forEachWindow(info, values, (output, maxima) => {
    for (let channel = 0; channel < maxima.length; channel++) {
      const maximum = maxima[channel] as number;
      result[output + channel] = maximum < 0 ? Number.NEGATIVE_INFINITY : (values[maximum] as number);
    }
  });
  return out;
});

/** The gradient of 3-D max pooling, channels last. Stock: wrong where a maximum is 0 or below, as in two dimensions. */
export const maxPool3DGrad = wasmKernel<MaxPool3DGradInputs, MaxPool3DGradAttrs>(
  MaxPool3DGrad,
  ({ inputs, attrs, heap }) => {
    const { dy, input } = inputs;
    const shape = input.shape as [number, number, number, number, number];
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const info = backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const dx = heap.allocate(input.shape, input.dtype);
    scatterToMaxima(info, heap.floats(input), heap.floats(dy), heap.floats(dx));
    return dx;
  },
);

function scatterToMaxima(info: backend_util.Conv3DInfo, input: Float32Array, dy: Float32Array, dx: Float32Array): void {
  dx.fill(0);
  forEachWindow(info, input, (output, maxima) => {
    for (let channel = 0; channel < maxima.length; channel++) {
      const maximum = maxima[channel] as number;
      if (maximum >= 0) {
        dx[maximum] = (dx[maximum] as number) + (dy[output + channel] as number);
      }
    }
  });
}

/**
 * Calls `visit` for every window with the flat index of its first output element and, for each channel, the flat index
 * of the window's first maximum in `input`; -1 where the window lies wholly in the padding. A NaN counts as the
 * maximum, as in PyTorch. The array of maxima is used again for the next window.
 */
function forEachWindow(
  info: backend_util.Conv3DInfo,
  input: Float32Array,
  visit: (output: number, maxima: Int32Array) => void,
): void {
  const { batchSize, inChannels, inDepth, inHeight, inWidth, padInfo } = info;
  const maxima = new Int32Array(inChannels);
  const values = new Float32Array(inChannels);
  let output = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let outPlane = 0; outPlane < info.outDepth; outPlane++) {
      const front = outPlane * info.strideDepth - padInfo.front;
      const [planeStart, planeEnd] = [Math.max(0, front), Math.min(inDepth, front + info.filterDepth)];
      for (let outRow = 0; outRow < info.outHeight; outRow++) {
        const top = outRow * info.strideHeight - padInfo.top;
        const [rowStart, rowEnd] = [Math.max(0, top), Math.min(inHeight, top + info.filterHeight)];
        for (let outColumn = 0; outColumn < info.outWidth; outColumn++, output += inChannels) {
          const left = outColumn * info.strideWidth - padInfo.left;
          const [columnStart, columnEnd] = [Math.max(0, left), Math.min(inWidth, left + info.filterWidth)];
          maxima.fill(-1);
          for (let plane = planeStart; plane < planeEnd; plane++) {
            for (let row = rowStart; row < rowEnd; row++) {
              const start = ((image * inDepth + plane) * inHeight + row) * inWidth;
              for (let column = columnStart; column < columnEnd; column++) {
                keepMaxima(input, (start + column) * inChannels, maxima, values);
              }
            }
          }
          visit(output, maxima);
        }
      }
    }
  }
}

/** Compares the pixel at `pixel` with the maxima so far, channel by channel, and keeps the larger. */
function keepMaxima(input: Float32Array, pixel: number, maxima: Int32Array, values: Float32Array): void {
  for (let channel = 0; channel < maxima.length; channel++) {
    const value = input[pixel + channel] as number;
    if (value > (values[channel] as number) || (maxima[channel] as number) < 0 || value !== value) {
      values[channel] = value;
      maxima[channel] = pixel + channel;
    }
  }
}

function assertSupported(dataFormat: "channelsFirst" | "channelsLast", x: TensorInfo): void {
  util.assert(
    dataFormat === "channelsLast",
    () => "3-D max pooling on WASM takes volumes in NDHWC layout, got NCDHW. Transpose the volumes first.",
  );
  util.assert(
    x.dtype === "float32",
    () => `3-D max pooling on WASM takes float32 volumes, got ${x.dtype}. Cast them to float32 first.`,
  );
}
