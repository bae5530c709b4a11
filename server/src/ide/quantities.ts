import { asNumber, formatDim, type Dim } from "../shape/dim";

/** `7,850`, `7,850*N` */
export function formatCount(count: Dim): string {
  return formatDim(count).replace(/\d{4,}/g, grouped);
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** `12.5 KiB`; with sizes that are not known, `6272*N bytes`. */
export function formatBytes(bytes: Dim): string {
  const number = asNumber(bytes);
  if (number === undefined) return `${formatCount(bytes)} bytes`;
  let [amount, unit] = [number, 0];
  while (amount >= 1024 && unit < UNITS.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  return `${unit === 0 ? grouped(String(amount)) : amount.toFixed(amount < 10 ? 2 : amount < 100 ? 1 : 0)} ${UNITS[unit]}`;
}

const MAGNITUDES = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
] as const;

/** A number of operations: `339 k` is still `338,688`, `1.24 G` is rounded. */
export function formatOperations(count: Dim): string {
  const number = asNumber(count);
  if (number === undefined) return formatCount(count);
  for (const [size, letter] of MAGNITUDES) if (number >= size) return `${(number / size).toPrecision(3)} ${letter}`;
  return formatCount(count);
}
