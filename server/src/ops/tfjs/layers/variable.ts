import type { NativeClass, NativeContext, NativeFunction, NativePayload } from "../../../interpreter/native";
import type { DType, TensorValue, Value } from "../../../interpreter/value";
import {
  integer,
  LOST_TENSOR,
  SOME_STRING,
  string,
  UNDEFINED,
  UNKNOWN,
  unknownTensor,
} from "../../../interpreter/value";
import type { Span } from "../../../ir";
import type { Shape } from "../../../shape/shape";
import { bindArguments } from "../../operation";
import { anything, optional } from "../../parameter";
import { functionValue } from "../namespace";
import { dtypeName, page } from "../tensors";
import { exampleShape } from "./config";

/** A weight of a layer of the program's own. */
interface LayerVariable extends NativePayload {
  readonly kind: "layerVariable";
  readonly shape: Shape | undefined;
  readonly dtype: DType | undefined;
  readonly span: Span;
}

function variableOf(cx: NativeContext, self: Value | undefined): LayerVariable | undefined {
  const payload = self && cx.payload(self);
  return payload?.kind === "layerVariable" ? (payload as LayerVariable) : undefined;
}

const read: NativeFunction = {
  name: "read",
  documentation: page("class:LayerVariable"),
  invoke(cx, self): TensorValue {
    const variable = variableOf(cx, self);
    const origin = { operation: "addWeight", span: variable?.span ?? cx.site.span, inputs: [] };
    return { ...unknownTensor("tfjs", origin), shape: variable?.shape, dtype: variable?.dtype };
  },
};

const write: NativeFunction = {
  name: "write",
  documentation: page("class:LayerVariable"),
  invoke: (_cx, self) => self ?? UNKNOWN,
};

export const layerVariableClass: NativeClass = {
  name: "LayerVariable",
  documentation: page("class:LayerVariable"),
  member(cx, self, name) {
    const variable = variableOf(cx, self);
    switch (name) {
      case "read":
        return functionValue(read);
      case "write":
        return functionValue(write);
      case "shape":
        return variable?.shape ? cx.array(variable.shape.map((size) => integer(size))) : UNKNOWN;
      case "dtype":
        return variable?.dtype ? string(variable.dtype) : SOME_STRING;
      case "val":
        return LOST_TENSOR;
      case "dispose":
        return functionValue({ name: "dispose", invoke: () => UNDEFINED });
      default:
        return UNKNOWN;
    }
  },
};

const PARAMETERS = {
  name: optional(anything, undefined),
  shape: exampleShape,
  dtype: optional(dtypeName, undefined),
};

/** `this.addWeight("kernel", [inputs, units], "float32", initializer)` in a layer's `build`. */
export const addWeight: NativeFunction = {
  name: "addWeight",
  documentation: page("tf.layers.Layer.addWeight"),
  invoke(cx) {
    const bound = bindArguments("positional", PARAMETERS, cx.site.args, cx.site.complete, cx);
    const args = bound?.args as { shape?: Shape; dtype?: DType } | undefined;
    const self = cx.instance(layerVariableClass);
    const dtype = args ? (args.dtype ?? "float32") : undefined;
    const payload: LayerVariable = { kind: "layerVariable", shape: args?.shape, dtype, span: cx.site.span };
    cx.setPayload(self, payload);
    return self;
  },
};
