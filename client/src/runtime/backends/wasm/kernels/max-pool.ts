import { MaxPool3D, MaxPool3DGrad, MaxPoolGrad, backend_util, util } from "@tensorflow/tfjs-core";
import type {
  MaxPool3DAttrs,
  MaxPool3DGradAttrs,
  MaxPool3DGradInputs,
  MaxPool3DInputs,
  MaxPoolGradAttrs,
  MaxPoolGradInputs,
  TensorInfo,
} from "@tensorflow/tfjs-core";
import { wasmKernel } from "../kernel";

/**
 * The gradient of 2-D max pooling, channels last: each window's upstream gradient goes to its first maximum in row
 * order, as in PyTorch.
 *
 * Stock: looks for the maximum from 0 upwards and hands the gradient of a window whose maximum is 0 or below to the
 * window's first element.
 */
export const maxPoolGrad = wasmKernel<MaxPoolGradInputs, MaxPoolGradAttrs>(MaxPoolGrad, ({ inputs, attrs, heap }) => {
  const { dy, input } = inputs;
  const shape = input.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(
    shape,
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  const dx = heap.allocate(input.shape, input.dtype);
  scatterToMaxima(asVolume(info), heap.floats(input), heap.floats(dy), heap.floats(dx));
  return dx;
});

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
  forEachWindow(info, values, (output, maximum) => {
    result[output] = maximum < 0 ? Number.NEGATIVE_INFINITY : (values[maximum] as number);
  });
  return out;
});

/** The gradient of 3-D max pooling, channels last. Stock: wrong like the 2-D one. */
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

/** What the window walk needs of a pooling; a 2-D pooling is a volume of depth 1. */
type Volume = Pick<
  backend_util.Conv3DInfo,
  | "batchSize"
  | "inChannels"
  | "inDepth"
  | "inHeight"
  | "inWidth"
  | "outDepth"
  | "outHeight"
  | "outWidth"
  | "strideDepth"
  | "strideHeight"
  | "strideWidth"
  | "filterDepth"
  | "filterHeight"
  | "filterWidth"
> & { readonly padInfo: { front: number; top: number; left: number } };

function asVolume(info: backend_util.Conv2DInfo): Volume {
  const padInfo = { front: 0, top: info.padInfo.top, left: info.padInfo.left };
  return { ...info, inDepth: 1, outDepth: 1, strideDepth: 1, filterDepth: 1, padInfo };
}

function scatterToMaxima(info: Volume, input: Float32Array, dy: Float32Array, dx: Float32Array): void {
  dx.fill(0);
  forEachWindow(info, input, (output, maximum) => {
    if (maximum >= 0) {
      dx[maximum] = (dx[maximum] as number) + (dy[output] as number);
    }
  });
}

/**
 * Calls `visit` for every window and channel with the flat index of the output element and of the window's first
 * maximum in `input`; -1 for a window that lies wholly in the padding. A NaN counts as the maximum, as in PyTorch.
 */
function forEachWindow(info: Volume, input: Float32Array, visit: (output: number, maximum: number) => void): void {
  const { batchSize, inChannels, inDepth, inHeight, inWidth, padInfo } = info;
  let output = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let outPlane = 0; outPlane < info.outDepth; outPlane++) {
      const front = outPlane * info.strideDepth - padInfo.front;
      const [planeStart, planeEnd] = [Math.max(0, front), Math.min(inDepth, front + info.filterDepth)];
      for (let outRow = 0; outRow < info.outHeight; outRow++) {
        const top = outRow * info.strideHeight - padInfo.top;
        const [rowStart, rowEnd] = [Math.max(0, top), Math.min(inHeight, top + info.filterHeight)];
        for (let outColumn = 0; outColumn < info.outWidth; outColumn++) {
          const left = outColumn * info.strideWidth - padInfo.left;
          const [columnStart, columnEnd] = [Math.max(0, left), Math.min(inWidth, left + info.filterWidth)];
          for (let channel = 0; channel < inChannels; channel++, output++) {
            let maximum = -1;
            let best = Number.NEGATIVE_INFINITY;
            for (let plane = planeStart; plane < planeEnd; plane++) {
              for (let row = rowStart; row < rowEnd; row++) {
                let index =
                  (((image * inDepth + plane) * inHeight + row) * inWidth + columnStart) * inChannels + channel;
                for (let column = columnStart; column < columnEnd; column++, index += inChannels) {
                  const value = input[index] as number;
                  if (value > best || maximum < 0 || value !== value) {
                    best = value;
                    maximum = index;
                  }
                }
              }
            }
            visit(output, maximum);
          }
        }
      }
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
