import type { TensorValue } from "../../../interpreter/value";
import { declaration } from "../../../rules/evidence";
import { mismatch, sizeMismatch } from "../../../rules/shape-mismatch";
import { surelyDifferent } from "../../../shape/dim";
import type { Dim } from "../../../shape/dim";
import type { OperationContext } from "../../operation";
import { integer } from "../../parameter";
import type { TensorType } from "../tensors";
import { given } from "./config";
import { exactly, layer } from "./define";
import { one } from "./layer";
import { BATCH, isOpen } from "./open";

/** Recurrent layers, by how many states they carry: an LSTM has a hidden and a cell state. */
function recurrent(name: string, states: number) {
  return layer({
    name,
    parameters: { units: integer, returnSequences: given, returnState: given },
    ranks: exactly(3, "[batch, steps, features]"),
    locks: () => [{ axis: 2, quantity: "input features", needed: true }],
    output({ units, returnSequences, returnState }, input, cx, initial) {
      checkInitialState(cx, initial, states, units);
      const [batch = BATCH, steps = BATCH] = input.shape;
      const output = returnSequences ? [batch, steps, units] : [batch, units];
      if (!returnState) return one(output);
      const state: TensorType = { shape: [batch, units], dtype: "float32" };
      return {
        kind: "list",
        types: [{ shape: output, dtype: "float32" }, ...Array.from({ length: states }, () => state)],
      };
    },
  });
}

function checkInitialState(cx: OperationContext, initial: readonly TensorValue[], states: number, units: Dim): void {
  if (initial.length === 0) return;
  if (initial.length !== states) {
    cx.report(
      mismatch({
        message: `${cx.operation} carries ${states === 1 ? "one state" : `${states} states`}; initialState has ${initial.length}.`,
        related: declaration(cx.source("units"), `${cx.operation} is declared here.`),
      }),
    );
    return;
  }
  for (const state of initial) {
    const axis = (state.shape?.length ?? 0) - 1;
    const size = state.shape?.[axis];
    if (!size || isOpen(size) || !surelyDifferent(size, units)) continue;
    cx.report(
      sizeMismatch({
        cx,
        input: state,
        axis,
        expected: units,
        quantity: "units in its initial state",
        parameter: "units",
        source: cx.source("units"),
      }),
    );
    return;
  }
}

export const recurrentLayers = [recurrent("lstm", 2), recurrent("gru", 1), recurrent("simpleRNN", 1)];
