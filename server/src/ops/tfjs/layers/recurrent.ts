import type { TensorValue } from "../../../interpreter/value";
import { declaration, counted } from "../../../rules/evidence";
import { mismatch, sizeMismatch } from "../../../rules/shape-mismatch";
import { surelyDifferent, unknownDim } from "../../../shape/dim";
import type { Dim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { integer, integerOrIntegers, UNDETERMINED } from "../../parameter";
import type { Parameter } from "../../parameter";
import type { TensorType } from "../tensors";
import { dataFormat, given, optionalWindow, padding, unlessOff } from "./config";
import { windowsOf } from "./convolutional";
import { exactly, layer } from "./define";
import type { Input } from "./define";
import { layerOf } from "./instance";
import type { Layer, LayerContext, LayerOutputs } from "./layer";
import { one } from "./layer";
import { BATCH, isOpen } from "./open";
import { channelAxis, slide, spatialAxes } from "./windows";
import { t } from "../../../text/translate";

/** What the layers that step through a sequence have in common. */
const SEQUENCE = { returnSequences: given, returnState: given, stateful: given };

interface Returns {
  readonly returnSequences: boolean;
  readonly returnState: boolean;
}

/** The output of the last step or of all of them, and behind it the states. */
function sequenceOutputs(
  { returnSequences, returnState }: Returns,
  input: Input,
  step: Shape,
  states: readonly Shape[],
): LayerOutputs {
  const [batch = BATCH, steps = BATCH] = input.shape;
  const output = returnSequences ? [batch, steps, ...step] : [batch, ...step];
  if (!returnState) return one(output);
  const types = states.map((state): TensorType => ({ shape: [batch, ...state], dtype: "float32" }));
  return { kind: "list", types: [{ shape: output, dtype: "float32" }, ...types] };
}

/** Reports a layer that keeps its state from one batch to the next and does not know how large a batch is. */
function checkStateful(stateful: boolean, input: Input, cx: LayerContext): void {
  if (!stateful || !isOpen(input.shape[0])) return;
  cx.report(
    mismatch({
      message: t`${cx.operation} is stateful and must know the batch size: give the first layer a batchInputShape, or tf.input a batchShape.`,
      related: declaration(cx.source("stateful"), t`stateful is set here.`),
    }),
  );
}

/** Recurrent layers, by how many states they carry: an LSTM has a hidden and a cell state. */
function recurrent(name: string, states: number) {
  return layer({
    name,
    parameters: { units: integer, ...SEQUENCE, useBias: unlessOff },
    ranks: exactly(3, "[batch, steps, features]"),
    locks: () => [{ axis: 2, quantity: t`input features`, needed: true }],
    output({ units, stateful, ...returns }, input, cx, initial) {
      checkStateful(stateful, input, cx);
      checkInitialState(cx, initial, states, units);
      const each = Array.from({ length: states }, () => [units]);
      return sequenceOutputs(returns, input, [units], each);
    },
  });
}

function checkInitialState(cx: LayerContext, initial: readonly TensorValue[], states: number, units: Dim): void {
  if (initial.length === 0) return;
  if (initial.length !== states) {
    cx.report(
      mismatch({
        message: t`${cx.operation} carries ${counted(states, "state")}; initialState has ${initial.length}.`,
        related: declaration(cx.source("units"), t`${cx.operation} is declared here.`),
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
        quantity: t`units in its initial state`,
        parameter: "units",
        source: cx.source("units"),
      }),
    );
    return;
  }
}

/** One step of a recurrent layer: the input, and the states behind it, become an output and new states. */
function cell(name: string, states: number) {
  return layer({
    name,
    parameters: { units: integer },
    locks: (_, input) => [{ axis: input.shape.length - 1, quantity: t`input features`, needed: true }],
    output({ units }, input) {
      const state: TensorType = { shape: [input.shape[0] ?? BATCH, units], dtype: "float32" };
      return { kind: "list", types: Array.from({ length: states + 1 }, () => state) };
    },
  });
}

/** Cells one above the other, as a parameter. */
const cells: Parameter<readonly Layer[]> = {
  read(value, cx) {
    const all = (cx.elements(value) ?? [value]).map((element) => layerOf(element, cx));
    return all.every((one) => one !== undefined) ? all : UNDETERMINED;
  },
  takesObject: true,
};

/** What a stack of cells makes of one step. The states stand from the top cell down. */
function steppedThrough(stack: readonly Layer[], input: Input, cx: LayerContext): readonly TensorType[] | undefined {
  let step: TensorValue = input;
  const states: TensorType[] = [];
  for (const layer of stack) {
    const outputs = layer.outputs([step], cx);
    const [output, ...own] = outputs?.kind === "list" ? outputs.types : [];
    if (!output?.shape) return undefined;
    step = { ...input, shape: output.shape, dtype: output.dtype };
    states.unshift(...own);
  }
  return [{ shape: step.shape, dtype: step.dtype }, ...states];
}

const stackedRNNCells = layer({
  name: "stackedRNNCells",
  parameters: { cells },
  output({ cells: stack }, input, cx) {
    const types = steppedThrough(stack, input, cx);
    return types && { kind: "list", types };
  },
});

const rnn = layer({
  name: "rnn",
  parameters: { cell: cells, ...SEQUENCE },
  ranks: exactly(3, "[batch, steps, features]"),
  locks: () => [{ axis: 2, quantity: t`input features`, needed: true }],
  output({ cell: stack, stateful, ...returns }, input, cx) {
    checkStateful(stateful, input, cx);
    const [batch = BATCH, , ...features] = input.shape;
    const [output, ...states] = steppedThrough(stack, { ...input, shape: [batch, ...features] }, cx) ?? [];
    if (!output?.shape) return undefined;
    const withoutBatch = ({ shape }: TensorType) => shape?.slice(1) ?? [unknownDim()];
    return sequenceOutputs(returns, input, withoutBatch(output), states.map(withoutBatch));
  },
});

const CONVOLVED = {
  filters: integer,
  kernelSize: integerOrIntegers,
  strides: optionalWindow,
  padding,
  dataFormat,
  dilationRate: optionalWindow,
};

/** An LSTM whose products are convolutions of images: `[batch, steps, height, width, channels]`. */
const convLstm2d = layer({
  name: "convLstm2d",
  parameters: { ...CONVOLVED, ...SEQUENCE },
  ranks: exactly(5, "[batch, steps, height, width, channels]"),
  locks: ({ dataFormat: format }, input) => [
    { axis: format === "channelsFirst" ? 2 : input.shape.length - 1, quantity: t`input channels`, needed: true },
  ],
  output({ returnSequences, returnState, ...args }, input, cx) {
    checkStateful(args.stateful, input, cx);
    const windows = windowsOf(args, 2);
    if (!windows) return undefined;
    const axes = spatialAxes(args.dataFormat, 4).map((axis) => axis + 1);
    const slid = slide(cx, input, axes, { windows, padding: args.padding, parameter: "kernelSize" });
    const step = slid.with(channelAxis(args.dataFormat, 4) + 1, args.filters).slice(2);
    return sequenceOutputs({ returnSequences, returnState }, input, step, [step, step]);
  },
});

const convLstm2dCell = layer({
  name: "convLstm2dCell",
  parameters: CONVOLVED,
  output: () => undefined,
});

export const recurrentLayers = [
  recurrent("lstm", 2),
  recurrent("gru", 1),
  recurrent("simpleRNN", 1),
  cell("lstmCell", 2),
  cell("gruCell", 1),
  cell("simpleRNNCell", 1),
  stackedRNNCells,
  rnn,
  { ...rnn, name: "layers.RNN" },
  convLstm2d,
  convLstm2dCell,
];
