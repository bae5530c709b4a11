import type { NativeClass, NativeContext, NativeFunction, NativePayload } from "../../../interpreter/native";
import type { DType, ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { integer, SOME_NUMBER, string, UNDEFINED, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import { constant } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { numel } from "../../../shape/shape";
import { integers, optional, anything } from "../../parameter";
import { functionValue } from "../namespace";
import { dtypeName, page } from "../tensors";
import { tfOperation } from "./define";

/** Numbers that are written one by one, until they become a tensor. */
interface Buffer extends NativePayload {
  readonly kind: "tensorBuffer";
  readonly shape: Shape | undefined;
  readonly dtype: DType | undefined;
}

function bufferOf(cx: NativeContext, self: Value | undefined): Buffer | undefined {
  const payload = self && cx.payload(self);
  return payload?.kind === "tensorBuffer" ? (payload as Buffer) : undefined;
}

function method(name: string, invoke: NativeFunction["invoke"]): [string, Value] {
  return [name, functionValue({ name, documentation: page(`tf.TensorBuffer.${name}`), invoke })];
}

const METHODS: ReadonlyMap<string, Value> = new Map([
  method("set", () => UNDEFINED),
  method("get", () => SOME_NUMBER),
  method("locToIndex", () => SOME_NUMBER),
  method("indexToLoc", () => UNKNOWN),
  method("toTensor", (cx, self): TensorValue => {
    const made = bufferOf(cx, self);
    const origin = { operation: "toTensor", span: cx.site.span, inputs: [] };
    return { ...unknownTensor("tfjs", origin), shape: made?.shape, dtype: made?.dtype };
  }),
]);

const bufferClass: NativeClass = {
  name: "TensorBuffer",
  documentation: page("class:TensorBuffer"),
  member(cx, self, name) {
    const made = bufferOf(cx, self);
    switch (name) {
      case "shape":
        return made?.shape ? cx.array(made.shape.map((size) => integer(size))) : UNKNOWN;
      case "dtype":
        return made?.dtype ? string(made.dtype) : UNKNOWN;
      case "rank":
        return made?.shape ? integer(constant(made.shape.length)) : SOME_NUMBER;
      case "size":
        return made?.shape ? integer(numel(made.shape)) : SOME_NUMBER;
      case "values":
        return UNKNOWN;
      default:
        return METHODS.get(name);
    }
  },
};

export function tensorBuffer(cx: NativeContext, shape: Shape | undefined, dtype: DType | undefined): ObjectValue {
  const self = cx.instance(bufferClass);
  const payload: Buffer = { kind: "tensorBuffer", shape, dtype };
  cx.setPayload(self, payload);
  return self;
}

export const buffer = tfOperation({
  name: "buffer",
  parameters: {
    shape: integers,
    dtype: optional(dtypeName, "float32" as const),
    values: optional(anything, undefined),
  },
  result: ({ shape, dtype }, cx) => tensorBuffer(cx, shape, dtype),
});
