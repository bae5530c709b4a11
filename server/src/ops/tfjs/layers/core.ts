import { declaration, sizeOrigin } from "../../../rules/evidence";
import { invalidPermutation, notTheLast } from "../../../rules/dim-out-of-range";
import { wrongRank } from "../../../rules/rank-mismatch";
import type { Span } from "../../../ir";
import type { Reshaping } from "../../../rules/reshape-size";
import { inexactInference, notInferable, otherSize } from "../../../rules/reshape-size";
import { mismatch } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import { constant, surelyDifferent, unknownDim } from "../../../shape/dim";
import { inferReshape } from "../../../shape/reshape";
import type { Shape } from "../../../shape/shape";
import { formatShape, numel } from "../../../shape/shape";
import type { OperationContext } from "../../operation";
import { integer, integerOrIntegers, knownIntegers, number, optional, UNDETERMINED } from "../../parameter";
import type { Parameter } from "../../parameter";
import { activated } from "../dtypes";
import { activation, batchOf, exampleShape, unlessOff } from "./config";
import type { Input } from "./define";
import { atLeast, exactly, layer } from "./define";
import type { LayerContext } from "./layer";
import { one, withdrawDoubts } from "./layer";
import { flattenFix } from "./fixes";
import { BATCH, isOpen, openSize } from "./open";
import { t } from "../../../text/translate";

const VECTOR = exactly(2, "[batch, features]");
const STEPS = exactly(3, "[batch, steps, features]");

const dense = layer({
  name: "dense",
  parameters: { units: integer, inputDim: optional(integer, undefined), activation, useBias: unlessOff },
  ranks: atLeast(2, "[batch, ..., features]"),
  locks: (_, input) => [{ axis: input.shape.length - 1, quantity: t`input features`, needed: true }],
  firstShape: ({ inputDim }, batch) => inputDim && [batch ?? BATCH, inputDim],
  output({ units }, input, cx) {
    const image = input.shape.length > 3;
    if (image) cx.doubt({ ...unflattened(cx, input), severity: "warning" });
    return one([...input.shape.slice(0, -1), units]);
  },
});

/** A dense layer computes each pixel by itself, which is mostly a flatten that was forgotten. */
function unflattened(cx: LayerContext, input: Input) {
  const found = wrongRank({ cx, input, expected: VECTOR.layout, fixes: flattenFix(cx.flattening) });
  const message = t`dense is given ${formatShape(input.shape)} and computes each row of its last dimension by itself.\nMostly a flatten is missing before it.`;
  return { ...found, message };
}

const flatten = layer({
  name: "flatten",
  parameters: {},
  ranks: atLeast(3, "[batch, ...]"),
  output(_, input, cx) {
    withdrawDoubts(cx, [input]);
    const example = input.shape.slice(1);
    if (example.some(isOpen)) {
      cx.report(
        mismatch({
          message:
            t`flatten must know all sizes but the batch, and ${formatShape(input.shape)} leaves some open.\n` +
            t`Give the first layer a complete inputShape.`,
        }),
      );
    }
    return one([input.shape[0] ?? BATCH, numel(example)], input.dtype);
  },
  outputOfAny: (_, input) => one([batchOf(input), unknownDim(1, "features")], input.dtype),
});

/** The sizes with their places in the code. */
const targetShape: Parameter<{ readonly shape: Shape; readonly spans: readonly (Span | undefined)[] } | undefined> = {
  read(value, cx) {
    const shape = exampleShape.read(value, cx);
    if (shape === UNDETERMINED || !shape) return UNDETERMINED;
    return { shape, spans: shape.map((_, i) => cx.propertySpan(value, String(i))) };
  },
};

const reshape = layer({
  name: "reshape",
  parameters: { targetShape },
  output({ targetShape: target }, input, cx) {
    if (!target) return undefined;
    const [batch = BATCH, ...from] = input.shape;
    const sizes = target.shape.map((size) => (isOpen(size) ? constant(-1) : size));
    const fitted = fit({ cx, input, from, sizes, spans: target.spans, inference: "none" });
    // Behind an open batch TensorFlow.js leaves an inferred size open, and layers that need it refuse it.
    const shape = isOpen(batch) ? sizes.map((size) => (size === constant(-1) ? openSize("L") : size)) : fitted;
    return one(shape && [batch, ...shape], input.dtype);
  },
});

function fit(about: Reshaping & { readonly cx: LayerContext }): Shape | undefined {
  const { cx, from, sizes } = about;
  const inferred = inferReshape(from ?? [], sizes);
  switch (inferred.kind) {
    case "ok":
      return inferred.shape;
    case "size-mismatch":
      cx.reportWhenRun(otherSize(about));
      return sizes;
    case "not-divisible":
      cx.reportWhenRun(inexactInference(about));
      return undefined;
    case "two-inferred":
      cx.reportWhenRun(notInferable({ ...about, reason: "two" }));
      return undefined;
    default:
      return undefined;
  }
}

const permute = layer({
  name: "permute",
  parameters: { dims: knownIntegers },
  check({ dims }, cx) {
    const sorted = dims.toSorted((a, b) => a - b);
    if (sorted.every((axis, i) => axis === i + 1)) return;
    cx.report(invalidPermutation({ cx, axes: dims, first: 1, source: cx.source("dims") }));
  },
  ranks: ({ dims }) => exactly(dims.length + 1, t`the batch and one for each of dims`),
  output: ({ dims }, input) =>
    one([input.shape[0] ?? BATCH, ...dims.map((axis) => input.shape[axis] ?? openSize())], input.dtype),
});

const repeatVector = layer({
  name: "repeatVector",
  parameters: { n: integer },
  ranks: VECTOR,
  output: ({ n }, { shape, dtype }) => one([shape[0] ?? BATCH, n, shape[1] ?? openSize()], dtype),
});

const embedding = layer({
  name: "embedding",
  parameters: { inputDim: integer, outputDim: integer, inputLength: optional(integerOrIntegers, undefined) },
  firstShape: ({ inputLength }, batch) => [
    batch ?? BATCH,
    ...(inputLength === undefined ? [openSize("L")] : listOf(inputLength)),
  ],
  output({ outputDim, inputLength }, input, cx) {
    const lengths = inputLength === undefined ? undefined : listOf(inputLength);
    const wrong = lengths?.findIndex((length, i) => differs(length, input.shape[i + 1]));
    if (lengths && (wrong !== -1 || lengths.length !== input.shape.length - 1)) {
      const related = declaration(cx.source("inputLength"), t`inputLength is declared here.`);
      cx.report(
        mismatch({
          message: t`embedding expects ${formatShape(lengths)} indices in each example (inputLength), got ${formatShape(input.shape)}.`,
          related: [...related, ...sizeOrigin(input, 1)],
        }),
      );
    }
    const sizes = input.shape.map((size, i) => (isOpen(size) && i > 0 ? (lengths?.[i - 1] ?? size) : size));
    return one([...sizes, outputDim]);
  },
});

function listOf(sizes: Dim | readonly Dim[]): readonly Dim[] {
  return Array.isArray(sizes) ? (sizes as readonly Dim[]) : [sizes as Dim];
}

function differs(length: Dim, size: Dim | undefined): boolean {
  return size !== undefined && !isOpen(size) && surelyDifferent(length, size);
}

const activationLayer = layer({
  name: "activation",
  parameters: { activation },
  output: (args, input, cx) => one(input.shape, activated(cx, input, args.activation)),
});

const softmax = layer({
  name: "softmax",
  parameters: { axis: optional(number, 1) },
  output({ axis }, input, cx) {
    const rank = input.shape.length;
    if (axis !== undefined && axis !== -1 && axis !== rank - 1) {
      cx.reportWhenRun(notTheLast({ cx, input, axis, source: cx.source("axis") }));
    }
    return one(input.shape, activated(cx, input, "softmax"));
  },
});

/** Layers that compute element by element. */
function elementwise(name: string, by: (cx: OperationContext, input: Input) => Input["dtype"], ranks?: typeof STEPS) {
  return layer({
    name,
    parameters: {},
    ...(ranks ? { ranks } : {}),
    output: (_, input, cx) => one(input.shape, by(cx, input)),
  });
}

const keeps = (_: OperationContext, input: Input) => input.dtype;
const floats = (_: OperationContext, input: Input) => (input.dtype ? ("float32" as const) : undefined);

export const coreLayers = [
  dense,
  flatten,
  reshape,
  permute,
  repeatVector,
  embedding,
  activationLayer,
  softmax,
  elementwise("dropout", keeps),
  elementwise("gaussianNoise", keeps),
  elementwise("gaussianDropout", keeps),
  elementwise("alphaDropout", keeps),
  elementwise("spatialDropout1d", keeps, STEPS),
  elementwise("masking", keeps),
  elementwise("reLU", keeps),
  elementwise("leakyReLU", floats),
  elementwise("prelu", floats),
  elementwise("thresholdedReLU", floats),
  elementwise("elu", (cx, input) => activated(cx, input, "elu")),
];
