import type { TensorValue } from "../../interpreter/value";
import { windowTooLarge } from "../../rules/empty-output";
import { mismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import { compare, constant, formatDim, maximum, multiply, surelyLess } from "../../shape/dim";
import type { Window } from "../../shape/window";
import { effectiveKernel, transposedConvolutionSize } from "../../shape/window";
import { flag, integer, optional, tensor, text } from "../parameter";
import { extent, extents, optionalTensor } from "./arguments";
import type { Convolution, Declared } from "./convolution";
import { channelsFit, checkGroups, imageResult, perGroup, repeated, spatialShape, windowAt } from "./convolution";
import { requireFloatingInput } from "./linear";
import { moduleClass } from "./module";
import { torchOperation, unknownResult } from "./result";
import type { TorchContext } from "./result";

const zero = constant(0);
const one = constant(1);

function transposedClass(name: string, spatial: number) {
  return moduleClass({
    name,
    parameters: {
      inChannels: extent,
      outChannels: extent,
      kernelSize: extents(spatial),
      stride: optional(extents(spatial), repeated(one, spatial)),
      padding: optional(extents(spatial), repeated(zero, spatial)),
      outputPadding: optional(extents(spatial), repeated(zero, spatial)),
      groups: optional(extent, one),
      bias: optional(flag, true),
      dilation: optional(extents(spatial), repeated(one, spatial)),
      paddingMode: optional(text, "zeros"),
    },
    check: ({ inChannels, outChannels, groups }, cx) => checkGroups(cx, groups, { inChannels, outChannels }),
    weights: ({ inChannels, outChannels, kernelSize, groups, bias }) => ({
      weight: [inChannels, perGroup(outChannels, groups), ...kernelSize],
      ...(bias ? { bias: [outChannels] } : {}),
    }),
    forward: {
      parameters: { input: tensor },
      result: ({ input }, config, cx) =>
        spread(
          cx,
          input,
          { ...config, spatial },
          {
            parameter: "inChannels",
            channels: cx.declared("inChannels"),
            kernel: cx.declared("kernelSize"),
          },
        ),
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
  // Of a result without elements, the kernel for single images complains; the one for batches returns it.
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
  return torchOperation({
    name,
    documentation: `torch.nn.functional.conv_transpose${spatial}d`,
    parameters: {
      input: tensor,
      weight: tensor,
      bias: optionalTensor,
      stride: optional(extents(spatial), repeated(one, spatial)),
      padding: optional(extents(spatial), repeated(zero, spatial)),
      outputPadding: optional(extents(spatial), repeated(zero, spatial)),
      groups: optional(integer, one),
      dilation: optional(extents(spatial), repeated(one, spatial)),
    },
    result({ input, weight, groups, ...rest }, cx) {
      const [inChannels, perOutput, ...kernelSize] = weight.shape ?? [];
      if (!inChannels || !perOutput || kernelSize.length !== spatial)
        return unknownResult(cx, [input, weight], input.dtype);
      const layer = { ...rest, spatial, inChannels, kernelSize, outChannels: multiply(perOutput, groups) };
      return spread(cx, input, layer, { parameter: "weight", channels: undefined, kernel: undefined });
    },
  });
}

/** The output padding only settles which of several input sizes is meant, so it is smaller than the stride or the dilation. */
function extraFits(cx: TorchContext, extra: Dim, { stride, dilation }: Window): boolean {
  const limit = maximum(stride, dilation);
  const order = compare(extra, limit);
  if (order !== "greater" && order !== "equal") return true;
  const message = `${cx.operation}: outputPadding (${formatDim(extra)}) must be smaller than the stride or the dilation (${formatDim(limit)}).`;
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
