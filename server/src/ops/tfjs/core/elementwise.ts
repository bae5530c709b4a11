import type { DType, TensorValue } from "../../../interpreter/value";
import { dtypesDiffer } from "../../../rules/dtype-mismatch";
import { doNotBroadcast } from "../../../rules/broadcast-mismatch";
import { broadcastShapes } from "../../../shape/broadcast";
import type { Shape } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { requireDtype } from "../dtypes";
import { convertible, like, made, tensorLike, tensorOrTensors, upcast } from "../tensors";
import type { DtypeRule } from "./define";
import { checkPairs } from "./pairs";
import { checkSameShape, floatDtype, sameDtype, tfOperation } from "./define";
import { t } from "../../../text/translate";

/** The shape that two operands broadcast to; after a report, the one of higher rank. */
export function broadcast(
  cx: OperationContext,
  left: TensorValue,
  right: TensorValue,
  [leftName, rightName]: readonly [string, string] = ["a", "b"],
): Shape | undefined {
  if (!left.shape || !right.shape) return undefined;
  const joined = broadcastShapes(left.shape, right.shape);
  if (joined.kind === "ok") return joined.shape;
  cx.report(
    doNotBroadcast({
      cx,
      left: { tensor: left, span: operandSpan(cx, left, leftName) },
      right: { tensor: right, span: operandSpan(cx, right, rightName) },
      dimension: joined.dimension,
      insertDimension: (axis) => `.expandDims(${axis})`,
    }),
  );
  return left.shape.length >= right.shape.length ? left.shape : right.shape;
}

/** Where a method can be appended to an operand; numbers and arrays have none. */
function operandSpan(cx: OperationContext, operand: TensorValue, name: string) {
  return operand.origin ? cx.source(name)?.span : undefined;
}

type PairRule = (a: DType | undefined, b: DType | undefined) => DType | undefined;
const always =
  (dtype: DType): PairRule =>
  () =>
    dtype;
const atLeastIntegers: PairRule = (a, b) => {
  const dtype = upcast(a, b);
  return dtype === "bool" ? "int32" : dtype;
};

/** Where two tensors are compared element by element, a column that meets a row is a mistake. */
const DIFFERENCES = new Set(["sub", "squaredDifference"]);

function binary(name: string, dtypeOf: PairRule, dtype?: DType) {
  const operand = convertible(dtype);
  return tfOperation({
    name,
    parameters: { a: operand, b: operand },
    result({ a, b }, cx) {
      if (dtype) {
        requireDtype(cx, a, dtype, "a");
        requireDtype(cx, b, dtype, "b");
      }
      if (DIFFERENCES.has(name)) checkPairs(cx, a, b);
      return made(cx, { shape: broadcast(cx, a, b), dtype: dtypeOf(a.dtype, b.dtype) }, [a, b]);
    },
  });
}

function unary(name: string, dtypeOf: DtypeRule) {
  return tfOperation({
    name,
    parameters: { x: tensorLike },
    result: ({ x }, cx) => like(cx, x, { dtype: dtypeOf(x.dtype) }),
  });
}

/** Functions that take nothing but one dtype. */
function strict(name: string, dtype: DType) {
  return tfOperation({
    name,
    parameters: { x: convertible(dtype) },
    result({ x }, cx) {
      requireDtype(cx, x, dtype, "x");
      return like(cx, x, { dtype });
    },
  });
}

const condition = convertible("bool");

function selected(cx: OperationContext, mask: TensorValue, a: TensorValue, b: TensorValue): TensorValue {
  requireDtype(cx, mask, "bool", t`the condition`, "condition");
  const either = made(cx, { shape: broadcast(cx, a, b), dtype: upcast(a.dtype, b.dtype) }, [a, b]);
  return made(cx, { shape: broadcast(cx, mask, either, ["condition", "a"]), dtype: either.dtype }, [a, b, mask]);
}

const where = tfOperation({
  name: "where",
  parameters: { condition, a: tensorLike, b: tensorLike },
  result: ({ condition: mask, a, b }, cx) => selected(cx, mask, a, b),
});

/** `a.where(condition, b)` */
export const whereMethod = tfOperation({
  name: "where",
  parameters: { a: tensorLike, condition, b: tensorLike },
  result: ({ condition: mask, a, b }, cx) => selected(cx, mask, a, b),
});

const addN = tfOperation({
  name: "addN",
  parameters: { tensors: tensorOrTensors },
  result({ tensors }, cx) {
    const [first, ...rest] = tensors;
    if (!first) return made(cx, { shape: undefined, dtype: undefined });
    for (const second of rest) {
      if (first.dtype && second.dtype && first.dtype !== second.dtype) {
        cx.report(dtypesDiffer({ cx, left: first, right: second, reason: t`All tensors must have one dtype.` }));
      }
      if (!checkSameShape(cx, first, second, t`addN does not broadcast; all shapes must be equal.`)) break;
    }
    return made(cx, first, tensors);
  },
});

/** Of integers, element by element, without broadcasting. */
const bitwiseAnd = tfOperation({
  name: "bitwiseAnd",
  parameters: { x: tensorLike, y: tensorLike },
  result({ x, y }, cx) {
    if (checkSameShape(cx, x, y, t`bitwiseAnd does not broadcast; both shapes must be equal.`)) {
      requireDtype(cx, x, "int32", "x");
      requireDtype(cx, y, "int32", "y");
    }
    return like(cx, x, { dtype: "int32" });
  },
});

const leakyRelu = unary("leakyRelu", floatDtype);
const prelu = tfOperation({
  name: "prelu",
  parameters: { x: tensorLike, alpha: tensorLike },
  result: ({ x, alpha }, cx) =>
    made(cx, { shape: broadcast(cx, x, alpha, ["x", "alpha"]), dtype: "float32" }, [x, alpha]),
});

const KEEP =
  "abs acos acosh asin asinh atan atanh clipByValue expm1 log1p logSigmoid neg reciprocal relu relu6 round selu sign sinh softplus square step";
const FLOAT32_ONLY = "ceil cos cosh elu floor log rsqrt sigmoid sin sqrt tan tanh";

export const elementwiseOperations: readonly Operation[] = [
  ...KEEP.split(" ").map((name) => unary(name, sameDtype)),
  ...FLOAT32_ONLY.split(" ").map((name) => strict(name, "float32")),
  ...["exp", "erf"].map((name) => unary(name, floatDtype)),
  ...["isFinite", "isInf", "isNaN"].map((name) => unary(name, () => "bool")),
  strict("logicalNot", "bool"),
  leakyRelu,
  prelu,
  ...["add", "sub", "mul", "div", "divNoNan", "pow", "mod", "squaredDifference", "atan2"].map((name) =>
    binary(name, upcast),
  ),
  ...["maximum", "minimum"].map((name) => binary(name, atLeastIntegers)),
  binary("floorDiv", always("int32")),
  ...["greater", "greaterEqual", "less", "lessEqual", "equal", "notEqual"].map((name) => binary(name, always("bool"))),
  ...["logicalAnd", "logicalOr", "logicalXor"].map((name) => binary(name, always("bool"), "bool")),
  where,
  addN,
  bitwiseAnd,
];
