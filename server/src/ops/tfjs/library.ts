import type { Library, NativeNamespace } from "../../interpreter/native";
import type { Value } from "../../interpreter/value";
import { integer, string, UNKNOWN } from "../../interpreter/value";
import { constant } from "../../shape/dim";
import { convolutionOperations } from "./core/convolution";
import { creationOperations } from "./core/creation";
import { elementwiseOperations } from "./core/elementwise";
import { executionFunctions, optimizers } from "./core/execution";
import { joiningOperations } from "./core/joining";
import { lossOperations, REDUCTIONS } from "./core/losses";
import { productOperations } from "./core/matmul";
import { browserOperations, imageOperations, neuralOperations } from "./core/neural";
import { poolingOperations } from "./core/pooling";
import { reductionOperations } from "./core/reduction";
import { shapingOperations } from "./core/shaping";
import { slicingOperations } from "./core/slicing";
import { layerAliases, layerFunctions } from "./layers";
import { describeLayer } from "./layers/describe";
import { layerClass } from "./layers/instance";
import { tensorMethods, tensorProperty } from "./members";
import { input } from "./models/input";
import { layersModelClass, model } from "./models/model";
import { sequential, sequentialClass } from "./models/sequential";
import { byName, namespace } from "./namespace";

/** The functions that stand in `tf` itself. */
const operations = [
  ...creationOperations,
  ...shapingOperations,
  ...elementwiseOperations,
  ...reductionOperations,
  ...productOperations,
  ...joiningOperations,
  ...slicingOperations,
  ...convolutionOperations,
  ...poolingOperations,
  ...neuralOperations,
];

function layersNamespace(): Value {
  const members = byName([...layerFunctions, input]);
  for (const [alias, name] of Object.entries(layerAliases)) members.set(alias, members.get(name) ?? UNKNOWN);
  members.set("Layer", { kind: "nativeClass", native: layerClass });
  return namespace("tf.layers", members);
}

const numbers = Object.entries(REDUCTIONS).map(([name, value]) => [name, integer(constant(value))] as const);
const DTYPES = ["float32", "int32", "bool", "string", "complex64"];

const members = new Map<string, Value>([
  ...byName([...operations, ...executionFunctions, sequential, model, input]),
  ["layers", layersNamespace()],
  ["losses", namespace("tf.losses", byName(lossOperations))],
  ["image", namespace("tf.image", byName(imageOperations))],
  ["browser", namespace("tf.browser", byName(browserOperations))],
  ["train", namespace("tf.train", byName(optimizers))],
  ["math", namespace("tf.math", byName(slicingOperations.filter(({ name }) => name.startsWith("math."))))],
  ["Reduction", namespace("tf.Reduction", new Map<string, Value>(numbers))],
  ["Sequential", { kind: "nativeClass", native: sequentialClass }],
  ["LayersModel", { kind: "nativeClass", native: layersModelClass }],
  ...DTYPES.map((name) => [name, string(name)] as const),
]);

const tf: NativeNamespace = { name: "tf", member: (name) => (name === "default" ? tfValue : members.get(name)) };
const tfValue: Value = { kind: "namespace", namespace: tf };

const methods = tensorMethods([...operations, ...imageOperations]);

/** TensorFlow.js, in all its packages. */
export const tfjsLibrary: Library = {
  name: "tfjs",
  owns: (specifier) => /^@tensorflow\/tfjs(-(node|node-gpu|core|layers|data|backend-[\w-]+))?(\/.*)?$/.test(specifier),
  exports: tf,
  globals: new Map([["tf", tfValue]]),
  tensorMember: (cx, tensor, name) => tensorProperty(cx, tensor, name) ?? methods.get(name),
  describe: describeLayer,
};
