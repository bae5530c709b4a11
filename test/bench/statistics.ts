/** The middle of some measurements. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function p95(values: readonly number[]): number {
  return quantile(values, 0.95);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** The `k` of the `time = c * size^k` that fits best: 1 is linear growth, 2 quadratic. */
export function growthExponent(points: readonly { readonly size: number; readonly time: number }[]): number {
  const logs = points.map(({ size, time }) => ({ x: Math.log(size), y: Math.log(time) }));
  const meanX = logs.reduce((sum, { x }) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, { y }) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
}

/** What a measurement prints: one line of a table, and whether it keeps its promise. */
export interface Line {
  readonly what: string;
  readonly median: number;
  readonly p95?: number;
  readonly unit: "×" | "ms" | "MB" | "exponent" | "kB" | "steps" | "%";
  /** The most that is promised, of the median. */
  readonly most?: number;
  readonly note?: string;
}

/** Hands the lines to the process that started this one. */
export function tell(lines: readonly Line[]): void {
  process.stdout.write(`${JSON.stringify(lines)}\n`);
}
