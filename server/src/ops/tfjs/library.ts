import type { Library, NativeClass, NativeFunction, NativeNamespace } from "../../interpreter/native";
import type { Value } from "../../interpreter/value";
import { integer, UNKNOWN } from "../../interpreter/value";
import { constant } from "../../shape/dim";
import { blockOperations } from "./core/blocks";
import { buffer } from "./core/buffer";
import { cellFunctions } from "./core/cells";
import { coreClasses } from "./core/classes";
import { convolutionOperations } from "./core/convolution";
import { creationOperations } from "./core/creation";
import { elementwiseOperations } from "./core/elementwise";
import { executionFunctions, optimizerClass, optimizers } from "./core/execution";
import { fusedOperations } from "./core/fused";
import { gradientFunctions } from "./core/gradients";
import { browserOperations, imageOperations } from "./core/image";
import { joiningOperations } from "./core/joining";
import { linalgOperations } from "./core/linalg";
import { lossOperations, REDUCTIONS } from "./core/losses";
import { productOperations } from "./core/matmul";
import { metricOperations } from "./core/metrics";
import { neuralOperations } from "./core/neural";
import { poolingOperations } from "./core/pooling";
import { reductionOperations } from "./core/reduction";
import { scatteringOperations } from "./core/scattering";
import { shapingOperations } from "./core/shaping";
import { slicingOperations } from "./core/slicing";
import { raggedOperations, sparseOperations, stringOperations } from "./core/sparse";
import { complexOperations, signalOperations, spectralOperations } from "./core/spectral";
import { stretchingOperations } from "./core/stretching";
import { volumeOperations } from "./core/volumes";
import { datasetClass } from "./data/dataset";
import { dataSources } from "./data/sources";
import { helperNamespaces } from "./helpers";
import { layerAliases, layerFunctions } from "./layers";
import { describeLayer } from "./layers/describe";
import { layerClass } from "./layers/instance";
import { tensorMethods, tensorProperty } from "./members";
import { input } from "./models/input";
import { layersModelClass, loaders, model } from "./models/model";
import { sequential, sequentialClass } from "./models/sequential";
import { byName, namespace } from "./namespace";

/** The functions that stand in `tf` itself and take a tensor first. */
const operations = [
  ...creationOperations,
  ...shapingOperations,
  ...stretchingOperations,
  ...elementwiseOperations,
  ...reductionOperations,
  ...productOperations,
  ...joiningOperations,
  ...slicingOperations.filter(({ name }) => !name.startsWith("math.")),
  ...scatteringOperations,
  ...blockOperations,
  ...convolutionOperations,
  ...volumeOperations,
  ...poolingOperations,
  ...neuralOperations,
  ...complexOperations,
  ...raggedOperations,
];

function layerMembers(): Map<string, Value> {
  const members = byName([...layerFunctions, input]);
  for (const [alias, name] of Object.entries(layerAliases)) members.set(alias, members.get(name) ?? UNKNOWN);
  members.set("Layer", { kind: "nativeClass", native: layerClass });
  members.set("RNNCell", { kind: "nativeClass", native: { ...layerClass, name: "RNNCell" } });
  return members;
}

function dataMembers(): Map<string, Value> {
  const members = byName(dataSources);
  members.set("Dataset", { kind: "nativeClass", native: datasetClass });
  return members;
}

/** A namespace of operations, by its name. */
function part(name: string, functions: readonly NativeFunction[]): readonly [string, Value] {
  return [name, namespace(`tf.${name}`, byName(functions))];
}

function classValue(native: NativeClass): readonly [string, Value] {
  return [native.name, { kind: "nativeClass", native }];
}

const layers = layerMembers();
const numbers = Object.entries(REDUCTIONS).map(([name, value]) => [name, integer(constant(value))] as const);
const OPTIMIZERS = ["SGD", "Momentum", "Adagrad", "Adadelta", "Adam", "Adamax", "RMSProp", ""];

const members = new Map<string, Value>([
  ...byName([...operations, ...cellFunctions, buffer]),
  // Free functions of namespaces that also stand in `tf`: `tf.fft`, `tf.spectral.fft`.
  ...byName(spectralOperations),
  ...byName([...executionFunctions, ...gradientFunctions, sequential, model, input, ...loaders]),
  ["layers", namespace("tf.layers", layers)],
  ["RNN", layers.get("RNN") ?? UNKNOWN],
  part("losses", lossOperations),
  part("image", imageOperations),
  part("browser", browserOperations),
  part("train", optimizers),
  part("metrics", metricOperations),
  part("fused", fusedOperations),
  part("linalg", linalgOperations),
  part("signal", signalOperations),
  part("spectral", spectralOperations),
  part("sparse", sparseOperations),
  part("string", stringOperations),
  part(
    "math",
    slicingOperations.filter(({ name }) => name.startsWith("math.")),
  ),
  ["data", namespace("tf.data", dataMembers())],
  ...helperNamespaces,
  ["Reduction", namespace("tf.Reduction", new Map<string, Value>(numbers))],
  ...[...coreClasses, sequentialClass, layersModelClass].map(classValue),
  ...OPTIMIZERS.map((name) => classValue({ ...optimizerClass, name: `${name}Optimizer` })),
]);

const tf: NativeNamespace = {
  name: "tf",
  member: (name) => (name === "default" ? tfValue : members.get(name)),
  names: [...members.keys()],
};
const tfValue: Value = { kind: "namespace", namespace: tf };

const methods = tensorMethods([
  ...operations,
  ...spectralOperations,
  ...imageOperations.filter(({ name }) => /resize(Bilinear|NearestNeighbor)$/.test(name)),
]);

/** TensorFlow.js, in all its packages. */
export const tfjsLibrary: Library = {
  name: "tfjs",
  owns: (specifier) => /^@tensorflow\/tfjs(-(node|node-gpu|core|layers|data|backend-[\w-]+))?(\/.*)?$/.test(specifier),
  exports: tf,
  globals: new Map([["tf", tfValue]]),
  tensorMember: (cx, tensor, name) => tensorProperty(cx, tensor, name) ?? methods.get(name),
  tensorMethods: methods,
  describe: describeLayer,
};
