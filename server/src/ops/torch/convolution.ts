import type { TensorValue } from "../../interpreter/value";
import { appendText, insertBehind, replaceText } from "../../rules/evidence";
import type { Fix } from "../../rules/finding";
import { indivisible } from "../../rules/not-divisible";
import { windowTooLarge } from "../../rules/empty-output";
import { wrongRank } from "../../rules/rank-mismatch";
import type { Remainder } from "../../rules/pool-drops-remainder";
import { remainderDropped } from "../../rules/pool-drops-remainder";
import { mismatch, sizeMismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import {
  add,
  asNumber,
  constant,
  divideExactly,
  floorDivide,
  maximum,
  modulo,
  multiply,
  subtract,
  surelyDifferent,
  surelyLess,
} from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { isContiguous } from "../../shape/strides";
import type { Window } from "../../shape/window";
import { convolutionSize, effectiveKernel, uncovered } from "../../shape/window";
import type { OperationContext, Source } from "../operation";
import { flag, integer, optional, tensor, text } from "../parameter";
import { extent, extents, optionalTensor, padding } from "./arguments";
import { requireFloatingInput } from "./linear";
import { moduleClass } from "./module";
import type { ModuleContext } from "./module";
import { reaches } from "./selection";
import { tensorResult, torchOperation, unknownResult } from "./result";
import type { TorchContext } from "./result";
import { contiguousStrides } from "../../shape/strides";
import { t } from "../../text/translate";

const zero = constant(0);
const one = constant(1);

/** The dimensions that a layer over `spatial` dimensions reads: "3 or 4 dimensions, [C, H, W] or [N, C, H, W]". */
export function layoutText(spatial: number): string {
  const names = ["L", "H, W", "D, H, W"][spatial - 1] ?? "…";
  return t`${spatial + 1} or ${spatial + 2} dimensions, [C, ${names}] or [N, C, ${names}]`;
}

/** The input's shape when it has a batch or may go without; reports any other number of dimensions. */
export function spatialShape(cx: TorchContext, input: TensorValue, spatial: number): Shape | undefined {
  const { shape } = input;
  if (!shape) return undefined;
  if (shape.length === spatial + 1 || shape.length === spatial + 2) return shape;
  const argument = cx.source("input")?.span;
  const fixes =
    shape.length === spatial && argument
      ? [appendText(argument, ".unsqueeze(0)", t`Add a channel dimension: .unsqueeze(0)`)]
      : [];
  cx.report(wrongRank({ cx, input, expected: layoutText(spatial), fixes }));
  return undefined;
}

/** Reports a window that does not fit its padded input. False when there is no output. */
export function fitsWindow(
  cx: TorchContext,
  about: {
    readonly input: TensorValue;
    readonly axis: number;
    readonly window: Window;
    readonly padding: Dim;
    readonly source: Source | undefined;
    /** The number of windows that results. */
    readonly windows: Dim;
    /** Ways to pad the input, for a kernel that covers so much. */
    readonly padMore?: (covered: Dim) => readonly Fix[];
  },
): boolean {
  const { input, axis, window } = about;
  const size = input.shape?.[axis];
  if (!size) return true;
  const padded = add(size, multiply(constant(2), about.padding));
  const covered = effectiveKernel(window);
  if (!surelyLess(about.windows, one)) return true;
  const fixes = about.padMore?.(covered) ?? [];
  cx.report(
    windowTooLarge({ cx, input, axis, window: covered, padded, source: about.source, kernel: window.kernel, fixes }),
  );
  return false;
}

/** A layer over images keeps row-major order; what it does to other layouts is up to the kernel that is chosen. */
export function imageResult(
  cx: TorchContext,
  input: TensorValue,
  shape: Shape,
  content?: TensorValue["content"],
): TensorValue {
  const ordered = input.shape && input.strides && isContiguous(input.shape, input.strides) === "yes";
  return tensorResult(cx, [input], {
    shape,
    dtype: "float32",
    strides: ordered ? contiguousStrides(shape) : undefined,
    content,
  });
}

/**
 * The end of a dimension that surely lies under no window. Where windows lie apart, as with a 1 × 1 convolution of stride 2, there are
 * gaps everywhere, and one at the end is nothing else.
 */
export function remainderAt(axis: number, size: Dim, window: Window, amount: Dim): Remainder[] {
  const gap = maximum(subtract(window.stride, effectiveKernel(window)), zero);
  const dropped = uncovered(size, window, amount);
  return surelyLess(gap, dropped) ? [{ axis, dropped }] : [];
}

export interface Convolution {
  readonly spatial: number;
  readonly inChannels: Dim;
  readonly outChannels: Dim;
  readonly kernelSize: readonly Dim[];
  readonly stride: readonly Dim[];
  readonly padding: string | readonly Dim[];
  readonly dilation: readonly Dim[];
  readonly paddingMode?: string;
}

/** Where the numbers of a convolution were given. */
export interface Declared {
  readonly parameter: string;
  readonly channels: Source | undefined;
  readonly kernel: Source | undefined;
  /** What the layer was made with; absent where it is no layer. */
  readonly option?: DeclaredOption;
}

export type DeclaredOption = (parameter: string) => Source | undefined;

/** Gives a layer another option, behind those that it has. */
export function optionFix(declared: DeclaredOption, parameters: readonly string[], option: LayerOption): Fix[] {
  const { name, text, title } = option;
  const given = declared(name);
  if (given) return [replaceText(given.span, text, title)];
  const sources = parameters.map(declared).filter((one) => one !== undefined);
  const last = sources.sort((a, b) => a.span.end - b.span.end).at(-1);
  const inserted = last?.named ? `, ${name}: ${text}` : `, { ${name}: ${text} }`;
  return last ? [insertBehind(last.span, inserted, title)] : [];
}

interface LayerOption {
  readonly name: string;
  readonly text: string;
  readonly title: string;
}

/** Pads by half a kernel, as layers do that keep their sizes. */
function padHalf({ option }: Declared, covered: Dim): Fix[] {
  const amount = asNumber(floorDivide(covered, constant(2)));
  if (!option || amount === undefined) return [];
  const parameters = ["kernelSize", "stride", "dilation", "groups", "bias", "paddingMode"];
  return optionFix(option, parameters, {
    name: "padding",
    text: String(amount),
    title: t`Pad the input: padding: ${amount}`,
  });
}

export function windowAt(layer: Pick<Convolution, "kernelSize" | "stride" | "dilation">, i: number): Window {
  return { kernel: layer.kernelSize[i] ?? one, stride: layer.stride[i] ?? one, dilation: layer.dilation[i] ?? one };
}

export function channelsFit(cx: TorchContext, input: TensorValue, layer: Convolution, declared: Declared): void {
  const axis = (input.shape?.length ?? 0) - layer.spatial - 1;
  const size = input.shape?.[axis];
  if (!size) return;
  if (!surelyDifferent(size, layer.inChannels)) return cx.assumeEqual(size, layer.inChannels);
  const { parameter, channels: source } = declared;
  cx.report(
    sizeMismatch({ cx, input, axis, expected: layer.inChannels, quantity: t`input channels`, parameter, source }),
  );
}

/** Padding with values of the input shows no more than there is. */
function paddingReaches(cx: TorchContext, input: TensorValue, layer: Convolution): boolean {
  const { padding: amounts, paddingMode = "zeros" } = layer;
  if (paddingMode === "zeros" || typeof amounts === "string") return true;
  const around = [...amounts].reverse().flatMap((amount) => [amount, amount]);
  return reaches(cx, input, around, paddingMode);
}

function convolved(cx: TorchContext, input: TensorValue, layer: Convolution, declared: Declared): TensorValue {
  requireFloatingInput(cx, input);
  const shape = spatialShape(cx, input, layer.spatial);
  if (!shape) return unknownResult(cx, [input], "float32");
  if (!paddingReaches(cx, input, layer)) return unknownResult(cx, [input], "float32");
  channelsFit(cx, input, layer, declared);
  const first = shape.length - layer.spatial;
  const sizes: Dim[] = [];
  const remainders: Remainder[] = [];
  for (let i = 0; i < layer.spatial; i++) {
    const axis = first + i;
    const size = shape[axis] ?? one;
    if (layer.padding === "same") {
      sizes.push(size);
      continue;
    }
    const amount = typeof layer.padding === "string" ? zero : (layer.padding[i] ?? zero);
    const windowed = windowAt(layer, i);
    const windows = convolutionSize(size, windowed, amount);
    const about = { source: declared.kernel, padMore: (covered: Dim) => padHalf(declared, covered) };
    if (!fitsWindow(cx, { input, axis, window: windowed, padding: amount, windows, ...about })) {
      return unknownResult(cx, [input], "float32");
    }
    sizes.push(windows);
    remainders.push(...remainderAt(axis, size, windowed, amount));
  }
  if (remainders.length > 0) cx.report(remainderDropped({ cx, input, remainders }));
  return imageResult(cx, input, [...shape.slice(0, first - 1), layer.outChannels, ...sizes], "logits");
}

/** Both numbers of channels are dealt out to the groups evenly. */
export function checkGroups(cx: OperationContext, groups: Dim, channels: Readonly<Record<string, Dim>>): void {
  for (const [valueName, value] of Object.entries(channels)) {
    if (!surelyDifferent(modulo(value, groups), zero)) continue;
    cx.report(
      indivisible({
        cx,
        value,
        divisor: groups,
        valueName,
        divisorName: "groups",
        valueSource: cx.source(valueName),
        divisorSource: cx.source("groups"),
      }),
    );
    return;
  }
}

export function perGroup(channels: Dim, groups: Dim): Dim {
  return divideExactly(channels, groups) ?? floorDivide(channels, groups);
}

/**
 * What the constructors of convolutions and transposed ones have in common: the arguments that both begin with, and those that
 * each has in an order of its own.
 */
export function layerParameters(spatial: number) {
  return {
    leading: {
      inChannels: extent,
      outChannels: extent,
      kernelSize: extents(spatial),
      stride: optional(extents(spatial), repeated(one, spatial)),
    },
    dilation: optional(extents(spatial), repeated(one, spatial)),
    groups: optional(extent, one),
    bias: optional(flag, true),
    paddingMode: optional(text, "zeros"),
  };
}

/** The same of the functions. */
export function functionParameters(spatial: number) {
  return {
    leading: {
      input: tensor,
      weight: tensor,
      bias: optionalTensor,
      stride: optional(extents(spatial), repeated(one, spatial)),
    },
    dilation: optional(extents(spatial), repeated(one, spatial)),
    groups: optional(integer, one),
  };
}

/** Where a layer's numbers were given: to its constructor. */
export function declaredByLayer(cx: ModuleContext): Declared {
  const { declared } = cx;
  return {
    parameter: "inChannels",
    channels: declared("inChannels"),
    kernel: declared("kernelSize"),
    option: declared,
  };
}

/** A function's numbers are those of its weight. */
export const DECLARED_BY_WEIGHT: Declared = { parameter: "weight", channels: undefined, kernel: undefined };

function convolutionClass(name: string, spatial: number) {
  const { leading, ...rest } = layerParameters(spatial);
  return moduleClass({
    name,
    // In PyTorch's order: padding, dilation, groups, bias, paddingMode.
    parameters: { ...leading, padding: optional(padding(spatial), repeated(zero, spatial)), ...rest },
    check({ inChannels, outChannels, groups, padding: amount, stride }, cx) {
      checkGroups(cx, groups, { inChannels, outChannels });
      if (amount === "same" && stride.some((step) => surelyDifferent(step, one))) {
        cx.report(
          mismatch({ message: t`${name}: padding "same" needs a stride of 1.`, span: cx.source("stride")?.span }),
        );
      }
    },
    weights: ({ inChannels, outChannels, kernelSize, groups, bias }) => ({
      weight: [outChannels, perGroup(inChannels, groups), ...kernelSize],
      ...(bias ? { bias: [outChannels] } : {}),
    }),
    forward: {
      parameters: { input: tensor },
      result: ({ input }, config, cx) => convolved(cx, input, { ...config, spatial }, declaredByLayer(cx)),
    },
  });
}

export const Conv1d = convolutionClass("Conv1d", 1);
export const Conv2d = convolutionClass("Conv2d", 2);
export const Conv3d = convolutionClass("Conv3d", 3);

/** `F.conv2d(x, weight, bias, stride, padding, dilation, groups)`. */
function convolutionFunction(name: string, spatial: number) {
  const { leading, ...rest } = functionParameters(spatial);
  return torchOperation({
    name,
    documentation: `torch.nn.functional.${name}`,
    parameters: { ...leading, padding: optional(padding(spatial), repeated(zero, spatial)), ...rest },
    result({ input, weight, groups, ...rest }, cx) {
      const [outChannels, perInput, ...kernelSize] = weight.shape ?? [];
      if (!outChannels || !perInput || kernelSize.length !== spatial)
        return unknownResult(cx, [input, weight], input.dtype);
      const layer = { ...rest, spatial, outChannels, kernelSize, inChannels: multiply(perInput, groups) };
      return convolved(cx, input, layer, DECLARED_BY_WEIGHT);
    },
  });
}

export function repeated(value: Dim, count: number): readonly Dim[] {
  return Array.from({ length: count }, () => value);
}

export const convolutionFunctions = [
  convolutionFunction("conv1d", 1),
  convolutionFunction("conv2d", 2),
  convolutionFunction("conv3d", 3),
];
