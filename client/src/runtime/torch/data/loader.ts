import { defaultGenerator } from "../generator";
import type { Generator } from "../generator";
import { stack, tensor } from "../ops/index";
import { releaseDeviceMemory } from "../storage";
import { Tensor } from "../tensor";
import type { Dataset } from "./dataset";

/** What samples become in a batch: tensors are stacked, numbers and booleans become a tensor. */
export type Collated<Item> = Item extends Tensor | number | boolean
  ? Tensor
  : { [Key in keyof Item]: Item[Key] extends Tensor | number | boolean ? Tensor : Item[Key] };

export interface LoaderOptions<Item> {
  readonly batchSize?: number;
  /** A new random order in every pass. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is not full. */
  readonly dropLast?: boolean;
  readonly generator?: Generator;
  /** Puts samples together; by default field by field. */
  readonly collate?: (items: readonly Item[]) => Collated<Item>;
}

/** Samples put together field by field. */
function defaultCollate<Item>(items: readonly Item[]): Collated<Item> {
  const [first] = items;
  if (first instanceof Tensor) return stack(items as unknown as Tensor[]) as Collated<Item>;
  if (typeof first === "number" || typeof first === "boolean") {
    return tensor(items as unknown as number[]) as Collated<Item>;
  }
  if (Array.isArray(first)) {
    const rows = items as unknown as unknown[][];
    return first.map((_, field) => defaultCollate(rows.map((row) => row[field]))) as unknown as Collated<Item>;
  }
  if (typeof first === "object" && first !== null) {
    const rows = items as unknown as Record<string, unknown>[];
    const fields = Object.keys(first).map((key) => [key, defaultCollate(rows.map((row) => row[key]))]);
    return Object.fromEntries(fields) as Collated<Item>;
  }
  throw new TypeError(`default_collate: batch must contain tensors, numbers, arrays or objects; found ${typeof first}`);
}

/**
 * Batches of a dataset, for `for await (const [x, y] of loader)`. A plain `for` works as well unless the dataset loads
 * its samples asynchronously. Taking the next batch is a boundary (storage.ts) at which temporaries leave the backend.
 */
export class DataLoader<Item> implements AsyncIterable<Collated<Item>>, Iterable<Collated<Item>> {
  readonly batchSize: number;
  readonly dataset: Dataset<Item>;
  readonly #options: LoaderOptions<Item>;

  constructor(dataset: Dataset<Item>, options: LoaderOptions<Item> = {}) {
    const { batchSize = 1 } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`batch_size should be a positive integer value, but got batch_size=${batchSize}`);
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.#options = options;
  }

  /** The number of batches in a pass. */
  get length(): number {
    const batches = this.dataset.length / this.batchSize;
    return this.#options.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  *[Symbol.iterator](): Generator_<Collated<Item>> {
    for (const indices of this.#batches()) {
      const whole = this.dataset.getBatch?.(indices);
      yield whole ? (whole as unknown as Collated<Item>) : this.#collate(indices.map((index) => this.#getNow(index)));
    }
    releaseDeviceMemory();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Collated<Item>, void, undefined> {
    for (const indices of this.#batches()) {
      const whole = this.dataset.getBatch?.(indices);
      if (whole) yield whole as unknown as Collated<Item>;
      else yield this.#collate(await Promise.all(indices.map((index) => this.dataset.get(index))));
    }
    releaseDeviceMemory();
  }

  *#batches(): Generator_<number[]> {
    const { shuffle = false, generator = defaultGenerator } = this.#options;
    const count = this.dataset.length;
    const order = shuffle ? generator.permutation(count) : Int32Array.from({ length: count }, (_, i) => i);
    for (let batch = 0; batch < this.length; batch++) {
      releaseDeviceMemory();
      yield [...order.subarray(batch * this.batchSize, (batch + 1) * this.batchSize)];
    }
  }

  #getNow(index: number): Item {
    const item = this.dataset.get(index);
    if (item instanceof Promise) {
      throw new TypeError("The dataset loads its samples asynchronously: use `for await (… of loader)`.");
    }
    return item;
  }

  #collate(items: readonly Item[]): Collated<Item> {
    return (this.#options.collate ?? defaultCollate)(items);
  }
}

/** The built-in type of generator functions; `Generator` here is a source of random numbers. */
type Generator_<Value> = globalThis.Generator<Value, void, undefined>;
