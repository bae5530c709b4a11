import type { Argument, NativeFunction } from "../../interpreter/native";
import type { TensorValue, Value } from "../../interpreter/value";
import { indexOutOfRange, tooManyIndices } from "../../rules/dim-out-of-range";
import { wrongDType } from "../../rules/dtype-mismatch";
import { mismatch } from "../../rules/shape-mismatch";
import { wrongRank } from "../../rules/rank-mismatch";
import { broadcastShapes } from "../../shape/broadcast";
import type { Dim } from "../../shape/dim";
import {
  add,
  bounds,
  ceilDivide,
  compare,
  constant,
  maximum,
  minimum,
  multiply,
  subtract,
  surelyAtLeast,
  surelyLess,
  unknownDim,
} from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { formatShape } from "../../shape/shape";
import { contiguousStrides, isContiguous } from "../../shape/strides";
import type { Span } from "../../ir";
import type { OperationContext } from "../operation";
import { operationContext, unknownResult as unknownCall } from "../operation";
import { integer, knownInteger, tensor, UNDETERMINED } from "../parameter";
import { axisOf, documentationPage, replaced, tensorResult, torchOperation, unknownResult, viewResult } from "./result";
import { newStride } from "./views";
import { t } from "../../text/translate";

const zero = constant(0);
const one = constant(1);

/** Whether an index, which may count from the end, is no index of a dimension whatever the symbols are. */
export function surelyOutside(index: Dim, size: Dim): boolean {
  const order = compare(index, size);
  return order === "greater" || order === "equal" || surelyLess(add(index, size), zero);
}

export const select = torchOperation({
  name: "select",
  documentation: "torch.select",
  parameters: { input: tensor, dim: knownInteger, index: integer },
  result({ input, dim, index }, cx) {
    const { shape, strides } = input;
    if (shape?.length === 0) cx.report(wrongRank({ cx, input, expected: t`at least 1 dimension` }));
    if (!shape || shape.length === 0) return unknownResult(cx, [input], input.dtype);
    const axis = axisOf(cx, input, dim, "dim");
    const size = axis === undefined ? undefined : shape[axis];
    if (axis === undefined || !size) return unknownResult(cx, [input], input.dtype);
    if (surelyOutside(index, size)) {
      cx.report(indexOutOfRange({ cx, input, axis, index, written: cx.source("index")?.span }));
    }
    return viewResult(cx, input, replaced(shape, axis), strides && replaced(strides, axis));
  },
});

/** One of the things between the brackets of Python's `x[i, ..., 1:3, None]`. */
type Index =
  | { readonly kind: "integer"; readonly index: Dim; readonly span: Span }
  | { readonly kind: "slice"; readonly start: Dim | null; readonly end: Dim | null; readonly step: Dim }
  | { readonly kind: "new" }
  | { readonly kind: "ellipsis" }
  | { readonly kind: "tensor"; readonly tensor: TensorValue; readonly span: Span };

const fullSlice: Index = { kind: "slice", start: null, end: null, step: one };

function readIndex(argument: Argument, cx: OperationContext): Index | undefined {
  const { value, span } = argument;
  switch (value.kind) {
    case "null":
      return { kind: "new" };
    case "string":
      return value.value === "..." ? { kind: "ellipsis" } : value.value === ":" ? fullSlice : undefined;
    case "tensor":
      return { kind: "tensor", tensor: value, span };
    case "object": {
      const parts = cx.elements(value);
      return parts && readSlice(parts, cx);
    }
    default: {
      // An unknown value may be a slice or a tensor as well as a number.
      const index = value.kind === "unknown" ? UNDETERMINED : integer.read(value, cx);
      return index === UNDETERMINED ? undefined : { kind: "integer", index, span };
    }
  }
}

function readSlice(parts: readonly Value[], cx: OperationContext): Index | undefined {
  const [start, end, step] = [parts[0], parts[1], parts[2]].map((part) => {
    if (!part || part.kind === "null" || part.kind === "undefined") return null;
    return integer.read(part, cx);
  });
  if (start === UNDETERMINED || end === UNDETERMINED || step === UNDETERMINED || parts.length > 3) return undefined;
  return { kind: "slice", start: start ?? null, end: end ?? null, step: step ?? one };
}

/** How many elements a slice takes, by Python's rules: ends beyond the dimension are cut off, negative ones count from its end. */
function sliceLength(slice: Index & { kind: "slice" }, size: Dim): Dim {
  const start = slice.start === null ? zero : clipped(slice.start, size);
  const end = slice.end === null ? size : clipped(slice.end, size);
  return start && end ? ceilDivide(maximum(subtract(end, start), zero), slice.step) : unknownDim(0);
}

function clipped(position: Dim, size: Dim): Dim | undefined {
  if (surelyAtLeast(position, 0)) return minimum(position, size);
  return bounds(position).max < 0 ? maximum(add(size, position), zero) : undefined;
}

/** The result under construction: the dimensions behind what has been indexed, and where tensors index. */
interface Indexed {
  readonly shape: Dim[];
  readonly strides: Dim[];
  /** Index tensors, with the place in the result where their dimensions go. */
  readonly gathered: { readonly tensor: TensorValue; readonly at: number }[];
  /** The next dimension of the input. */
  axis: number;
  failed: boolean;
}

function apply(cx: OperationContext, input: TensorValue, shape: Shape, index: Index, result: Indexed): void {
  const strides = input.strides ?? shape;
  const { axis } = result;
  const [size, stride] = [shape[axis] ?? one, strides[axis] ?? one];
  switch (index.kind) {
    case "new":
      result.strides.push(newStride(shape, strides, axis));
      result.shape.push(one);
      return;
    case "integer":
      if (surelyOutside(index.index, size)) {
        cx.report(indexOutOfRange({ cx, input, axis, index: index.index, span: index.span }));
        result.failed = true;
      }
      break;
    case "slice":
      result.shape.push(sliceLength(index, size));
      result.strides.push(multiply(stride, index.step));
      break;
    case "tensor":
      applyTensor(cx, shape, index, result);
      return;
    case "ellipsis":
      return;
  }
  result.axis++;
}

/** A tensor of integers takes the place of one dimension, a mask of booleans of as many as it has. */
function applyTensor(cx: OperationContext, shape: Shape, index: Index & { kind: "tensor" }, result: Indexed): void {
  const { tensor: indices, span } = index;
  const at = result.shape.length;
  if (indices.dtype === "float32") {
    const conversion = { span, text: ".long()" };
    cx.report(
      wrongDType({ cx, input: indices, expected: t`integers or booleans`, subject: t`an index`, conversion, span }),
    );
  }
  if (indices.dtype === "bool" && indices.shape) {
    const wrong = indices.shape.findIndex((size, i) => {
      const other = shape[result.axis + i];
      return other !== undefined && ["less", "greater", "different"].includes(compare(size, other));
    });
    if (wrong >= 0) {
      const message = t`at: the mask ${formatShape(indices.shape)} does not fit ${formatShape(shape)} in dimension ${result.axis + wrong}.`;
      cx.report(mismatch({ message, span }));
    }
    result.gathered.push({ tensor: { ...indices, shape: [unknownDim(0)] }, at });
    result.axis += indices.shape.length;
    return;
  }
  if (indices.dtype === undefined || !indices.shape) result.failed = true;
  result.gathered.push({ tensor: indices, at });
  result.axis++;
}

/** Index tensors broadcast together; their dimensions stand where the first was, or in front when others lie between them. */
function gatheredShape(cx: OperationContext, result: Indexed): Shape | undefined {
  let joined: Shape = [];
  for (const { tensor: indices } of result.gathered) {
    const made = broadcastShapes(joined, indices.shape ?? []);
    if (made.kind === "mismatch") {
      const message = t`at: the index tensors ${formatShape(joined)} and ${formatShape(indices.shape)} do not broadcast.`;
      cx.report(mismatch({ message }));
      return undefined;
    }
    joined = made.shape;
  }
  const [first, ...rest] = result.gathered;
  const together = rest.every(({ at }) => at === first?.at);
  const place = together ? (first?.at ?? 0) : 0;
  return [...result.shape.slice(0, place), ...joined, ...result.shape.slice(place)];
}

function indexed(cx: OperationContext, input: TensorValue, indices: readonly Index[]): TensorValue {
  const { shape } = input;
  if (!shape) return unknownResult(cx, [input], input.dtype);
  const taken = (index: Index) =>
    index.kind === "tensor" && index.tensor.dtype === "bool"
      ? (index.tensor.shape?.length ?? 1)
      : Number(index.kind === "integer" || index.kind === "slice" || index.kind === "tensor");
  const count = indices.reduce((sum, index) => sum + taken(index), 0);
  if (count > shape.length) {
    cx.report(tooManyIndices({ cx, input, count }));
    return unknownResult(cx, [input], input.dtype);
  }
  const rest = Array.from({ length: shape.length - count }, () => fullSlice);
  const place = indices.findIndex((index) => index.kind === "ellipsis");
  const all = place < 0 ? [...indices, ...rest] : [...indices.slice(0, place), ...rest, ...indices.slice(place + 1)];
  const result: Indexed = { shape: [], strides: [], gathered: [], axis: 0, failed: false };
  for (const index of all) apply(cx, input, shape, index, result);
  if (result.failed) return unknownResult(cx, [input], input.dtype);
  if (result.gathered.length === 0) return viewResult(cx, input, result.shape, input.strides && result.strides);
  const made = gatheredShape(cx, result);
  const strides = made && takesWholeRows(input, all) ? contiguousStrides(made) : undefined;
  return tensorResult(cx, [input], { shape: made, dtype: input.dtype, strides });
}

/** One tensor of indices into the first dimension of a row-major tensor: the rows are copied one after the other. */
function takesWholeRows({ shape, strides }: TensorValue, [first, ...rest]: readonly Index[]): boolean {
  if (!shape || !strides || isContiguous(shape, strides) !== "yes") return false;
  if (first?.kind !== "tensor" || rest.some((index) => index !== fullSlice)) return false;
  const { shape: rows, strides: layout, dtype } = first.tensor;
  return dtype === "int64" && rows !== undefined && layout !== undefined && isContiguous(rows, layout) === "yes";
}

/** `x.at(i, "...", [1, 3], null)`: Python's `x[i, ..., 1:3, None]`. */
export const at: NativeFunction = {
  name: "at",
  documentation: documentationPage("torch.Tensor"),
  invoke(native, self) {
    const cx = operationContext(native, "at", new Map());
    const indices = cx.site.args.map((argument) => readIndex(argument, cx));
    const known = indices.filter((index) => index !== undefined);
    if (self?.kind !== "tensor" || !cx.site.complete || known.length < indices.length) {
      return unknownCall(self ? [{ value: self, span: cx.site.span }] : []);
    }
    return indexed(cx, self, known);
  },
};
