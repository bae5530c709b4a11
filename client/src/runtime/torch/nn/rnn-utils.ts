/** `nn.utils.rnn`: sequences of different lengths in one batch. */
import { cat, indexSelect, sort, stack, tensor, zeros } from "../ops/index";
import type { Tensor } from "../tensor";

/** Sequences laid end to end by time step, the longest first: what recurrent layers take instead of a padded batch. */
export class PackedSequence {
  constructor(
    /** [sum of lengths, …]: all first elements, then all second ones, … */
    readonly data: Tensor,
    /** How many sequences have an element at each time step. */
    readonly batchSizes: readonly number[],
    /** Where the sequences of this order stood before; null where they were in order. */
    readonly sortedIndices: Tensor | null = null,
    readonly unsortedIndices: Tensor | null = null,
  ) {}

  /** The length of each sequence, the longest first. */
  get lengths(): number[] {
    const count = this.batchSizes[0] ?? 0;
    return Array.from({ length: count }, (_, i) => this.batchSizes.filter((size) => size > i).length);
  }

  /** The same sequences with other values. */
  withData(data: Tensor): PackedSequence {
    return new PackedSequence(data, this.batchSizes, this.sortedIndices, this.unsortedIndices);
  }
}

export interface PackOptions {
  readonly batchFirst?: boolean;
  /** Whether the sequences are in order already, the longest first. */
  readonly enforceSorted?: boolean;
}

/** Rows of [T · N, …] that lie within the sequences, in packed order. */
function packedRows(batchSizes: readonly number[], batch: number): Tensor {
  const rows = batchSizes.flatMap((size, t) => Array.from({ length: size }, (_, i) => t * batch + i));
  return tensor(rows, { dtype: "int64" });
}

/**
 * Packs a padded batch.
 * @param input [T, N, …], or [N, T, …] with `batchFirst`
 * @param lengths of the N sequences
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: Tensor | readonly number[],
  { batchFirst = false, enforceSorted = true }: PackOptions = {},
): PackedSequence {
  const given = Array.isArray(lengths) ? tensor([...(lengths as number[])], { dtype: "int64" }) : (lengths as Tensor);
  const timeFirst = batchFirst ? input.transpose(0, 1) : input;
  const batch = timeFirst.size(1);
  if (given.numel() !== batch) {
    throw new Error(
      `Expected \`len(lengths)\` to be equal to batch_size, but got ${given.numel()} (batch_size=${batch})`,
    );
  }
  const numbers = Array.from(given._values());
  if (numbers.some((length) => length <= 0)) {
    throw new Error("Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0");
  }
  const inOrder = numbers.every((length, i) => i === 0 || length <= (numbers[i - 1] as number));
  if (enforceSorted && !inOrder) {
    throw new Error(
      "`lengths` array must be sorted in decreasing order when `enforceSorted` is true. You can pass `enforceSorted: false` to packPaddedSequence to sidestep this requirement if you do not need ONNX exportability.",
    );
  }
  const order = enforceSorted ? null : sort(given, 0, { descending: true })[1];
  const sorted = order ? indexSelect(timeFirst, 1, order) : timeFirst;
  const longest = Math.max(...numbers);
  if (longest > timeFirst.size(0)) {
    throw new Error(
      `Expected sequence length to be at most ${timeFirst.size(0)}, but a length of ${longest} was given`,
    );
  }
  const batchSizes = Array.from({ length: longest }, (_, t) => numbers.filter((length) => length > t).length);
  const rows = sorted.reshape([timeFirst.size(0) * batch, ...timeFirst.shape.slice(2)]);
  const data = indexSelect(rows, 0, packedRows(batchSizes, batch));
  return new PackedSequence(data, batchSizes, order, order && sort(order, 0)[1]);
}

export interface PadOptions {
  readonly batchFirst?: boolean;
  readonly paddingValue?: number;
  /** At least the longest sequence. */
  readonly totalLength?: number | null;
}

/** Packed values as a batch [T, N, …] in packed order, with zeros behind the shorter sequences. */
export function unpacked({ data, batchSizes }: PackedSequence, steps = batchSizes.length): Tensor {
  const batch = batchSizes[0] ?? 0;
  const tail = data.shape.slice(1);
  // The row behind the last one is the padding.
  const rows = new Array<number>(steps * batch).fill(data.size(0));
  let next = 0;
  batchSizes.forEach((size, t) => {
    for (let i = 0; i < size; i++) rows[t * batch + i] = next++;
  });
  const extended = cat([data, zeros([1, ...tail])]);
  return indexSelect(extended, 0, tensor(rows, { dtype: "int64" })).view([steps, batch, ...tail]);
}

/** [T, N, 1]: 1 within the sequences, 0 behind them. */
export function maskOf({ batchSizes }: PackedSequence): Tensor {
  const batch = batchSizes[0] ?? 0;
  const rows = batchSizes.map((size) => Array.from({ length: batch }, (_, i) => [Number(i < size)]));
  return tensor(rows, { dtype: "float32" });
}

/** A padded batch [T, N, …] as packed values again. */
export function repacked(padded: Tensor, packed: PackedSequence): PackedSequence {
  const [steps = 0, batch = 0, ...tail] = padded.shape;
  const rows = padded.reshape([steps * batch, ...tail]);
  return packed.withData(indexSelect(rows, 0, packedRows(packed.batchSizes, batch)));
}

/** The padded batch of a packed one, and the lengths of its sequences, both in the order before packing. */
export function padPackedSequence(sequence: PackedSequence, options: PadOptions = {}): [Tensor, Tensor] {
  const { batchFirst = false, paddingValue = 0, totalLength = null } = options;
  const longest = sequence.batchSizes.length;
  if (totalLength !== null && totalLength < longest) {
    throw new Error(
      `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${totalLength} and max sequence length being ${longest}`,
    );
  }
  const steps = totalLength ?? longest;
  const lengths = tensor(sequence.lengths, { dtype: "int64" });
  const zeroPadded = unpacked(sequence, steps);
  const padded = paddingValue === 0 ? zeroPadded : zeroPadded.maskedFill(beyond(sequence, zeroPadded), paddingValue);
  const { unsortedIndices } = sequence;
  const laidOut = batchFirst ? padded.transpose(0, 1) : padded;
  return [
    unsortedIndices ? indexSelect(laidOut, batchFirst ? 0 : 1, unsortedIndices) : laidOut,
    unsortedIndices ? indexSelect(lengths, 0, unsortedIndices) : lengths,
  ];
}

/** True behind the ends of the sequences, in the rank of the padded batch. */
function beyond({ batchSizes }: PackedSequence, padded: Tensor): Tensor {
  const [steps = 0, batch = 0, ...tail] = padded.shape;
  const rows = Array.from({ length: steps }, (_, t) =>
    Array.from({ length: batch }, (_, i) => i >= (batchSizes[t] ?? 0)),
  );
  return tensor(rows).view([steps, batch, ...tail.map(() => 1)]);
}

/** Sequences [length, …] as one batch, padded to the longest: [T, N, …], or [N, T, …] with `batchFirst`. */
export function padSequence(
  sequences: readonly Tensor[],
  { batchFirst = false, paddingValue = 0 }: { batchFirst?: boolean; paddingValue?: number } = {},
): Tensor {
  const longest = Math.max(...sequences.map((sequence) => sequence.size(0)));
  const padded = sequences.map((sequence) => {
    const missing = longest - sequence.size(0);
    if (missing === 0) return sequence;
    return cat([
      sequence,
      zeros([missing, ...sequence.shape.slice(1)])
        .add(paddingValue)
        .to(sequence.dtype),
    ]);
  });
  return stack(padded, batchFirst ? 0 : 1);
}
