import type { NativeFunction, PropertyContext } from "../../interpreter/native";
import type { DType, NativeFunctionValue, TensorValue, Value } from "../../interpreter/value";
import {
  boolean,
  integer as integerValue,
  NULL,
  SOME_BOOLEAN,
  SOME_NUMBER,
  SOME_STRING,
  string,
  UNDEFINED,
  UNKNOWN,
} from "../../interpreter/value";
import { wrongDType } from "../../rules/dtype-mismatch";
import { mismatch } from "../../rules/shape-mismatch";
import { constant, surelyDifferent, unknownDim } from "../../shape/dim";
import { denseStridesLike } from "../../shape/layout";
import type { Shape } from "../../shape/shape";
import { formatShape, numel } from "../../shape/shape";
import type { Strides } from "../../shape/strides";
import { isContiguous } from "../../shape/strides";
import type { Operation, OperationContext } from "../operation";
import { anything, knownInteger, optional, tensor } from "../parameter";
import { ignored } from "./arguments";
import { writtenResult } from "./content";
import { dtypes, isIntegral } from "./dtype";
import {
  binaryOperations,
  dropout,
  inPlaceOperations,
  unaryInPlaceOperations,
  unaryOperations,
  requireFit,
  requireOwnElements,
} from "./elementwise";
import { functions } from "./functions";
import { at } from "./indexing";
import { broadcastOperands, operand } from "./operands";
import { axisOf, tensorResult, torchOperation, viewResult } from "./result";
import { expand, expandAs } from "./expansion";
import { clamp_, maskedFill_ } from "./masking";
import { unfold } from "./views";
import { contiguous, reshapeAs, view, viewAs } from "./reshaping";
import { selections } from "./selection";
import { t } from "../../text/translate";

export function functionValue(native: NativeFunction): NativeFunctionValue {
  return { kind: "native", native, self: undefined, selfSpan: undefined };
}

function sizesArray(cx: OperationContext, sizes: Shape | undefined): Value {
  return sizes ? cx.array(sizes.map((size) => integerValue(size))) : UNKNOWN;
}

/** `x.size()` is all sizes, `x.size(1)` one of them; so with `stride`. */
function sizeOrStride(name: "size" | "stride"): Operation {
  return torchOperation({
    name,
    documentation: `torch.Tensor.${name}`,
    parameters: { input: tensor, dim: optional(knownInteger, undefined) },
    result({ input, dim }, cx) {
      const sizes = name === "size" ? input.shape : input.strides;
      if (dim === undefined) return sizesArray(cx, sizes);
      const axis = axisOf(cx, input, dim, "dim", { rank: input.shape?.length ?? 0 });
      const size = axis === undefined ? undefined : sizes?.[axis];
      return integerValue(size ?? unknownDim(0));
    },
  });
}

/** What a tensor answers about itself. */
function query(name: string, answer: (input: TensorValue) => Value): Operation {
  return torchOperation({
    name,
    documentation: `torch.Tensor.${name}`,
    parameters: { input: tensor },
    result: ({ input }) => answer(input),
  });
}

const queries: readonly Operation[] = [
  query("dim", rankOf),
  query("numel", ({ shape }) => integerValue(shape ? numel(shape) : unknownDim(0))),
  query("isContiguous", ({ shape, strides }) => {
    const answer = shape && strides ? isContiguous(shape, strides) : "maybe";
    return answer === "maybe" ? SOME_BOOLEAN : boolean(answer === "yes");
  }),
  query("isFloatingPoint", ({ dtype }) => (dtype ? boolean(dtype === "float32") : SOME_BOOLEAN)),
  query("storageOffset", () => SOME_NUMBER),
  query("dataPtr", () => SOME_NUMBER),
  query("tolist", () => UNKNOWN),
  query("toString", () => SOME_STRING),
  query("retainGrad", () => UNDEFINED),
  query("equal", () => SOME_BOOLEAN),
  query("allclose", () => SOME_BOOLEAN),
  query("data", () => ({ kind: "promise", value: UNKNOWN })),
];

function rankOf({ shape }: TensorValue): Value {
  return integerValue(shape ? constant(shape.length) : unknownDim(0));
}

/** `item()` is for a tensor of one element. */
const item = torchOperation({
  name: "item",
  documentation: "torch.Tensor.item",
  parameters: { input: tensor },
  result({ input }, cx) {
    requireOneElement(cx, input, t`a number can be made of`);
    return SOME_NUMBER;
  },
});

function requireOneElement(cx: OperationContext, input: TensorValue, purpose: string): void {
  if (!input.shape || !surelyDifferent(numel(input.shape), constant(1))) return;
  const message = t`${cx.operation}: ${purpose} one element only; the shape is ${formatShape(input.shape)}.`;
  const related = input.origin
    ? [{ span: input.origin.span, message: t`${formatShape(input.shape)} is made here.` }]
    : [];
  cx.report(mismatch({ message, related }));
}

/** Differentiation starts from one number, unless a gradient is given. */
const backward = torchOperation({
  name: "backward",
  documentation: "torch.Tensor.backward",
  parameters: { input: tensor, gradient: optional(anything, undefined) },
  result({ input, gradient }, cx) {
    if (gradient === undefined)
      requireOneElement(cx, input, t`without a gradient of its own it starts from a tensor of`);
    return UNDEFINED;
  },
});

/** A conversion to the type that a tensor has is the tensor itself; any other is a copy, which keeps a dense layout. */
function convertedStrides(
  { shape, strides, dtype: before }: TensorValue,
  after: DType | undefined,
): Strides | undefined {
  if (!shape || !strides) return undefined;
  if (before !== undefined && before === after) return strides;
  const copied = denseStridesLike(shape, strides);
  if (before !== undefined && after !== undefined) return copied;
  return copied?.every((stride, axis) => stride === strides[axis]) ? copied : undefined;
}

/** Copies, which keep a dense layout, and conversions to another element type. */
function copy(name: string, dtype: (input: TensorValue) => DType | undefined): Operation {
  return torchOperation({
    name,
    documentation: `torch.Tensor.${name}`,
    parameters: { input: tensor },
    result({ input }, cx) {
      const { shape } = input;
      const result = dtype(input);
      const strides =
        name === "clone" ? shape && denseStridesLike(shape, input.strides) : convertedStrides(input, result);
      return tensorResult(cx, [input], { shape, dtype: result, strides, content: input.content });
    },
  });
}

export const clone = copy("clone", (input) => input.dtype);

/** `type()` tells the element type, `type(torch.int64)` and `to(torch.int64)` convert. Devices change nothing here. */
function conversion(name: "type" | "to"): Operation {
  return torchOperation({
    name,
    documentation: `torch.Tensor.${name}`,
    parameters: { input: tensor, target: optional(anything, undefined) },
    result({ input, target }, cx) {
      if (target === undefined) return SOME_STRING;
      const name = target.kind === "string" ? target.value : undefined;
      const { shape, strides } = input;
      const dtype = name === undefined ? undefined : dtypes[name];
      const isDevice = name !== undefined && dtype === undefined;
      return tensorResult(cx, [input], {
        shape,
        dtype: isDevice ? input.dtype : dtype,
        strides: isDevice ? strides : convertedStrides(input, dtype),
      });
    },
  });
}

/** Methods that return the tensor itself, or a view of all of it. */
function itself(name: string): Operation {
  return torchOperation({
    name,
    documentation: `torch.Tensor.${name}`,
    parameters: { input: tensor, first: ignored, second: ignored },
    result: ({ input }) => input,
  });
}

/** Methods that set every element. */
function overwritten(name: string): Operation {
  return torchOperation({
    name,
    documentation: `torch.Tensor.${name}`,
    parameters: { input: tensor, value: ignored },
    result: ({ input }, cx) => writtenResult(cx, input),
  });
}

const detach = torchOperation({
  name: "detach",
  documentation: "torch.Tensor.detach",
  parameters: { input: tensor },
  result: ({ input }, cx) => viewResult(cx, input, input.shape, input.strides),
});

const copy_ = torchOperation({
  name: "copy_",
  documentation: "torch.Tensor.copy_",
  parameters: { input: tensor, src: operand },
  result({ input, src }, cx) {
    requireOwnElements(cx, input);
    requireFit(cx, input, src, broadcastOperands(cx, { operands: [input, src], names: ["input", "src"] }));
    return writtenResult(cx, input);
  },
});

/** Random numbers are floating point. */
function randomised(name: string): Operation {
  return torchOperation({
    name,
    documentation: `torch.Tensor.${name}`,
    parameters: { input: tensor, first: ignored, second: ignored },
    result({ input }, cx) {
      if (isIntegral(input.dtype))
        cx.report(wrongDType({ cx, input, expected: t`floating point`, subject: t`its tensor` }));
      return writtenResult(cx, input);
    },
  });
}

export const methods: ReadonlyMap<string, NativeFunctionValue> = new Map(
  [
    ...functions,
    ...unaryOperations.values(),
    ...unaryInPlaceOperations.values(),
    ...binaryOperations.values(),
    ...inPlaceOperations.values(),
    ...selections,
    ...queries,
    ...["requiresGrad_", "cpu", "cuda"].map(itself),
    ...["fill_", "zero_"].map(overwritten),
    ...["uniform_", "normal_"].map(randomised),
    sizeOrStride("size"),
    sizeOrStride("stride"),
    item,
    backward,
    clone,
    copy("float", () => "float32"),
    copy("long", () => "int64"),
    copy("int", () => "int32"),
    copy("bool", () => "bool"),
    conversion("type"),
    conversion("to"),
    detach,
    copy_,
    dropout,
    maskedFill_,
    clamp_,
    at,
    view,
    viewAs,
    reshapeAs,
    contiguous,
    expand,
    expandAs,
    unfold,
  ].map((one) => [one.name, functionValue(one)]),
);

/** A member of a tensor of the torch dialect. */
export function tensorMember(cx: PropertyContext, input: TensorValue, name: string): Value | undefined {
  switch (name) {
    case "shape":
      return input.shape ? cx.array(input.shape.map((size) => integerValue(size))) : UNKNOWN;
    case "dtype":
      return input.dtype ? string(input.dtype) : SOME_STRING;
    case "ndim":
      return rankOf(input);
    case "device":
      return SOME_STRING;
    case "requiresGrad":
    case "isLeaf":
      return SOME_BOOLEAN;
    case "grad":
      return { kind: "union", options: [{ ...input, form: "tensor", origin: undefined }, NULL] };
    default:
      return methods.get(name);
  }
}
