/**
 * Whole sequences through an LSTM or a GRU, and back. Sequences are [steps, batch, size]; gates lie in PyTorch's order.
 * A mask [steps, batch] holds 1 within a sequence and 0 beyond its end, where the state waits; it may be 0.
 */
import { gemm } from "./gemm";
import { sumRows } from "./reduce";
import { at, copyFloats, hyperbolicTangent, loadLanes, multiplyAdd, sigmoid, storeLanes } from "./vector";

function slopeOfSigmoid(y: v128): v128 {
  return f32x4.mul(y, f32x4.sub(f32x4.splat(1), y));
}

function slopeOfTanh(y: v128): v128 {
  return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y));
}

/** The position visited as the `index`th. */
function position(index: i32, steps: i32, reverse: bool): i32 {
  return reverse ? steps - 1 - index : index;
}

/** `now` where the mask is 1, `before` where it is 0. */
function masked(now: v128, before: v128, share: f32): v128 {
  return multiplyAdd(f32x4.splat(share), f32x4.sub(now, before), before);
}

function shareAt(mask: usize, index: i32): f32 {
  return mask ? load<f32>(at(mask, index)) : 1;
}

/**
 * @param bias of the input and of the hidden state together, [4 · size], or 0
 * @param states the hidden states [steps, batch, size], then the last hidden state and the last cell
 * @param gates what the gates let through, [steps, batch, 4 · size]
 * @param cells [steps, batch, size]; `shown`, their hyperbolic tangents, likewise
 */
export function lstm(
  steps: i32,
  batch: i32,
  inputs: i32,
  size: i32,
  reverse: bool,
  x: usize,
  mask: usize,
  hidden: usize,
  cell: usize,
  inputWeight: usize,
  hiddenWeight: usize,
  bias: usize,
  states: usize,
  gates: usize,
  cells: usize,
  shown: usize,
  workspace: usize,
): void {
  const width = 4 * size;
  const rows = steps * batch;
  const plane = batch * size;
  gemm(rows, width, inputs, x, inputs, false, inputWeight, inputs, true, gates, width, false, bias, false, workspace);
  let hiddenBefore = hidden;
  let cellBefore = cell;
  for (let index = 0; index < steps; index++) {
    const t = position(index, steps, reverse);
    const now = at(gates, t * batch * width);
    gemm(
      batch,
      width,
      size,
      hiddenBefore,
      size,
      false,
      hiddenWeight,
      size,
      true,
      now,
      width,
      true,
      0,
      false,
      workspace,
    );
    for (let row = 0; row < batch; row++) {
      const share = shareAt(mask, t * batch + row);
      for (let unit = 0; unit < size; unit += 4) {
        const lanes = size - unit;
        const gate = at(now, row * width + unit);
        const here = row * size + unit;
        const there = t * plane + here;
        const i = sigmoid(loadLanes(gate, lanes));
        const f = sigmoid(loadLanes(at(gate, size), lanes));
        const g = hyperbolicTangent(loadLanes(at(gate, 2 * size), lanes));
        const o = sigmoid(loadLanes(at(gate, 3 * size), lanes));
        const before = loadLanes(at(cellBefore, here), lanes);
        let c = multiplyAdd(f, before, f32x4.mul(i, g));
        const s = hyperbolicTangent(c);
        let h = f32x4.mul(o, s);
        if (mask) {
          c = masked(c, before, share);
          h = masked(h, loadLanes(at(hiddenBefore, here), lanes), share);
        }
        storeLanes(gate, i, lanes);
        storeLanes(at(gate, size), f, lanes);
        storeLanes(at(gate, 2 * size), g, lanes);
        storeLanes(at(gate, 3 * size), o, lanes);
        storeLanes(at(cells, there), c, lanes);
        storeLanes(at(shown, there), s, lanes);
        storeLanes(at(states, there), h, lanes);
      }
    }
    hiddenBefore = at(states, t * plane);
    cellBefore = at(cells, t * plane);
  }
  copyFloats(hiddenBefore, at(states, steps * plane), plane);
  copyFloats(cellBefore, at(states, (steps + 1) * plane), plane);
}

/**
 * The gradients of an LSTM. `dStates` is laid out as `states`.
 * @param dGates room for the gradients of the gates before their non-linearities, [steps, batch, 4 · size]
 * @param dHidden the gradient of the first hidden state, [batch, size]; `dCell` that of the first cell
 */
export function lstmGradient(
  steps: i32,
  batch: i32,
  size: i32,
  reverse: bool,
  mask: usize,
  cell: usize,
  hiddenWeight: usize,
  dStates: usize,
  gates: usize,
  cells: usize,
  shown: usize,
  dGates: usize,
  dHidden: usize,
  dCell: usize,
  workspace: usize,
): void {
  const width = 4 * size;
  const plane = batch * size;
  copyFloats(at(dStates, steps * plane), dHidden, plane);
  copyFloats(at(dStates, (steps + 1) * plane), dCell, plane);
  for (let index = steps - 1; index >= 0; index--) {
    const t = position(index, steps, reverse);
    const cellBefore = index === 0 ? cell : at(cells, position(index - 1, steps, reverse) * plane);
    for (let row = 0; row < batch; row++) {
      const share = f32x4.splat(shareAt(mask, t * batch + row));
      for (let unit = 0; unit < size; unit += 4) {
        const lanes = size - unit;
        const here = row * size + unit;
        const there = t * plane + here;
        const gate = at(gates, (t * batch + row) * width + unit);
        const target = at(dGates, (t * batch + row) * width + unit);
        const i = loadLanes(gate, lanes);
        const f = loadLanes(at(gate, size), lanes);
        const g = loadLanes(at(gate, 2 * size), lanes);
        const o = loadLanes(at(gate, 3 * size), lanes);
        const s = loadLanes(at(shown, there), lanes);
        const arriving = f32x4.add(loadLanes(at(dHidden, here), lanes), loadLanes(at(dStates, there), lanes));
        const arrivingCell = loadLanes(at(dCell, here), lanes);
        const h = mask ? f32x4.mul(arriving, share) : arriving;
        const through = mask ? f32x4.mul(arrivingCell, share) : arrivingCell;
        const c = multiplyAdd(f32x4.mul(h, o), slopeOfTanh(s), through);
        storeLanes(target, f32x4.mul(f32x4.mul(c, g), slopeOfSigmoid(i)), lanes);
        const before = loadLanes(at(cellBefore, here), lanes);
        storeLanes(at(target, size), f32x4.mul(f32x4.mul(c, before), slopeOfSigmoid(f)), lanes);
        storeLanes(at(target, 2 * size), f32x4.mul(f32x4.mul(c, i), slopeOfTanh(g)), lanes);
        storeLanes(at(target, 3 * size), f32x4.mul(f32x4.mul(h, s), slopeOfSigmoid(o)), lanes);
        const waited = mask ? f32x4.sub(arrivingCell, through) : f32x4.splat(0);
        storeLanes(at(dCell, here), multiplyAdd(c, f, waited), lanes);
        if (mask) storeLanes(at(dHidden, here), f32x4.sub(arriving, h), lanes);
      }
    }
    const now = at(dGates, t * batch * width);
    const add = mask !== 0;
    gemm(batch, size, width, now, width, false, hiddenWeight, size, false, dHidden, size, add, 0, false, workspace);
  }
}

/**
 * @param inputBias [3 · size] or 0; `hiddenBias` likewise
 * @param states the hidden states [steps, batch, size], then the last one
 * @param gates reset, update and candidate, [steps, batch, 3 · size]
 * @param hiddenPart what the hidden state contributes, [steps, batch, 3 · size]
 */
export function gru(
  steps: i32,
  batch: i32,
  inputs: i32,
  size: i32,
  reverse: bool,
  x: usize,
  mask: usize,
  hidden: usize,
  inputWeight: usize,
  hiddenWeight: usize,
  inputBias: usize,
  hiddenBias: usize,
  states: usize,
  gates: usize,
  hiddenPart: usize,
  workspace: usize,
): void {
  const width = 3 * size;
  const rows = steps * batch;
  const plane = batch * size;
  gemm(
    rows,
    width,
    inputs,
    x,
    inputs,
    false,
    inputWeight,
    inputs,
    true,
    gates,
    width,
    false,
    inputBias,
    false,
    workspace,
  );
  let hiddenBefore = hidden;
  for (let index = 0; index < steps; index++) {
    const t = position(index, steps, reverse);
    const part = at(hiddenPart, t * batch * width);
    gemm(
      batch,
      width,
      size,
      hiddenBefore,
      size,
      false,
      hiddenWeight,
      size,
      true,
      part,
      width,
      false,
      hiddenBias,
      false,
      workspace,
    );
    for (let row = 0; row < batch; row++) {
      const share = shareAt(mask, t * batch + row);
      for (let unit = 0; unit < size; unit += 4) {
        const lanes = size - unit;
        const here = row * size + unit;
        const gate = at(gates, (t * batch + row) * width + unit);
        const from = at(part, row * width + unit);
        const reset = sigmoid(f32x4.add(loadLanes(gate, lanes), loadLanes(from, lanes)));
        const update = sigmoid(f32x4.add(loadLanes(at(gate, size), lanes), loadLanes(at(from, size), lanes)));
        const sum = multiplyAdd(reset, loadLanes(at(from, 2 * size), lanes), loadLanes(at(gate, 2 * size), lanes));
        const candidate = hyperbolicTangent(sum);
        const before = loadLanes(at(hiddenBefore, here), lanes);
        let h = multiplyAdd(update, f32x4.sub(before, candidate), candidate);
        if (mask) h = masked(h, before, share);
        storeLanes(gate, reset, lanes);
        storeLanes(at(gate, size), update, lanes);
        storeLanes(at(gate, 2 * size), candidate, lanes);
        storeLanes(at(states, t * plane + here), h, lanes);
      }
    }
    hiddenBefore = at(states, t * plane);
  }
  copyFloats(hiddenBefore, at(states, steps * plane), plane);
}

/**
 * The gradients of a GRU.
 * @param dGates room for the gradients of what the input contributes, [steps, batch, 3 · size]; `dPart`, of what the
 *   hidden state contributes, likewise
 */
export function gruGradient(
  steps: i32,
  batch: i32,
  size: i32,
  reverse: bool,
  mask: usize,
  hidden: usize,
  hiddenWeight: usize,
  dStates: usize,
  states: usize,
  gates: usize,
  hiddenPart: usize,
  dGates: usize,
  dPart: usize,
  dHidden: usize,
  workspace: usize,
): void {
  const width = 3 * size;
  const plane = batch * size;
  copyFloats(at(dStates, steps * plane), dHidden, plane);
  for (let index = steps - 1; index >= 0; index--) {
    const t = position(index, steps, reverse);
    const hiddenBefore = index === 0 ? hidden : at(states, position(index - 1, steps, reverse) * plane);
    for (let row = 0; row < batch; row++) {
      const share = f32x4.splat(shareAt(mask, t * batch + row));
      for (let unit = 0; unit < size; unit += 4) {
        const lanes = size - unit;
        const here = row * size + unit;
        const there = (t * batch + row) * width + unit;
        const reset = loadLanes(at(gates, there), lanes);
        const update = loadLanes(at(gates, there + size), lanes);
        const candidate = loadLanes(at(gates, there + 2 * size), lanes);
        const hiddenNew = loadLanes(at(hiddenPart, there + 2 * size), lanes);
        const before = loadLanes(at(hiddenBefore, here), lanes);
        const arriving = f32x4.add(
          loadLanes(at(dHidden, here), lanes),
          loadLanes(at(dStates, t * plane + here), lanes),
        );
        const h = mask ? f32x4.mul(arriving, share) : arriving;
        const byNew = f32x4.mul(f32x4.mul(h, f32x4.sub(f32x4.splat(1), update)), slopeOfTanh(candidate));
        const byUpdate = f32x4.mul(f32x4.mul(h, f32x4.sub(before, candidate)), slopeOfSigmoid(update));
        const byReset = f32x4.mul(f32x4.mul(byNew, hiddenNew), slopeOfSigmoid(reset));
        storeLanes(at(dGates, there), byReset, lanes);
        storeLanes(at(dGates, there + size), byUpdate, lanes);
        storeLanes(at(dGates, there + 2 * size), byNew, lanes);
        storeLanes(at(dPart, there), byReset, lanes);
        storeLanes(at(dPart, there + size), byUpdate, lanes);
        storeLanes(at(dPart, there + 2 * size), f32x4.mul(byNew, reset), lanes);
        const waited = mask ? f32x4.sub(arriving, h) : f32x4.splat(0);
        storeLanes(at(dHidden, here), multiplyAdd(h, update, waited), lanes);
      }
    }
    const now = at(dPart, t * batch * width);
    gemm(batch, size, width, now, width, false, hiddenWeight, size, false, dHidden, size, true, 0, false, workspace);
  }
}

/**
 * The gradients of the input, the weights and the biases, which are the same products for every cell.
 * @param dGates of what the input contributes, [steps, batch, width]; `dPart` of what the hidden state contributes
 * @param states the hidden states [steps, batch, size]; `hidden` the first one
 * @param partial room for `width` floats
 */
export function recurrentWeightGradients(
  steps: i32,
  batch: i32,
  inputs: i32,
  size: i32,
  width: i32,
  reverse: bool,
  x: usize,
  hidden: usize,
  inputWeight: usize,
  states: usize,
  dGates: usize,
  dPart: usize,
  dx: usize,
  dInputWeight: usize,
  dHiddenWeight: usize,
  dInputBias: usize,
  dHiddenBias: usize,
  partial: usize,
  workspace: usize,
): void {
  const rows = steps * batch;
  const first = at(dPart, (reverse ? steps - 1 : 0) * batch * width);
  const others = at(dPart, (reverse ? 0 : 1) * batch * width);
  const before = at(states, (reverse ? 1 : 0) * batch * size);
  gemm(rows, inputs, width, dGates, width, false, inputWeight, inputs, false, dx, inputs, false, 0, false, workspace);
  gemm(width, inputs, rows, dGates, width, true, x, inputs, false, dInputWeight, inputs, false, 0, false, workspace);
  gemm(width, size, batch, first, width, true, hidden, size, false, dHiddenWeight, size, false, 0, false, workspace);
  if (steps > 1) {
    const rest = (steps - 1) * batch;
    gemm(width, size, rest, others, width, true, before, size, false, dHiddenWeight, size, true, 0, false, workspace);
  }
  sumRows(dGates, rows, width, dInputBias, partial);
  sumRows(dPart, rows, width, dHiddenBias, partial);
}
