import type { DType, TensorValue } from "../interpreter/value";
import { asNumber, constant, isKnown, multiply, substitute, symbolsOf, type Dim } from "../shape/dim";
import { formatDim } from "../shape/dim";
import { numel } from "../shape/shape";
import { t } from "../text/translate";
import { formatBytes } from "./quantities";

/** How many bytes one number takes where the models run: TensorFlow.js keeps integers in 32 bits, and flags in 8. */
export function bytesOf(dtype: DType | undefined): number {
  return dtype === "bool" ? 1 : dtype === "complex64" ? 8 : 4;
}

/** How much memory a tensor takes, with a number of examples in place of an open batch. Nothing for a view, which takes none. */
export function memoryOf({ shape, dtype }: TensorValue, batchSize: number): { readonly text: string }[] {
  if (!shape?.every(isKnown) || dtype === "string") return [];
  const bytes = multiply(numel(shape), constant(bytesOf(dtype)));
  const [batch] = shape;
  const symbols = batch && asNumber(batch) === undefined ? symbolsOf(batch) : [];
  if (symbols.length === 0) return [{ text: formatBytes(bytes) }];
  const replaced = (size: Dim): Dim =>
    substitute(size, (symbol) => (symbols.includes(symbol) ? constant(batchSize) : undefined));
  const name = symbols.map(formatDim).join(", ");
  return [{ text: t`${formatBytes(replaced(bytes))} with ${name} = ${batchSize}` }];
}
