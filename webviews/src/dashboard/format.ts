/** A metric with four significant digits, in exponent form only where the plain one would be long. */
export function formatMetric(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(3);
  return String(Number(value.toPrecision(4)));
}

/** A duration in seconds the way a clock shows it: `1:05`, `12:00:09`. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A count with the separators of the page's language. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString(document.documentElement.lang || undefined);
}
