/** Sliding windows of images as columns of a matrix, and back. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { record } from "../autograd";
import { noGrad } from "../grad-mode";
import { narrow, unfold as windowsAlong } from "../ops/index";
import { addWindows } from "../ops/place";
import { formatSizes } from "../shape";
import type { Tensor } from "../tensor";
import { pad } from "./pad";
import { pair } from "./window";
import type { Pair } from "./window";

export interface PatchOptions {
  readonly dilation?: Pair;
  readonly padding?: Pair;
  readonly stride?: Pair;
}

interface Geometry {
  readonly kernel: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly stride: readonly [number, number];
}

function geometryOf(kernelSize: Pair, { dilation = 1, padding = 0, stride = 1 }: PatchOptions): Geometry {
  return { kernel: pair(kernelSize), dilation: pair(dilation), padding: pair(padding), stride: pair(stride) };
}

/** How many windows there are along each spatial dimension. */
function windowCounts(sizes: readonly number[], { kernel, dilation, padding, stride }: Geometry): [number, number] {
  const count = (d: 0 | 1) => {
    const span = (sizes[d] as number) + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1;
    return Math.floor(span / stride[d]) + 1;
  };
  return [count(0), count(1)];
}

/** The windows of a padded image as a view: [N, C, kH, kW, rows, columns]. */
function windowsOf(padded: Tensor, { kernel, dilation, stride }: Geometry): Tensor {
  const extent = (d: 0 | 1) => dilation[d] * (kernel[d] - 1) + 1;
  return windowsAlong(windowsAlong(padded, 2, extent(0), stride[0]), 3, extent(1), stride[1])
    .at("...", [null, null, dilation[0]], [null, null, dilation[1]])
    .permute(0, 1, 4, 5, 2, 3);
}

const around = ({ padding: [height, width] }: Geometry) => [width, width, height, height];

/**
 * Every window of an image as a column.
 * @param input [N, C, H, W] or [C, H, W]
 * @returns [N, C · kH · kW, windows]
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Unfold.html
 */
export function unfold(
  input: Tensor,
  kernelSize: Pair,
  ...args: Trailing<PatchOptions, ["dilation", "padding", "stride"]>
): Tensor {
  const options = named<PatchOptions>(["dilation", "padding", "stride"], args);
  if (input.ndim === 3) return unfold(input.unsqueeze(0), kernelSize, options).squeeze(0);
  if (input.ndim !== 4) {
    throw new Error(
      `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${formatSizes(input.shape)}`,
    );
  }
  const geometry = geometryOf(kernelSize, options);
  const [n = 1, c = 1, ...image] = input.shape;
  const counts = windowCounts(image, geometry);
  if (counts[0] < 1 || counts[1] < 1) {
    const { kernel, dilation, padding } = geometry;
    throw new Error(
      `Given input with spatial size (${image.join(", ")}), kernel_size=(${kernel.join(", ")}), dilation=(${dilation.join(", ")}), padding=(${padding.join(", ")}), calculated shape of the array of sliding blocks as (${counts.join(", ")}), but its components must be at least one.`,
    );
  }
  const columns = noGrad(() => {
    const windows = windowsOf(pad(input, around(geometry)), geometry);
    return windows.reshape(n, c * geometry.kernel[0] * geometry.kernel[1], counts[0] * counts[1]);
  });
  return record("unfold", columns, [input], [], (g) => [() => fold(g, image as [number, number], kernelSize, options)]);
}

/**
 * Columns put back as the windows of an image; where windows overlap, values are added.
 * @param input [N, C · kH · kW, windows] or without N
 * @returns [N, C, …outputSize]
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Fold.html
 */
export function fold(
  input: Tensor,
  outputSize: Pair,
  kernelSize: Pair,
  ...args: Trailing<PatchOptions, ["dilation", "padding", "stride"]>
): Tensor {
  const options = named<PatchOptions>(["dilation", "padding", "stride"], args);
  if (input.ndim === 2) return fold(input.unsqueeze(0), outputSize, kernelSize, options).squeeze(0);
  const geometry = geometryOf(kernelSize, options);
  const [height, width] = pair(outputSize);
  const { kernel, padding } = geometry;
  const [n = 1, rows = 1, blocks = 1] = input.shape;
  const elements = kernel[0] * kernel[1];
  if (rows % elements !== 0) {
    throw new Error(
      `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${rows} and kernel_size=(${kernel.join(", ")}).`,
    );
  }
  const counts = windowCounts([height, width], geometry);
  if (blocks !== counts[0] * counts[1]) {
    const { dilation, stride } = geometry;
    throw new Error(
      `Given output_size=(${height}, ${width}), kernel_size=(${kernel.join(", ")}), dilation=(${dilation.join(", ")}), padding=(${padding.join(", ")}), stride=(${stride.join(", ")}), expected size of input's dimension 2 to match the calculated number of sliding blocks ${counts[0]} * ${counts[1]} = ${counts[0] * counts[1]}, but got input.size(2)=${blocks}.`,
    );
  }
  const channels = rows / elements;
  const padded = [n, channels, height + 2 * padding[0], width + 2 * padding[1]];
  const image = noGrad(() => {
    const values = input.reshape(n, channels, ...kernel, ...counts);
    const whole = addWindows(values, padded, (view) => windowsOf(view, geometry));
    return narrow(narrow(whole, 2, padding[0], height), 3, padding[1], width).contiguous();
  });
  return record("fold", image, [input], [], (g) => [() => unfold(g, kernelSize, options)]);
}
