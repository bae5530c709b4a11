/** Single steps of recurrent layers. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { Layer } from "./layer";
import { Parameter } from "./module";
import { uniform_ } from "./init";
import { plainCell } from "./recurrent";
import type { Nonlinearity } from "./recurrent";
import { recurrent } from "../functional/recurrent";
import type { RecurrentResult } from "../functional/recurrent";
import { gruCell, lstmCell } from "../functional/recurrent-cells";
import type { CellKind } from "../functional/recurrent-cells";
import { empty, zeros } from "../ops/index";
import type { Tensor } from "../tensor";

export interface RecurrentCellOptions {
  readonly bias?: boolean;
}

abstract class RecurrentCell extends Layer {
  weightIh: Parameter;
  weightHh: Parameter;
  biasIh: Parameter | null;
  biasHh: Parameter | null;

  constructor(
    private readonly kind: CellKind,
    readonly inputSize: number,
    readonly hiddenSize: number,
    { bias = true }: RecurrentCellOptions,
  ) {
    super();
    const bound = hiddenSize > 0 ? 1 / Math.sqrt(hiddenSize) : 0;
    const parameter = (...sizes: number[]) => {
      const made = new Parameter(empty(sizes));
      uniform_(made, -bound, bound);
      return made;
    };
    const gates = kind.gates * hiddenSize;
    this.weightIh = parameter(gates, inputSize);
    this.weightHh = parameter(gates, hiddenSize);
    this.biasIh = bias ? parameter(gates) : null;
    this.biasHh = bias ? parameter(gates) : null;
  }

  protected run(input: Tensor, hidden: Tensor | null, cell: Tensor | null): RecurrentResult {
    const name = this.constructor.name;
    if (input.ndim !== 1 && input.ndim !== 2) {
      throw new Error(`${name}: Expected input to be 1D or 2D, got ${input.ndim}D instead`);
    }
    [hidden, cell].forEach((state, i) => {
      if (!state || state.ndim === 1 || state.ndim === 2) return;
      const what = this.kind.hasCell ? `hx[${i}]` : "hidden";
      throw new Error(`${name}: Expected ${what} to be 1D or 2D, got ${state.ndim}D instead`);
    });
    const batched = input.ndim === 2;
    const rows = batched ? input : input.unsqueeze(0);
    const state = (given: Tensor | null) =>
      given ? (batched ? given : given.unsqueeze(0)) : zeros(rows.size(0), this.hiddenSize);
    const start = { hidden: state(hidden), cell: this.kind.hasCell ? state(cell) : null };
    this.checkSizes(rows, start.hidden);
    const weights = {
      input: this.weightIh,
      hidden: this.weightHh,
      inputBias: this.biasIh,
      hiddenBias: this.biasHh,
    };
    const result = recurrent(this.kind, rows.unsqueeze(0), start, weights);
    return batched ? result : { ...result, hidden: result.hidden.squeeze(0), cell: result.cell?.squeeze(0) ?? null };
  }

  private checkSizes(input: Tensor, hidden: Tensor): void {
    if (input.size(1) !== this.inputSize) {
      throw new Error(`input has inconsistent input_size: got ${input.size(1)} expected ${this.inputSize}`);
    }
    if (input.size(0) !== hidden.size(0)) {
      throw new Error(`Input batch size ${input.size(0)} doesn't match hidden0 batch size ${hidden.size(0)}`);
    }
    if (hidden.size(1) !== this.hiddenSize) {
      throw new Error(`hidden0 has inconsistent hidden_size: got ${hidden.size(1)}, expected ${this.hiddenSize}`);
    }
  }
}

export interface RnnCellOptions extends RecurrentCellOptions {
  readonly nonlinearity?: Nonlinearity;
}

/** One step of `RNN`: [N, inputSize] and [N, hiddenSize] to [N, hiddenSize]. */
export class RNNCell extends RecurrentCell {
  constructor(inputSize: number, hiddenSize: number, ...args: Trailing<RnnCellOptions, ["bias", "nonlinearity"]>) {
    const options = named<RnnCellOptions>(["bias", "nonlinearity"], args);
    super(plainCell(options.nonlinearity ?? "tanh"), inputSize, hiddenSize, options);
  }

  forward(input: Tensor, hx: Tensor | null = null): Tensor {
    return this.run(input, hx, null).hidden;
  }
}

/** One step of `GRU`: [N, inputSize] and [N, hiddenSize] to [N, hiddenSize]. */
export class GRUCell extends RecurrentCell {
  constructor(inputSize: number, hiddenSize: number, ...options: Trailing<RecurrentCellOptions, ["bias"]>) {
    super(gruCell, inputSize, hiddenSize, named<RecurrentCellOptions>(["bias"], options));
  }

  forward(input: Tensor, hx: Tensor | null = null): Tensor {
    return this.run(input, hx, null).hidden;
  }
}

/** One step of `LSTM`: [N, inputSize] and two states [N, hiddenSize] to the next two. */
export class LSTMCell extends RecurrentCell {
  constructor(inputSize: number, hiddenSize: number, ...options: Trailing<RecurrentCellOptions, ["bias"]>) {
    super(lstmCell, inputSize, hiddenSize, named<RecurrentCellOptions>(["bias"], options));
  }

  forward(input: Tensor, hx: readonly [Tensor, Tensor] | null = null): [Tensor, Tensor] {
    const { hidden, cell } = this.run(input, hx?.[0] ?? null, hx?.[1] ?? null);
    return [hidden, cell as Tensor];
  }
}
