import type { TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR } from "../../../interpreter/value";
import { rangeOutOfBounds } from "../../../rules/dim-out-of-range";
import { otherSize } from "../../../rules/reshape-size";
import { mismatch, sidesDiffer } from "../../../rules/shape-mismatch";
import { counted, sizeOrigin } from "../../../rules/evidence";
import type { Dim } from "../../../shape/dim";
import { constant, formatDim, minimum, surelyDifferent, surelyLess, unknownDim } from "../../../shape/dim";
import { formatShape, sameShape } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { either, flag, integer, optional } from "../../parameter";
import { like, made, tensorLike, tensorOrTensors } from "../tensors";
import type { Ranked } from "./define";
import { hasRank, tfOperation } from "./define";
import { t } from "../../../text/translate";

const RANKS = [2, 3, 4, 5, 6];

function matrices(cx: OperationContext, input: TensorValue): input is Ranked {
  return hasRank(cx, input, RANKS);
}

const bandPart = tfOperation({
  name: "linalg.bandPart",
  parameters: { a: tensorLike, numLower: either(integer, tensorLike), numUpper: either(integer, tensorLike) },
  result({ a, numLower, numUpper }, cx) {
    if (!matrices(cx, a)) return like(cx, a);
    for (const [offset, given] of [numLower, numUpper].entries()) {
      const axis = a.shape.length - 2 + offset;
      const size = a.shape[axis];
      if ("shape" in given || !size || !surelyLess(size, given)) continue;
      cx.report(rangeOutOfBounds({ cx, input: a, axis, range: t`${formatDim(given)} diagonals` }));
    }
    return like(cx, a);
  },
});

/** Vectors made orthonormal: an array of them, or the rows of a matrix. */
const gramSchmidt = tfOperation({
  name: "linalg.gramSchmidt",
  parameters: { xs: tensorOrTensors },
  result({ xs }, cx): Value {
    const [first, ...rest] = xs;
    if (!first) return LOST_TENSOR;
    const alone = cx.site.args[0]?.value.kind === "tensor";
    if (first.shape?.length === 0 || (alone && first.shape && !hasRank(cx, first, [2]))) {
      if (!alone) hasRank(cx, first, [1]);
      return LOST_TENSOR;
    }
    // Further ones are stretched to the first, so that nothing is known of them unless they are like it.
    if (rest.some(({ shape }) => !shape || !first.shape || !sameShape(shape, first.shape)) && !differs(first, rest))
      return LOST_TENSOR;
    const rows = alone ? first.shape?.[0] : constant(xs.length);
    const length = first.shape?.[alone ? 1 : 0];
    const second = differs(first, rest);
    if (second) cx.report(sidesDiffer({ cx, first, second, axis: 0, reason: t`All vectors must have one length.` }));
    else if (rows && length && surelyLess(length, rows)) {
      const message = t`${cx.operation}: ${formatDim(rows)} vectors cannot be orthogonal to each other in ${formatDim(length)} dimensions.`;
      cx.report(mismatch({ message, related: sizeOrigin(first, alone ? 1 : 0) }));
    }
    return alone ? like(cx, first) : cx.array(xs.map((x) => like(cx, x)));
  },
});

/** A vector of another length than the first. */
function differs(first: TensorValue, rest: readonly TensorValue[]): TensorValue | undefined {
  const length = first.shape?.[0];
  return rest.find(({ shape }) => shape && length && (!shape[0] || surelyDifferent(shape[0], length)));
}

/** `[q, r]`. Of a batch of matrices, TensorFlow.js reshapes both to the input's shape, which only square ones allow. */
const qr = tfOperation({
  name: "linalg.qr",
  parameters: { x: tensorLike, fullMatrices: optional(flag, false) },
  result({ x, fullMatrices }, cx): Value {
    if (!matrices(cx, x)) return cx.array([like(cx, x), like(cx, x)]);
    const batch = x.shape.slice(0, -2);
    const [rows = unknownDim(), columns = unknownDim()] = x.shape.slice(-2);
    if (batch.length > 0) {
      if (surelyDifferent(rows, columns)) {
        cx.report({
          ...otherSize({ cx, input: x, sizes: x.shape, spans: [] }),
          message: t`${cx.operation}: a batch of matrices must be square, got ${formatShape(x.shape)}: ${counted(batch.length, "batch dimension")}.`,
          fixes: [],
        });
      }
      return cx.array([like(cx, x), like(cx, x)]);
    }
    const inner = fullMatrices ? rows : minimum(rows, columns);
    const both = (shape: readonly Dim[]) => made(cx, { shape, dtype: "float32" }, [x]);
    return cx.array([both([rows, inner]), both([inner, columns])]);
  },
});

export const linalgOperations: readonly Operation[] = [bandPart, gramSchmidt, qr];
