import type { MetricValues, RunProgress } from "./run-files";

/** `1:05`, `12:00:09`: a duration in seconds the way a clock shows it. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A metric with four significant digits, in exponent form only where the plain one would be long. */
export function formatMetric(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) return value.toExponential(3);
  return String(Number(value.toPrecision(4)));
}

/** `loss 0.2134  accuracy 0.93`. */
export function formatValues(values: MetricValues): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${formatMetric(value)}`)
    .join("  ");
}

/** The share of the run that is done, 0 to 1; by epochs where the number of steps is not known yet. */
export function fractionDone({ epoch, epochs, step, steps }: RunProgress): number {
  if (steps !== null && steps > 0) return Math.min(1, step / steps);
  return Math.max(0, epoch - 1) / epochs;
}
