import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  FusedConv2D,
  backend_util,
  util,
} from "@tensorflow/tfjs-core";
import type {
  Conv2DAttrs,
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropFilterInputs,
  Conv2DBackpropInputAttrs,
  Conv2DBackpropInputInputs,
  Conv2DInputs,
  FusedConv2DAttrs,
  TensorInfo,
} from "@tensorflow/tfjs-core";
import { finish, fusible } from "../activation";
import type { FusedInputs, Fusible } from "../activation";
import { writeGeometry } from "../geometry";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";

/** A convolution. Stock: right, about half as fast. */
export const conv2D = wasmKernel<Conv2DInputs, Conv2DAttrs>(Conv2D, ({ inputs, attrs, heap }) =>
  convolve(heap, inputs.x, inputs.filter, attrs, { bias: undefined, relu: false }),
);

/** A convolution with a bias by channel and an activation. */
export const fusedConv2D = wasmKernel<Conv2DInputs & FusedInputs, FusedConv2DAttrs>(
  FusedConv2D,
  ({ inputs, attrs, heap, backend }) => {
    const plan = fusible(inputs, attrs, inputs.filter.shape[3] as number);
    return finish(backend, convolve(heap, inputs.x, inputs.filter, attrs, plan), inputs, attrs, plan);
  },
);

/**
 * The gradient of a convolution by its filter `[height, width, in, out]`.
 *
 * Stock: missing, so no convolution layer trains on WASM.
 */
export const conv2DBackpropFilter = wasmKernel<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ inputs, attrs, heap }) => {
    const { x, dy } = inputs;
    const info = geometry(x.shape, attrs.filterShape, attrs);
    const out = heap.allocate(attrs.filterShape, "float32");
    withPatches(heap, info, (place, patches) =>
      heap.simd.convolutionFilterGradient(
        ...([place, heap.offset(x), heap.offset(dy), heap.offset(out), false, patches, heap.workspace] as const),
      ),
    );
    return out;
  },
);

/** The gradient of a convolution by its images. Stock: right, but a plain loop without SIMD. */
export const conv2DBackpropInput = wasmKernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs, attrs, heap }) => {
    const { dy, filter } = inputs;
    const info = geometry(attrs.inputShape, filter.shape, attrs);
    const out = heap.allocate(attrs.inputShape, "float32");
    withPatches(heap, info, (place, patches) =>
      heap.simd.convolutionInputGradient(
        ...([place, heap.offset(dy), heap.offset(filter), heap.offset(out), false, patches, heap.workspace] as const),
      ),
    );
    return out;
  },
);

type Attributes = Pick<Conv2DAttrs, "strides" | "pad" | "dataFormat" | "dimRoundingMode"> &
  Partial<Pick<Conv2DAttrs, "dilations">>;

function geometry(
  x: readonly number[],
  filter: readonly number[],
  { strides, pad, dataFormat, dimRoundingMode, dilations = 1 }: Attributes,
): backend_util.Conv2DInfo {
  const layout = backend_util.convertConv2DDataFormat(dataFormat);
  util.assert(
    layout === "channelsLast",
    () => "Convolutions on WASM take images in NHWC layout, got NCHW. Transpose the images first.",
  );
  const [images, weights] = [x as [number, number, number, number], filter as [number, number, number, number]];
  return backend_util.computeConv2DInfo(
    ...([images, weights, strides, dilations, pad, dimRoundingMode, false, layout] as const),
  );
}

function convolve(heap: Heap, x: TensorInfo, filter: TensorInfo, attrs: Attributes, plan: Fusible): TensorInfo {
  const info = geometry(x.shape, filter.shape, attrs);
  const out = heap.allocate(info.outShape, "float32");
  const bias = plan.bias === undefined ? 0 : heap.offset(plan.bias);
  withPatches(heap, info, (place, patches) =>
    heap.simd.convolve(
      ...([place, heap.offset(x), heap.offset(filter), bias, plan.relu] as const),
      ...([heap.offset(out), patches, heap.workspace] as const),
    ),
  );
  return out;
}

/** Runs `use` with the geometry's address and that of working memory for patches. */
function withPatches(heap: Heap, info: backend_util.Conv2DInfo, use: (place: number, patches: number) => void): void {
  const place = writeGeometry(heap, info);
  heap.withScratch(heap.simd.patchFloats(place), (patches) => use(place, patches));
}
