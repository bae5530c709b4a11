import type { TensorInfo } from "@tensorflow/tfjs-core";
import { fusedKernels } from "../../../fused-kernels";
import type { AttentionAttributes, AttentionGradAttributes, MatrixPlace } from "../../../fused-kernels";
import { bytesPerFloat } from "../heap";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";

interface AttentionInputs {
  readonly query: TensorInfo;
  readonly key: TensorInfo;
  readonly value: TensorInfo;
  readonly mask?: TensorInfo;
}

/** The result holds as many elements as its place and sizes say, and is flat. */
export const attention = wasmKernel<AttentionInputs, AttentionAttributes>(
  fusedKernels.attention,
  ({ inputs: { query, key, value, mask }, attrs, heap }) => {
    const { outer, inner, queries, keys, valueWidth } = attrs.sizes;
    const shares = heap.allocate([outer, inner, queries, keys], "float32");
    const result = heap.allocate([outer * inner * queries * valueWidth], "float32");
    const description = describe(heap, attrs, []);
    heap.simd.attention(
      ...([description, attrs.scale] as const),
      ...([start(heap, query, attrs.query), start(heap, key, attrs.key), start(heap, value, attrs.value)] as const),
      ...([mask && attrs.mask ? start(heap, mask, attrs.mask) : 0] as const),
      ...([heap.offset(shares), start(heap, result, attrs.result), heap.workspace] as const),
    );
    return [result, shares];
  },
);

interface AttentionGradInputs {
  readonly query: TensorInfo;
  readonly key: TensorInfo;
  readonly value: TensorInfo;
  readonly shares: TensorInfo;
  readonly dResult: TensorInfo;
}

/** The gradients by query, key and value, flat, at the places that the attributes say. */
export const attentionGrad = wasmKernel<AttentionGradInputs, AttentionGradAttributes>(
  fusedKernels.attentionGrad,
  ({ inputs: { query, key, value, shares, dResult }, attrs, heap }) => {
    const { outer, inner, queries, keys, keyWidth, valueWidth } = attrs.sizes;
    const count = outer * inner;
    const dQuery = heap.allocate([count * queries * keyWidth], "float32");
    const dKey = heap.allocate([count * keys * keyWidth], "float32");
    const dValue = heap.allocate([count * keys * valueWidth], "float32");
    heap.withScratch(queries * keys, (scores) => {
      const description = describe(heap, attrs, [attrs.dQuery, attrs.dKey, attrs.dValue]);
      heap.simd.attentionGradient(
        ...([description, attrs.scale] as const),
        ...([start(heap, query, attrs.query), start(heap, key, attrs.key), start(heap, value, attrs.value)] as const),
        ...([heap.offset(shares), start(heap, dResult, attrs.result)] as const),
        ...([start(heap, dQuery, attrs.dQuery), start(heap, dKey, attrs.dKey)] as const),
        ...([start(heap, dValue, attrs.dValue), scores, heap.workspace] as const),
      );
    });
    return [dQuery, dKey, dValue];
  },
);

function start(heap: Heap, tensor: TensorInfo, place: MatrixPlace): number {
  return heap.offset(tensor) + place.offset * bytesPerFloat;
}

/** Writes sizes and distances as client/simd/attention.ts reads them. */
function describe(heap: Heap, attrs: AttentionAttributes, gradients: readonly MatrixPlace[]): number {
  const { sizes, causal, query, key, value, mask, result } = attrs;
  const nowhere: MatrixPlace = { offset: 0, outer: 0, inner: 0, row: 0 };
  const places = [query, key, value, result, mask ?? nowhere, ...gradients];
  const integers = [
    ...[sizes.outer, sizes.inner, sizes.queries, sizes.keys, sizes.keyWidth, sizes.valueWidth, causal ? 1 : 0],
    ...places.flatMap(({ outer, inner, row }) => [outer, inner, row]),
  ];
  return heap.integerArguments([integers])[0] as number;
}
