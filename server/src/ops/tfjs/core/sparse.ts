import type { TensorValue, Value } from "../../../interpreter/value";
import type { DType } from "../../../interpreter/value";
import { constant, unknownDim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { anything, integer, optional } from "../../parameter";
import { convertible, made, tensorLike } from "../tensors";
import { hasRank, tfOperation } from "./define";
import { t } from "../../../text/translate";

const indexLike = convertible("int32");
const textLike = convertible("string");
const ignored = optional(anything, undefined);

/** Reports a rank that the operation refuses, of the first that has one. */
function requireRanks(cx: OperationContext, expected: readonly (readonly [TensorValue, number, string])[]): void {
  for (const [tensor, rank, subject] of expected) if (tensor.shape && !hasRank(cx, tensor, [rank], subject)) return;
}

function some(cx: OperationContext, inputs: readonly TensorValue[], dtype: DType | undefined, shape?: Shape) {
  return made(cx, { shape: shape ?? [unknownDim(0)], dtype }, inputs);
}

const sparseFillEmptyRows = tfOperation({
  name: "sparse.sparseFillEmptyRows",
  parameters: { indices: indexLike, values: tensorLike, denseShape: indexLike },
  result({ indices, values, denseShape }, cx): Value {
    requireRanks(cx, [
      [indices, 2, t`the indices`],
      [values, 1, t`the values`],
      [denseShape, 1, "denseShape"],
    ]);
    const inputs = [values, indices];
    return cx.record({
      outputIndices: some(cx, inputs, "int32", [unknownDim(0), indices.shape?.[1] ?? unknownDim(0)]),
      outputValues: some(cx, inputs, values.dtype),
      emptyRowIndicator: some(cx, inputs, "bool"),
      reverseIndexMap: some(cx, inputs, "int32", indices.shape?.slice(0, 1)),
    });
  },
});

const sparseReshape = tfOperation({
  name: "sparse.sparseReshape",
  parameters: { inputIndices: indexLike, inputShape: indexLike, newShape: indexLike },
  result({ inputIndices, inputShape, newShape }, cx): Value {
    requireRanks(cx, [
      [inputIndices, 2, t`the indices`],
      [inputShape, 1, "inputShape"],
      [newShape, 1, "newShape"],
    ]);
    const count = inputIndices.shape?.[0] ?? unknownDim(0);
    const depth = newShape.shape?.[0] ?? unknownDim(0);
    return cx.record({
      outputIndices: some(cx, [inputIndices], "int32", [count, depth]),
      outputShape: some(cx, [newShape], "int32", [depth]),
    });
  },
});

function segments(name: string) {
  return tfOperation({
    name: `sparse.${name}`,
    parameters: { data: tensorLike, indices: indexLike, segmentIds: indexLike },
    result({ data, indices, segmentIds }, cx) {
      requireRanks(cx, [
        [indices, 1, t`the indices`],
        [segmentIds, 1, t`the segment numbers`],
      ]);
      const shape = data.shape && [unknownDim(0), ...data.shape.slice(1)];
      return made(cx, { shape, dtype: data.dtype }, [data, indices, segmentIds]);
    },
  });
}

const stringSplit = tfOperation({
  name: "string.stringSplit",
  parameters: { input: textLike, delimiter: textLike },
  result({ input, delimiter }, cx): Value {
    requireRanks(cx, [
      [input, 1, t`the input`],
      [delimiter, 0, t`the delimiter`],
    ]);
    return cx.record({
      indices: some(cx, [input], "int32", [unknownDim(0), constant(2)]),
      values: some(cx, [input], "string"),
      shape: some(cx, [input], "int32", [constant(2)]),
    });
  },
});

const stringNGrams = tfOperation({
  name: "string.stringNGrams",
  parameters: { data: textLike, dataSplits: indexLike },
  result({ data, dataSplits }, cx): Value {
    requireRanks(cx, [[data, 1, t`the data`]]);
    return cx.record({
      nGrams: some(cx, [data], "string"),
      nGramsSplits: some(cx, [dataSplits], "int32", dataSplits.shape),
    });
  },
});

function eachText(name: string, dtype: DType) {
  return tfOperation({
    name: `string.${name}`,
    parameters: { input: textLike, option: ignored },
    result: ({ input }, cx) => made(cx, { shape: input.shape, dtype }, [input]),
  });
}

/** Ragged tensors are splits and dense values; how long they come out depends on the numbers. */
const raggedRange = tfOperation({
  name: "raggedRange",
  parameters: { starts: tensorLike, limits: tensorLike, deltas: tensorLike },
  result: ({ starts, limits, deltas }, cx): Value =>
    cx.record({
      rtNestedSplits: some(cx, [starts, limits, deltas], "int32"),
      rtDenseValues: some(cx, [starts, limits, deltas], starts.dtype),
    }),
});

const raggedTensorToTensor = tfOperation({
  name: "raggedTensorToTensor",
  parameters: { shape: indexLike, values: tensorLike },
  result: ({ values }, cx) => made(cx, { shape: undefined, dtype: values.dtype }, [values]),
});

const raggedGather = tfOperation({
  name: "raggedGather",
  parameters: {
    paramsNestedSplits: anything,
    paramsDenseValues: tensorLike,
    indices: indexLike,
    outputRaggedRank: integer,
  },
  result({ paramsDenseValues: values, indices }, cx): Value {
    const shape = values.shape && [unknownDim(0), ...values.shape.slice(1)];
    return cx.record({
      outputNestedSplits: cx.list(some(cx, [indices], "int32"), unknownDim(0)),
      outputDenseValues: made(cx, { shape, dtype: values.dtype }, [values, indices]),
    });
  },
});

export const sparseOperations: readonly Operation[] = [
  sparseFillEmptyRows,
  sparseReshape,
  segments("sparseSegmentMean"),
  segments("sparseSegmentSum"),
];
export const stringOperations: readonly Operation[] = [
  stringSplit,
  stringNGrams,
  eachText("stringToHashBucketFast", "int32"),
  eachText("staticRegexReplace", "string"),
];
export const raggedOperations: readonly Operation[] = [raggedRange, raggedTensorToTensor, raggedGather];
