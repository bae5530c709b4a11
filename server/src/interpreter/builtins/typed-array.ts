import type { Dim } from "../../shape/dim";
import { asNumber, constant, minimum, subtract, unknownDim } from "../../shape/dim";
import type { ArrayObject, ListObject, TypedArrayName } from "../heap";
import { NativeCall } from "../native-call";
import type { NativeClass, NativeContext } from "../native";
import type { Value } from "../value";
import { SOME_NUMBER, UNDEFINED, integer } from "../value";
import { natives } from "./define";

/** The typed arrays that hold numbers; the kind decides the element type of a tensor made from one. */
export const TYPED_ARRAYS: readonly TypedArrayName[] = [
  "Float32Array",
  "Float64Array",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Uint16Array",
  "Uint32Array",
];

/** Contents that are known are kept only for short arrays, such as the sizes that a program computes with. */
const LONGEST_EXACT = 256;

function fill(cx: NativeContext, self: Value, name: TypedArrayName, source: Value): void {
  if (self.kind !== "object" || !(cx instanceof NativeCall)) return;
  const elements = cx.elements(source);
  if (elements && elements.length <= LONGEST_EXACT) return cx.becomeTyped(self, name, [...elements]);
  cx.becomeTyped(self, name, source.kind === "integer" ? source.dim : (cx.lengthOf(source) ?? unknownDim(0)));
}

export function typedArrayClass(name: TypedArrayName): NativeClass {
  const native: NativeClass = {
    name,
    construct: (cx, self) => fill(cx, self, name, cx.site.args[0]?.value ?? integer(constant(0))),
    statics: natives({
      from: (cx, _self, [source = UNDEFINED]) => {
        const object = source.kind === "object" && cx.properties(source);
        const self = cx.instance(native);
        fill(cx, self, name, object ? cx.getProperty(source, "length") : source);
        return self;
      },
      of: (cx, _self, args) => {
        const self = cx.instance(native);
        fill(cx, self, name, cx.array(args));
        return self;
      },
    }),
  };
  return native;
}

/** What a typed array has beside the members of arrays, or in another way. */
export function typedArrayMember(object: ArrayObject | ListObject, name: string): Value | undefined {
  return object.typed ? METHODS.get(name) : undefined;
}

const METHODS = natives({
  set: () => UNDEFINED,
  fill: (_cx, self) => self,
  slice: (cx, self, args) => part(cx, self, args),
  subarray: (cx, self, args) => part(cx, self, args),
});

function part(cx: NativeContext, self: Value, [from = UNDEFINED, to = UNDEFINED]: readonly Value[]): Value {
  const typed = cx.typedArray(self);
  const length = cx.lengthOf(self);
  if (!typed || !length || !(cx instanceof NativeCall)) return cx.list(SOME_NUMBER, unknownDim(0));
  const result = cx.array([]);
  cx.becomeTyped(result, typed, partLength(length, from, to));
  return result;
}

/** Bounds from the end and unknown ones leave the length unknown. */
function partLength(length: Dim, from: Value, to: Value): Dim {
  const start = from.kind === "undefined" ? constant(0) : from.kind === "integer" ? from.dim : undefined;
  const end = to.kind === "undefined" ? length : to.kind === "integer" ? minimum(to.dim, length) : undefined;
  if (!start || !end || (asNumber(start) ?? 0) < 0 || (asNumber(end) ?? 0) < 0) return unknownDim(0);
  return subtract(end, start);
}
