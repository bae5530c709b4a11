import type { NativeClass } from "../../interpreter/native";
import { indivisible } from "../../rules/not-divisible";
import { wrongDType } from "../../rules/dtype-mismatch";
import { wrongRank } from "../../rules/rank-mismatch";
import type { TensorValue } from "../../interpreter/value";
import type { Dim } from "../../shape/dim";
import { constant, divideExactly, floorDivide, modulo, multiply, surelyDifferent, unknownDim } from "../../shape/dim";
import { formatShape } from "../../shape/shape";
import { either, integer, integerOrIntegers, integers, knownInteger, number, optional, tensor } from "../parameter";
import type { Parameter } from "../parameter";
import { extent, ignored } from "./arguments";
import { imageResult } from "./convolution";
import { isFloating } from "./dtype";
import { unaryResult, unaryTable } from "./elementwise";
import { elementwiseResult } from "./operands";
import { moduleClass } from "./module";
import { flattened, unflattened } from "./reshaping";
import { softmaxed } from "./reduction";
import { padded, reaches } from "./selection";
import { contiguousResult, tensorResult, torchOperation, unknownResult } from "./result";
import type { TorchContext } from "./result";
import { t } from "../../text/translate";

/** Layers that work on each element by itself; their options change no shape. */
const activations: Readonly<Record<string, keyof typeof unaryTable>> = {
  ReLU: "relu",
  ReLU6: "relu6",
  LeakyReLU: "leakyRelu",
  RReLU: "rrelu",
  ELU: "elu",
  SELU: "selu",
  GELU: "gelu",
  SiLU: "silu",
  Mish: "mish",
  Hardswish: "hardswish",
  Hardsigmoid: "hardsigmoid",
  Hardtanh: "hardtanh",
  LogSigmoid: "logsigmoid",
  Sigmoid: "sigmoid",
  Tanh: "tanh",
  Softplus: "softplus",
  Softsign: "softsign",
};

const activationClasses = Object.entries(activations).map(([name, unary]) =>
  moduleClass({
    name,
    parameters: {},
    forward: {
      parameters: { input: tensor },
      result: ({ input }, _config, cx) => unaryResult(cx, input, unaryTable[unary]),
    },
  }),
);

const PReLU = moduleClass({
  name: "PReLU",
  parameters: { numParameters: optional(extent, constant(1)) },
  weights: ({ numParameters }) => ({ weight: [numParameters] }),
  forward: {
    parameters: { input: tensor },
    result: ({ input }, _config, cx) => unaryResult(cx, input, unaryTable.selu),
  },
});

/** Layers that leave shape and layout as they are. */
const keeping = ["Identity", "Dropout", "Dropout1d", "Dropout2d", "AlphaDropout"].map((name) =>
  moduleClass({
    name,
    parameters: {},
    forward: {
      parameters: { input: tensor },
      result: ({ input }, _config, cx) =>
        name === "Identity"
          ? input
          : elementwiseResult(cx, { operands: [input], names: ["input"], dtype: input.dtype }),
    },
  }),
);

function softmaxClass(name: "Softmax" | "LogSoftmax"): NativeClass {
  return moduleClass({
    name,
    parameters: { dim: optional(knownInteger, undefined) },
    forward: {
      parameters: { input: tensor },
      result: ({ input }, { dim }, cx) =>
        softmaxed(cx, input, dim, name === "Softmax" ? "probabilities" : "logProbabilities"),
    },
  });
}

const Flatten = moduleClass({
  name: "Flatten",
  parameters: { startDim: optional(knownInteger, 1), endDim: optional(knownInteger, -1) },
  forward: {
    parameters: { input: tensor },
    result: ({ input }, { startDim, endDim }, cx) => flattened(cx, input, startDim, endDim),
  },
});

const Unflatten = moduleClass({
  name: "Unflatten",
  parameters: { dim: knownInteger, unflattenedSize: integers },
  forward: {
    parameters: { input: tensor },
    result: ({ input }, { dim, unflattenedSize }, cx) => unflattened(cx, input, dim, unflattenedSize),
  },
});

/** Indices become vectors: `[...]` to `[..., embeddingDim]`. */
function embedded(cx: TorchContext, input: TensorValue, width: Dim): TensorValue {
  if (isFloating(input.dtype) || input.dtype === "bool") {
    const conversion = { span: cx.source("input")?.span, text: ".long()" };
    cx.report(wrongDType({ cx, input, expected: "indices (int64)", subject: t`its input`, conversion }));
  }
  return contiguousResult(cx, [input], input.shape && [...input.shape, width], "float32");
}

const Embedding = moduleClass({
  name: "Embedding",
  parameters: { numEmbeddings: extent, embeddingDim: extent, paddingIdx: ignored },
  weights: ({ numEmbeddings, embeddingDim }) => ({ weight: [numEmbeddings, embeddingDim] }),
  forward: {
    parameters: { input: tensor },
    result: ({ input }, { embeddingDim }, cx) => embedded(cx, input, embeddingDim),
  },
});

export const embedding = torchOperation({
  name: "embedding",
  documentation: "torch.nn.functional.embedding",
  parameters: { input: tensor, weight: tensor },
  result: ({ input, weight }, cx) => {
    const width = weight.shape?.[1];
    return width ? embedded(cx, input, width) : unknownResult(cx, [input, weight], weight.dtype);
  },
});

/** `[..., C·r², H, W]` to `[..., C, H·r, W·r]`. */
function shuffled(cx: TorchContext, input: TensorValue, factor: Dim, source = cx.source("upscaleFactor")): TensorValue {
  const { shape } = input;
  if (!shape) return unknownResult(cx, [input], input.dtype);
  const [channels, height, width] = shape.slice(-3);
  if (!channels || !height || !width) {
    cx.report(wrongRank({ cx, input, expected: t`at least 3 dimensions, [..., C, H, W]` }));
    return unknownResult(cx, [input], input.dtype);
  }
  const square = multiply(factor, factor);
  if (surelyDifferent(modulo(channels, square), constant(0))) {
    const valueName = t`dimension ${shape.length - 3} of ${formatShape(shape)}`;
    cx.report(
      indivisible({
        cx,
        value: channels,
        divisor: square,
        valueName,
        divisorName: t`the square of upscaleFactor`,
        related: source ? [{ span: source.span, message: t`The factor is declared here.` }] : [],
      }),
    );
    return unknownResult(cx, [input], input.dtype);
  }
  const sizes = [
    divideExactly(channels, square) ?? floorDivide(channels, square),
    multiply(height, factor),
    multiply(width, factor),
  ];
  return contiguousResult(cx, [input], [...shape.slice(0, -3), ...sizes], input.dtype);
}

const PixelShuffle = moduleClass({
  name: "PixelShuffle",
  parameters: { upscaleFactor: extent },
  forward: {
    parameters: { input: tensor },
    result: ({ input }, { upscaleFactor }, cx) => shuffled(cx, input, upscaleFactor, cx.declared("upscaleFactor")),
  },
});

export const pixelShuffle = torchOperation({
  name: "pixelShuffle",
  documentation: "torch.nn.functional.pixel_shuffle",
  parameters: { input: tensor, upscaleFactor: extent },
  result: ({ input, upscaleFactor }, cx) => shuffled(cx, input, upscaleFactor),
});

const scale: Parameter<Dim | number | undefined> = either(integer, number);

interface Scaling {
  readonly size: Dim | readonly Dim[] | undefined;
  readonly scaleFactor: Dim | number | undefined;
}

/** Spatial dimensions brought to a size, or multiplied and rounded down. */
function interpolated(cx: TorchContext, input: TensorValue, { size, scaleFactor }: Scaling): TensorValue {
  const { shape } = input;
  if (!shape) return unknownResult(cx, [input], input.dtype);
  if (shape.length < 3 || shape.length > 5) {
    cx.report(wrongRank({ cx, input, expected: "3 to 5 dimensions, [N, C, …]" }));
    return unknownResult(cx, [input], input.dtype);
  }
  const sizes = shape.slice(2).map((old, i) => {
    if (size !== undefined) return isList(size) ? (size[i] ?? unknownDim()) : size;
    if (scaleFactor === undefined || typeof scaleFactor === "number") return scaled(old, scaleFactor);
    return multiply(old, scaleFactor);
  });
  return { ...imageResult(cx, input, [...shape.slice(0, 2), ...sizes]), dtype: input.dtype };
}

function isList(value: Dim | readonly Dim[]): value is readonly Dim[] {
  return Array.isArray(value);
}

/** Halves and the like; other fractions depend on how they round. */
function scaled(size: Dim, factor: number | undefined): Dim {
  const denominator = factor ? 1 / factor : NaN;
  return Number.isInteger(denominator) ? floorDivide(size, constant(denominator)) : unknownDim(0);
}

const Upsample = moduleClass({
  name: "Upsample",
  parameters: { size: optional(integerOrIntegers, undefined), scaleFactor: optional(scale, undefined), mode: ignored },
  forward: { parameters: { input: tensor }, result: ({ input }, config, cx) => interpolated(cx, input, config) },
});

export const interpolate = torchOperation({
  name: "interpolate",
  documentation: "torch.nn.functional.interpolate",
  parameters: {
    input: tensor,
    size: optional(integerOrIntegers, undefined),
    scaleFactor: optional(scale, undefined),
    mode: ignored,
  },
  result: ({ input, ...config }, cx) => interpolated(cx, input, config),
});

/** `ZeroPad2d(1)` or `ZeroPad2d([left, right, top, bottom])`. */
function paddingClass(name: string): NativeClass {
  return moduleClass({
    name,
    parameters: { padding: integerOrIntegers },
    forward: {
      parameters: { input: tensor },
      result({ input }, { padding }, cx) {
        if (!input.shape) return unknownResult(cx, [input], input.dtype);
        const amounts = isList(padding) ? padding : [padding, padding, padding, padding];
        // Zeros go around the last two dimensions of anything; values of the input around images.
        const mode = name.startsWith("Reflection")
          ? "reflect"
          : name.startsWith("Replication")
            ? "replicate"
            : "constant";
        if (mode === "constant" && input.shape.length < 2) {
          cx.report(wrongRank({ cx, input, expected: t`at least 2 dimensions, [..., H, W]` }));
          return unknownResult(cx, [input], input.dtype);
        }
        if (mode !== "constant" && !reaches(cx, input, amounts, mode)) return unknownResult(cx, [input], input.dtype);
        return contiguousResult(cx, [input], padded(input.shape, amounts), input.dtype);
      },
    },
  });
}

/** The distances between pairs of vectors: the last dimension, or the one that is named, goes. */
export const cosineSimilarity = torchOperation({
  name: "cosineSimilarity",
  documentation: "torch.nn.functional.cosine_similarity",
  parameters: { input: tensor, other: tensor, dim: optional(knownInteger, 1) },
  result({ input, other, dim }, cx) {
    const joined = elementwiseResult(cx, { operands: [input, other], names: ["input", "other"], dtype: "float32" });
    if (!joined.shape) return joined;
    const axis = dim < 0 ? dim + joined.shape.length : dim;
    return tensorResult(cx, [input, other], { shape: joined.shape.filter((_, i) => i !== axis), dtype: "float32" });
  },
});

export const layerClasses: readonly NativeClass[] = [
  ...activationClasses,
  ...keeping,
  PReLU,
  softmaxClass("Softmax"),
  softmaxClass("LogSoftmax"),
  Flatten,
  Unflatten,
  Embedding,
  PixelShuffle,
  Upsample,
  paddingClass("ZeroPad2d"),
  paddingClass("ReflectionPad2d"),
  paddingClass("ReplicationPad2d"),
];
