import type { TensorValue } from "../../interpreter/value";
import { windowTooLarge } from "../../rules/empty-output";
import { mismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import { compare, constant, formatDim, maximum, multiply, surelyLess } from "../../shape/dim";
import type { Window } from "../../shape/window";
import { effectiveKernel, transposedConvolutionSize } from "../../shape/window";
import { optional, tensor } from "../parameter";
import { extents } from "./arguments";
import type { Convolution, Declared } from "./convolution";
import {
  channelsFit,
  checkGroups,
  DECLARED_BY_WEIGHT,
  declaredByLayer,
  functionParameters,
  imageResult,
  layerParameters,
  perGroup,
  repeated,
  spatialShape,
  windowAt,
} from "./convolution";
import { requireFloatingInput } from "./linear";
import { moduleClass } from "./module";
import { torchOperation, unknownResult } from "./result";
import type { TorchContext } from "./result";
import { t } from "../../text/translate";

const zero = constant(0);
const one = constant(1);

/** The two paddings, which stand behind the stride. */
function paddings(spatial: number) {
  const none = optional(extents(spatial), repeated(zero, spatial));
  return { padding: none, outputPadding: none };
}

function transposedClass(name: string, spatial: number) {
  const { leading, groups, bias, dilation, paddingMode } = layerParameters(spatial);
  return moduleClass({
    name,
    parameters: { ...leading, ...paddings(spatial), groups, bias, dilation, paddingMode },
    check: ({ inChannels, outChannels, groups }, cx) => checkGroups(cx, groups, { inChannels, outChannels }),
    weights: ({ inChannels, outChannels, kernelSize, groups, bias }) => ({
      weight: [inChannels, perGroup(outChannels, groups), ...kernelSize],
      ...(bias ? { bias: [outChannels] } : {}),
    }),
    forward: {
      parameters: { input: tensor },
      result: ({ input }, config, cx) => spread(cx, input, { ...config, spatial }, declaredByLayer(cx)),
    },
  });
}

interface TransposedConvolution extends Convolution {
  readonly padding: readonly Dim[];
  readonly outputPadding: readonly Dim[];
}

/** A transposed convolution: each element of the input spreads over a window of the output. */
function spread(cx: TorchContext, input: TensorValue, layer: TransposedConvolution, declared: Declared): TensorValue {
  requireFloatingInput(cx, input);
  const shape = spatialShape(cx, input, layer.spatial);
  if (!shape) return unknownResult(cx, [input], "float32");
  channelsFit(cx, input, layer, declared);
  const first = shape.length - layer.spatial;
  // A result without elements: PyTorch 1 always complains, PyTorch 2 returns it for batches.
  const least = first === 1 || shape[0] === one ? one : zero;
  const sizes: Dim[] = [];
  for (let i = 0; i < layer.spatial; i++) {
    const [amount, extra] = [layer.padding[i] ?? zero, layer.outputPadding[i] ?? zero];
    const moved = windowAt(layer, i);
    if (!extraFits(cx, extra, moved)) return unknownResult(cx, [input], "float32");
    const size = transposedConvolutionSize(shape[first + i] ?? one, moved, amount, extra);
    if (surelyLess(size, least)) {
      const covered = effectiveKernel(moved);
      cx.report(windowTooLarge({ cx, input, axis: first + i, window: covered, padded: size, source: declared.kernel }));
      return unknownResult(cx, [input], "float32");
    }
    sizes.push(size);
  }
  return imageResult(cx, input, [...shape.slice(0, first - 1), layer.outChannels, ...sizes], "logits");
}

/** `F.convTranspose2d(x, weight, bias, stride, padding, outputPadding, groups, dilation)`. */
function transposedFunction(name: string, spatial: number) {
  const { leading, groups, dilation } = functionParameters(spatial);
  return torchOperation({
    name,
    documentation: `torch.nn.functional.conv_transpose${spatial}d`,
    parameters: { ...leading, ...paddings(spatial), groups, dilation },
    result({ input, weight, groups, ...rest }, cx) {
      const [inChannels, perOutput, ...kernelSize] = weight.shape ?? [];
      if (!inChannels || !perOutput || kernelSize.length !== spatial)
        return unknownResult(cx, [input, weight], input.dtype);
      const layer = { ...rest, spatial, inChannels, kernelSize, outChannels: multiply(perOutput, groups) };
      return spread(cx, input, layer, DECLARED_BY_WEIGHT);
    },
  });
}

/** The output padding only settles which of several input sizes is meant, so it is smaller than the stride or the dilation. */
function extraFits(cx: TorchContext, extra: Dim, { stride, dilation }: Window): boolean {
  const limit = maximum(stride, dilation);
  const order = compare(extra, limit);
  if (order !== "greater" && order !== "equal") return true;
  const message = t`${cx.operation}: outputPadding (${formatDim(extra)}) must be smaller than the stride or the dilation (${formatDim(limit)}).`;
  cx.report(mismatch({ message }));
  return false;
}

export const ConvTranspose1d = transposedClass("ConvTranspose1d", 1);
export const ConvTranspose2d = transposedClass("ConvTranspose2d", 2);
export const ConvTranspose3d = transposedClass("ConvTranspose3d", 3);

export const transposedFunctions = [
  transposedFunction("convTranspose1d", 1),
  transposedFunction("convTranspose2d", 2),
  transposedFunction("convTranspose3d", 3),
];
