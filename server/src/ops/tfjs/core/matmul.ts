import type { TensorValue, Value } from "../../../interpreter/value";
import { sizeOrigin } from "../../../rules/evidence";
import { wrongCount, wrongRank } from "../../../rules/rank-mismatch";
import { mismatch, productMismatch } from "../../../rules/shape-mismatch";
import { doNotBroadcast } from "../../../rules/broadcast-mismatch";
import { broadcastShapes } from "../../../shape/broadcast";
import type { Dim } from "../../../shape/dim";
import { formatDim, surelyDifferent, unknownDim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { formatShape } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { flag, optional, text } from "../../parameter";
import type { Parameter } from "../../parameter";
import { UNDETERMINED } from "../../parameter";
import type { TensorType } from "../tensors";
import { made, tensorLike, upcast } from "../tensors";
import { hasRank, isRanked, tfOperation } from "./define";

interface Side {
  readonly tensor: TensorValue;
  readonly axis: number;
}

/** Reports inner sizes that surely differ; afterwards they are known to be equal. */
function checkInner(cx: OperationContext, left: Side, right: Side, fix: "transpose" | "none" = "none"): void {
  const [l, r] = [left.tensor.shape?.[left.axis], right.tensor.shape?.[right.axis]];
  if (!l || !r) return;
  if (!surelyDifferent(l, r)) return cx.assumeEqual(l, r);
  const transpose = fix === "transpose" && right.tensor.shape?.length === 2 ? ".transpose()" : undefined;
  const about = { left: left.tensor, right: right.tensor, leftAxis: left.axis, rightAxis: right.axis };
  cx.report(productMismatch({ cx, ...about, rightSpan: cx.source("b")?.span, transpose }));
}

const transposed = optional(flag, false);

export interface Product {
  readonly a: TensorValue;
  readonly b: TensorValue;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** A product of matrices, or of batches of them; shared by the operation that fuses a bias and an activation with it. */
export function multiplied(cx: OperationContext, { a, b, transposeA, transposeB }: Product): TensorValue {
  const dtype = upcast(a.dtype, b.dtype);
  for (const input of [a, b]) {
    if (!input.shape || input.shape.length > 1) continue;
    cx.report(wrongRank({ cx, input, expected: "at least 2 dimensions on both sides" }));
    return made(cx, { shape: undefined, dtype }, [a, b]);
  }
  if (!isRanked(a) || !isRanked(b)) return made(cx, { shape: undefined, dtype }, [a, b]);
  const [m, n] = [a.shape.length, b.shape.length];
  const [rows, inner] = transposeA ? [m - 1, m - 2] : [m - 2, m - 1];
  const [other, columns] = transposeB ? [n - 1, n - 2] : [n - 2, n - 1];
  const fix = transposeA || transposeB ? "none" : "transpose";
  checkInner(cx, { tensor: a, axis: inner }, { tensor: b, axis: other }, fix);
  const batch = joinBatches(cx, a, b);
  const shape = [...batch, a.shape[rows] ?? unknownDim(), b.shape[columns] ?? unknownDim()];
  return made(cx, { shape, dtype }, [a, b]);
}

const matMul = tfOperation({
  name: "matMul",
  parameters: { a: tensorLike, b: tensorLike, transposeA: transposed, transposeB: transposed },
  result: (args, cx) => multiplied(cx, args),
});

function joinBatches(cx: OperationContext, left: TensorValue, right: TensorValue): Shape {
  const [a, b] = [left.shape?.slice(0, -2) ?? [], right.shape?.slice(0, -2) ?? []];
  const joined = broadcastShapes(a, b);
  if (joined.kind === "ok") return joined.shape;
  const batch = (tensor: TensorValue, shape: Shape) => ({ tensor: { ...tensor, shape }, span: undefined });
  cx.report(
    doNotBroadcast({
      cx,
      left: batch(left, a),
      right: batch(right, b),
      dimension: joined.dimension,
      insertDimension: () => "",
    }),
  );
  return a.length >= b.length ? a : b;
}

/** Products of vectors and matrices. */
const dot = tfOperation({
  name: "dot",
  parameters: { t1: tensorLike, t2: tensorLike },
  result({ t1, t2 }, cx) {
    const dtype = upcast(t1.dtype, t2.dtype);
    const known = hasRank(cx, t1, [1, 2], "both sides") && hasRank(cx, t2, [1, 2], "both sides");
    if (!known || !t1.shape || !t2.shape) return made(cx, { shape: undefined, dtype }, [t1, t2]);
    checkInner(cx, { tensor: t1, axis: t1.shape.length - 1 }, { tensor: t2, axis: 0 });
    return made(cx, { shape: [...t1.shape.slice(0, -1), ...t2.shape.slice(1)], dtype }, [t1, t2]);
  },
});

const outerProduct = tfOperation({
  name: "outerProduct",
  parameters: { v1: tensorLike, v2: tensorLike },
  result({ v1, v2 }, cx) {
    const known = hasRank(cx, v1, [1], "both sides") && hasRank(cx, v2, [1], "both sides");
    const shape = known && v1.shape && v2.shape ? [...v1.shape, ...v2.shape] : undefined;
    return made(cx, { shape, dtype: upcast(v1.dtype, v2.dtype) }, [v1, v2]);
  },
});

/** All further arguments, as tensors. */
const operands: Parameter<readonly TensorValue[]> = {
  read(value, cx) {
    const all = cx.elements(value)?.map((element) => tensorLike.read(element, cx));
    return all?.every((one) => one !== UNDETERMINED) ? all : UNDETERMINED;
  },
  variadic: true,
};

interface Use {
  readonly size: Dim;
  readonly tensor: TensorValue;
  readonly axis: number;
}

/** TensorFlow.js knows neither an ellipsis nor an equation without an arrow. */
const einsum = tfOperation({
  name: "einsum",
  parameters: { equation: text, tensors: operands },
  result({ equation, tensors }, cx): Value {
    const [left = "", right] = equation.replace(/\s/g, "").split("->");
    const terms = left.split(",");
    const dtype = einsumDtype(tensors);
    const unknown = () => made(cx, { shape: undefined, dtype }, tensors);
    if (right === undefined || terms.length !== tensors.length) return unknown();
    const labels = new Map<string, Use>();
    for (const [i, tensor] of tensors.entries()) {
      if (!isRanked(tensor) || !bindLabels(cx, labels, terms[i] ?? "", tensor)) return unknown();
    }
    const shape = [...right].map((label) => labels.get(label)?.size);
    return shape.every((size) => size !== undefined) ? made(cx, { shape, dtype }, tensors) : unknown();
  },
});

/** Of one type alone; what TensorFlow.js makes of mixed ones depends on the equation. */
function einsumDtype([first, ...rest]: readonly TensorValue[]): TensorType["dtype"] {
  const same = first?.dtype !== "bool" && rest.every(({ dtype }) => dtype === first?.dtype);
  return same ? first?.dtype : undefined;
}

function bindLabels(
  cx: OperationContext,
  labels: Map<string, Use>,
  term: string,
  tensor: TensorValue & { readonly shape: Shape },
): boolean {
  if (term.length !== tensor.shape.length) {
    const message = `"${term}" names ${term.length} dimensions, and ${formatShape(tensor.shape)} has ${tensor.shape.length}.`;
    cx.report(wrongCount({ cx, input: tensor, message }));
    return false;
  }
  for (const [axis, label] of [...term].entries()) {
    const use = { size: tensor.shape[axis] ?? unknownDim(), tensor, axis };
    const before = labels.get(label);
    if (before && surelyDifferent(before.size, use.size)) {
      const message = `einsum: "${label}" is ${formatDim(before.size)} in ${formatShape(before.tensor.shape)} and ${formatDim(use.size)} in ${formatShape(tensor.shape)}.`;
      const related = [...sizeOrigin(before.tensor, before.axis), ...sizeOrigin(tensor, axis)];
      cx.report(mismatch({ message, related }));
      return false;
    }
    if (!before) labels.set(label, use);
  }
  return true;
}

export const productOperations: readonly Operation[] = [matMul, dot, outerProduct, einsum];
