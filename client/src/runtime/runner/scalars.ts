import type { Scalar } from "../experiment";

/** The number behind a metric, a loss or a logged value. */
export function readScalar(value: Scalar): number {
  return typeof value === "number" ? value : value.item();
}

/** The numbers behind named values. */
export function readScalars(values: Readonly<Record<string, Scalar>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, readScalar(value)]));
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
