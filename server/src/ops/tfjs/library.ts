import type { Library, NativeNamespace } from "../../interpreter/native";
import type { Value } from "../../interpreter/value";
import { UNKNOWN } from "../../interpreter/value";
import { layerAliases, layerFunctions } from "./layers";
import { layerClass } from "./layers/instance";
import { input } from "./models/input";
import { layersModelClass, model } from "./models/model";
import { sequential, sequentialClass } from "./models/sequential";
import { byName, namespace } from "./namespace";

function layersNamespace(): Value {
  const members = byName([...layerFunctions, input]);
  for (const [alias, name] of Object.entries(layerAliases)) members.set(alias, members.get(name) ?? UNKNOWN);
  members.set("Layer", { kind: "nativeClass", native: layerClass });
  return namespace("tf.layers", members);
}

const members = new Map<string, Value>([
  ...byName([sequential, model, input]),
  ["layers", layersNamespace()],
  ["Sequential", { kind: "nativeClass", native: sequentialClass }],
  ["LayersModel", { kind: "nativeClass", native: layersModelClass }],
]);

const tf: NativeNamespace = { name: "tf", member: (name) => (name === "default" ? tfValue : members.get(name)) };
const tfValue: Value = { kind: "namespace", namespace: tf };

/** TensorFlow.js, in all its packages. */
export const tfjsLibrary: Library = {
  name: "tfjs",
  owns: (specifier) => /^@tensorflow\/tfjs(-(node|node-gpu|core|layers|data|backend-[\w-]+))?(\/.*)?$/.test(specifier),
  exports: tf,
  globals: new Map([["tf", tfValue]]),
};
