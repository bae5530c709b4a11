/** `nn.init`: initial weights. Each function changes the tensor and returns it. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { noGrad } from "../grad-mode";
import { defaultGenerator } from "../generator";
import { eye, tensor as tensorOf } from "../ops/index";
import { numelOf } from "../shape";
import type { Tensor } from "../tensor";

export type Nonlinearity = "linear" | "conv1d" | "conv2d" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";
export type FanMode = "fanIn" | "fanOut";

/** The factor by which a non-linearity shrinks the standard deviation. */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  if (nonlinearity === "tanh") return 5 / 3;
  if (nonlinearity === "relu") return Math.SQRT2;
  if (nonlinearity === "leakyRelu") return Math.sqrt(2 / (1 + param ** 2));
  return nonlinearity === "selu" ? 3 / 4 : 1;
}

/** How many inputs and outputs a weight [out, in, …kernel] connects. */
export function calculateFanInAndFanOut(tensor: Tensor): { fanIn: number; fanOut: number } {
  const [out = 1, within = 1, ...kernel] = tensor.shape;
  if (tensor.ndim < 2)
    throw new Error("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
  return { fanIn: within * numelOf(kernel), fanOut: out * numelOf(kernel) };
}

export function uniform_(tensor: Tensor, a = 0, b = 1): Tensor {
  return noGrad(() => tensor.uniform_(a, b));
}

export function normal_(tensor: Tensor, mean = 0, std = 1): Tensor {
  return noGrad(() => tensor.normal_(mean, std));
}

export function constant_(tensor: Tensor, value: number): Tensor {
  return noGrad(() => tensor.fill_(value));
}

export function zeros_(tensor: Tensor): Tensor {
  return constant_(tensor, 0);
}

export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1);
}

export function eye_(tensor: Tensor): Tensor {
  return noGrad(() => tensor.copy_(eye(tensor.size(0), tensor.size(1))));
}

/** Glorot's uniform distribution. */
export function xavierUniform_(tensor: Tensor, gain = 1): Tensor {
  const { fanIn, fanOut } = calculateFanInAndFanOut(tensor);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(tensor, -bound, bound);
}

/** Glorot's normal distribution. */
export function xavierNormal_(tensor: Tensor, gain = 1): Tensor {
  const { fanIn, fanOut } = calculateFanInAndFanOut(tensor);
  return normal_(tensor, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}

export interface KaimingOptions {
  /** The slope of the leaky ReLU that follows. */
  readonly a?: number;
  readonly mode?: FanMode;
  readonly nonlinearity?: Nonlinearity;
}

function kaimingStd(tensor: Tensor, { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" }: KaimingOptions): number {
  return calculateGain(nonlinearity, a) / Math.sqrt(calculateFanInAndFanOut(tensor)[mode]);
}

/** He's uniform distribution. */
export function kaimingUniform_(
  tensor: Tensor,
  ...args: Trailing<KaimingOptions, ["a", "mode", "nonlinearity"]>
): Tensor {
  const options = named<KaimingOptions>(["a", "mode", "nonlinearity"], args);
  const bound = Math.sqrt(3) * kaimingStd(tensor, options);
  return uniform_(tensor, -bound, bound);
}

/** He's normal distribution. */
export function kaimingNormal_(
  tensor: Tensor,
  ...args: Trailing<KaimingOptions, ["a", "mode", "nonlinearity"]>
): Tensor {
  const options = named<KaimingOptions>(["a", "mode", "nonlinearity"], args);
  return normal_(tensor, 0, kaimingStd(tensor, options));
}

export interface TruncNormalOptions {
  readonly mean?: number;
  readonly std?: number;
  readonly a?: number;
  readonly b?: number;
}

/** Normally distributed numbers, drawn again until they lie in [a, b]. */
export function truncNormal_(tensor: Tensor, ...args: Trailing<TruncNormalOptions, ["mean", "std", "a", "b"]>): Tensor {
  const { mean = 0, std = 1, a = -2, b = 2 } = named<TruncNormalOptions>(["mean", "std", "a", "b"], args);
  const values = defaultGenerator.normals(tensor.numel(), mean, std);
  const outside = () => values.some((value) => value < a || value > b);
  while (outside()) {
    const again = defaultGenerator.normals(values.length, mean, std);
    values.forEach((value, i) => {
      if (value < a || value > b) values[i] = again[i] as number;
    });
  }
  return noGrad(() => tensor.copy_(tensorOf(values).view(tensor.shape)));
}

/** Columns of a matrix, orthonormal by modified Gram–Schmidt in double precision: [rows][columns], rows ≥ columns. */
function orthonormalColumns(columns: Float64Array[]): void {
  columns.forEach((column, j) => {
    for (const earlier of columns.slice(0, j)) {
      const along = column.reduce((sum, value, i) => sum + value * (earlier[i] as number), 0);
      column.forEach((value, i) => (column[i] = value - along * (earlier[i] as number)));
    }
    const length = Math.sqrt(column.reduce((sum, value) => sum + value * value, 0));
    column.forEach((value, i) => (column[i] = value / length));
  });
}

/** A random (semi-)orthogonal matrix: the weight seen as [out, rest]. Source: arXiv 1312.6120 */
export function orthogonal_(tensor: Tensor, gain = 1): Tensor {
  if (tensor.ndim < 2) throw new Error("Only tensors with 2 or more dimensions are supported");
  if (tensor.numel() === 0) return tensor;
  const rows = tensor.size(0);
  const columns = tensor.numel() / rows;
  const drawn = defaultGenerator.normals(rows * columns);
  const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
  // Vector j of the longer side is row or column j of the matrix.
  const at = (j: number, i: number) => (rows < columns ? j * columns + i : i * columns + j);
  const vectors = Array.from({ length: count }, (_, j) =>
    Float64Array.from({ length }, (_, i) => drawn[at(j, i)] ?? 0),
  );
  orthonormalColumns(vectors);
  vectors.forEach((vector, j) => vector.forEach((value, i) => (drawn[at(j, i)] = gain * value)));
  return noGrad(() => tensor.copy_(tensorOf(drawn).view(tensor.shape)));
}

/** Normally distributed numbers, of which a share in each column is 0. Source: Martens, 2010 */
export function sparse_(tensor: Tensor, sparsity: number, std = 0.01): Tensor {
  if (tensor.ndim !== 2) throw new Error("Only tensors with 2 dimensions are supported");
  const [rows = 0, columns = 0] = tensor.shape;
  const values = defaultGenerator.normals(rows * columns, 0, std);
  const zeros = Math.ceil(sparsity * rows);
  for (let column = 0; column < columns; column++) {
    for (const row of defaultGenerator.permutation(rows).slice(0, zeros)) values[row * columns + column] = 0;
  }
  return noGrad(() => tensor.copy_(tensorOf(values).view(tensor.shape)));
}

/** Convolutions that hand their input through: 1 in the middle of the kernel from channel i to channel i. */
export function dirac_(tensor: Tensor, groups = 1): Tensor {
  if (tensor.ndim < 3 || tensor.ndim > 5) throw new Error("Only tensors with 3, 4, or 5 dimensions are supported");
  const [out = 0, within = 0, ...kernel] = tensor.shape;
  if (out % groups !== 0) throw new Error("dim 0 must be divisible by groups");
  const perGroup = out / groups;
  const values = new Float32Array(tensor.numel());
  const middle = kernel.reduce((position, size) => position * size + Math.floor(size / 2), 0);
  for (let group = 0; group < groups; group++) {
    for (let d = 0; d < Math.min(perGroup, within); d++) {
      values[((group * perGroup + d) * within + d) * numelOf(kernel) + middle] = 1;
    }
  }
  return noGrad(() => tensor.copy_(tensorOf(values).view(tensor.shape)));
}
