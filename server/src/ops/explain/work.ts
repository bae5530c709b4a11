import type { TensorValue } from "../../interpreter/value";
import type { Dim } from "../../shape/dim";
import { constant, divideExactly, isKnown, multiply, add } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { numel } from "../../shape/shape";

/**
 * How many multiplications, each with an addition, the operation takes that made a tensor: half of what is called its FLOPs. Counted for
 * products and what is made of them, as other tools do; `undefined` for everything else, which costs next to nothing beside them.
 */
export function multiplyAdds(output: TensorValue): Dim | undefined {
  const { origin } = output;
  const count = origin && COUNTERS[origin.operation];
  if (!count) return undefined;
  const made = count({
    output: output.shape,
    inputs: origin.inputs.map((input) => input.shape),
    args: origin.call?.args ?? {},
    weights: origin.call?.weights ?? {},
    inner: origin.inner,
  });
  return made && isKnown(made) ? made : undefined;
}

interface Call {
  readonly output: Shape | undefined;
  readonly inputs: readonly (Shape | undefined)[];
  readonly args: Readonly<Record<string, unknown>>;
  readonly weights: Readonly<Record<string, Shape>>;
  /** What one of the layers makes that the module is a stack of. */
  readonly inner: TensorValue | undefined;
}

type Counter = (call: Call) => Dim | undefined;

const one = constant(1);

function product(...parts: readonly (Dim | undefined)[]): Dim | undefined {
  return parts.every((part) => part !== undefined) ? parts.reduce(multiply, one) : undefined;
}

function sum(...parts: readonly (Dim | undefined)[]): Dim | undefined {
  return parts.every((part) => part !== undefined) ? parts.reduce(add, constant(0)) : undefined;
}

/** Each element of the result sums over the left side's last dimension. */
const inner: Counter = ({ output, inputs: [left] }) => product(output && numel(output), left?.at(-1) ?? (left && one));

function weightOf({ weights, args }: Call): Shape | undefined {
  const given = args["weight"] as TensorValue | undefined;
  return weights["weight"] ?? weights["kernel"] ?? given?.shape;
}

/** PyTorch keeps the output channels in front of a kernel, TensorFlow.js behind it. */
const convolution: Counter = (call) => {
  const weight = weightOf(call);
  if (!call.output || !weight) return undefined;
  const perElement = call.weights["kernel"] ? weight.slice(0, -1) : weight.slice(1);
  return product(numel(call.output), numel(perElement));
};

/** Each element of the input spreads over a window of every output channel. */
const transposedConvolution: Counter = (call) => {
  const weight = weightOf(call);
  const [input] = call.inputs;
  if (!input || !weight) return undefined;
  const perElement = call.weights["kernel"] ? weight.slice(0, -1) : weight.slice(1);
  return product(numel(input), numel(perElement));
};

const depthwise: Counter = ({ output, weights }) => {
  const kernel = weights["depthwiseKernel"];
  return product(output && numel(output), kernel && numel(kernel.slice(0, 2)));
};

const separable: Counter = ({ output, weights }) => {
  const [window, pointwise] = [weights["depthwiseKernel"], weights["pointwiseKernel"]];
  const filters = pointwise?.[3];
  const pixels = output && filters && divideExactly(numel(output), filters);
  if (!pixels || !window || !pointwise) return undefined;
  return multiply(pixels, add(numel(window), numel(pointwise)));
};

/** Every matrix is applied to each vector of the input. */
const eachVector: Counter = ({ inputs: [input], weights }) => {
  const matrices = Object.values(weights).filter((shape) => shape.length === 2);
  const vectors = input && numel(input.slice(0, -1));
  return matrices.length === 0 ? undefined : product(vectors, matrices.map(numel).reduce(add, constant(0)));
};

/** Scores of all pairs, and the sums of values that they weight. */
function attention(query: Shape | undefined, key: Shape | undefined, output: Shape | undefined): Dim | undefined {
  const keys = key?.at(-2);
  return sum(product(query && numel(query), keys), product(output && numel(output), keys));
}

/** How long a sequence is: `[N, L, E]`, or `[L, N, E]`. */
function sequenceLength(input: Shape | undefined, batchFirst: unknown): Dim | undefined {
  return input?.[input.length === 3 && batchFirst === true ? 1 : 0];
}

const multihead: Counter = (call) => {
  const { inputs, args } = call;
  const [query, key] = inputs;
  const length = sequenceLength(key, args["batchFirst"]);
  const project = eachVector(call);
  return sum(project, product(constant(2), query && numel(query), length));
};

const einsum: Counter = ({ inputs, args }) => {
  const [left = ""] = String(args["equation"]).replace(/\s/g, "").split("->");
  if (left.includes(".")) return undefined;
  const sizes = new Map<string, Dim | undefined>();
  for (const [i, term] of left.split(",").entries()) {
    for (const [axis, label] of [...term].entries()) sizes.set(label, inputs[i]?.[axis]);
  }
  return product(...sizes.values());
};

/**
 * One layer of a transformer: four projections for the attention of the sequence to itself, four more for that to `memory`, whose keys and
 * values are made of the memory, two layers feeding forward, and the pairs of each attention.
 */
function transformerLayer(
  args: Call["args"],
  sequence: Shape | undefined,
  memory: Shape | undefined | "none",
): Dim | undefined {
  const { dModel, dimFeedforward, batchFirst } = args as Readonly<Record<string, unknown>>;
  const [model, feedForward] = [dModel as Dim, dimFeedforward as Dim];
  const square = multiply(model, model);
  const vectors = sequence && numel(sequence.slice(0, -1));
  const pairsWith = (other: Shape | undefined) =>
    product(constant(2), sequence && numel(sequence), sequenceLength(other, batchFirst));
  const own = sum(
    product(vectors, constant(4), square),
    product(vectors, constant(2), model, feedForward),
    pairsWith(sequence),
  );
  if (memory === "none") return own;
  const crossed = sum(
    product(vectors, constant(2), square),
    product(memory && numel(memory.slice(0, -1)), constant(2), square),
    pairsWith(memory),
  );
  return sum(own, crossed);
}

const encoderLayer: Counter = ({ args, inputs: [sequence] }) => transformerLayer(args, sequence, "none");

const decoderLayer: Counter = ({ args, inputs: [target, memory] }) => transformerLayer(args, target, memory);

const transformer: Counter = ({ args, inputs: [target, source] }) =>
  args["customEncoder"] === undefined && args["customDecoder"] === undefined
    ? sum(
        product(args["numEncoderLayers"] as Dim, transformerLayer(args, source, "none")),
        product(args["numDecoderLayers"] as Dim, transformerLayer(args, target, source)),
      )
    : undefined;

const stack: Counter = ({ inner: layer, args }) => product(layer && multiplyAdds(layer), args["numLayers"] as Dim);

const COUNTERS: Readonly<Record<string, Counter>> = {
  ...Object.fromEntries(
    ["Linear", "linear", "dense", "matmul", "mm", "bmm", "mv", "dot", "addmm", "baddbmm", "matMul"].map((name) => [
      name,
      inner,
    ]),
  ),
  ...Object.fromEntries(
    ["1d", "2d", "3d"].flatMap((name) => [
      [`Conv${name}`, convolution],
      [`conv${name}`, convolution],
      [`ConvTranspose${name}`, transposedConvolution],
      [`convTranspose${name}`, transposedConvolution],
    ]),
  ),
  conv2dTranspose: transposedConvolution,
  depthwiseConv2d: depthwise,
  separableConv2d: separable,
  Bilinear: ({ output, args }) =>
    product(output && numel(output), args["in1Features"] as Dim, args["in2Features"] as Dim),
  einsum,
  scaledDotProductAttention: ({ inputs: [query, key], output }) => attention(query, key, output),
  MultiheadAttention: multihead,
  TransformerEncoderLayer: encoderLayer,
  TransformerDecoderLayer: decoderLayer,
  Transformer: transformer,
  TransformerEncoder: stack,
  TransformerDecoder: stack,
  ...Object.fromEntries(
    ["RNN", "GRU", "LSTM", "RNNCell", "GRUCell", "LSTMCell", "lstm", "gru", "simpleRNN"].map((name) => [
      name,
      eachVector,
    ]),
  ),
};
