import type { NativeFunction } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR } from "../../../interpreter/value";
import { indivisible } from "../../../rules/not-divisible";
import { sidesDiffer } from "../../../rules/shape-mismatch";
import { add, bounds, constant, floorDivide, modulo, surelyDifferent } from "../../../shape/dim";
import type { OperationContext } from "../../operation";
import { anything } from "../../parameter";
import { made, page, tensorLike } from "../tensors";
import { hasRank, tfOperation } from "./define";
import { broadcast } from "./elementwise";
import { multiplied } from "./matmul";
import { t } from "../../../text/translate";

const FOUR = constant(4);

/** One step of an LSTM whose four gates share a kernel: `[c, h]`. */
const basicLSTMCell = tfOperation({
  name: "basicLSTMCell",
  parameters: {
    forgetBias: anything,
    lstmKernel: tensorLike,
    lstmBias: tensorLike,
    data: tensorLike,
    c: tensorLike,
    h: tensorLike,
  },
  result({ lstmKernel, lstmBias, data, c, h }, cx): Value {
    const gates = gatesOf(cx, data, h, lstmKernel, lstmBias);
    const [batch, width] = gates?.shape ?? [];
    if (!gates || !batch || !width) return cx.array([made(cx, c, [c]), made(cx, h, [h])]);
    if (bounds(modulo(width, FOUR)).min > 0) {
      const about = {
        value: width,
        divisor: FOUR,
        valueName: t`the number of columns of lstmKernel`,
        divisorName: t`the four gates`,
      };
      cx.report(indivisible({ cx, ...about }));
    }
    const state = made(cx, { shape: [batch, floorDivide(width, FOUR)], dtype: "float32" }, [gates]);
    const cell = made(cx, { shape: broadcast(cx, state, c, ["lstmKernel", "c"]), dtype: "float32" }, [state, c]);
    return cx.array([cell, made(cx, { shape: cell.shape, dtype: "float32" }, [cell])]);
  },
});

/** The input beside the hidden state, times the kernel, plus the bias. */
function gatesOf(
  cx: OperationContext,
  data: TensorValue,
  h: TensorValue,
  kernel: TensorValue,
  bias: TensorValue,
): TensorValue | undefined {
  if (!hasRank(cx, data, [2], t`the data`) || !hasRank(cx, h, [2], t`the hidden state`)) return undefined;
  const [batch, features] = data.shape;
  const [hiddenBatch, units] = h.shape;
  if (!batch || !features || !hiddenBatch || !units) return undefined;
  if (surelyDifferent(batch, hiddenBatch)) {
    cx.report(
      sidesDiffer({ cx, first: data, second: h, axis: 0, reason: t`Data and state must have the same batch.` }),
    );
    return undefined;
  }
  const combined = made(cx, { shape: [batch, add(features, units)], dtype: data.dtype }, [data, h]);
  const weighted = multiplied(cx, { a: combined, b: kernel, transposeA: false, transposeB: false });
  return made(cx, { shape: broadcast(cx, weighted, bias, ["lstmKernel", "lstmBias"]), dtype: "float32" }, [weighted]);
}

/** Cells on top of each other, each fed with the state of the one below: `[c, h]`, an array of each. */
const multiRNNCell: NativeFunction = {
  name: "multiRNNCell",
  documentation: page("multiRNNCell"),
  invoke(cx) {
    const [cells, data, c, h] = cx.site.args;
    const each = [cells, c, h].map((argument) => argument && cx.elements(argument.value));
    const [functions, cStates, hStates] = each;
    if (!functions || !cStates || !hStates || !data) return LOST_TENSOR;
    let input = data.value;
    const states = functions.map((cell, i) => {
      const result = cx.elements(cx.call(cell, [input, cStates[i] ?? LOST_TENSOR, hStates[i] ?? LOST_TENSOR]));
      input = result?.[1] ?? LOST_TENSOR;
      return [result?.[0] ?? LOST_TENSOR, input] as const;
    });
    return cx.array([cx.array(states.map(([state]) => state)), cx.array(states.map(([, hidden]) => hidden))]);
  },
};

export const cellFunctions: readonly NativeFunction[] = [basicLSTMCell, multiRNNCell];
