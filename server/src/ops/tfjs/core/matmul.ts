import type { TensorValue, Value } from "../../../interpreter/value";
import { insertBehind, ranked, replaceText, sizeOrigin } from "../../../rules/evidence";
import { spanning } from "../../../ir";
import type { Fix } from "../../../rules/finding";
import { wrongCount, wrongRank } from "../../../rules/rank-mismatch";
import { mismatch, productMismatch } from "../../../rules/shape-mismatch";
import { doNotBroadcast } from "../../../rules/broadcast-mismatch";
import { broadcastShapes } from "../../../shape/broadcast";
import type { Dim } from "../../../shape/dim";
import { formatDim, surelyDifferent, surelyEqual, unknownDim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { formatShape } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { flag, optional, text } from "../../parameter";
import type { Parameter } from "../../parameter";
import { UNDETERMINED } from "../../parameter";
import type { TensorType } from "../tensors";
import { made, tensorLike, upcast } from "../tensors";
import { hasRank, isRanked, tfOperation } from "./define";
import { t } from "../../../text/translate";

interface Side {
  readonly tensor: TensorValue;
  readonly axis: number;
}

/** Reports inner sizes that surely differ; afterwards they are known to be equal. */
function checkInner(
  cx: OperationContext,
  left: Side,
  right: Side,
  { transpose: fix, fixes = [] }: { readonly transpose: "right" | "none"; readonly fixes?: readonly Fix[] },
): void {
  const [l, r] = [left.tensor.shape?.[left.axis], right.tensor.shape?.[right.axis]];
  if (!l || !r) return;
  if (!surelyDifferent(l, r)) return cx.assumeEqual(l, r);
  const transpose = fix === "right" && right.tensor.shape?.length === 2 ? ".transpose()" : undefined;
  const about = { left: left.tensor, right: right.tensor, leftAxis: left.axis, rightAxis: right.axis };
  const found = productMismatch({ cx, ...about, rightSpan: cx.source("b")?.span, transpose });
  cx.report({ ...found, fixes: ranked([...found.fixes, ...fixes]) });
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
    cx.report(wrongRank({ cx, input, expected: t`at least 2 dimensions on both sides` }));
    return made(cx, { shape: undefined, dtype }, [a, b]);
  }
  if (!isRanked(a) || !isRanked(b)) return made(cx, { shape: undefined, dtype }, [a, b]);
  const [m, n] = [a.shape.length, b.shape.length];
  const [rows, inner] = transposeA ? [m - 1, m - 2] : [m - 2, m - 1];
  const [other, columns] = transposeB ? [n - 1, n - 2] : [n - 2, n - 1];
  const fixes = flagFixes(cx, { a, b, transposeA, transposeB });
  const transpose = transposeA || transposeB ? "none" : "right";
  checkInner(cx, { tensor: a, axis: inner }, { tensor: b, axis: other }, { transpose, fixes });
  const batch = joinBatches(cx, a, b);
  const shape = [...batch, a.shape[rows] ?? unknownDim(), b.shape[columns] ?? unknownDim()];
  return made(cx, { shape, dtype }, [a, b]);
}

/** The flags set, or taken back, with which the sides would meet. */
function flagFixes(cx: OperationContext, product: Product): Fix[] {
  const { a, b, transposeA, transposeB } = product;
  const ways = [
    { transposeA, transposeB: !transposeB },
    { transposeA: !transposeA, transposeB },
  ].filter((way) => {
    const [left, right] = [a.shape?.at(way.transposeA ? -2 : -1), b.shape?.at(way.transposeB ? -1 : -2)];
    return left && right && surelyEqual(left, right);
  });
  return ways.flatMap((way) => flagFix(cx, way));
}

function flagFix(cx: OperationContext, way: { readonly transposeA: boolean; readonly transposeB: boolean }): Fix[] {
  const title = way.transposeB ? t`Transpose the right side: transposeB` : t`Transpose the left side: transposeA`;
  const sides = way.transposeB ? `${String(way.transposeA)}, true` : way.transposeA ? "true" : "";
  const second = cx.source("b")?.span;
  const [first, last] = [cx.source("transposeA")?.span, cx.site.args.at(-1)?.span];
  if (!second || !last) return [];
  if (!first) return sides === "" ? [] : [insertBehind(second, `, ${sides}`, title)];
  const span = spanning(first, last);
  const plain = way.transposeB || way.transposeA ? title : t`Do not transpose`;
  return [replaceText(span, sides === "" ? "false" : sides, plain)];
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
    const known = hasRank(cx, t1, [1, 2], t`both sides`) && hasRank(cx, t2, [1, 2], t`both sides`);
    if (!known || !t1.shape || !t2.shape) return made(cx, { shape: undefined, dtype }, [t1, t2]);
    checkInner(cx, { tensor: t1, axis: t1.shape.length - 1 }, { tensor: t2, axis: 0 }, { transpose: "none" });
    return made(cx, { shape: [...t1.shape.slice(0, -1), ...t2.shape.slice(1)], dtype }, [t1, t2]);
  },
});

const outerProduct = tfOperation({
  name: "outerProduct",
  parameters: { v1: tensorLike, v2: tensorLike },
  result({ v1, v2 }, cx) {
    const known = hasRank(cx, v1, [1], t`both sides`) && hasRank(cx, v2, [1], t`both sides`);
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
    const message = t`"${term}" names ${term.length} dimensions, and ${formatShape(tensor.shape)} has ${tensor.shape.length}.`;
    cx.report(wrongCount({ cx, input: tensor, message }));
    return false;
  }
  for (const [axis, label] of [...term].entries()) {
    const use = { size: tensor.shape[axis] ?? unknownDim(), tensor, axis };
    const before = labels.get(label);
    if (before && surelyDifferent(before.size, use.size)) {
      const message = t`einsum: "${label}" is ${formatDim(before.size)} in ${formatShape(before.tensor.shape)} and ${formatDim(use.size)} in ${formatShape(tensor.shape)}.`;
      const related = [...sizeOrigin(before.tensor, before.axis), ...sizeOrigin(tensor, axis)];
      cx.report(mismatch({ message, related }));
      return false;
    }
    if (!before) labels.set(label, use);
  }
  return true;
}

export const productOperations: readonly Operation[] = [matMul, dot, outerProduct, einsum];
