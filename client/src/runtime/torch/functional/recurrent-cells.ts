/**
 * One step of each recurrent cell, and its derivative, on backend tensors. Call inside `compute`.
 *
 * A cell gets what the input and the hidden state contribute to its gates, [N, gates · H] each, in PyTorch's order of
 * gates. N is the batch, H the hidden size.
 */
import * as tf from "@tensorflow/tfjs-core";

/** The state between steps, [N, H] each. */
export interface CellState {
  readonly hidden: tf.Tensor;
  /** The LSTM's cell; other cells have none. */
  readonly cell: tf.Tensor | null;
}

/** The state after a step, and what its derivative needs. */
export interface CellStep {
  readonly state: CellState;
  readonly saved: readonly tf.Tensor[];
}

export interface CellGradients {
  /** By the input's and the hidden state's contribution to the gates: [N, gates · H]. */
  readonly fromInput: tf.Tensor;
  readonly fromHidden: tf.Tensor;
  /** By the state before, without the way through `fromHidden`; null where there is no other way. */
  readonly hidden: tf.Tensor | null;
  readonly cell: tf.Tensor | null;
}

export interface CellKind {
  readonly gates: number;
  /** How many tensors [N, H] a step saves. */
  readonly saves: number;
  readonly hasCell: boolean;
  step(fromInput: tf.Tensor, fromHidden: tf.Tensor, before: CellState): CellStep;
  /** @param after the gradients of the state after the step */
  backward(after: CellState, saved: readonly tf.Tensor[], before: CellState): CellGradients;
}

const sigmoidSlope = (y: tf.Tensor) => tf.mul(y, tf.sub(1, y));
const tanhSlope = (y: tf.Tensor) => tf.sub(1, tf.square(y));

/** Long short-term memory. Source: https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html */
export const lstmCell: CellKind = {
  gates: 4,
  saves: 5,
  hasCell: true,

  step(fromInput, fromHidden, before) {
    const [input, forget, candidate, output] = tf.split(tf.add(fromInput, fromHidden), 4, 1) as Four;
    const i = tf.sigmoid(input);
    const f = tf.sigmoid(forget);
    const g = tf.tanh(candidate);
    const o = tf.sigmoid(output);
    const cell = tf.add(tf.mul(f, before.cell as tf.Tensor), tf.mul(i, g));
    const shown = tf.tanh(cell);
    return { state: { hidden: tf.mul(o, shown), cell }, saved: [i, f, g, o, shown] };
  },

  backward(after, saved, before) {
    const [i, f, g, o, shown] = saved as Five;
    const cell = tf.add(after.cell as tf.Tensor, tf.mul(tf.mul(after.hidden, o), tanhSlope(shown)));
    const gates = tf.concat(
      [
        tf.mul(tf.mul(cell, g), sigmoidSlope(i)),
        tf.mul(tf.mul(cell, before.cell as tf.Tensor), sigmoidSlope(f)),
        tf.mul(tf.mul(cell, i), tanhSlope(g)),
        tf.mul(tf.mul(after.hidden, shown), sigmoidSlope(o)),
      ],
      1,
    );
    return { fromInput: gates, fromHidden: gates, hidden: null, cell: tf.mul(cell, f) };
  },
};

/** The gated recurrent unit. Source: https://pytorch.org/docs/stable/generated/torch.nn.GRU.html */
export const gruCell: CellKind = {
  gates: 3,
  saves: 4,
  hasCell: false,

  step(fromInput, fromHidden, before) {
    const [inputReset, inputUpdate, inputNew] = tf.split(fromInput, 3, 1) as Three;
    const [hiddenReset, hiddenUpdate, hiddenNew] = tf.split(fromHidden, 3, 1) as Three;
    const reset = tf.sigmoid(tf.add(inputReset, hiddenReset));
    const update = tf.sigmoid(tf.add(inputUpdate, hiddenUpdate));
    const candidate = tf.tanh(tf.add(inputNew, tf.mul(reset, hiddenNew)));
    const hidden = tf.add(candidate, tf.mul(update, tf.sub(before.hidden, candidate)));
    return { state: { hidden, cell: null }, saved: [reset, update, candidate, hiddenNew] };
  },

  backward(after, saved, before) {
    const [reset, update, candidate, hiddenNew] = saved as Four;
    const byNew = tf.mul(tf.mul(after.hidden, tf.sub(1, update)), tanhSlope(candidate));
    const byUpdate = tf.mul(tf.mul(after.hidden, tf.sub(before.hidden, candidate)), sigmoidSlope(update));
    const byReset = tf.mul(tf.mul(byNew, hiddenNew), sigmoidSlope(reset));
    return {
      fromInput: tf.concat([byReset, byUpdate, byNew], 1),
      fromHidden: tf.concat([byReset, byUpdate, tf.mul(byNew, reset)], 1),
      hidden: tf.mul(after.hidden, update),
      cell: null,
    };
  },
};

/** The plain cell: a non-linearity of the sum. */
function plainCell(value: (x: tf.Tensor) => tf.Tensor, slope: (y: tf.Tensor) => tf.Tensor): CellKind {
  return {
    gates: 1,
    saves: 1,
    hasCell: false,

    step(fromInput, fromHidden) {
      const hidden = value(tf.add(fromInput, fromHidden));
      return { state: { hidden, cell: null }, saved: [hidden] };
    },

    backward(after, saved) {
      const gates = tf.mul(after.hidden, slope(saved[0] as tf.Tensor));
      return { fromInput: gates, fromHidden: gates, hidden: null, cell: null };
    },
  };
}

export const tanhCell = plainCell(tf.tanh, tanhSlope);
export const reluCell = plainCell(tf.relu, (y) => tf.step(y));

type Three = [tf.Tensor, tf.Tensor, tf.Tensor];
type Four = [...Three, tf.Tensor];
type Five = [...Four, tf.Tensor];
