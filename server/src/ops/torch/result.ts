import type { DType, TensorValue, Value } from "../../interpreter/value";
import { axisOutOfRange } from "../../rules/dim-out-of-range";
import type { Span } from "../../ir";
import { unknownDim } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { normalizeAxis } from "../../shape/shape";
import type { Strides } from "../../shape/strides";
import { contiguousStrides } from "../../shape/strides";
import type { OperationContext, OperationDefinition, Operation, Parameters } from "../operation";
import { operation } from "../operation";

const documentationRoot = "https://docs.pytorch.org/docs/stable/generated/";

/** An operation of the torch dialect. Its documentation is a page below PyTorch's generated reference, given without `.html`. */
export function torchOperation<P extends Parameters>(definition: OperationDefinition<P>): Operation {
  return operation("torch", { ...definition, documentation: `${documentationRoot}${definition.documentation}.html` });
}

export function documentationPage(name: string): string {
  return `${documentationRoot}${name}.html`;
}

/** What is known of a result. */
export interface Made {
  readonly shape: Shape | undefined;
  readonly dtype: DType | undefined;
  /** Left out: not known. */
  readonly strides?: Strides | undefined;
  readonly content?: TensorValue["content"];
}

/** A layer within a container is the origin of its result, although it is the container that is called. */
export interface TorchContext extends OperationContext {
  readonly originSpan?: Span | undefined;
  /** The layer before it there. */
  readonly previousSpan?: Span | undefined;
}

/** A tensor that the operation makes from its inputs, the principal one first. */
export function tensorResult(cx: TorchContext, inputs: readonly TensorValue[], made: Made): TensorValue {
  return {
    kind: "tensor",
    dialect: "torch",
    shape: made.shape,
    dtype: made.dtype,
    strides: made.shape && made.strides,
    form: "tensor",
    origin: {
      operation: cx.operation,
      span: cx.originSpan ?? cx.site.span,
      inputs,
      call: cx.details,
      operand: cx.originSpan ? cx.previousSpan : cx.source("input")?.span,
    },
    content: made.content,
  };
}

/** A result in freshly allocated memory of row-major order. */
export function contiguousResult(
  cx: OperationContext,
  inputs: readonly TensorValue[],
  shape: Shape | undefined,
  dtype: DType | undefined,
  content?: TensorValue["content"],
): TensorValue {
  return tensorResult(cx, inputs, { shape, dtype, strides: shape && contiguousStrides(shape), content });
}

/** A tensor that shares the input's memory. */
export function viewResult(
  cx: OperationContext,
  input: TensorValue,
  shape: Shape | undefined,
  strides: Strides | undefined,
): TensorValue {
  return tensorResult(cx, [input], { shape, dtype: input.dtype, strides, content: input.content });
}

/** A tensor of unknown rank; its element type may be known. */
export function unknownResult(
  cx: OperationContext,
  inputs: readonly TensorValue[],
  dtype?: DType | undefined,
): TensorValue {
  return tensorResult(cx, inputs, { shape: undefined, dtype });
}

/** Several tensors that come together where neither their number nor their shapes are known. */
export function unknownTensors(cx: OperationContext, input: TensorValue): Value {
  return cx.list(unknownResult(cx, [input], input.dtype), unknownDim(0));
}

/**
 * An axis counted from the front. Reports one that the tensor does not have and answers undefined. `parameter` is the one whose
 * argument is the axis alone, so that it can be corrected.
 */
export function axisOf(
  cx: OperationContext,
  input: TensorValue,
  axis: number,
  parameter?: string,
  range: { readonly rank?: number } = {},
): number | undefined {
  if (!input.shape) return undefined;
  const rank = range.rank ?? scalarRank(input.shape);
  const found = normalizeAxis(axis, rank);
  if (found === undefined) {
    cx.report(
      axisOutOfRange({ cx, input, axis, rank, source: parameter === undefined ? undefined : cx.source(parameter) }),
    );
  }
  return found;
}

/** Most operations take the axes 0 and -1 for a tensor without dimensions. */
export function scalarRank(shape: Shape): number {
  return Math.max(shape.length, 1);
}

/** The shape with the size at an axis replaced, or removed. */
export function replaced(shape: Shape, axis: number, ...sizes: Shape): Shape {
  return [...shape.slice(0, axis), ...sizes, ...shape.slice(axis + 1)];
}

/** Where the numbers of a variadic argument are written: one by one, or within an array. */
export function elementSpans(cx: OperationContext, count: number): (Span | undefined)[] {
  const args = cx.site.args.filter((arg) => arg.value.kind !== "tensor");
  const list = args[0] && cx.elements(args[0].value) ? args[0] : undefined;
  return Array.from({ length: count }, (_, i) => {
    if (list) return cx.propertySpan(list.value, String(i));
    return args.length >= count ? args[i]?.span : undefined;
  });
}
