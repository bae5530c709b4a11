/** Images and sequences at another size. Each dimension is a product with a matrix of weights. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { tensor } from "../ops/index";
import { formatSizes } from "../shape";
import type { Tensor } from "../tensor";

export type InterpolateMode = "nearest" | "nearest-exact" | "linear" | "bilinear" | "bicubic" | "trilinear" | "area";

export interface InterpolateOptions {
  /** The spatial sizes of the result; or `scaleFactor`. */
  readonly size?: number | readonly number[] | null;
  readonly scaleFactor?: number | readonly number[] | null;
  readonly mode?: InterpolateMode;
  /** Whether the centres of the corner elements stay where they are, instead of their outer edges. */
  readonly alignCorners?: boolean | null;
  /** Whether positions are computed from the sizes instead of the given factor. */
  readonly recomputeScaleFactor?: boolean | null;
}

/** The weight of each input position for one output position. */
type Weights = (position: number) => readonly (readonly [input: number, weight: number])[];

function cubic(distance: number): number {
  const a = -0.75;
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

interface Dimension {
  readonly size: number;
  readonly out: number;
  /** The distance between output positions, in input positions. */
  readonly step: number;
}

function weightsFor(mode: InterpolateMode, { size, out, step }: Dimension, alignCorners: boolean): Weights {
  const inside = (position: number) => Math.min(Math.max(position, 0), size - 1);
  if (mode === "area") {
    return (i) => {
      const start = Math.floor((i * size) / out);
      const end = Math.ceil(((i + 1) * size) / out);
      return Array.from({ length: end - start }, (_, k) => [start + k, 1 / (end - start)] as const);
    };
  }
  if (mode === "nearest") return (i) => [[inside(Math.floor(i * step)), 1]];
  if (mode === "nearest-exact") return (i) => [[inside(Math.floor((i + 0.5) * step)), 1]];
  const source = (i: number) => (alignCorners ? i * step : (i + 0.5) * step - 0.5);
  if (mode === "bicubic") {
    return (i) => {
      const first = Math.floor(source(i));
      const share = source(i) - first;
      return [-1, 0, 1, 2].map((k) => [inside(first + k), cubic(share - k)] as const);
    };
  }
  return (i) => {
    const position = Math.max(source(i), 0);
    const first = Math.min(Math.floor(position), size - 1);
    const share = position - first;
    return [
      [first, 1 - share],
      [inside(first + 1), share],
    ];
  };
}

/** [out, size] */
function weightMatrix(weights: Weights, { size, out }: Dimension): Tensor {
  const rows = Array.from({ length: out }, (_, i) => {
    const row = new Array<number>(size).fill(0);
    for (const [input, weight] of weights(i)) row[input] = (row[input] as number) + weight;
    return row;
  });
  return tensor(rows, { dtype: "float32" });
}

/** A matrix [out, size] applied to dimension `d`. */
export function alongDimension(input: Tensor, d: number, matrix: Tensor): Tensor {
  if (d === input.ndim - 1) return input.matmul(matrix.t());
  if (d === input.ndim - 2) return matrix.matmul(input);
  return matrix
    .matmul(input.flatten(d + 1))
    .view([...input.shape.slice(0, d), matrix.size(0), ...input.shape.slice(d + 1)]);
}

const spatialRanks: Partial<Record<InterpolateMode, number>> = { linear: 1, bilinear: 2, bicubic: 2, trilinear: 3 };

function checkMode(mode: InterpolateMode, rank: number, alignCorners: boolean | null | undefined): void {
  const needed = spatialRanks[mode];
  if (needed === undefined) {
    if (typeof alignCorners !== "boolean") return;
    throw new Error(
      "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear",
    );
  }
  if (rank !== needed + 2) throw new Error(`Got ${rank}D input, but ${mode} mode needs ${needed + 2}D input`);
}

function perDimension(value: number | readonly number[], spatial: readonly number[], what: string): readonly number[] {
  const each = typeof value === "number" ? spatial.map(() => value) : value;
  if (each.length === spatial.length) return each;
  const shown = what === "output size" ? formatSizes(each) : `(${each.join(", ")})`;
  throw new Error(
    what === "output size"
      ? `Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of ${formatSizes(spatial)} and output size of ${shown}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format.`
      : `Input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of ${formatSizes(spatial)} and scale_factor of shape ${shown}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format.`,
  );
}

function dimensions(input: Tensor, options: InterpolateOptions, alignCorners: boolean): Dimension[] {
  const { size = null, scaleFactor = null, recomputeScaleFactor = false } = options;
  if (size !== null && scaleFactor !== null) throw new Error("only one of size or scale_factor should be defined");
  const spatial = input.shape.slice(2);
  const factors = scaleFactor === null ? null : perDimension(scaleFactor, spatial, "scale factor");
  if (size === null && factors === null) throw new Error("either size or scale_factor should be defined");
  const sizes =
    size === null
      ? spatial.map((each, d) => Math.floor(each * (factors?.[d] as number)))
      : perDimension(size, spatial, "output size");
  return spatial.map((each, d) => {
    const out = sizes[d] as number;
    if (out <= 0) {
      throw new Error(
        `Input and output sizes should be greater than 0, but got input (${spatial.map((s, i) => `${"HW"[i] ?? "D"}: ${s}`).join(", ")}) output (${sizes.map((s, i) => `${"HW"[i] ?? "D"}: ${s}`).join(", ")})`,
      );
    }
    if (alignCorners) return { size: each, out, step: out > 1 ? (each - 1) / (out - 1) : 0 };
    const factor = recomputeScaleFactor ? undefined : factors?.[d];
    return { size: each, out, step: factor === undefined ? each / out : 1 / factor };
  });
}

/** Each element repeated a whole number of times along every spatial dimension. */
function repeated(input: Tensor, times: readonly number[]): Tensor {
  const [n = 1, c = 1, ...spatial] = input.shape;
  const spread = input.view([n, c, ...spatial.flatMap((size) => [size, 1])]);
  const wide = spread.expand([n, c, ...spatial.flatMap((size, d) => [size, times[d] as number])]);
  return wide.reshape([n, c, ...spatial.map((size, d) => size * (times[d] as number))]);
}

/**
 * The input at other spatial sizes.
 * @param input [N, C, L], [N, C, H, W] or [N, C, D, H, W]
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 */
export function interpolate(
  input: Tensor,
  ...args: Trailing<InterpolateOptions, ["size", "scaleFactor", "mode", "alignCorners"]>
): Tensor {
  const options = named<InterpolateOptions>(["size", "scaleFactor", "mode", "alignCorners"], args);
  const { mode = "nearest", alignCorners = null } = options;
  const corners = alignCorners ?? false;
  if (input.ndim < 3 || input.ndim > 5) {
    throw new Error(
      `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${input.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`,
    );
  }
  const dims = dimensions(input, options, corners);
  checkMode(mode, input.ndim, alignCorners);
  const times = dims.map(({ step }) => Math.round(1 / step));
  const whole = dims.every(
    ({ size, out, step }, d) => out === size * (times[d] as number) && step * (times[d] as number) === 1,
  );
  if (whole && (mode === "nearest" || mode === "nearest-exact")) return repeated(input.contiguous(), times);
  return dims.reduce(
    (result, dim, d) => alongDimension(result, d + 2, weightMatrix(weightsFor(mode, dim, corners), dim)),
    input,
  );
}

/** [..., C · r², H, W] to [..., C, H · r, W · r]: channels become finer positions. Source: arXiv 1609.05158 */
export function pixelShuffle(input: Tensor, upscaleFactor: number): Tensor {
  if (input.ndim < 3) {
    throw new Error(
      `pixel_shuffle expects input to have at least 3 dimensions, but got input with ${input.ndim} dimension(s)`,
    );
  }
  const r = upscaleFactor;
  if (r <= 0) throw new Error(`pixel_shuffle expects a positive upscale_factor, but got ${r}`);
  const batch = input.shape.slice(0, -3);
  const [channels = 1, height = 1, width = 1] = input.shape.slice(-3);
  if (channels % (r * r) !== 0) {
    throw new Error(
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${channels} is not divisible by ${r * r}`,
    );
  }
  const out = channels / (r * r);
  const n = batch.length;
  const order = [...batch.map((_, d) => d), n, n + 3, n + 1, n + 4, n + 2];
  return input
    .reshape([...batch, out, r, r, height, width])
    .permute(order)
    .reshape([...batch, out, height * r, width * r]);
}
