import type { NativeContext } from "../../../interpreter/native";
import type { TensorValue } from "../../../interpreter/value";
import { unknownTensor } from "../../../interpreter/value";
import type { Dim } from "../../../shape/dim";
import { constant, multiply } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { normalizeAxis } from "../../../shape/shape";
import { perDimension, type DataFormat } from "./config";
import type { Layer } from "./layer";
import { isOpen } from "./open";
import { channelAxis } from "./windows";

/** The learnable tensors of a layer, by the names that TensorFlow.js gives them. */
export type Weights = Readonly<Record<string, Shape>>;

/** What a layer learns once it was built for an input; `undefined` when that is not known. */
export function layerWeights(
  { name, args }: Pick<Layer, "name" | "args">,
  input: Shape | undefined,
): Weights | undefined {
  const make = input && MAKERS[name];
  if (!make) return undefined;
  const weights = make(args, input);
  return weights && Object.values(weights).every((shape) => !shape.some(isOpen)) ? weights : undefined;
}

/** Layers that learn nothing. Others that are not in the table learn what is not known. */
const WITHOUT = new Set(
  (
    "flatten reshape permute repeatVector activation softmax dropout gaussianNoise gaussianDropout alphaDropout spatialDropout1d " +
    "masking reLU leakyReLU thresholdedReLU elu inputLayer add multiply average maximum minimum concatenate dot " +
    "maxPooling1d maxPooling2d maxPooling3d averagePooling1d averagePooling2d averagePooling3d globalMaxPooling1d " +
    "globalMaxPooling2d globalAveragePooling1d globalAveragePooling2d zeroPadding2d cropping2D upSampling2d rescaling"
  ).split(" "),
);

/** A layer's weights as tensors, as `getWeights` gives them; `undefined` when they are not known, or when more than these are given. */
export function layerTensors(
  cx: NativeContext,
  layer: Pick<Layer, "name" | "args">,
  input: Shape | undefined,
): readonly TensorValue[] | undefined {
  if (WITHOUT.has(layer.name)) return [];
  // The moving averages are among its weights, behind those that it learns.
  if (layer.name === "batchNormalization") return undefined;
  const weights = layerWeights(layer, input);
  const origin = { operation: "getWeights", span: cx.site.span, inputs: [] };
  return (
    weights && Object.values(weights).map((shape) => ({ ...unknownTensor("tfjs", origin), shape, dtype: "float32" }))
  );
}

type Arguments = Layer["args"];
type Maker = (args: Arguments, input: Shape) => Weights | undefined;

const one = constant(1);

function dim(args: Arguments, name: string): Dim {
  return (args[name] as Dim | undefined) ?? one;
}

function features(input: Shape): Dim {
  return input.at(-1) ?? one;
}

function channels(args: Arguments, input: Shape): Dim {
  return input[channelAxis((args["dataFormat"] as DataFormat | undefined) ?? "channelsLast", input.length)] ?? one;
}

function kernel(args: Arguments, input: Shape): readonly Dim[] {
  return perDimension(args["kernelSize"] as Dim | readonly Dim[] | undefined, input.length - 2) ?? [];
}

function withBias(args: Arguments, weights: Weights, size: Dim): Weights {
  return args["useBias"] === false ? weights : { ...weights, bias: [size] };
}

function convolution(args: Arguments, input: Shape): Weights {
  const filters = dim(args, "filters");
  return withBias(args, { kernel: [...kernel(args, input), channels(args, input), filters] }, filters);
}

function recurrent(gates: number): Maker {
  return (args, input) => {
    const units = dim(args, "units");
    const width = multiply(constant(gates), units);
    return withBias(args, { kernel: [features(input), width], recurrentKernel: [units, width] }, width);
  };
}

function affine(args: Arguments, shape: Shape): Weights {
  return {
    ...(args["scale"] === false ? {} : { gamma: shape }),
    ...(args["center"] === false ? {} : { beta: shape }),
  };
}

/** Layers that are not here learn nothing, or are made of others. */
const MAKERS: Readonly<Record<string, Maker>> = {
  dense: (args, input) => withBias(args, { kernel: [features(input), dim(args, "units")] }, dim(args, "units")),
  embedding: (args) => ({ embeddings: [dim(args, "inputDim"), dim(args, "outputDim")] }),
  conv1d: convolution,
  conv2d: convolution,
  conv3d: convolution,
  separableConv2d(args, input) {
    const [inChannels, filters] = [channels(args, input), dim(args, "filters")];
    const weights = {
      depthwiseKernel: [...kernel(args, input), inChannels, dim(args, "depthMultiplier")],
      pointwiseKernel: [one, one, multiply(inChannels, dim(args, "depthMultiplier")), filters],
    };
    return withBias(args, weights, filters);
  },
  depthwiseConv2d(args, input) {
    const [inChannels, multiplier] = [channels(args, input), dim(args, "depthMultiplier")];
    const weights = { depthwiseKernel: [...kernel(args, input), inChannels, multiplier] };
    return withBias(args, weights, multiply(inChannels, multiplier));
  },
  conv2dTranspose(args, input) {
    const filters = dim(args, "filters");
    return withBias(args, { kernel: [...kernel(args, input), filters, channels(args, input)] }, filters);
  },
  lstm: recurrent(4),
  gru: recurrent(3),
  simpleRNN: recurrent(1),
  batchNormalization(args, input) {
    const axis = normalizeAxis((args["axis"] as number | undefined) ?? -1, input.length);
    const size = axis === undefined ? undefined : input[axis];
    return size && affine(args, [size]);
  },
  layerNormalization(args, input) {
    const axes = [(args["axis"] as number | readonly number[] | undefined) ?? -1].flat();
    const sizes = axes.map((axis) => input[normalizeAxis(axis, input.length) ?? -1]);
    return sizes.every((size) => size !== undefined) ? affine(args, sizes) : undefined;
  },
  timeDistributed(args, input) {
    const [batch = one, , ...rest] = input;
    return layerWeights(args["layer"] as Layer, [batch, ...rest]);
  },
  bidirectional(args, input) {
    const weights = layerWeights(args["layer"] as Layer, input);
    if (!weights) return undefined;
    const both = Object.entries(weights).flatMap(([name, shape]) =>
      ["forward", "backward"].map((direction) => [`${direction}/${name}`, shape] as const),
    );
    return Object.fromEntries(both);
  },
};
