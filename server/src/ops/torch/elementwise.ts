import type { DType, TensorValue } from "../../interpreter/value";
import { cannotGrow } from "../../rules/broadcast-mismatch";
import { dtypesDiffer, wrongDType } from "../../rules/dtype-mismatch";
import { tensorOrigin } from "../../rules/evidence";
import { mismatch } from "../../rules/shape-mismatch";
import { compare, constant, surelyAtLeast } from "../../shape/dim";
import { formatShape } from "../../shape/shape";
import type { Operation, OperationContext } from "../operation";
import { tensor } from "../parameter";
import { ignored } from "./arguments";
import { writtenResult } from "./content";
import type { Promotable } from "./dtype";
import { isIntegral, promotable, promote } from "./dtype";
import type { Operand } from "./operands";
import { broadcastOperands, elementwiseResult, isTensor, operand, promotableOperand } from "./operands";
import { checkPairs } from "./pairs";
import { torchOperation } from "./result";
import { t } from "../../text/translate";

/** The element type of a result, from the operands'. */
type DTypeRule = (operands: readonly Promotable[]) => DType | undefined;

const promoted: DTypeRule = promote;
const boolean: DTypeRule = () => "bool";
const same: DTypeRule = (operands) => operands[0]?.dtype;

/** Integers become floating point: `sqrt`, `div`. */
const floating: DTypeRule = (operands) => {
  const dtype = promote(operands);
  return isIntegral(dtype) ? "float32" : dtype;
};

export interface Unary {
  readonly documentation: string;
  readonly dtype: DTypeRule;
  /** It is not implemented for integers and booleans. */
  readonly floatingOnly?: boolean;
  readonly refusesBool?: boolean;
  /** What the numbers are afterwards, given what they were. */
  readonly content?: (before: TensorValue["content"]) => TensorValue["content"];
}

const math = (name: string, dtype: DTypeRule): Unary => ({ documentation: `torch.${name}`, dtype });
const activation = (name: string): Unary => ({
  documentation: `torch.nn.functional.${name}`,
  dtype: same,
  floatingOnly: true,
});

/** Everything that takes one tensor and works on each element by itself. Options, such as a slope, change nothing here. */
export const unaryTable = {
  neg: { ...math("neg", same), refusesBool: true },
  abs: { ...math("abs", same), refusesBool: true },
  sign: math("sign", same),
  square: math("square", (operands) => promote([...operands, { dtype: "int64", rank: "number" }])),
  floor: { ...math("floor", same), refusesBool: true },
  trunc: { ...math("trunc", same), refusesBool: true },
  ceil: { ...math("ceil", same), refusesBool: true },
  round: { ...math("round", same), refusesBool: true },
  exp: {
    ...math("exp", floating),
    content: (before) => (before === "logProbabilities" ? "probabilities" : undefined),
  },
  log: {
    ...math("log", floating),
    content: (before) => (before === "probabilities" ? "logProbabilities" : undefined),
  },
  log1p: math("log1p", floating),
  log2: math("log2", floating),
  log10: math("log10", floating),
  expm1: math("expm1", floating),
  sqrt: math("sqrt", floating),
  rsqrt: math("rsqrt", floating),
  reciprocal: math("reciprocal", floating),
  sin: math("sin", floating),
  cos: math("cos", floating),
  tan: math("tan", floating),
  asin: math("asin", floating),
  acos: math("acos", floating),
  atan: math("atan", floating),
  sinh: math("sinh", floating),
  cosh: math("cosh", floating),
  tanh: math("tanh", floating),
  erf: math("erf", floating),
  sigmoid: { documentation: "torch.sigmoid", dtype: floating, content: () => "probabilities" },
  isnan: math("isnan", boolean),
  isinf: math("isinf", boolean),
  isfinite: math("isfinite", boolean),
  logicalNot: math("logical_not", boolean),
  relu: { documentation: "torch.nn.functional.relu", dtype: same, refusesBool: true },
  relu6: { documentation: "torch.nn.functional.relu6", dtype: same, refusesBool: true },
  leakyRelu: activation("leaky_relu"),
  elu: activation("elu"),
  selu: activation("selu"),
  gelu: activation("gelu"),
  silu: activation("silu"),
  mish: activation("mish"),
  softplus: activation("softplus"),
  softsign: { documentation: "torch.nn.functional.softsign", dtype: floating },
  logsigmoid: activation("logsigmoid"),
  hardswish: activation("hardswish"),
  hardsigmoid: activation("hardsigmoid"),
  hardtanh: { documentation: "torch.nn.functional.hardtanh", dtype: same, refusesBool: true },
  rrelu: activation("rrelu"),
  prelu: activation("prelu"),
} satisfies Readonly<Record<string, Unary>>;

export function unaryResult(cx: OperationContext, input: TensorValue, unary: Unary): TensorValue {
  if ((unary.floatingOnly && isIntegral(input.dtype)) || (unary.refusesBool && input.dtype === "bool")) {
    const span = cx.source("input")?.span;
    cx.report(
      wrongDType({
        cx,
        input,
        expected: unary.floatingOnly ? t`floating point` : "numbers",
        subject: t`its input`,
        conversion: { span, text: ".float()" },
      }),
    );
  }
  const dtype = unary.dtype([promotable(input)]);
  return elementwiseResult(cx, { operands: [input], names: ["input"], dtype, content: unary.content?.(input.content) });
}

function unaryOperation(name: string, unary: Unary): Operation {
  return torchOperation({
    name,
    documentation: unary.documentation,
    parameters: { input: tensor },
    result: ({ input }, cx) => unaryResult(cx, input, unary),
  });
}

/** `relu_`: the result is written over the input. */
function unaryInPlaceOperation(name: string, unary: Unary): Operation {
  return torchOperation({
    name: `${name}_`,
    documentation: unary.documentation,
    parameters: { input: tensor },
    result({ input }, cx) {
      const { dtype } = unaryResult(cx, input, unary);
      requireOwnElements(cx, input);
      if (dtype === "float32" && isIntegral(input.dtype)) {
        const reason = t`The result is float32 and cannot be kept in the ${input.dtype ?? ""} tensor.`;
        cx.report(dtypesDiffer({ cx, left: input, right: { ...input, dtype, origin: undefined }, reason }));
      }
      return writtenResult(cx, input);
    },
  });
}

interface Binary {
  readonly documentation: string;
  readonly dtype: DTypeRule;
  readonly inPlace?: boolean;
}

const binary = (name: string, dtype: DTypeRule): Binary => ({ documentation: `torch.${name}`, dtype });
const mutating = (name: string, dtype: DTypeRule): Binary => ({ ...binary(name, dtype), inPlace: true });

const binaryTable: Readonly<Record<string, Binary>> = {
  add: mutating("add", promoted),
  sub: mutating("sub", promoted),
  mul: mutating("mul", promoted),
  div: mutating("div", floating),
  pow: mutating("pow", promoted),
  fmod: mutating("fmod", promoted),
  remainder: mutating("remainder", promoted),
  floorDivide: mutating("floor_divide", promoted),
  maximum: binary("maximum", promoted),
  minimum: binary("minimum", promoted),
  atan2: binary("atan2", floating),
  eq: binary("eq", boolean),
  ne: binary("ne", boolean),
  lt: binary("lt", boolean),
  le: binary("le", boolean),
  gt: binary("gt", boolean),
  ge: binary("ge", boolean),
  logicalAnd: binary("logical_and", boolean),
  logicalOr: binary("logical_or", boolean),
  logicalXor: binary("logical_xor", boolean),
};

export function binaryResult(cx: OperationContext, input: Operand, other: Operand, dtype: DTypeRule): TensorValue {
  const operands = [input, other];
  return elementwiseResult(cx, { operands, names: ["input", "other"], dtype: dtype(operands.map(promotableOperand)) });
}

function binaryOperation(name: string, { documentation, dtype }: Binary): Operation {
  return torchOperation({
    name,
    documentation,
    parameters: { input: operand, other: operand, alpha: ignored },
    result({ input, other, alpha }, cx) {
      if (name === "sub" && isTensor(input) && isTensor(other)) checkPairs(cx, input, other);
      if (name === "sub") refuseBooleans(cx, [input, other]);
      if (alpha?.kind === "float") checkAlpha(cx, dtype([input, other].map(promotableOperand)));
      return binaryResult(cx, input, other, dtype);
    },
  });
}

/** Booleans are not subtracted. */
function refuseBooleans(cx: OperationContext, operands: readonly Operand[]): void {
  const boolean = operands.find((one) => one.dtype === "bool" && isTensor(one));
  if (!boolean || !isTensor(boolean)) return;
  cx.report(wrongDType({ cx, input: boolean, expected: "numbers", subject: t`an operand` }));
}

/** A factor that is no whole number would make floating point of whole numbers. */
function checkAlpha(cx: OperationContext, result: DType | undefined): void {
  if (!isIntegral(result)) return;
  cx.report(
    mismatch({
      message: t`${cx.operation}: alpha must be a whole number where both operands are.`,
      span: cx.source("alpha")?.span,
    }),
  );
}

/** The variant that writes its result into the first operand, which therefore may neither grow nor change its element type. */
function inPlaceOperation(name: string, { documentation, dtype }: Binary): Operation {
  return torchOperation({
    name: `${name}_`,
    documentation,
    parameters: { input: tensor, other: operand },
    result({ input, other }, cx) {
      const operands = [input, other];
      const shape = broadcastOperands(cx, { operands, names: ["input", "other"] });
      requireOwnElements(cx, input);
      requireFit(cx, input, other, shape);
      const result = dtype(operands.map(promotableOperand));
      if (result === "float32" && isIntegral(input.dtype)) {
        const reason = t`The result is float32 and cannot be kept in the ${input.dtype ?? ""} tensor.`;
        const right = other.kind === "tensor" ? other : { ...input, dtype: result, origin: undefined };
        cx.report(dtypesDiffer({ cx, left: input, right, reason }));
      }
      return writtenResult(cx, input);
    },
  });
}

/** Reports a result of shape `shape` that is larger than the tensor it is written to. */
export function requireFit(
  cx: OperationContext,
  input: TensorValue,
  other: Operand,
  shape: TensorValue["shape"],
): void {
  if (!input.shape || !shape || other.kind !== "tensor") return;
  const own = input.shape;
  const added = shape.length - own.length;
  const grows = added > 0 || own.some((size, axis) => compare(size, shape[axis] ?? size) === "less");
  if (grows)
    cx.report(
      cannotGrow({
        cx,
        target: input,
        source: other,
        reason: t`The result does not fit into the tensor it is written to.`,
      }),
    );
}

/** Dropout scales what it keeps: the shape stays. */
function dropping(name: "dropout" | "dropout2d"): Operation {
  return torchOperation({
    name,
    documentation: `torch.nn.functional.${name}`,
    parameters: { input: tensor },
    result: ({ input }, cx) => unaryResult(cx, input, { documentation: name, dtype: same, floatingOnly: true }),
  });
}
export const dropout = dropping("dropout");
export const dropout2d = dropping("dropout2d");

function named(operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  return new Map(operations.map((one) => [one.name, one]));
}

/** By name: functions of `torch`, most of them methods too. */
export const unaryOperations = named(Object.entries(unaryTable).map(([name, unary]) => unaryOperation(name, unary)));
export const unaryInPlaceOperations = named(
  Object.entries(unaryTable).map(([name, unary]) => unaryInPlaceOperation(name, unary)),
);
/** Reports an expanded tensor, several of whose elements are one number in memory. */
export function requireOwnElements(cx: OperationContext, input: TensorValue): void {
  const shared = input.strides?.findIndex((stride, axis) => {
    const size = input.shape?.[axis];
    return stride === constant(0) && size !== undefined && surelyAtLeast(size, 2);
  });
  if (shared === undefined || shared < 0) return;
  const message = t`${cx.operation} cannot write to ${formatShape(input.shape)}: along dimension ${shared}, which was expanded, all elements are the same number in memory. Call clone() first.`;
  cx.report(mismatch({ message, related: tensorOrigin(input, t`The tensor is expanded here.`) }));
}

export const binaryOperations = named(Object.entries(binaryTable).map(([name, one]) => binaryOperation(name, one)));
export const inPlaceOperations = named(
  Object.entries(binaryTable).flatMap(([name, one]) => (one.inPlace ? [inPlaceOperation(name, one)] : [])),
);
