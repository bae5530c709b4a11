import type { NativeContext } from "../../interpreter/native";
import type { Dim } from "../../shape/dim";
import { unknownDim } from "../../shape/dim";
import type { Parameter, Read } from "../parameter";
import { either, integer, integers, integerTuple, optional, tensor, text } from "../parameter";
import type { Value } from "../../interpreter/value";

/** A size that a module is built with: whatever it is, it is at least 1. */
export const extent: Parameter<Dim> = {
  read(value, cx): Read<Dim> {
    const open = value.kind === "unknown" || (value.kind === "float" && value.value === undefined);
    return open ? unknownDim() : integer.read(value, cx);
  },
};

/** `count` sizes, or one for all. */
export function extents(count: number): Parameter<readonly Dim[]> {
  const tuple = integerTuple(count);
  return {
    read(value: Value, cx: NativeContext) {
      if (value.kind === "unknown") return Array.from({ length: count }, () => unknownDim());
      return tuple.read(value, cx);
    },
  };
}

/** An option that changes no shape. */
export const ignored = optional<Value, undefined>({ read: (value) => value }, undefined);

export const optionalTensor = optional(tensor, undefined);

/** One size or several: `normalizedShape`. */
export const extentOrExtents: Parameter<readonly Dim[]> = {
  read(value, cx) {
    if (value.kind === "object") return integers.read(value, cx);
    const one = extent.read(value, cx);
    return typeof one === "symbol" ? one : [one];
  },
};

/** `"same"`, `"valid"` or numbers. */
export function padding(count: number) {
  return either(text, extents(count));
}
