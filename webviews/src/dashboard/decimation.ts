/** Points of a curve by their position, from left to right. */
export interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** What of the x axis is drawn, ends included. */
export interface XRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Thins a curve for drawing: of each bucket of neighbouring points the lowest and the highest stay, in their order,
 * so that the drawn line covers the same range everywhere and no spike is lost. The first and the last point stay too.
 *
 * @param buckets how many buckets; about twice as many points remain.
 * @param range what is drawn; of what lies outside, only the nearest points stay, to which the line leads.
 */
export function decimate({ x, y }: Curve, buckets: number, range?: XRange): { x: number[]; y: number[] } {
  const first = range ? Math.max(0, firstAtLeast(x, range.from) - 1) : 0;
  const last = range ? Math.min(x.length - 1, firstAtLeast(x, range.to)) : x.length - 1;
  const kept: number[] = [];
  const count = last - first + 1;
  if (count <= 2 * buckets + 2) {
    for (let index = first; index <= last; index++) kept.push(index);
  } else {
    kept.push(first);
    for (let bucket = 0; bucket < buckets; bucket++) {
      const start = first + 1 + Math.floor((bucket * (count - 2)) / buckets);
      const end = first + 1 + Math.floor(((bucket + 1) * (count - 2)) / buckets);
      let lowest = start;
      let highest = start;
      for (let index = start + 1; index < end; index++) {
        if (y[index]! < y[lowest]!) lowest = index;
        if (y[index]! > y[highest]!) highest = index;
      }
      kept.push(Math.min(lowest, highest));
      if (lowest !== highest) kept.push(Math.max(lowest, highest));
    }
    kept.push(last);
  }
  return { x: kept.map((index) => x[index]!), y: kept.map((index) => y[index]!) };
}

/** The first index whose value is at least the bound; the length where there is none. */
function firstAtLeast(x: ArrayLike<number>, bound: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
