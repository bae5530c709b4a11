import { factorsOf } from "../../interpreter/provenance";
import type { TensorOrigin, TensorValue } from "../../interpreter/value";
import type { Dim } from "../../shape/dim";
import { add, constant, formatDim } from "../../shape/dim";
import type { Shape } from "../../shape/shape";

/**
 * How the size of a dimension was worked out by the operation that made the tensor, with the numbers of this call:
 * `⌊(28 + 2·1 − 3)/1⌋ + 1 = 28`. `undefined` where the operation kept the size, or simply has it.
 */
export function formulaOf(tensor: TensorValue, axis: number): string | undefined {
  const { shape, origin } = tensor;
  const size = shape?.[axis];
  const [input] = origin?.inputs ?? [];
  if (!size || !origin || !input?.shape) return undefined;
  const worked = windowFormula(origin, input.shape, shape, axis) ?? joined(origin, size, axis);
  if (worked) return `${worked} = ${formatDim(size)}`;
  if (input.shape.includes(size)) return undefined;
  const factors = factorsOf(tensor, axis);
  return factors && `${factors.map(operand).join("·")} = ${formatDim(size)}`;
}

/** Operations that slide a window over the last dimensions, or with TensorFlow.js' layout over those before the last. */
function windowFormula(
  { operation, call }: TensorOrigin,
  input: Shape,
  output: Shape,
  axis: number,
): string | undefined {
  const kind = WINDOWED.exec(operation);
  if (!kind || !call || input.length !== output.length) return undefined;
  const { args } = call;
  const spatial = Number(kind[2]);
  const isTensorFlow = "strides" in args || "poolSize" in args;
  const first = isTensorFlow && args["dataFormat"] !== "channelsFirst" ? 1 : input.length - spatial;
  const i = axis - first;
  const size = input[axis];
  if (i < 0 || i >= spatial || !size) return undefined;
  const kernel = sizeOf(args["kernelSize"] ?? args["poolSize"], i);
  const defaultStride = /pool/i.test(operation) ? kernel : constant(1);
  const stride = sizeOf(args["stride"] ?? args["strides"], i) ?? defaultStride;
  if (!kernel || !stride) return undefined;
  const dilation = sizeOf(args["dilation"] ?? args["dilationRate"], i) ?? constant(1);
  const window: WindowText = { size: operand(size), kernel: covered(kernel, dilation), stride: operand(stride) };
  if (/transpose/i.test(operation)) {
    if (isTensorFlow) return undefined;
    const extra = sizeOf(args["outputPadding"], i) ?? constant(0);
    return transposed(window, sizeOf(args["padding"], i) ?? constant(0), extra);
  }
  if (args["padding"] === "same") return stride === constant(1) ? undefined : `⌈${window.size}/${window.stride}⌉`;
  const padding = sizeOf(args["padding"], i) ?? constant(0);
  const [open, close] = args["ceilMode"] === true ? ["⌈", "⌉"] : ["⌊", "⌋"];
  const padded = padding === constant(0) ? window.size : `${window.size} + 2·${operand(padding)}`;
  return `${open}(${padded} − ${window.kernel})/${window.stride}${close} + 1`;
}

const WINDOWED =
  /^(?:conv|convTranspose|max_?pool|avg_?pool|maxPooling|averagePooling|separableConv|depthwiseConv)(transpose)?([123])d(?:transpose)?$/i;

interface WindowText {
  readonly size: string;
  readonly kernel: string;
  readonly stride: string;
}

function transposed({ size, kernel, stride }: WindowText, padding: Dim, extra: Dim): string {
  const less = padding === constant(0) ? "" : ` − 2·${operand(padding)}`;
  const more = extra === constant(0) ? "" : ` + ${operand(extra)}`;
  return `(${size} − 1)·${stride}${less} + ${kernel}${more}`;
}

/** How many elements a window spans. */
function covered(kernel: Dim, dilation: Dim): string {
  return dilation === constant(1) ? operand(kernel) : `(${operand(dilation)}·(${operand(kernel)} − 1) + 1)`;
}

/** Sizes along which tensors were put one behind the other. */
function joined({ operation, inputs }: TensorOrigin, size: Dim, axis: number): string | undefined {
  if (!/^(cat|concat|concatenate|concat[1-4]d)$/i.test(operation) || inputs.length < 2) return undefined;
  const sizes = inputs.map(({ shape }) => shape?.[axis]);
  if (!sizes.every((one) => one !== undefined) || sizes.reduce(add, constant(0)) !== size) return undefined;
  return sizes.map(operand).join(" + ");
}

function sizeOf(value: unknown, i: number): Dim | undefined {
  if (Array.isArray(value)) return value[i] as Dim | undefined;
  return typeof value === "object" && value !== null ? (value as Dim) : undefined;
}

function operand(size: Dim): string {
  const text = formatDim(size);
  return /^[\w?]+$/.test(text) ? text : `(${text})`;
}
