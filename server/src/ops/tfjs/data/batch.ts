import type { NativeContext } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import type { Dim } from "../../../shape/dim";
import { asNumber, constant, modulo, symbol } from "../../../shape/dim";
import { readLiteral } from "../tensors";

/** The size of any batch: the last one is smaller unless it is left out or the elements divide evenly. */
export function batchDim(size: Dim | undefined, batchSize: Dim | undefined, whole: boolean): Dim {
  const even = whole || (size !== undefined && batchSize !== undefined && modulo(size, batchSize) === constant(0));
  return even && batchSize ? batchSize : symbol("batch");
}

/** How deep objects within objects are looked into. */
const DEEPEST = 8;

/**
 * A batch of elements like this one: tensors are stacked, numbers and arrays of numbers become tensors, and objects are batched
 * property by property.
 */
export function batched(cx: NativeContext, element: Value, size: Dim, depth = 0): Value {
  if (element.kind === "tensor") return stacked(cx, element, size);
  const literal = readLiteral(element, cx);
  if (literal) return { ...madeHere(cx, []), shape: [size, ...literal.shape], dtype: literal.dtype };
  if (element.kind === "promise") return batched(cx, element.value, size, depth);
  const properties = depth < DEEPEST ? cx.properties(element) : undefined;
  if (!properties) return element.kind === "unknown" ? UNKNOWN : LOST_TENSOR;
  const parts = [...properties].map(([name, value]) => [name, batched(cx, value, size, depth + 1)] as const);
  return cx.record(Object.fromEntries(parts));
}

function stacked(cx: NativeContext, element: TensorValue, size: Dim): TensorValue {
  return {
    ...madeHere(cx, [element]),
    shape: element.shape && [size, ...element.shape],
    dtype: element.dtype,
  };
}

function madeHere(cx: NativeContext, inputs: readonly TensorValue[]): TensorValue {
  return unknownTensor("tfjs", { operation: "batch", span: cx.site.span, inputs });
}

/** How many batches there are. */
export function knownSize(value: Value): Dim | undefined {
  return value.kind === "integer" && asNumber(value.dim) !== undefined ? value.dim : undefined;
}
