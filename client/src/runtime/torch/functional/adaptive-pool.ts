/** Pooling to a given size: windows are nearly equal ranges. */
import { tensor } from "../ops/index";
import { formatSizes } from "../shape";
import type { Tensor } from "../tensor";
import { adaptiveAvgPool2d } from "./pool";

/** Means over nearly equal ranges of a sequence: [N, C, L] to [N, C, outputSize]. */
export function adaptiveAvgPool1d(input: Tensor, outputSize: number): Tensor {
  if (input.ndim !== 2 && input.ndim !== 3) {
    throw new Error(
      `Expected 2 to 3 dimensions, but got ${input.ndim}-dimensional tensor for argument #1 'self' (while checking arguments for adaptive_avg_pool1d)`,
    );
  }
  return adaptiveAvgPool2d(input.unsqueeze(-2), [1, outputSize]).squeeze(-2);
}

/** The largest element of each range along one dimension. */
function largest(input: Tensor, dim: number, out: number): Tensor {
  const size = input.size(dim);
  if (out === size) return input;
  const ranges = Array.from({ length: out }, (_, i) => ({
    start: Math.floor((i * size) / out),
    end: Math.ceil(((i + 1) * size) / out),
  }));
  const longest = Math.max(...ranges.map(({ start, end }) => end - start));
  // Shorter ranges repeat their last element, which does not change the largest.
  const positions = ranges.flatMap(({ start, end }) =>
    Array.from({ length: longest }, (_, k) => Math.min(start + k, end - 1)),
  );
  const windows = input.indexSelect(dim, tensor(positions, { dtype: "int64" }));
  return windows.unflatten(dim, [out, longest]).max(dim < 0 ? dim : dim + 1)[0];
}

/** The largest elements of nearly equal ranges, so that the result has the given size; `null` keeps a size. */
export function adaptiveMaxPool2d(input: Tensor, outputSize: number | readonly [number | null, number | null]): Tensor {
  if (input.ndim !== 3 && input.ndim !== 4) {
    throw new Error(`adaptive_max_pool2d(): Expected 3D or 4D tensor, but got: ${formatSizes(input.shape)}`);
  }
  const [height, width] = typeof outputSize === "number" ? [outputSize, outputSize] : outputSize;
  const columns = largest(input, -1, width ?? input.size(-1));
  const pooled = largest(columns, input.ndim - 2, height ?? input.size(-2));
  return pooled === input ? input.clone() : pooled;
}
