import { util } from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { fusedKernels } from "../../../fused-kernels";
import type { RecurrentAttributes } from "../../../fused-kernels";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";

/** Shapes as in client/simd/recurrent.ts; the biases are both there or both not. */
interface RecurrentInputs {
  /** [steps, batch, inputs] */
  readonly x: TensorInfo;
  readonly hidden: TensorInfo;
  readonly inputWeight: TensorInfo;
  readonly hiddenWeight: TensorInfo;
  readonly inputBias?: TensorInfo;
  readonly hiddenBias?: TensorInfo;
  /** [steps, batch, 1] */
  readonly mask?: TensorInfo;
}

interface LstmInputs extends RecurrentInputs {
  readonly cell: TensorInfo;
}

/** The states [steps + 2, batch, size], and what the gradient needs: gates, cells and their hyperbolic tangents. */
export const lstm = wasmKernel<LstmInputs, RecurrentAttributes>(
  fusedKernels.lstm,
  ({ inputs, attrs: { reverse }, heap }) => {
    const { steps, batch, width, size } = sizesOf(inputs.x, inputs.hiddenWeight);
    const states = heap.allocate([steps + 2, batch, size], "float32");
    const gates = heap.allocate([steps, batch, 4 * size], "float32");
    const [cells, shown] = [
      heap.allocate([steps, batch, size], "float32"),
      heap.allocate([steps, batch, size], "float32"),
    ];
    heap.withScratch(4 * size, (bias) => {
      const { inputBias, hiddenBias } = inputs;
      if (inputBias && hiddenBias) addTo(heap, bias, inputBias, hiddenBias);
      heap.simd.lstm(
        ...([steps, batch, width, size, reverse, heap.offset(inputs.x), optional(heap, inputs.mask)] as const),
        ...([heap.offset(inputs.hidden), heap.offset(inputs.cell)] as const),
        ...([heap.offset(inputs.inputWeight), heap.offset(inputs.hiddenWeight), inputBias ? bias : 0] as const),
        ...([heap.offset(states), heap.offset(gates), heap.offset(cells), heap.offset(shown), heap.workspace] as const),
      );
    });
    return [states, gates, cells, shown];
  },
);

interface LstmGradInputs extends LstmInputs {
  readonly states: TensorInfo;
  readonly gates: TensorInfo;
  readonly cells: TensorInfo;
  readonly shown: TensorInfo;
  readonly dStates: TensorInfo;
}

/** The gradients by x, hidden state, cell, both weights and both biases. */
export const lstmGrad = wasmKernel<LstmGradInputs, RecurrentAttributes>(
  fusedKernels.lstmGrad,
  ({ inputs, attrs: { reverse }, heap }) => {
    const { steps, batch, size } = sizesOf(inputs.x, inputs.hiddenWeight);
    const dHidden = heap.allocate(inputs.hidden.shape, "float32");
    const dCell = heap.allocate(inputs.cell.shape, "float32");
    return heap.withScratch(steps * batch * 4 * size, (dGates) => {
      const [dx, ...others] = weightGradients(heap, inputs, 4, reverse, inputs.states, dGates, dGates, () =>
        heap.simd.lstmGradient(
          ...([steps, batch, size, reverse, optional(heap, inputs.mask), heap.offset(inputs.cell)] as const),
          ...([heap.offset(inputs.hiddenWeight), heap.offset(inputs.dStates), heap.offset(inputs.gates)] as const),
          ...([heap.offset(inputs.cells), heap.offset(inputs.shown), dGates] as const),
          ...([heap.offset(dHidden), heap.offset(dCell), heap.workspace] as const),
        ),
      );
      return [dx as TensorInfo, dHidden, dCell, ...others];
    });
  },
);

/** The states [steps + 1, batch, size], and what the gradient needs: gates and what the hidden states contribute. */
export const gru = wasmKernel<RecurrentInputs, RecurrentAttributes>(
  fusedKernels.gru,
  ({ inputs, attrs: { reverse }, heap }) => {
    const { steps, batch, width, size } = sizesOf(inputs.x, inputs.hiddenWeight);
    const states = heap.allocate([steps + 1, batch, size], "float32");
    const gates = heap.allocate([steps, batch, 3 * size], "float32");
    const hiddenPart = heap.allocate([steps, batch, 3 * size], "float32");
    heap.simd.gru(
      ...([steps, batch, width, size, reverse, heap.offset(inputs.x), optional(heap, inputs.mask)] as const),
      ...([heap.offset(inputs.hidden), heap.offset(inputs.inputWeight), heap.offset(inputs.hiddenWeight)] as const),
      ...([optional(heap, inputs.inputBias), optional(heap, inputs.hiddenBias)] as const),
      ...([heap.offset(states), heap.offset(gates), heap.offset(hiddenPart), heap.workspace] as const),
    );
    return [states, gates, hiddenPart];
  },
);

interface GruGradInputs extends RecurrentInputs {
  readonly states: TensorInfo;
  readonly gates: TensorInfo;
  readonly hiddenPart: TensorInfo;
  readonly dStates: TensorInfo;
}

/** The gradients by x, hidden state, both weights and both biases. */
export const gruGrad = wasmKernel<GruGradInputs, RecurrentAttributes>(
  fusedKernels.gruGrad,
  ({ inputs, attrs: { reverse }, heap }) => {
    const { steps, batch, size } = sizesOf(inputs.x, inputs.hiddenWeight);
    const dHidden = heap.allocate(inputs.hidden.shape, "float32");
    const length = steps * batch * 3 * size;
    return heap.withScratch(length, (dGates) =>
      heap.withScratch(length, (dPart) => {
        const [dx, ...others] = weightGradients(heap, inputs, 3, reverse, inputs.states, dGates, dPart, () =>
          heap.simd.gruGradient(
            ...([steps, batch, size, reverse, optional(heap, inputs.mask), heap.offset(inputs.hidden)] as const),
            ...([heap.offset(inputs.hiddenWeight), heap.offset(inputs.dStates), heap.offset(inputs.states)] as const),
            ...([heap.offset(inputs.gates), heap.offset(inputs.hiddenPart), dGates, dPart] as const),
            ...([heap.offset(dHidden), heap.workspace] as const),
          ),
        );
        return [dx as TensorInfo, dHidden, ...others];
      }),
    );
  },
);

function sizesOf(x: TensorInfo, hiddenWeight: TensorInfo): Record<"steps" | "batch" | "width" | "size", number> {
  const [steps, batch, width] = x.shape as [number, number, number];
  return { steps, batch, width, size: hiddenWeight.shape[1] as number };
}

function optional(heap: Heap, tensor: TensorInfo | undefined): number {
  return tensor ? heap.offset(tensor) : 0;
}

function addTo(heap: Heap, target: number, a: TensorInfo, b: TensorInfo): void {
  const [left, right] = [heap.floats(a), heap.floats(b)];
  const sums = heap.floatsAt(target, left.length);
  for (let index = 0; index < sums.length; index++) sums[index] = (left[index] as number) + (right[index] as number);
}

/** Allocates the gradients by x, both weights and both biases, runs the way back, and then fills them. */
function weightGradients(
  heap: Heap,
  { x, hidden, inputWeight, hiddenWeight }: RecurrentInputs,
  gateCount: number,
  reverse: boolean,
  states: TensorInfo,
  dGates: number,
  dPart: number,
  goBack: () => void,
): TensorInfo[] {
  const { steps, batch, width, size } = sizesOf(x, hiddenWeight);
  const results = [x.shape, inputWeight.shape, hiddenWeight.shape, [gateCount * size], [gateCount * size]].map(
    (shape) => heap.allocate(shape, "float32"),
  );
  const offsets = results.map((result) => heap.offset(result)) as [number, number, number, number, number];
  heap.withScratch(util.sizeFromShape([gateCount, size]), (partial) => {
    goBack();
    heap.simd.recurrentWeightGradients(
      ...([steps, batch, width, size, gateCount * size, reverse] as const),
      ...([heap.offset(x), heap.offset(hidden), heap.offset(inputWeight), heap.offset(states)] as const),
      ...([dGates, dPart, ...offsets, partial, heap.workspace] as const),
    );
  });
  return results;
}
