/** Sliding windows over spatial dimensions: kernel sizes, strides, padding and output sizes, with PyTorch's messages. */
import { formatSizes } from "../shape";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";

/** One number for both spatial dimensions, or one for each. */
export type Pair = number | readonly [number, number];

export type ConvPadding<Size> = Size | "same" | "valid";

export function pair(value: Pair): readonly [number, number] {
  return typeof value === "object" ? value : [value, value];
}

/** What TensorFlow.js calls explicit padding, for [N, H, W, C]. */
export type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

export function explicitPadding(height: readonly [number, number], width: readonly [number, number]): ExplicitPadding {
  return [[0, 0], [...height], [...width], [0, 0]];
}

/** Adds and removes the batch dimension of an unbatched input. Throws for any other number of dimensions. */
export function withBatch(input: Tensor, spatial: number, name: string, run: (batched: Tensor) => Tensor): Tensor {
  if (input.ndim === spatial + 2) return run(input);
  if (input.ndim === spatial + 1) return run(input.unsqueeze(0)).squeeze(0);
  throw new Error(wrongRank(input, spatial, name));
}

function wrongRank(input: Tensor, spatial: number, name: string): string {
  if (name === "max_pool2d") return "non-empty 3D or 4D (batch mode) tensor expected for input";
  if (name === "avg_pool2d") {
    return `Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:${formatSizes(input.shape)}`;
  }
  const ranks = `Expected ${spatial + 1}D (unbatched) or ${spatial + 2}D (batched) input to ${name}`;
  return `${ranks}, but got input of size: ${formatSizes(input.shape)}`;
}

/** The number of windows along one dimension. Source: https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html */
export function pooledSize(size: number, kernel: number, stride: number, padding: number, ceilMode: boolean): number {
  const span = size + 2 * padding - kernel;
  if (!ceilMode) return Math.floor(span / stride) + 1;
  const windows = Math.ceil(span / stride) + 1;
  // The last window has to start inside the input or the padding before it.
  return (windows - 1) * stride >= size + padding ? windows - 1 : windows;
}

export function checkPoolPadding(kernel: Sizes, padding: Sizes, dilation: Sizes = []): void {
  kernel.forEach((size, d) => {
    const spread = dilation[d] ?? 1;
    if ((padding[d] as number) * 2 > (size - 1) * spread + 1) {
      throw new Error(
        `pad should be at most half of effective kernel size, but got pad=${padding[d]}, kernel_size=${size} and dilation=${spread}`,
      );
    }
  });
}
