import type { Scalar } from "../experiment";

/** The number behind a metric, a loss or a logged value. Waits for the device where values are handed over later. */
export async function readScalar(value: Scalar): Promise<number> {
  if (typeof value === "number") return value;
  const { data } = value as { data?(): Promise<ArrayLike<number>> };
  return data ? ((await data.call(value))[0] as number) : value.item();
}

/** The numbers behind named values. */
export async function readScalars(values: Readonly<Record<string, Scalar>>): Promise<Record<string, number>> {
  const read = Object.entries(values).map(async ([name, value]) => [name, await readScalar(value)] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** Named numbers times their weights, added up, and the weights. Plain values, for JSON. */
export type WeightedSums = Readonly<Record<string, { readonly total: number; readonly weight: number }>>;

/** The mean of named numbers, each weighted by the number of samples it stands for. */
export class WeightedMeans {
  #sums: Map<string, { readonly total: number; readonly weight: number }>;

  /** @param sums of numbers that were added elsewhere. */
  constructor(sums: WeightedSums = {}) {
    this.#sums = new Map(Object.entries(sums));
  }

  add(values: Readonly<Record<string, number>>, weight: number): void {
    for (const [name, value] of Object.entries(values)) {
      const sum = this.#sums.get(name) ?? { total: 0, weight: 0 };
      this.#sums.set(name, { total: sum.total + value * weight, weight: sum.weight + weight });
    }
  }

  get(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([name, { total, weight }]) => [name, total / weight]));
  }

  /** What to construct another one with. */
  sums(): WeightedSums {
    return Object.fromEntries(this.#sums);
  }
}
