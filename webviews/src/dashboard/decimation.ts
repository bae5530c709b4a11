/** More points than this are not drawn one by one. */
export const decimationLimit = 100_000;

export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * Thins a curve for drawing: of each bucket of neighbouring points the lowest and the highest stay, in their order,
 * so that the drawn line covers the same range everywhere and no spike is lost. The first and the last point stay too.
 *
 * @param buckets how many buckets; about twice as many points remain.
 */
export function decimate({ x, y }: Curve, buckets: number): Curve {
  const count = x.length;
  if (count <= 2 * buckets + 2) return { x, y };
  const kept: number[] = [0];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = 1 + Math.floor((bucket * (count - 2)) / buckets);
    const end = 1 + Math.floor(((bucket + 1) * (count - 2)) / buckets);
    let lowest = start;
    let highest = start;
    for (let index = start + 1; index < end; index++) {
      if (y[index]! < y[lowest]!) lowest = index;
      if (y[index]! > y[highest]!) highest = index;
    }
    kept.push(Math.min(lowest, highest));
    if (lowest !== highest) kept.push(Math.max(lowest, highest));
  }
  kept.push(count - 1);
  return { x: kept.map((index) => x[index]!), y: kept.map((index) => y[index]!) };
}
