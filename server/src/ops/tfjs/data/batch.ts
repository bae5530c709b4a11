import type { NativeContext } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import type { Dim } from "../../../shape/dim";
import { asNumber, constant, modulo, symbol } from "../../../shape/dim";
import { sameShape } from "../../../shape/shape";
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

/** What any of the elements is: objects that are alike are joined property by property, so that nothing known of them is lost. */
export function alike(cx: NativeContext, elements: readonly Value[], depth = 0): Value {
  const [first, ...rest] = elements;
  if (!first || rest.length === 0) return first ?? UNKNOWN;
  const literal = first.kind === "tensor" ? undefined : readLiteral(first, cx);
  if (literal) {
    const same = rest.every((one) => {
      const other = readLiteral(one, cx);
      return other?.dtype === literal.dtype && sameShape(other.shape, literal.shape);
    });
    return same ? first : cx.anyElement(cx.array(elements));
  }
  const properties = depth < DEEPEST ? elements.map((one) => cx.properties(one)) : [];
  const names = [...(properties[0]?.keys() ?? [])];
  const together =
    names.length > 0 && properties.every((one) => one?.size === names.length && names.every((name) => one.has(name)));
  if (!together) return cx.anyElement(cx.array(elements));
  const parts = names.map(
    (name) =>
      [
        name,
        alike(
          cx,
          properties.flatMap((one) => one?.get(name) ?? []),
          depth + 1,
        ),
      ] as const,
  );
  return cx.record(Object.fromEntries(parts));
}

/** How many batches there are. */
export function knownSize(value: Value): Dim | undefined {
  return value.kind === "integer" && asNumber(value.dim) !== undefined ? value.dim : undefined;
}
