import type { NativeContext, NativeFunction } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { boolean, NULL, SOME_BOOLEAN, SOME_NUMBER, SOME_STRING, UNDEFINED, UNKNOWN } from "../../../interpreter/value";
import { LOST_TENSOR, unknownTensor } from "../../../interpreter/value";
import { unknownDim } from "../../../shape/dim";
import { integer, readAll, UNDETERMINED } from "../../parameter";
import { functionValue } from "../namespace";
import { page } from "../tensors";
import { batchShape } from "./config";
import type { Layer } from "./layer";
import { applyLayer } from "./layer";
import { shapeValue } from "./own-layer";
import { layerTensors } from "./weights";
import { addWeight } from "./variable";

function method(name: string, invoke: NativeFunction["invoke"]): [string, Value] {
  return [name, functionValue({ name, documentation: page(`tf.layers.Layer.${name}`), invoke })];
}

/** Weights of which there are some, and nothing else is known. */
function someTensors(cx: NativeContext): Value {
  return cx.list(unknownTensor("tfjs"), unknownDim(0));
}

/** The shape that a layer makes of another, without applying it. */
const computeOutputShape: NativeFunction["invoke"] = (cx, self) => {
  const shape = cx.site.args[0] && batchShape.read(cx.site.args[0].value, cx);
  const payload = self && cx.payload(self);
  if (!shape || shape === UNDETERMINED || payload?.kind !== "layer") return UNKNOWN;
  const input: TensorValue = { ...unknownTensor("tfjs"), shape, form: "symbolic" };
  const { outputs } = applyLayer(payload as Layer, [input], cx, { built: undefined, report: () => undefined });
  const [only] = outputs;
  return outputs.length === 1 && only?.shape ? shapeValue(cx, only.shape) : UNKNOWN;
};

const METHODS: ReadonlyMap<string, Value> = new Map([
  method("addWeight", addWeight.invoke),
  method("computeOutputShape", computeOutputShape),
  method("getWeights", (cx, self) => {
    const payload = self && cx.payload(self);
    const built = self && readAll(cx.elements(cx.getProperty(self, "#built")), integer, cx);
    const shape = built === UNDETERMINED ? undefined : built;
    const weights = payload?.kind === "layer" ? layerTensors(cx, payload as Layer, shape) : undefined;
    return weights ? cx.array(weights) : someTensors(cx);
  }),
  method("countParams", () => SOME_NUMBER),
  method("getClassName", () => SOME_STRING),
  ...["build", "setWeights", "dispose", "resetStates", "addLoss", "setCallHook", "clearCallHook", "invokeCallHook"].map(
    (name) => method(name, () => UNDEFINED),
  ),
  ...["getConfig", "computeMask", "calculateLosses"].map((name) => method(name, () => UNKNOWN)),
  ...["getInputAt", "getOutputAt"].map((name) => method(name, () => LOST_TENSOR)),
]);

/** What every layer has, besides `apply` and what the program sets on it. */
export function layerMember(cx: NativeContext, self: ObjectValue, name: string): Value {
  switch (name) {
    case "name":
      return SOME_STRING;
    case "built":
      return boolean(cx.getProperty(self, "#built") !== NULL);
    case "trainable":
    case "stateful":
    case "supportsMasking":
      return SOME_BOOLEAN;
    case "output":
    case "input":
      return UNDEFINED;
    case "outputShape":
      return outputShape(cx, cx.getProperty(self, "output"));
    case "batchInputShape": {
      const payload = cx.payload(self);
      const shape = payload?.kind === "layer" ? (payload as Layer).batchInputShape : undefined;
      return shape ? shapeValue(cx, shape) : UNKNOWN;
    }
    case "weights":
    case "trainableWeights":
    case "nonTrainableWeights":
      return UNKNOWN;
    default:
      return METHODS.get(name) ?? UNKNOWN;
  }
}

/** The shape of an output, or of each of several. */
export function outputShape(cx: NativeContext, output: Value): Value {
  if (output.kind === "tensor") return output.shape ? shapeValue(cx, output.shape) : UNKNOWN;
  const elements = cx.elements(output);
  return elements ? cx.array(elements.map((element) => outputShape(cx, element))) : UNKNOWN;
}
