import type { DType, TensorValue } from "../../interpreter/value";
import { cannotExpand, doNotBroadcast } from "../../rules/broadcast-mismatch";
import { dtypesDiffer } from "../../rules/dtype-mismatch";
import { wrongRank } from "../../rules/rank-mismatch";
import { productMismatch, sidesDiffer } from "../../rules/shape-mismatch";
import { broadcastShapes } from "../../shape/broadcast";
import type { Dim } from "../../shape/dim";
import { constant, surelyDifferent } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import type { Operation, OperationContext } from "../operation";
import { knownIntegerOrIntegers, knownInteger, either, optional, readAll, tensor, UNDETERMINED } from "../parameter";
import type { Parameter } from "../parameter";
import { promotable, promote } from "./dtype";
import { axisOf, contiguousResult, torchOperation, unknownResult } from "./result";
import { elementwiseResult } from "./operands";
import { t } from "../../text/translate";

/** Both sides of a product have one element type; PyTorch does not promote here. */
export function productDType(
  cx: OperationContext,
  left: TensorValue,
  right: TensorValue,
  rightName: string,
): DType | undefined {
  const [a, b] = [left.dtype, right.dtype];
  if (a !== undefined && b !== undefined && a !== b) {
    const [integral, parameter] = a === "float32" ? [b, rightName] : [a, "input"];
    const span = integral === "float32" ? undefined : cx.source(parameter)?.span;
    const reason = t`Both sides of a product must have the same element type.`;
    cx.report(dtypesDiffer({ cx, left, right, reason, conversion: { span, text: ".float()" } }));
    return promote([promotable(left), promotable(right)]);
  }
  return a ?? b;
}

/** Reports inner sizes that surely differ; afterwards they are known to be equal. */
function checkInner(cx: OperationContext, about: Parameters<typeof productMismatch>[0]): void {
  const [l, r] = [about.left.shape?.[about.leftAxis], about.right.shape?.[about.rightAxis]];
  if (!l || !r) return;
  if (surelyDifferent(l, r)) cx.report(productMismatch(about));
  else cx.assumeEqual(l, r);
}

const SWAP = ".transpose(-2, -1)";

/** The product over the last dimension of one and the last but one of the other, batched over the dimensions before. */
export function matrixProduct(
  cx: OperationContext,
  left: TensorValue,
  right: TensorValue,
  rightName: string,
): TensorValue {
  const inputs = [left, right];
  const dtype = productDType(cx, left, right, rightName);
  const [a, b] = [left.shape, right.shape];
  for (const side of inputs) {
    if (side.shape?.length !== 0) continue;
    cx.report(wrongRank({ cx, input: side, expected: t`at least 1 dimension on both sides` }));
    return unknownResult(cx, inputs, dtype);
  }
  if (!a || !b) return unknownResult(cx, inputs, dtype);
  const rightAxis = Math.max(b.length - 2, 0);
  checkInner(cx, {
    cx,
    left,
    right,
    leftAxis: a.length - 1,
    rightAxis,
    rightSpan: cx.source(rightName)?.span,
    transpose: SWAP,
  });
  const rows = a.length > 1 ? a.slice(-2, -1) : [];
  const columns = b.length > 1 ? b.slice(-1) : [];
  const batch = batchShape(cx, left, right, a.slice(0, -2), b.slice(0, -2));
  return contiguousResult(cx, inputs, [...batch, ...rows, ...columns], dtype);
}

function batchShape(cx: OperationContext, left: TensorValue, right: TensorValue, a: Shape, b: Shape): Shape {
  const joined = broadcastShapes(a, b);
  if (joined.kind === "ok") return joined.shape;
  cx.report(
    doNotBroadcast({
      cx,
      left: { tensor: { ...left, shape: a }, span: undefined },
      right: { tensor: { ...right, shape: b }, span: undefined },
      dimension: joined.dimension,
      insertDimension: (axis) => `.unsqueeze(${axis})`,
    }),
  );
  return a.length >= b.length ? a : b;
}

export const matmul = torchOperation({
  name: "matmul",
  documentation: "torch.matmul",
  parameters: { input: tensor, other: tensor },
  result: ({ input, other }, cx) => matrixProduct(cx, input, other, "other"),
});

/** Products that insist on a number of dimensions. */
function strictProduct(name: "mm" | "bmm", rank: number): Operation {
  return torchOperation({
    name,
    documentation: `torch.${name}`,
    parameters: { input: tensor, mat2: tensor },
    result({ input, mat2 }, cx) {
      for (const side of [input, mat2]) {
        if (!side.shape || side.shape.length === rank) continue;
        cx.report(wrongRank({ cx, input: side, expected: t`${rank} dimensions on both sides` }));
        return unknownResult(cx, [input, mat2], input.dtype);
      }
      const dtype = productDType(cx, input, mat2, "mat2");
      const [a, b] = [input.shape, mat2.shape];
      if (!a || !b) return unknownResult(cx, [input, mat2], dtype);
      const [first, second] = [a[0], b[0]];
      if (name === "bmm" && first && second && surelyDifferent(first, second)) {
        const reason = t`Both sides of bmm need the same number of matrices.`;
        cx.report(sidesDiffer({ cx, first: input, second: mat2, axis: 0, reason }));
      }
      const rightSpan = cx.source("mat2")?.span;
      checkInner(cx, {
        cx,
        left: input,
        right: mat2,
        leftAxis: rank - 1,
        rightAxis: rank - 2,
        rightSpan,
        transpose: SWAP,
      });
      return contiguousResult(cx, [input, mat2], [...a.slice(0, -1), ...b.slice(-1)], dtype);
    },
  });
}

/** Reports operands that are not vectors. */
function areVectors(cx: OperationContext, sides: readonly TensorValue[]): boolean {
  for (const input of sides) {
    if (!input.shape || input.shape.length === 1) continue;
    cx.report(wrongRank({ cx, input, expected: t`1 dimension on both sides` }));
    return false;
  }
  return true;
}

const dot = torchOperation({
  name: "dot",
  documentation: "torch.dot",
  parameters: { input: tensor, tensor: tensor },
  result({ input, tensor: other }, cx) {
    const dtype = productDType(cx, input, other, "tensor");
    if (areVectors(cx, [input, other])) checkInner(cx, { cx, left: input, right: other, leftAxis: 0, rightAxis: 0 });
    return contiguousResult(cx, [input, other], [], dtype);
  },
});

const outer = torchOperation({
  name: "outer",
  documentation: "torch.outer",
  parameters: { input: tensor, vec2: tensor },
  result({ input, vec2 }, cx) {
    const dtype = promote([promotable(input), promotable(vec2)]);
    const [rows, columns] = [input.shape, vec2.shape];
    if (!areVectors(cx, [input, vec2]) || !rows || !columns) return unknownResult(cx, [input, vec2], dtype);
    return contiguousResult(cx, [input, vec2], [...rows, ...columns], dtype);
  },
});

const mv = torchOperation({
  name: "mv",
  documentation: "torch.mv",
  parameters: { input: tensor, vec: tensor },
  result({ input, vec }, cx) {
    for (const [side, rank] of [
      [input, 2],
      [vec, 1],
    ] as const) {
      if (!side.shape || side.shape.length === rank) continue;
      cx.report(wrongRank({ cx, input: side, expected: t`a matrix on the left and a vector on the right` }));
      return unknownResult(cx, [input, vec], input.dtype);
    }
    const dtype = productDType(cx, input, vec, "vec");
    checkInner(cx, { cx, left: input, right: vec, leftAxis: 1, rightAxis: 0 });
    return contiguousResult(cx, [input, vec], input.shape?.slice(0, 1), dtype);
  },
});

/** `input + matrix product`, in which the first operand broadcasts: `addmm`, `baddbmm`. */
function addedProduct(name: "addmm" | "baddbmm", rank: number, left: string, right: string): Operation {
  return torchOperation({
    name,
    documentation: `torch.${name}`,
    parameters: { input: tensor, [left]: tensor, [right]: tensor } as Record<string, Parameter<TensorValue>>,
    result(args, cx) {
      const [input, a, b] = [args["input"], args[left], args[right]];
      if (!input || !a || !b) return unknownResult(cx, []);
      for (const side of [a, b]) {
        if (!side.shape || side.shape.length === rank) continue;
        cx.report(wrongRank({ cx, input: side, expected: t`${rank} dimensions on both sides of the product` }));
        return unknownResult(cx, [input, a, b], input.dtype);
      }
      const product = matrixProduct(cx, a, b, right);
      if (input.shape && input.shape.length > rank) {
        cx.report(wrongRank({ cx, input, expected: t`at most ${rank} dimensions, as the product` }));
        return product;
      }
      const axis = product.shape?.findIndex((size, i) => {
        const own = input.shape?.[i - rank + input.shape.length];
        return own && own !== constant(1) && surelyDifferent(own, size);
      });
      if (axis !== undefined && axis >= 0) {
        const own = axis - rank + (input.shape?.length ?? rank);
        cx.report(cannotExpand({ cx, input, axis: own, target: product.shape ?? [] }));
        return product;
      }
      const sum = elementwiseResult(cx, { operands: [input, product], names: ["input", right], dtype: product.dtype });
      return contiguousResult(cx, [a, b, input], sum.shape, product.dtype);
    },
  });
}

const axisLists: Parameter<readonly (readonly number[])[]> = {
  read(value, cx) {
    const lists = readAll(cx.elements(value), knownIntegerOrIntegers, cx);
    return lists === UNDETERMINED ? UNDETERMINED : lists.map((list) => [list].flat());
  },
};

/** `tensordot(a, b, 2)` over the last and first two dimensions, or over named pairs of dimensions. */
const tensordot = torchOperation({
  name: "tensordot",
  documentation: "torch.tensordot",
  parameters: { a: tensor, b: tensor, dims: optional(either(knownInteger, axisLists), 2) },
  result({ a, b, dims }, cx) {
    const dtype = productDType(cx, a, b, "b");
    const [left, right] = [a.shape, b.shape];
    if (!left || !right) return unknownResult(cx, [a, b], dtype);
    const count = typeof dims === "number" ? dims : 0;
    const fromLeft = typeof dims === "number" ? range(left.length - count, count) : (dims[0] ?? []);
    const fromRight = typeof dims === "number" ? range(0, count) : (dims[1] ?? []);
    const leftAxes = fromLeft.map((axis) => axisOf(cx, a, axis));
    const rightAxes = fromRight.map((axis) => axisOf(cx, b, axis));
    for (const [i, leftAxis] of leftAxes.entries()) {
      const rightAxis = rightAxes[i];
      if (leftAxis === undefined || rightAxis === undefined) return unknownResult(cx, [a, b], dtype);
      // A size of 1 stretches here, other than in a matrix product.
      if (left[leftAxis] === constant(1) || right[rightAxis] === constant(1)) continue;
      checkInner(cx, { cx, left: a, right: b, leftAxis, rightAxis });
    }
    const keep = (shape: Shape, axes: readonly (number | undefined)[]): Dim[] =>
      shape.filter((_, axis) => !axes.includes(axis));
    return contiguousResult(cx, [a, b], [...keep(left, leftAxes), ...keep(right, rightAxes)], dtype);
  },
});

function range(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

export const products: readonly Operation[] = [
  matmul,
  strictProduct("mm", 2),
  strictProduct("bmm", 3),
  mv,
  dot,
  outer,
  addedProduct("addmm", 2, "mat1", "mat2"),
  addedProduct("baddbmm", 3, "batch1", "batch2"),
  tensordot,
];
