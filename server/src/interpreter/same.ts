import type { HeapObject } from "./heap";
import type { FunctionValue, TensorValue, Value } from "./value";

/** Equality of values that are not looked into: the same text, the same function, both null. */
export function sameSimpleValue(a: Value, b: Value): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "null":
    case "undefined":
      return true;
    case "string":
    case "boolean":
    case "float":
      // Two numbers that are not known need not be the same number, even when one value stands for both.
      return a.value !== undefined && a.value === (b as typeof a).value;
    case "integer":
      return a.dim === (b as typeof a).dim;
    case "ratio":
      return a.numerator === (b as typeof a).numerator && a.denominator === (b as typeof a).denominator;
    case "object":
      return a.id === (b as typeof a).id;
    case "function": {
      const other = b as typeof a;
      return a.node === other.node && a.scope === other.scope && a.self === other.self && a.bound === other.bound;
    }
    case "accessor":
      return (
        sameHalf(a.get, (b as typeof a).get) &&
        sameHalf(a.set, (b as typeof a).set) &&
        a.exported?.file === (b as typeof a).exported?.file &&
        a.exported?.name === (b as typeof a).exported?.name
      );
    case "class":
      return a.statics === (b as typeof a).statics;
    case "native":
      return a.native === (b as typeof a).native && a.self === (b as typeof a).self;
    case "nativeClass":
      return a.native === (b as typeof a).native;
    case "namespace":
      return a.namespace === (b as typeof a).namespace;
    case "unknown":
      return false;
    default:
      return a === b;
  }
}

function sameHalf(a: FunctionValue | undefined, b: FunctionValue | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && sameSimpleValue(a, b));
}

export function sameTensor(a: TensorValue, b: TensorValue): boolean {
  return (
    a.dialect === b.dialect &&
    a.dtype === b.dtype &&
    a.strides === b.strides &&
    a.content === b.content &&
    (a.shape === b.shape ||
      (a.shape !== undefined && b.shape !== undefined && a.shape.every((dim, i) => dim === b.shape?.[i])))
  );
}

export function sameState(a: HeapObject, b: HeapObject): boolean {
  if (a.type === "array" && b.type === "array")
    return a.elements.length === b.elements.length && a.elements.every((element, i) => element === b.elements[i]);
  if (a.type === "list" && b.type === "list") return a.element === b.element && a.length === b.length;
  if (a.type === "map" && b.type === "map") {
    return (
      a.entries === b.entries ||
      (a.entries?.length === b.entries?.length &&
        (a.entries ?? []).every((entry, i) => entry.key === b.entries?.[i]?.key && entry.value === b.entries[i]?.value))
    );
  }
  if (a.type !== "record" || b.type !== "record") return false;
  if (a.open !== b.open || a.payload !== b.payload || a.properties.size !== b.properties.size) return false;
  return [...a.properties].every(([name, value]) => b.properties.get(name) === value);
}
