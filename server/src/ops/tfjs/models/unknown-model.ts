import type { NativeClass, NativeContext, NativeFunction } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR, SOME_STRING, UNDEFINED, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import { unknownDim } from "../../../shape/dim";
import { layerClass } from "../layers/instance";
import { functionValue } from "../namespace";
import { page } from "../tensors";

/** A tensor of a model that is not known. */
export function unknownSymbolic(): TensorValue {
  return { ...unknownTensor("tfjs"), form: "symbolic" };
}

/** A layer of which no more is known than that it is one. */
export function unknownLayer(cx: NativeContext): ObjectValue {
  const self = cx.instance(layerClass);
  cx.setProperty(self, "name", SOME_STRING);
  cx.setProperty(self, "input", unknownSymbolic());
  cx.setProperty(self, "output", unknownSymbolic());
  return self;
}

/** The layers, inputs or outputs of a model that is not known: some, one like the other. */
export function unknownParts(cx: NativeContext, name: string, part: Value): Value {
  return cx.list(part, unknownDim(1, `${name}.length`));
}

function method(name: string, value: Value): [string, Value] {
  const invoke: NativeFunction["invoke"] = () => value;
  return [name, functionValue({ name, documentation: page(`tf.GraphModel.${name}`), invoke })];
}

const promised: Value = { kind: "promise", value: LOST_TENSOR };

const GRAPH_MODEL_METHODS: ReadonlyMap<string, Value> = new Map([
  method("predict", LOST_TENSOR),
  method("predictAsync", promised),
  method("execute", LOST_TENSOR),
  method("executeAsync", promised),
  method("getIntermediateTensors", UNKNOWN),
  method("save", { kind: "promise", value: UNKNOWN }),
  ...["dispose", "disposeIntermediateTensors", "loadSync"].map((name) => method(name, UNDEFINED)),
]);

/** A stored graph: what comes out of it only running it tells. */
export const graphModelClass: NativeClass = {
  name: "GraphModel",
  documentation: page("class:GraphModel"),
  member: (_cx, _self, name) => GRAPH_MODEL_METHODS.get(name) ?? UNKNOWN,
};
