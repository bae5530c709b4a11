/**
 * A recurrent layer in one direction, as one step of the graph: all of the input's products in one, then a loop on the
 * backend, and a loop back for the gradients.
 */
import * as tf from "@tensorflow/tfjs-core";
import { record, recording } from "../autograd";
import { hasFused, runFusedAll } from "../fused";
import { compute, computeAll, raw } from "../kernel";
import { narrow } from "../ops/index";
import type { Tensor } from "../tensor";
import { gruCell, lstmCell } from "./recurrent-cells";
import type { CellKind, CellState } from "./recurrent-cells";

export interface RecurrentWeights {
  /** [gates · H, inputSize] */
  readonly input: Tensor;
  /** [gates · H, H] */
  readonly hidden: Tensor;
  /** [gates · H]; both or none. */
  readonly inputBias: Tensor | null;
  readonly hiddenBias: Tensor | null;
}

export interface RecurrentStart {
  /** [N, H] */
  readonly hidden: Tensor;
  /** [N, H], for cells that have one. */
  readonly cell: Tensor | null;
}

export interface RecurrentResult {
  /** The hidden state after each step: [T, N, H]. */
  readonly output: Tensor;
  /** The state after the last step: [N, H]. */
  readonly hidden: Tensor;
  readonly cell: Tensor | null;
}

export interface RecurrentOptions {
  /** Runs from the last element of the sequence to the first. */
  readonly reverse?: boolean;
  /** [T, N, 1]: 1 within a sequence, 0 beyond its end, where the state waits. */
  readonly mask?: Tensor | null;
}

interface Run {
  readonly kind: CellKind;
  /** The positions in the order in which they are visited. */
  readonly order: readonly number[];
  readonly mask: Tensor | null;
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
}

const row = (sequence: tf.Tensor, t: number, width: number) =>
  tf.reshape(tf.slice(sequence, [t, 0, 0], [1, -1, -1]), [-1, width]);

/** Where the mask holds the new value, else the old one. */
function masked(mask: tf.Tensor | null, now: tf.Tensor, before: tf.Tensor): tf.Tensor {
  return mask ? tf.add(before, tf.mul(mask, tf.sub(now, before))) : now;
}

function affine(x: tf.Tensor, weight: Tensor, bias: Tensor | null): tf.Tensor {
  const product = tf.matMul(x as tf.Tensor2D, raw(weight) as tf.Tensor2D, false, true);
  return bias ? tf.add(product, raw(bias)) : product;
}

/** Hidden states [T, N, H], cells [T, N, H] or nothing, and what the steps saved [T, N, saves · H]. */
function forward(run: Run, input: Tensor, start: RecurrentStart, weights: RecurrentWeights): tf.Tensor[] {
  const { kind, order, steps, batch, size } = run;
  const gates = kind.gates * size;
  const all = tf.reshape(
    affine(tf.reshape(raw(input), [steps * batch, input.size(2)]), weights.input, weights.inputBias),
    [steps, batch, gates],
  );
  let state: CellState = { hidden: raw(start.hidden), cell: start.cell && raw(start.cell) };
  const hidden: tf.Tensor[] = [];
  const cells: tf.Tensor[] = [];
  const saved: tf.Tensor[] = [];
  for (const t of order) {
    const before = state;
    const mask = run.mask && row(raw(run.mask), t, 1);
    const step = kind.step(row(all, t, gates), affine(before.hidden, weights.hidden, weights.hiddenBias), before);
    state = {
      hidden: masked(mask, step.state.hidden, before.hidden),
      cell: step.state.cell && masked(mask, step.state.cell, before.cell as tf.Tensor),
    };
    hidden[t] = state.hidden;
    if (state.cell) cells[t] = state.cell;
    saved[t] = tf.concat([...step.saved], 1);
  }
  const last = order.at(-1) as number;
  // The last state stands behind the outputs: one tensor has one gradient.
  const results = [...hidden, hidden[last] as tf.Tensor, ...(kind.hasCell ? [cells[last] as tf.Tensor] : [])];
  return [tf.stack(results), tf.stack(saved), ...(kind.hasCell ? [tf.stack(cells)] : [])];
}

interface Kept {
  readonly input: Tensor;
  readonly start: RecurrentStart;
  readonly weights: RecurrentWeights;
  /** What `forward` computed. */
  readonly results: Tensor;
  readonly saved: Tensor;
  readonly cells: Tensor | null;
}

/** Gradients of the input, the starting state, both weights and the biases, in this order. */
function backward(run: Run, gradient: Tensor, kept: Kept): tf.Tensor[] {
  const { kind, order, steps, batch, size } = run;
  const { input, start, weights } = kept;
  const g = raw(gradient);
  const [results, saved] = [raw(kept.results), raw(kept.saved)];
  const cells = kept.cells && raw(kept.cells);
  const last = (i: number) => row(g, steps + i, size);
  let after: CellState = { hidden: last(0), cell: kind.hasCell ? last(1) : null };
  const byInput: tf.Tensor[] = [];
  const byHidden: tf.Tensor[] = [];
  const previousHidden: tf.Tensor[] = [];
  for (let i = steps - 1; i >= 0; i--) {
    const t = order[i] as number;
    const previous = order[i - 1];
    const before: CellState = {
      hidden: previous === undefined ? raw(start.hidden) : row(results, previous, size),
      cell: cells && (previous === undefined ? raw(start.cell as Tensor) : row(cells, previous, size)),
    };
    const mask = run.mask && row(raw(run.mask), t, 1);
    const arriving = { hidden: tf.add(after.hidden, row(g, t, size)), cell: after.cell };
    const through = {
      hidden: mask ? tf.mul(arriving.hidden, mask) : arriving.hidden,
      cell: mask && arriving.cell ? tf.mul(arriving.cell, mask) : arriving.cell,
    };
    const parts = tf.split(row(saved, t, kind.saves * size), kind.saves, 1);
    const step = kind.backward(through, parts, before);
    const back = tf.matMul(step.fromHidden as tf.Tensor2D, raw(weights.hidden) as tf.Tensor2D);
    const waited = (whole: tf.Tensor, part: tf.Tensor) => tf.sub(whole, part);
    const hidden = step.hidden ? tf.add(back, step.hidden) : back;
    after = {
      hidden: mask ? tf.add(hidden, waited(arriving.hidden, through.hidden)) : hidden,
      cell:
        mask && step.cell && arriving.cell && through.cell
          ? tf.add(step.cell, waited(arriving.cell, through.cell))
          : step.cell,
    };
    byInput[t] = step.fromInput;
    byHidden[t] = step.fromHidden;
    previousHidden[t] = before.hidden;
  }
  const rows = (parts: tf.Tensor[]) => tf.concat(parts, 0) as tf.Tensor2D;
  const [inputGates, hiddenGates] = [rows(byInput), rows(byHidden)];
  const x = tf.reshape(raw(input), [steps * batch, input.size(2)]) as tf.Tensor2D;
  return [
    tf.reshape(tf.matMul(inputGates, raw(weights.input) as tf.Tensor2D), input.shape),
    after.hidden,
    ...(after.cell ? [after.cell] : []),
    tf.matMul(inputGates, x, true, false),
    tf.matMul(hiddenGates, rows(previousHidden), true, false),
    ...(weights.inputBias ? [tf.sum(inputGates, 0)] : []),
    ...(weights.hiddenBias ? [tf.sum(hiddenGates, 0)] : []),
  ];
}

interface FusedRun {
  readonly input: Tensor;
  readonly start: RecurrentStart;
  readonly weights: RecurrentWeights;
  readonly mask: Tensor | null;
}

/** The same by the backend's kernels for whole sequences. */
function fusedRecurrent(
  name: "lstm" | "gru",
  reverse: boolean,
  inputs: readonly Tensor[],
  { input, start, weights, mask }: FusedRun,
): Tensor {
  const { inputBias, hiddenBias } = weights;
  const tensors = () => ({
    x: raw(input),
    hidden: raw(start.hidden),
    ...(start.cell ? { cell: raw(start.cell) } : {}),
    inputWeight: raw(weights.input),
    hiddenWeight: raw(weights.hidden),
    ...(inputBias && hiddenBias ? { inputBias: raw(inputBias), hiddenBias: raw(hiddenBias) } : {}),
    ...(mask ? { mask: raw(mask) } : {}),
  });
  const [results, ...saved] = computeAll(() => runFusedAll(name, tensors(), { reverse })) as [Tensor, ...Tensor[]];
  const names = name === "lstm" ? ["gates", "cells", "shown"] : ["gates", "hiddenPart"];
  return record("recurrent", results, inputs, [...inputs, results, ...saved], (g) => {
    let gradients: Tensor[] | null = null;
    const all = () =>
      (gradients ??= computeAll(() => {
        const kept = Object.fromEntries(names.map((each, i) => [each, raw(saved[i] as Tensor)]));
        const back = { ...tensors(), states: raw(results), ...kept, dStates: raw(g) };
        return runFusedAll(`${name}Grad`, back, { reverse });
      }));
    return inputs.map((_, i) => () => all()[i] as Tensor);
  });
}

/**
 * Runs a cell along sequences.
 * @param input [T, N, inputSize]
 */
export function recurrent(
  kind: CellKind,
  input: Tensor,
  start: RecurrentStart,
  weights: RecurrentWeights,
  { reverse = false, mask = null }: RecurrentOptions = {},
): RecurrentResult {
  const [steps = 0, batch = 0] = input.shape;
  const size = weights.hidden.size(1);
  const forwards = Array.from({ length: steps }, (_, t) => t);
  const order = reverse ? forwards.reverse() : forwards;
  const run: Run = { kind, order, mask, steps, batch, size };
  const { inputBias, hiddenBias } = weights;
  const inputs = [
    input,
    start.hidden,
    ...(start.cell ? [start.cell] : []),
    weights.input,
    weights.hidden,
    ...(inputBias ? [inputBias] : []),
    ...(hiddenBias ? [hiddenBias] : []),
  ];
  const states = (results: Tensor): RecurrentResult => ({
    output: narrow(results, 0, 0, steps),
    hidden: results.select(0, steps),
    cell: kind.hasCell ? results.select(0, steps + 1) : null,
  });
  const fused = kind === lstmCell ? "lstm" : kind === gruCell ? "gru" : null;
  if (fused && steps * batch > 0 && hasFused(fused)) {
    return states(fusedRecurrent(fused, reverse, inputs, { input, start, weights, mask }));
  }
  if (!recording(...inputs)) {
    const count = steps + (kind.hasCell ? 2 : 1);
    const only = () => forward(run, input, start, weights)[0] as tf.Tensor;
    return states(compute("float32", [count, batch, size], only));
  }
  const [results, saved, cells = null] = computeAll(() => forward(run, input, start, weights)) as [
    Tensor,
    Tensor,
    Tensor?,
  ];
  const needed = [...inputs, results, saved, ...(cells ? [cells] : [])];
  record("recurrent", results, inputs, needed, (g) => {
    let gradients: Tensor[] | null = null;
    const kept: Kept = { input, start, weights, results, saved, cells };
    const all = () => (gradients ??= computeAll(() => backward(run, g, kept)));
    return inputs.map((_, i) => () => all()[i] as Tensor);
  });
  return states(results);
}
