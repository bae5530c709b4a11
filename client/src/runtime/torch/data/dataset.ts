import { allocate } from "../dtype";
import { defaultGenerator } from "../generator";
import type { Generator } from "../generator";
import { formatSizes, numelOf } from "../shape";
import { Storage } from "../storage";
import { Tensor } from "../tensor";

/** Samples by position. */
export abstract class Dataset<Item = unknown> {
  /** The number of samples. */
  abstract readonly length: number;

  abstract get(index: number): Item | Promise<Item>;

  /** Several samples already put together, where that is faster than one by one. */
  getBatch?(indices: readonly number[]): Item | null;
}

/** Rows of a tensor as a new one, read and kept in host memory: they reach the backend when first used. */
function rowsOf(tensor: Tensor, indices: readonly number[]): Tensor {
  const sizes = tensor.shape.slice(1);
  const width = numelOf(sizes);
  const source = tensor._view.storage.values();
  const values = allocate(tensor.dtype, indices.length * width);
  indices.forEach((index, i) => {
    const start = tensor.storageOffset() + index * width;
    values.set(source.subarray(start, start + width), i * width);
  });
  return new Tensor(Storage.fromValues(tensor.dtype, values), [indices.length, ...sizes]);
}

/** Samples that are the rows of tensors with equal first sizes. */
export class TensorDataset<Tensors extends Tensor[] = Tensor[]> extends Dataset<Tensors> {
  readonly tensors: Tensors;
  readonly length: number;

  constructor(...tensors: Tensors) {
    super();
    const sizes = tensors.map((tensor) => tensor.size(0));
    if (sizes.some((size) => size !== sizes[0])) {
      throw new Error(`Size mismatch between tensors: the first sizes are ${formatSizes(sizes)}`);
    }
    this.tensors = tensors.map((tensor) => tensor.detach().contiguous()) as Tensors;
    this.length = sizes[0] ?? 0;
  }

  get(index: number): Tensors {
    return this.tensors.map((tensor) => rowsOf(tensor, [index]).select(0, 0)) as Tensors;
  }

  override getBatch(indices: readonly number[]): Tensors {
    return this.tensors.map((tensor) => rowsOf(tensor, indices)) as Tensors;
  }
}

/** Some of another dataset's samples. */
export class Subset<Item> extends Dataset<Item> {
  constructor(
    readonly dataset: Dataset<Item>,
    readonly indices: ArrayLike<number>,
  ) {
    super();
  }

  get length(): number {
    return this.indices.length;
  }

  get(index: number): Item | Promise<Item> {
    return this.dataset.get(this.indices[index] as number);
  }

  override getBatch(indices: readonly number[]): Item | null {
    return this.dataset.getBatch?.(indices.map((index) => this.indices[index] as number)) ?? null;
  }
}

function asLengths(lengths: readonly number[], total: number): number[] {
  const sum = lengths.reduce((all, each) => all + each, 0);
  if (sum > 1 || lengths.every(Number.isInteger)) return [...lengths];
  const floors = lengths.map((each) => Math.floor(each * total));
  const left = total - floors.reduce((all, each) => all + each, 0);
  return floors.map((each, i) => each + (i < left ? 1 : 0));
}

/** Splits a dataset at random into parts of the given lengths, or of the given fractions of it. */
export function randomSplit<Item>(
  dataset: Dataset<Item>,
  lengths: readonly number[],
  { generator = defaultGenerator }: { generator?: Generator } = {},
): Subset<Item>[] {
  const parts = asLengths(lengths, dataset.length);
  if (parts.reduce((all, each) => all + each, 0) !== dataset.length) {
    throw new Error("Sum of input lengths does not equal the length of the input dataset!");
  }
  const order = generator.permutation(dataset.length);
  let start = 0;
  return parts.map((length) => {
    start += length;
    return new Subset(dataset, order.subarray(start - length, start));
  });
}
