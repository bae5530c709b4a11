import type { TensorValue, Value } from "../../../interpreter/value";
import { dtypesDiffer } from "../../../rules/dtype-mismatch";
import { counted, tensorOrigin } from "../../../rules/evidence";
import { wrongCount } from "../../../rules/rank-mismatch";
import { mismatch, sidesDiffer } from "../../../rules/shape-mismatch";
import { asNumber, constant, surelyDifferent, unknownDim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { formatShape, numel } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { anything, integer, integers, knownInteger, optional, text } from "../../parameter";
import { requireDtype } from "../dtypes";
import { convertible, like, made, tensorLike } from "../tensors";
import { axisOf, hasRank, isRanked, tfOperation } from "./define";
import { t } from "../../../text/translate";

const indexLike = convertible("int32");

/**
 * What scattering takes: every index along the last dimension of `indices` names a slice of `shape`, and `updates` holds those slices.
 */
function checkUpdates(
  cx: OperationContext,
  indices: TensorValue,
  updates: TensorValue,
  shape: Shape | undefined,
): void {
  if (!indices.shape || !updates.shape || !shape) return;
  const depth = indices.shape.length > 1 ? asNumber(indices.shape.at(-1) ?? unknownDim()) : 1;
  if (depth === undefined) return;
  if (depth > shape.length) {
    const message = t`the indices ${formatShape(indices.shape)} name ${counted(depth, "dimension")}, and ${formatShape(shape)} has ${shape.length}.`;
    return cx.report(wrongCount({ cx, input: indices, message, span: cx.source("indices")?.span }));
  }
  const batch = indices.shape.length > 1 ? indices.shape.slice(0, -1) : indices.shape;
  const expected = [...batch, ...shape.slice(depth)];
  const found = updates.shape;
  const fits =
    found.length === expected.length && expected.every((size, i) => !surelyDifferent(size, found[i] ?? size));
  if (fits) return;
  cx.report(
    mismatch({
      message: t`${cx.operation}: indices ${formatShape(indices.shape)} into ${formatShape(shape)} take updates ${formatShape(expected)}, got ${formatShape(found)}.`,
      related: [
        ...tensorOrigin(updates, t`${formatShape(found)} is made here.`),
        ...tensorOrigin(indices, t`The indices ${formatShape(indices.shape)} are made here.`),
      ],
      span: cx.source("updates")?.span,
    }),
  );
}

const scatterND = tfOperation({
  name: "scatterND",
  parameters: { indices: indexLike, updates: tensorLike, shape: integers },
  result({ indices, updates, shape }, cx) {
    requireDtype(cx, indices, "int32", t`the indices`, "indices");
    checkUpdates(cx, indices, updates, shape);
    return made(cx, { shape, dtype: updates.dtype }, [updates, indices]);
  },
});

const tensorScatterUpdate = tfOperation({
  name: "tensorScatterUpdate",
  parameters: { tensor: tensorLike, indices: indexLike, updates: tensorLike },
  result({ tensor, indices, updates }, cx) {
    requireDtype(cx, indices, "int32", t`the indices`, "indices");
    checkUpdates(cx, indices, updates, tensor.shape);
    if (tensor.dtype && updates.dtype && tensor.dtype !== updates.dtype) {
      cx.report(dtypesDiffer({ cx, left: tensor, right: updates, reason: t`Both must have one dtype.` }));
    }
    return like(cx, tensor);
  },
});

const sparseToDense = tfOperation({
  name: "sparseToDense",
  parameters: { sparseIndices: indexLike, sparseValues: tensorLike, outputShape: integers },
  result({ sparseIndices: indices, sparseValues: values, outputShape }, cx) {
    requireDtype(cx, indices, "int32", t`the indices`, "sparseIndices");
    const result = made(cx, { shape: outputShape, dtype: values.dtype }, [values, indices]);
    if (!indices.shape || !hasRank(cx, indices, [0, 1, 2], t`the indices`)) return result;
    const depth = indices.shape.length > 1 ? asNumber(indices.shape[1] ?? unknownDim()) : 1;
    if (depth !== undefined && depth !== outputShape.length) {
      const message = t`each index names ${counted(depth, "dimension")}, and outputShape ${formatShape(outputShape)} has ${outputShape.length}.`;
      cx.report(wrongCount({ cx, input: indices, message, span: cx.source("outputShape")?.span }));
      return result;
    }
    const count = indices.shape[0] ?? constant(1);
    if (!values.shape || values.shape.length === 0 || !hasRank(cx, values, [0, 1], t`the values`)) return result;
    if (values.shape[0] && surelyDifferent(values.shape[0], count)) {
      const reason = t`There must be one value for each index, or one for all.`;
      cx.report(sidesDiffer({ cx, first: indices, second: values, axis: 0, reason }));
    }
    return result;
  },
});

function counts(name: "bincount" | "denseBincount") {
  return tfOperation({
    name,
    parameters: { x: indexLike, weights: tensorLike, size: integer },
    result({ x, weights, size }, cx) {
      requireDtype(cx, x, "int32", "x");
      const dense = name === "denseBincount";
      const rows = isRanked(x) && dense && x.shape.length === 2 ? x.shape.slice(0, 1) : [];
      const known = x.shape && (!dense || hasRank(cx, x, [0, 1, 2]));
      if (x.shape && weights.shape) checkWeights(cx, x, weights);
      return made(cx, { shape: known || !dense ? [...rows, size] : undefined, dtype: weights.dtype }, [x, weights]);
    },
  });
}

function checkWeights(cx: OperationContext, x: TensorValue, weights: TensorValue): void {
  const [count, expected] = [numel(weights.shape ?? []), numel(x.shape ?? [])];
  if (!surelyDifferent(count, constant(0)) || !surelyDifferent(count, expected)) return;
  const message = t`${cx.operation}: the weights ${formatShape(weights.shape)} must have as many elements as ${formatShape(x.shape)}, or none.`;
  cx.report(mismatch({ message, related: tensorOrigin(weights, t`${formatShape(weights.shape)} is made here.`) }));
}

/** The sum of the slices of each segment. */
const unsortedSegmentSum = tfOperation({
  name: "unsortedSegmentSum",
  parameters: { x: tensorLike, segmentIds: indexLike, numSegments: integer },
  result({ x, segmentIds, numSegments }, cx) {
    const rank = segmentIds.shape?.length;
    const shape = x.shape && rank === 1 ? [numSegments, ...x.shape.slice(1)] : undefined;
    const [examples, ids] = [x.shape?.[0], segmentIds.shape?.[0]];
    if (rank === 1 && examples && ids && surelyDifferent(ids, constant(1)) && surelyDifferent(examples, ids)) {
      const reason = t`Every slice needs the number of its segment.`;
      cx.report(sidesDiffer({ cx, first: x, second: segmentIds, axis: 0, reason }));
    }
    return made(cx, { shape, dtype: x.dtype === "float32" ? "float32" : undefined }, [x, segmentIds]);
  },
});

/** How many different ones there are is not known. */
const unique = tfOperation({
  name: "unique",
  parameters: { x: tensorLike, axis: optional(knownInteger, 0) },
  result({ x, axis }, cx): Value {
    const at = isRanked(x) ? axisOf(cx, x, axis) : undefined;
    const size = at === undefined ? undefined : x.shape?.[at];
    return cx.record({
      values: like(cx, x, { shape: at === undefined ? undefined : x.shape?.with(at, unknownDim(0)) }),
      indices: made(cx, { shape: [size ?? unknownDim(0)], dtype: "int32" }, [x]),
    });
  },
});

/** Where values would have to be inserted into sorted rows; the result is a matrix whatever the rank of the values. */
function searching(name: string, options: Readonly<Record<string, typeof text>>) {
  return tfOperation({
    name,
    parameters: { sortedSequence: tensorLike, values: tensorLike, ...options },
    result({ sortedSequence, values }, cx) {
      const rows = ({ shape }: TensorValue) => (shape && shape.length > 0 ? numel(shape.slice(0, -1)) : undefined);
      const [sorted, wanted] = [rows(sortedSequence), rows(values)];
      if (sorted && wanted && surelyDifferent(sorted, wanted)) {
        const message = t`${cx.operation}: ${formatShape(sortedSequence.shape)} and ${formatShape(values.shape)} must have equally many rows.`;
        cx.report(mismatch({ message, related: tensorOrigin(values, t`${formatShape(values.shape)} is made here.`) }));
      }
      const last = values.shape?.at(-1);
      return made(cx, { shape: wanted && last && [wanted, last], dtype: "int32" }, [values, sortedSequence]);
    },
  });
}

/** The elements of x that y lacks, and where they were. */
const setdiff1dAsync = tfOperation({
  name: "setdiff1dAsync",
  parameters: { x: tensorLike, y: tensorLike },
  result({ x, y }, cx): Value {
    if (x.dtype && y.dtype && x.dtype !== y.dtype)
      cx.report(dtypesDiffer({ cx, left: x, right: y, reason: t`Both must have one dtype.` }));
    else for (const input of [x, y]) if (input.shape && !hasRank(cx, input, [1], "both")) break;
    const shape = [unknownDim(0)];
    const value = cx.array([like(cx, x, { shape }), made(cx, { shape, dtype: "int32" }, [x, y])]);
    return { kind: "promise", value };
  },
});

/** The coordinates of what is true. */
const whereAsync = tfOperation({
  name: "whereAsync",
  parameters: { condition: convertible("bool") },
  result({ condition }, cx): Value {
    const shape = [unknownDim(0), condition.shape ? constant(condition.shape.length) : unknownDim(0)];
    return { kind: "promise", value: made(cx, { shape, dtype: "int32" }, [condition]) };
  },
});

const inTopKAsync = tfOperation({
  name: "inTopKAsync",
  parameters: { predictions: tensorLike, targets: tensorLike, k: optional(anything, undefined) },
  result({ predictions, targets }, cx): Value {
    const classes = predictions.shape?.length;
    if (predictions.shape && targets.shape) {
      const expected = predictions.shape.slice(0, -1);
      const found = targets.shape;
      const differs =
        classes === 1 ||
        found.length !== expected.length ||
        expected.some((size, i) => surelyDifferent(size, found[i] ?? size));
      if (differs) {
        const message = t`${cx.operation}: predictions ${formatShape(predictions.shape)} take targets ${formatShape(expected)}, got ${formatShape(found)}.`;
        cx.report(mismatch({ message, related: tensorOrigin(targets, t`${formatShape(found)} is made here.`) }));
      }
    }
    return { kind: "promise", value: made(cx, { shape: targets.shape, dtype: "bool" }, [predictions, targets]) };
  },
});

export const scatteringOperations: readonly Operation[] = [
  scatterND,
  tensorScatterUpdate,
  sparseToDense,
  counts("bincount"),
  counts("denseBincount"),
  unsortedSegmentSum,
  unique,
  searching("searchSorted", { side: optional(text, "left") as typeof text }),
  searching("lowerBound", {}),
  searching("upperBound", {}),
  setdiff1dAsync,
  whereAsync,
  inTopKAsync,
];
