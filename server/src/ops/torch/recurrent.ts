import type { NativeClass } from "../../interpreter/native";
import type { TensorValue, Value } from "../../interpreter/value";
import { wrongRank } from "../../rules/rank-mismatch";
import { mismatch, sizeMismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import { asNumber, constant, multiply, surelyDifferent } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { formatShape } from "../../shape/shape";
import { contiguousStrides } from "../../shape/strides";
import { anything, flag, integer, optional, tensor } from "../parameter";
import { extent, ignored } from "./arguments";
import { requireFloatingInput } from "./linear";
import { moduleClass } from "./module";
import type { ModuleContext, Weights } from "./module";
import { contiguousResult, tensorResult, unknownResult } from "./result";
import { t } from "../../text/translate";

const one = constant(1);

interface Recurrent {
  readonly inputSize: Dim;
  readonly hiddenSize: Dim;
  readonly numLayers: Dim;
  readonly batchFirst: boolean;
  readonly bidirectional: boolean;
  readonly projSize: Dim;
}

type Cell = "RNN" | "GRU" | "LSTM";

function directions({ bidirectional }: Recurrent): Dim {
  return constant(bidirectional ? 2 : 1);
}

/** The size of the hidden state, which a projection may make smaller than the cell's. */
function stateSize({ projSize, hiddenSize }: Recurrent): Dim {
  return projSize === constant(0) ? hiddenSize : projSize;
}

/** What comes out of an input of unknown shape has at least a known last dimension; more is not said. */
function unknownOutput(cx: ModuleContext, input: TensorValue, cell: Cell): Value {
  const output = unknownResult(cx, [input], "float32");
  return cx.array([output, cell === "LSTM" ? cx.array([output, output]) : output]);
}

function run(cx: ModuleContext, cell: Cell, input: TensorValue, state: Value | undefined, layer: Recurrent): Value {
  requireFloatingInput(cx, input);
  const { shape } = input;
  if (!shape) return unknownOutput(cx, input, cell);
  if (shape.length !== 2 && shape.length !== 3) {
    const layout = layer.batchFirst ? "[N, L, features]" : "[L, N, features]";
    cx.report(wrongRank({ cx, input, expected: t`2 or 3 dimensions, [L, features] or ${layout}` }));
    return unknownOutput(cx, input, cell);
  }
  const axis = shape.length - 1;
  const features = shape[axis] ?? one;
  if (surelyDifferent(features, layer.inputSize)) {
    const about = { quantity: t`input features`, parameter: "inputSize", source: cx.declared("inputSize") };
    cx.report(sizeMismatch({ cx, input, axis, expected: layer.inputSize, ...about }));
  } else cx.assumeEqual(features, layer.inputSize);
  const batched = shape.length === 3;
  const [steps, batch] =
    layer.batchFirst && batched ? [shape[1] ?? one, shape[0] ?? one] : [shape[0] ?? one, shape[1] ?? one];
  const width = multiply(directions(layer), stateSize(layer));
  const stateShape = (size: Dim): Shape => {
    const layers = multiply(directions(layer), layer.numLayers);
    return batched ? [layers, batch, size] : [layers, size];
  };
  checkState(cx, state, stateShape(stateSize(layer)), stateShape(layer.hiddenSize));
  const hidden = contiguousResult(cx, [input], stateShape(stateSize(layer)), "float32");
  const cellState = contiguousResult(cx, [input], stateShape(layer.hiddenSize), "float32");
  return cx.array([
    batched
      ? outputOf(cx, input, layer.batchFirst, [steps, batch, width])
      : contiguousResult(cx, [input], [steps, width], "float32"),
    cell === "LSTM" ? cx.array([hidden, cellState]) : hidden,
  ]);
}

/** The output is computed step by step; with `batchFirst` it is a transposed view of that. */
function outputOf(cx: ModuleContext, input: TensorValue, batchFirst: boolean, [steps, batch, width]: [Dim, Dim, Dim]) {
  const sequenceFirst = [steps, batch, width];
  if (!batchFirst) return contiguousResult(cx, [input], sequenceFirst, "float32");
  const [stepStride, batchStride, innermost] = contiguousStrides(sequenceFirst);
  const strides = stepStride && batchStride && innermost ? [batchStride, stepStride, innermost] : undefined;
  return tensorResult(cx, [input], { shape: [batch, steps, width], dtype: "float32", strides });
}

/** An initial state has the shape of the final one; an LSTM takes a pair of them. */
function checkState(cx: ModuleContext, state: Value | undefined, hidden: Shape, cell: Shape): void {
  if (!state) return;
  const parts = cx.elements(state) ?? [state];
  for (const [i, expected] of [hidden, cell].entries()) {
    const part = parts[i];
    if (part?.kind !== "tensor" || !part.shape) continue;
    const { shape } = part;
    const fits =
      shape.length === expected.length && shape.every((size, axis) => !surelyDifferent(size, expected[axis] ?? size));
    if (fits) continue;
    const message = t`${cx.operation} expects an initial state of shape ${formatShape(expected)} ([layers · directions, N, hidden]), got ${formatShape(shape)}.`;
    const related = part.origin ? [{ span: part.origin.span, message: t`The state is made here.` }] : [];
    cx.report(mismatch({ message, related }));
    return;
  }
}

const GATES: Readonly<Record<Cell, number>> = { RNN: 1, GRU: 3, LSTM: 4 };

function recurrentClass(cell: Cell): NativeClass {
  return moduleClass({
    name: cell,
    parameters: {
      inputSize: extent,
      hiddenSize: extent,
      numLayers: optional(extent, one),
      ...(cell === "RNN" ? { nonlinearity: ignored } : {}),
      bias: optional(flag, true),
      batchFirst: optional(flag, false),
      dropout: ignored,
      bidirectional: optional(flag, false),
      projSize: optional(integer, constant(0)),
    },
    weights: (config) => recurrentWeights(cell, config, config.bias),
    forward: {
      parameters: { input: tensor, hx: optional(anything, undefined) },
      result: ({ input, hx }, config, cx) => run(cx, cell, input, hx, config),
    },
  });
}

/** Named as PyTorch names them: `weight_ih_l0`, in camel case. Of more layers than can be counted nothing is said. */
function recurrentWeights(cell: Cell, layer: Recurrent, bias: boolean): Weights {
  const weights: Record<string, Shape> = {};
  const gates = multiply(constant(GATES[cell]), layer.hiddenSize);
  const suffixes = layer.bidirectional ? ["", "Reverse"] : [""];
  let width = layer.inputSize;
  const layers = Math.min(asNumber(layer.numLayers) ?? 0, MOST_LAYERS);
  for (let i = 0; i < layers; i++) {
    for (const suffix of suffixes) {
      weights[`weightIhL${i}${suffix}`] = [gates, width];
      weights[`weightHhL${i}${suffix}`] = [gates, stateSize(layer)];
      if (bias) weights[`biasIhL${i}${suffix}`] = weights[`biasHhL${i}${suffix}`] = [gates];
      if (layer.projSize !== constant(0)) weights[`weightHrL${i}${suffix}`] = [layer.projSize, layer.hiddenSize];
    }
    width = multiply(directions(layer), stateSize(layer));
  }
  return weights;
}

const MOST_LAYERS = 64;

/** One step: `GRUCell`, `LSTMCell`, `RNNCell`. */
function cellClass(cell: Cell): NativeClass {
  return moduleClass({
    name: `${cell}Cell`,
    parameters: { inputSize: extent, hiddenSize: extent, bias: optional(flag, true) },
    weights({ inputSize, hiddenSize, bias }): Weights {
      const gates = multiply(constant(GATES[cell]), hiddenSize);
      const weights = { weightIh: [gates, inputSize], weightHh: [gates, hiddenSize] };
      return bias ? { ...weights, biasIh: [gates], biasHh: [gates] } : weights;
    },
    forward: {
      parameters: { input: tensor, hx: optional(anything, undefined) },
      result({ input, hx }, { inputSize, hiddenSize }, cx) {
        requireFloatingInput(cx, input);
        const { shape } = input;
        if (shape && shape.length !== 1 && shape.length !== 2) {
          cx.report(wrongRank({ cx, input, expected: "1 or 2 dimensions, [features] or [N, features]" }));
        }
        const axis = (shape?.length ?? 1) - 1;
        const features = shape?.[axis];
        if (features && surelyDifferent(features, inputSize)) {
          const about = { quantity: t`input features`, parameter: "inputSize", source: cx.declared("inputSize") };
          cx.report(sizeMismatch({ cx, input, axis, expected: inputSize, ...about }));
        }
        const expected = shape && [...shape.slice(0, -1), hiddenSize];
        if (expected) checkState(cx, hx, expected, expected);
        const state = contiguousResult(cx, [input], expected, "float32");
        return cell === "LSTM" ? cx.array([state, state]) : state;
      },
    },
  });
}

const cells: readonly Cell[] = ["RNN", "GRU", "LSTM"];

export const recurrentClasses: readonly NativeClass[] = cells.flatMap((cell) => [
  recurrentClass(cell),
  cellClass(cell),
]);
