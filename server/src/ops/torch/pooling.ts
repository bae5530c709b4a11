import type { TensorValue, Value } from "../../interpreter/value";
import type { NativeClass } from "../../interpreter/native";
import type { Fix } from "../../rules/finding";
import type { Remainder } from "../../rules/pool-drops-remainder";
import { remainderDropped } from "../../rules/pool-drops-remainder";
import { mismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import { constant, formatDim, multiply, surelyLess } from "../../shape/dim";
import { ceilPoolSize, convolutionSize, effectiveKernel } from "../../shape/window";
import type { Operation, Source } from "../operation";
import type { Parameter } from "../parameter";
import { flag, integer, optional, readAll, tensor, UNDETERMINED } from "../parameter";
import { extents, ignored } from "./arguments";
import { fitsWindow, imageResult, optionFix, remainderAt, spatialShape } from "./convolution";
import { moduleClass } from "./module";
import { torchOperation, unknownResult } from "./result";
import type { TorchContext } from "./result";
import { t } from "../../text/translate";

const zero = constant(0);
const one = constant(1);

function repeated(value: Dim, count: number): readonly Dim[] {
  return Array.from({ length: count }, () => value);
}

interface Pooling {
  readonly kernelSize: readonly Dim[];
  readonly stride: readonly Dim[] | undefined;
  readonly padding: readonly Dim[];
  readonly dilation: readonly Dim[];
  readonly ceilMode: boolean;
}

/** Reports padding of which some windows would hold nothing else. */
function paddingFits(cx: TorchContext, { kernelSize, padding, dilation }: Pooling): boolean {
  const covered = (kernel = one, spread = one): Dim => effectiveKernel({ kernel, stride: one, dilation: spread });
  const wrong = padding.findIndex((amount, i) =>
    surelyLess(covered(kernelSize[i], dilation[i]), multiply(constant(2), amount)),
  );
  const [amount, size] = [padding[wrong], kernelSize[wrong]];
  if (!amount || !size) return true;
  const message = t`${cx.operation}: the padding (${formatDim(amount)}) may be at most half of the window (${formatDim(size)}).`;
  cx.report(mismatch({ message }));
  return false;
}

/** Where an option of the layer was given: in its constructor, or in the call of a function. */
type Declared = (parameter: string) => Source | undefined;

function pooled(cx: TorchContext, input: TensorValue, layer: Pooling, declared: Declared): TensorValue {
  const spatial = layer.kernelSize.length;
  const shape = spatialShape(cx, input, spatial);
  if (!shape || !paddingFits(cx, layer)) return unknownResult(cx, [input], input.dtype);
  const first = shape.length - spatial;
  const sizes: Dim[] = [];
  const remainders: Remainder[] = [];
  for (let i = 0; i < spatial; i++) {
    const size = layer.kernelSize[i] ?? one;
    const window = { kernel: size, stride: layer.stride?.[i] ?? size, dilation: layer.dilation[i] ?? one };
    const amount = layer.padding[i] ?? zero;
    const from = shape[first + i] ?? one;
    const windows = layer.ceilMode ? ceilPoolSize(from, window, amount) : convolutionSize(from, window, amount);
    if (!fitsWindow(cx, { input, axis: first + i, window, padding: amount, source: declared("kernelSize"), windows })) {
      return unknownResult(cx, [input], input.dtype);
    }
    sizes.push(windows);
    if (!layer.ceilMode) remainders.push(...remainderAt(first + i, from, window, amount));
  }
  if (remainders.length > 0) cx.report(remainderDropped({ cx, input, remainders, fixes: roundUp(declared) }));
  return { ...imageResult(cx, input, [...shape.slice(0, first), ...sizes]), dtype: input.dtype };
}

/** The largest elements; with `returnIndices`, where they are, too. */
function maxPooled(
  cx: TorchContext,
  input: TensorValue,
  layer: Pooling & { readonly returnIndices: boolean },
  declared: Declared,
): Value {
  const values = pooled(cx, input, layer, declared);
  return layer.returnIndices ? cx.array([values, { ...values, dtype: "int64" }]) : values;
}

/** Counts the window that is only partly filled: the option, put behind the others. */
function roundUp(declared: Declared): Fix[] {
  const parameters = [
    "kernelSize",
    "stride",
    "padding",
    "dilation",
    "returnIndices",
    "countIncludePad",
    "divisorOverride",
  ];
  const title = t`Count the last window, too: ceilMode: true`;
  return optionFix(declared, parameters, { name: "ceilMode", text: "true", title });
}

function maxParameters(spatial: number) {
  return {
    kernelSize: extents(spatial),
    stride: optional(extents(spatial), undefined),
    padding: optional(extents(spatial), repeated(zero, spatial)),
    dilation: optional(extents(spatial), repeated(one, spatial)),
    returnIndices: optional(flag, false),
    ceilMode: optional(flag, false),
  };
}

function averageParameters(spatial: number) {
  return {
    kernelSize: extents(spatial),
    stride: optional(extents(spatial), undefined),
    padding: optional(extents(spatial), repeated(zero, spatial)),
    ceilMode: optional(flag, false),
    countIncludePad: ignored,
    divisorOverride: ignored,
  };
}

const returnIndices = optional(flag, false);
const ceilMode = optional(flag, false);

function withoutModes<P extends { returnIndices: unknown; ceilMode: unknown }>(
  parameters: P,
): Omit<P, "returnIndices" | "ceilMode"> {
  const { returnIndices: _indices, ceilMode: _ceil, ...rest } = parameters;
  return rest;
}

function maxPoolClass(spatial: number): NativeClass {
  return moduleClass({
    name: `MaxPool${spatial}d`,
    parameters: maxParameters(spatial),
    forward: {
      parameters: { input: tensor },
      result: ({ input }, config, cx) => maxPooled(cx, input, config, cx.declared),
    },
  });
}

function averagePoolClass(spatial: number): NativeClass {
  return moduleClass({
    name: `AvgPool${spatial}d`,
    parameters: averageParameters(spatial),
    forward: {
      parameters: { input: tensor },
      result: ({ input }, config, cx) =>
        pooled(cx, input, { ...config, dilation: repeated(one, spatial) }, cx.declared),
    },
  });
}

function maxPoolFunction(spatial: number): Operation {
  return torchOperation({
    name: `maxPool${spatial}d`,
    documentation: `torch.nn.functional.max_pool${spatial}d`,
    // The function takes its last two options the other way round.
    parameters: { input: tensor, ...withoutModes(maxParameters(spatial)), ceilMode, returnIndices },
    result: ({ input, ...config }, cx) => maxPooled(cx, input, config, (name) => cx.source(name)),
  });
}

function averagePoolFunction(spatial: number): Operation {
  return torchOperation({
    name: `avgPool${spatial}d`,
    documentation: `torch.nn.functional.avg_pool${spatial}d`,
    parameters: { input: tensor, ...averageParameters(spatial) },
    result: ({ input, ...config }, cx) =>
      pooled(cx, input, { ...config, dilation: repeated(one, spatial) }, (name) => cx.source(name)),
  });
}

/** The sizes an adaptive pooling ends with; `null` keeps the input's. */
function outputSizes(spatial: number): Parameter<readonly (Dim | undefined)[]> {
  const orKept: Parameter<Dim | undefined> = {
    read: (value, cx) => (value.kind === "null" ? undefined : integer.read(value, cx)),
  };
  return {
    read(value, cx) {
      if (value.kind !== "object") {
        const size = orKept.read(value, cx);
        return size === UNDETERMINED ? UNDETERMINED : Array.from({ length: spatial }, () => size);
      }
      const all = readAll(cx.elements(value), orKept, cx);
      return all !== UNDETERMINED && all.length === spatial ? all : UNDETERMINED;
    },
  };
}

function adapted(
  cx: TorchContext,
  input: TensorValue,
  kind: "Avg" | "Max",
  sizes: readonly (Dim | undefined)[],
): TensorValue {
  // PyTorch computes the average over a whole image as a mean, which takes any number of dimensions in front.
  const isMean = kind === "Avg" && sizes.length === 2 && sizes.every((size) => size === one);
  const shape = isMean && (input.shape?.length ?? 0) >= 2 ? input.shape : spatialShape(cx, input, sizes.length);
  if (!shape) return unknownResult(cx, [input], input.dtype);
  const first = shape.length - sizes.length;
  const result = [...shape.slice(0, first), ...sizes.map((size, i) => size ?? shape[first + i] ?? one)];
  return { ...imageResult(cx, input, result), dtype: input.dtype };
}

function adaptiveClass(kind: "Avg" | "Max", spatial: number): NativeClass {
  return moduleClass({
    name: `Adaptive${kind}Pool${spatial}d`,
    parameters: { outputSize: outputSizes(spatial) },
    forward: {
      parameters: { input: tensor },
      result: ({ input }, { outputSize }, cx) => adapted(cx, input, kind, outputSize),
    },
  });
}

function adaptiveFunction(kind: "Avg" | "Max", spatial: number): Operation {
  return torchOperation({
    name: `adaptive${kind}Pool${spatial}d`,
    documentation: `torch.nn.functional.adaptive_${kind.toLowerCase()}_pool${spatial}d`,
    parameters: { input: tensor, outputSize: outputSizes(spatial) },
    result: ({ input, outputSize }, cx) => adapted(cx, input, kind, outputSize),
  });
}

const spatials = [1, 2, 3];

export const poolingClasses: readonly NativeClass[] = spatials.flatMap((spatial) => [
  maxPoolClass(spatial),
  averagePoolClass(spatial),
  adaptiveClass("Avg", spatial),
  adaptiveClass("Max", spatial),
]);

export const poolingFunctions: readonly Operation[] = spatials.flatMap((spatial) => [
  maxPoolFunction(spatial),
  averagePoolFunction(spatial),
  adaptiveFunction("Avg", spatial),
  adaptiveFunction("Max", spatial),
]);
