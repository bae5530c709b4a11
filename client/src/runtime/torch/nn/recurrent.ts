/** Recurrent layers: RNN, LSTM, GRU. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { Layer } from "./layer";
import { Parameter } from "./module";
import { uniform_ } from "./init";
import { dropout } from "../functional/dropout";
import { recurrent } from "../functional/recurrent";
import type { RecurrentWeights } from "../functional/recurrent";
import { projectedLstm } from "../functional/projected-lstm";
import { gruCell, lstmCell, reluCell, tanhCell } from "../functional/recurrent-cells";
import type { CellKind } from "../functional/recurrent-cells";
import { maskOf, PackedSequence, repacked, unpacked } from "./rnn-utils";
import { cat, empty, indexSelect, stack, zeros } from "../ops/index";
import { formatSizes, sameSizes } from "../shape";
import type { Tensor } from "../tensor";

export interface RecurrentLayerOptions {
  readonly numLayers?: number;
  readonly bias?: boolean;
  /** Whether inputs and outputs are [N, L, …] instead of [L, N, …]. States never are. */
  readonly batchFirst?: boolean;
  /** The probability of dropout between layers. */
  readonly dropout?: number;
  readonly bidirectional?: boolean;
}

/** The states of all layers and directions, [numLayers · directions, N, hiddenSize] each. */
interface States {
  readonly hidden: Tensor;
  readonly cell: Tensor | null;
}

interface Outcome extends States {
  readonly output: Tensor;
}

const tuple = (sizes: readonly number[]) => `(${sizes.join(", ")})`;

/** What the three layers share. Parameters are called as in PyTorch: `weightIhL0`, `biasHhL1Reverse`, … */
abstract class Recurrent extends Layer {
  [weight: `weight${string}`]: Parameter;
  [bias: `bias${string}`]: Parameter;
  readonly options: LstmOptions;

  constructor(
    private readonly kind: CellKind,
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: LstmOptions,
  ) {
    super();
    this.options = options;
    const { numLayers = 1, bias = true, dropout: p = 0, projSize = 0 } = options;
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(
        "dropout should be a number in range [0, 1] representing the probability of an element being zeroed",
      );
    }
    if (hiddenSize <= 0) throw new RangeError("hidden_size must be greater than zero");
    if (numLayers <= 0) throw new RangeError("num_layers must be greater than zero");
    if (projSize < 0) throw new RangeError("proj_size should be a positive integer or zero to disable projections");
    if (projSize >= hiddenSize) throw new RangeError("proj_size has to be smaller than hidden_size");
    const bound = 1 / Math.sqrt(hiddenSize);
    const parameter = (name: string, ...sizes: number[]) => {
      const made = new Parameter(empty(sizes));
      uniform_(made, -bound, bound);
      this.registerParameter(name, made);
    };
    const gates = kind.gates * hiddenSize;
    for (let layer = 0; layer < numLayers; layer++) {
      const width = layer === 0 ? inputSize : this.stateSize * this.directions.length;
      for (const suffix of this.directions) {
        parameter(`weightIhL${layer}${suffix}`, gates, width);
        parameter(`weightHhL${layer}${suffix}`, gates, this.stateSize);
        if (projSize > 0) parameter(`weightHrL${layer}${suffix}`, projSize, hiddenSize);
        if (!bias) continue;
        parameter(`biasIhL${layer}${suffix}`, gates);
        parameter(`biasHhL${layer}${suffix}`, gates);
      }
    }
  }

  private get directions(): readonly string[] {
    return this.options.bidirectional ? ["", "Reverse"] : [""];
  }

  /** The size of a hidden state: that of the cell's, unless it is projected. */
  private get stateSize(): number {
    return this.options.projSize || this.hiddenSize;
  }

  private get stateCount(): number {
    return (this.options.numLayers ?? 1) * this.directions.length;
  }

  private parametersOf(layer: number, suffix: string): RecurrentWeights {
    const bias = this.options.bias ?? true;
    return {
      input: this[`weightIhL${layer}${suffix}`] as Parameter,
      hidden: this[`weightHhL${layer}${suffix}`] as Parameter,
      inputBias: bias ? (this[`biasIhL${layer}${suffix}`] as Parameter) : null,
      hiddenBias: bias ? (this[`biasHhL${layer}${suffix}`] as Parameter) : null,
    };
  }

  protected runAny(input: Tensor | PackedSequence, start: States | null) {
    return input instanceof PackedSequence ? this.runPacked(input, start) : this.run(input, start);
  }

  /** Adds the batch dimension, puts time first, and undoes both afterwards. */
  private run(input: Tensor, start: States | null): Outcome {
    const name = this.constructor.name;
    if (input.ndim !== 2 && input.ndim !== 3) {
      throw new Error(`${name}: Expected input to be 2D or 3D, got ${input.ndim}D instead`);
    }
    const batched = input.ndim === 3;
    const batchFirst = this.options.batchFirst ?? false;
    const sequence = batched ? (batchFirst ? input.transpose(0, 1) : input) : input.unsqueeze(1);
    const given = start && this.batchedStart(start, batched);
    if (sequence.size(2) !== this.inputSize) {
      throw new Error(
        `input.size(-1) must be equal to input_size. Expected ${this.inputSize}, got ${sequence.size(2)}`,
      );
    }
    const states = given ?? this.zeroStates(sequence.size(1));
    this.checkStates(states, sequence.size(1));
    if (sequence.size(0) === 0) throw new Error("Expected sequence length to be larger than 0 in RNN");
    const { output, hidden, cell } = this.runLayers(sequence, states);
    if (!batched) return { output: output.squeeze(1), hidden: hidden.squeeze(1), cell: cell?.squeeze(1) ?? null };
    return { output: batchFirst ? output.transpose(0, 1) : output, hidden, cell };
  }

  /** Runs over sequences of different lengths, each to its own end. */
  private runPacked(input: PackedSequence, start: States | null): States & { readonly output: PackedSequence } {
    const batch = input.batchSizes[0] ?? 0;
    if (input.data.size(-1) !== this.inputSize) {
      throw new Error(
        `input.size(-1) must be equal to input_size. Expected ${this.inputSize}, got ${input.data.size(-1)}`,
      );
    }
    const reordered = ({ hidden, cell }: States, order: Tensor | null): States =>
      order ? { hidden: indexSelect(hidden, 1, order), cell: cell && indexSelect(cell, 1, order) } : { hidden, cell };
    const states = start ? reordered(start, input.sortedIndices) : this.zeroStates(batch);
    this.checkStates(states, batch);
    const { output, hidden, cell } = this.runLayers(unpacked(input), states, maskOf(input));
    return { output: repacked(output, input), ...reordered({ hidden, cell }, input.unsortedIndices) };
  }

  private zeroStates(batch: number): States {
    const hidden = zeros([this.stateCount, batch, this.stateSize]);
    return { hidden, cell: this.kind.hasCell ? zeros([this.stateCount, batch, this.hiddenSize]) : null };
  }

  private batchedStart({ hidden, cell }: States, batched: boolean): States {
    const rank = batched ? 3 : 2;
    if (hidden.ndim !== rank || (cell && cell.ndim !== rank)) {
      const kind = batched ? "batched 3-D" : "unbatched 2-D";
      throw new Error(
        cell
          ? `For ${kind} input, hx and cx should also be ${rank}-D but got (${hidden.ndim}-D, ${cell.ndim}-D) tensors`
          : `For ${kind} input, hx should also be ${rank}-D but got ${hidden.ndim}-D tensor`,
      );
    }
    return batched ? { hidden, cell } : { hidden: hidden.unsqueeze(1), cell: cell?.unsqueeze(1) ?? null };
  }

  private checkStates({ hidden, cell }: States, batch: number): void {
    [hidden, ...(cell ? [cell] : [])].forEach((state, i) => {
      const expected = [this.stateCount, batch, i === 0 ? this.stateSize : this.hiddenSize];
      if (sameSizes(state.shape, expected)) return;
      const what = cell ? `hidden[${i}] size` : "hidden size";
      throw new Error(`Expected ${what} ${tuple(expected)}, got ${formatSizes(state.shape)}`);
    });
  }

  private runLayers(sequence: Tensor, start: States, mask: Tensor | null = null): Outcome {
    const { numLayers = 1, dropout: p = 0 } = this.options;
    const hidden: Tensor[] = [];
    const cells: Tensor[] = [];
    let input = sequence;
    for (let layer = 0; layer < numLayers; layer++) {
      const outputs = this.directions.map((suffix) => {
        const state = hidden.length;
        const from = { hidden: start.hidden.select(0, state), cell: start.cell?.select(0, state) ?? null };
        const weights = this.parametersOf(layer, suffix);
        const projection = this[`weightHrL${layer}${suffix}`];
        const how = { reverse: suffix === "Reverse", mask };
        const result = projection
          ? projectedLstm(input, from, weights, projection, how)
          : recurrent(this.kind, input, from, weights, how);
        hidden.push(result.hidden);
        if (result.cell) cells.push(result.cell);
        return result.output;
      });
      const output = outputs.length === 1 ? (outputs[0] as Tensor) : cat(outputs, 2);
      input = layer < numLayers - 1 ? dropout(output, { p, training: this.training }) : output;
    }
    return { output: input, hidden: stack(hidden), cell: cells.length > 0 ? stack(cells) : null };
  }
}

export interface LstmOptions extends RecurrentLayerOptions {
  /** The size that hidden states are projected to; 0 leaves them as they are. */
  readonly projSize?: number;
}

export type Nonlinearity = "tanh" | "relu";

export interface RnnOptions extends RecurrentLayerOptions {
  readonly nonlinearity?: Nonlinearity;
}

export function plainCell(nonlinearity: Nonlinearity): CellKind {
  if (nonlinearity === "tanh") return tanhCell;
  if (nonlinearity === "relu") return reluCell;
  throw new Error(`Unknown nonlinearity '${String(nonlinearity)}'. Select from 'tanh' or 'relu'.`);
}

const ORDER = ["numLayers", "bias", "batchFirst", "dropout", "bidirectional"] as const;
const RNN_ORDER = ["numLayers", "nonlinearity", "bias", "batchFirst", "dropout", "bidirectional"] as const;
type RecurrentArguments<Options extends RecurrentLayerOptions> = Trailing<Options, typeof ORDER>;

/**
 * hₜ = tanh(W xₜ + b + U hₜ₋₁ + c), or with ReLU.
 *
 * [L, N, inputSize] (or [N, L, inputSize] with `batchFirst`, or [L, inputSize]) to the output of the last layer,
 * [L, N, directions · hiddenSize], and the last states, [numLayers · directions, N, hiddenSize].
 */
// The interface adds the call with a packed batch: an instance takes its types from the last signature of `forward`.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class RNN extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, ...options: Trailing<RnnOptions, typeof RNN_ORDER>) {
    const settings = named<RnnOptions>(RNN_ORDER, options);
    super(plainCell(settings.nonlinearity ?? "tanh"), inputSize, hiddenSize, settings);
  }

  forward(input: PackedSequence, hx?: Tensor | null): [PackedSequence, Tensor];
  forward(input: Tensor, hx?: Tensor | null): [Tensor, Tensor];
  forward(input: Tensor | PackedSequence, hx: Tensor | null = null): [Tensor | PackedSequence, Tensor] {
    const { output, hidden } = this.runAny(input, hx && { hidden: hx, cell: null });
    return [output, hidden];
  }
}

/** The gated recurrent unit: shapes as for `RNN`. */
// The interface adds the call with a packed batch: an instance takes its types from the last signature of `forward`.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class GRU extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, ...options: RecurrentArguments<RecurrentLayerOptions>) {
    super(gruCell, inputSize, hiddenSize, named<RecurrentLayerOptions>(ORDER, options));
  }

  forward(input: PackedSequence, hx?: Tensor | null): [PackedSequence, Tensor];
  forward(input: Tensor, hx?: Tensor | null): [Tensor, Tensor];
  forward(input: Tensor | PackedSequence, hx: Tensor | null = null): [Tensor | PackedSequence, Tensor] {
    const { output, hidden } = this.runAny(input, hx && { hidden: hx, cell: null });
    return [output, hidden];
  }
}

/** Long short-term memory: shapes as for `RNN`, with two states: [output, [hidden, cell]]. */
// The interface adds the call with a packed batch: an instance takes its types from the last signature of `forward`.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class LSTM extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, ...options: RecurrentArguments<LstmOptions>) {
    super(lstmCell, inputSize, hiddenSize, named<LstmOptions>(ORDER, options));
  }

  forward(input: PackedSequence, hx?: readonly [Tensor, Tensor] | null): [PackedSequence, [Tensor, Tensor]];
  forward(input: Tensor, hx?: readonly [Tensor, Tensor] | null): [Tensor, [Tensor, Tensor]];
  forward(
    input: Tensor | PackedSequence,
    hx: readonly [Tensor, Tensor] | null = null,
  ): [Tensor | PackedSequence, [Tensor, Tensor]] {
    const { output, hidden, cell } = this.runAny(input, hx && { hidden: hx[0], cell: hx[1] });
    return [output, [hidden, cell as Tensor]];
  }
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface RNN {
  (input: PackedSequence, hx?: Tensor | null): [PackedSequence, Tensor];
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface GRU {
  (input: PackedSequence, hx?: Tensor | null): [PackedSequence, Tensor];
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface LSTM {
  (input: PackedSequence, hx?: readonly [Tensor, Tensor] | null): [PackedSequence, [Tensor, Tensor]];
}
