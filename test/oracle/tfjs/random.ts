/** Random choices that a seed settles: FNV-1a of its text into mulberry32. */
export class Random {
  private state: number;

  constructor(seed: string) {
    this.state = [...seed].reduce((hash, c) => Math.imul(hash ^ c.charCodeAt(0), 16777619), 2166136261);
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** Both ends included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  shuffle<T>(list: readonly T[]): T[] {
    return list
      .map((value) => [this.next(), value] as const)
      .sort(([a], [b]) => a - b)
      .map(([, value]) => value);
  }

  /** Sizes that are small, since programs run on them. */
  shape(least = 1, most = 4, sizes: readonly number[] = [1, 2, 3, 4, 5]): number[] {
    return Array.from({ length: this.int(least, most) }, () => this.pick(sizes));
  }

  /** The shape as somebody gets it wrong: another size, one dimension too many or too few, two swapped. */
  mistaken(shape: readonly number[]): number[] {
    const at = this.int(0, Math.max(0, shape.length - 1));
    const ways: (() => number[])[] = [
      () => shape.map((size, i) => (i === at ? size + this.pick([1, 2]) : size)),
      () => [...shape, 1],
      () => [1, ...shape],
      () => shape.slice(1),
      () => shape.slice(0, -1),
      () => [...shape].reverse(),
    ];
    return this.pick(ways)();
  }

  /** The shape, or, as often as said, a mistaken one. */
  perhaps(shape: readonly number[], wrong = 0.15): number[] {
    return this.chance(wrong) ? this.mistaken(shape) : [...shape];
  }

  /** An axis of that rank, counted from either end; sometimes one that does not exist. */
  axis(rank: number, wrong = 0.05): number {
    if (rank === 0 || this.chance(wrong)) return this.pick([rank, -rank - 1]);
    const axis = this.int(0, rank - 1);
    return this.chance(0.3) ? axis - rank : axis;
  }

  /** Sizes with this product. */
  factors(product: number, rank: number): number[] {
    const sizes = Array.from({ length: rank }, () => 1);
    let rest = product;
    for (let divisor = 2; rest > 1; divisor++) {
      while (rest % divisor === 0) {
        const at = this.int(0, rank - 1);
        sizes[at] = (sizes[at] ?? 1) * divisor;
        rest /= divisor;
      }
    }
    return sizes;
  }
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
