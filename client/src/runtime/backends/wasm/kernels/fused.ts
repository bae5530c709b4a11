import { util } from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { fusedKernels } from "../../../fused-kernels";
import type { AdamAttributes, CrossEntropyAttributes, LayerNormAttributes } from "../../../fused-kernels";
import { wasmKernel } from "../kernel";
import { multiply } from "./mat-mul";

interface LinearInputs {
  readonly x: TensorInfo;
  readonly weight: TensorInfo;
  readonly bias?: TensorInfo;
}

export const linear = wasmKernel<LinearInputs, object>(fusedKernels.linear, ({ inputs: { x, weight, bias }, heap }) =>
  multiply(heap, { tensor: x, transposed: false }, { tensor: weight, transposed: true }, { bias }),
);

export const reluGrad = wasmKernel<{ dy: TensorInfo; y: TensorInfo }, object>(
  fusedKernels.reluGrad,
  ({ inputs: { dy, y }, heap }) => {
    const out = heap.allocate(y.shape, "float32");
    const count = util.sizeFromShape(y.shape);
    heap.simd.reluGradient(heap.offset(dy), heap.offset(y), count, heap.offset(out));
    return out;
  },
);

export const crossEntropy = wasmKernel<{ logits: TensorInfo; classes: TensorInfo }, CrossEntropyAttributes>(
  fusedKernels.crossEntropy,
  ({ inputs: { logits, classes }, attrs: { ignored, mean }, heap }) => {
    const [rows, columns] = logits.shape as [number, number];
    const loss = heap.allocate([], "float32");
    const gradient = heap.allocate(logits.shape, "float32");
    const value = heap.simd.softmaxCrossEntropy(
      ...([heap.offset(logits), heap.offset(classes), rows, columns, ignored, mean, heap.offset(gradient)] as const),
    );
    heap.floats(loss)[0] = value;
    return [loss, gradient];
  },
);

interface LayerNormInputs {
  readonly x: TensorInfo;
  readonly weight?: TensorInfo;
  readonly bias?: TensorInfo;
}

/** `x` is [rows, width]; the second result holds the mean and the scale of each row. */
export const layerNorm = wasmKernel<LayerNormInputs, LayerNormAttributes>(
  fusedKernels.layerNorm,
  ({ inputs: { x, weight, bias }, attrs: { eps }, heap }) => {
    const [rows, width] = x.shape as [number, number];
    const out = heap.allocate(x.shape, "float32");
    const statistics = heap.allocate([rows, 2], "float32");
    heap.simd.layerNorm(
      ...([heap.offset(x), weight ? heap.offset(weight) : 0, bias ? heap.offset(bias) : 0] as const),
      ...([rows, width, eps, heap.offset(out), heap.offset(statistics)] as const),
    );
    return [out, statistics];
  },
);

interface LayerNormGradInputs {
  readonly x: TensorInfo;
  readonly weight?: TensorInfo;
  readonly statistics: TensorInfo;
  readonly dy: TensorInfo;
}

/** The gradients by `x`, by the weight and by the bias, whether there is one or not. */
export const layerNormGrad = wasmKernel<LayerNormGradInputs, object>(
  fusedKernels.layerNormGrad,
  ({ inputs: { x, weight, statistics, dy }, heap }) => {
    const [rows, width] = x.shape as [number, number];
    const dx = heap.allocate(x.shape, "float32");
    const [dWeight, dBias] = [heap.allocate([width], "float32"), heap.allocate([width], "float32")];
    heap.withScratch(2 * width, (scratch) =>
      heap.simd.layerNormGradient(
        ...([heap.offset(x), weight ? heap.offset(weight) : 0, heap.offset(statistics), heap.offset(dy)] as const),
        ...([rows, width, heap.offset(dx), heap.offset(dWeight), heap.offset(dBias), scratch] as const),
      ),
    );
    return [dx, dWeight, dBias];
  },
);

interface AdamInputs {
  readonly parameter: TensorInfo;
  readonly gradient: TensorInfo;
  readonly first: TensorInfo;
  readonly second: TensorInfo;
  readonly largest?: TensorInfo;
}

export const adam = wasmKernel<AdamInputs, AdamAttributes>(fusedKernels.adam, ({ inputs, attrs, heap }) => {
  const { parameter, gradient, first, second, largest } = inputs;
  heap.simd.adam(
    ...([util.sizeFromShape(parameter.shape), heap.offset(parameter), heap.offset(gradient)] as const),
    ...([heap.offset(first), heap.offset(second), largest ? heap.offset(largest) : 0] as const),
    ...([attrs.beta1, attrs.beta2, attrs.rate, attrs.correction, attrs.eps, attrs.shrinkage, attrs.decay] as const),
  );
  return [];
});
