import type { DType, TensorValue, Value } from "../../interpreter/value";
import { doNotBroadcast } from "../../rules/broadcast-mismatch";
import type { Span } from "../../ir";
import { broadcastShapes } from "../../shape/broadcast";
import { asNumber } from "../../shape/dim";
import { elementwiseStrides } from "../../shape/layout";
import type { Operand as LaidOut } from "../../shape/layout";
import type { Shape } from "../../shape/shape";
import type { OperationContext } from "../operation";
import type { Parameter } from "../parameter";
import { tensor, UNDETERMINED } from "../parameter";
import type { Promotable } from "./dtype";
import { promotable } from "./dtype";
import { tensorResult, unknownResult } from "./result";

/** A tensor, or a number beside tensors. */
export type Operand = TensorValue | NumberOperand;

export interface NumberOperand {
  readonly kind: "number";
  /** As type promotion sees it; `undefined` for a number that may be whole or not. */
  readonly dtype: DType | undefined;
}

/** A tensor or a number: `x.add(y)`, `x.add(2)`. */
export const operand: Parameter<Operand> = {
  read(value, cx) {
    const number = numberOperand(value);
    return number ?? tensor.read(value, cx);
  },
};

function numberOperand(value: Value): NumberOperand | undefined {
  switch (value.kind) {
    case "integer":
      return { kind: "number", dtype: "int64" };
    case "boolean":
      return { kind: "number", dtype: "bool" };
    case "ratio":
      return { kind: "number", dtype: undefined };
    case "float":
      return { kind: "number", dtype: value.value === undefined ? undefined : "float32" };
    default:
      return undefined;
  }
}

export const numberOnly: Parameter<NumberOperand> = {
  read: (value) => numberOperand(value) ?? UNDETERMINED,
};

export function isTensor(one: Operand): one is TensorValue {
  return one.kind === "tensor";
}

export function promotableOperand(one: Operand): Promotable {
  return isTensor(one) ? promotable(one) : { dtype: one.dtype, rank: "number" };
}

/** How an operand lies in memory; undefined when its rank is not known. */
function laidOut(one: Operand): LaidOut | undefined {
  if (!isTensor(one)) return { shape: [], strides: [] };
  return one.shape && { shape: one.shape, strides: one.strides };
}

export interface Operands {
  readonly operands: readonly Operand[];
  /** The parameter that each operand was given for, so that a fix finds its expression. */
  readonly names: readonly string[];
}

/** The shape that the operands broadcast to together. Reports the first two that do not; then the first one's shape is the answer. */
export function broadcastOperands(cx: OperationContext, { operands, names }: Operands): Shape | undefined {
  let joined: { tensor: TensorValue; shape: Shape; span: Span | undefined } | undefined;
  for (const [i, one] of operands.entries()) {
    if (!isTensor(one)) continue;
    if (!one.shape) return undefined;
    const span = cx.source(names[i] ?? "")?.span;
    if (!joined) {
      joined = { tensor: one, shape: one.shape, span };
      continue;
    }
    const made = broadcastShapes(joined.shape, one.shape);
    if (made.kind === "mismatch") {
      cx.report(
        doNotBroadcast({
          cx,
          left: { tensor: { ...joined.tensor, shape: joined.shape }, span: joined.span },
          right: { tensor: one, span },
          dimension: made.dimension,
          insertDimension: (axis) => `.unsqueeze(${axis})`,
        }),
      );
      return joined.shape.length >= one.shape.length ? joined.shape : one.shape;
    }
    joined = { ...joined, shape: made.shape };
  }
  return joined?.shape ?? [];
}

/** The result of an element-wise operation, laid out as PyTorch's TensorIterator lays it out. */
export function elementwiseResult(
  cx: OperationContext,
  about: Operands & { readonly dtype: DType | undefined; readonly content?: TensorValue["content"] },
): TensorValue {
  const inputs = about.operands.filter(isTensor);
  const shape = broadcastOperands(cx, about);
  if (!shape) return unknownResult(cx, inputs, about.dtype);
  const layouts = about.operands.map(laidOut).filter((one) => one !== undefined);
  const strides = layouts.length === about.operands.length ? elementwiseStrides(layouts, shape) : undefined;
  return tensorResult(cx, inputs, { shape, dtype: about.dtype, strides, content: about.content });
}

/** A number's value where it is a known integer, for the exponents and bounds that rules look at. */
export function integerValue(value: Value): number | undefined {
  return value.kind === "integer" ? asNumber(value.dim) : undefined;
}
