import type { NativeClass, NativeContext, NativeFunction } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { SOME_NUMBER, UNDEFINED, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import { page } from "../tensors";
import { functionValue } from "../namespace";
import { layerMember, outputShape } from "../layers/members";
import type { LayerLikePayload } from "../layers/own-layer";
import { apply, tensorsOf } from "../layers/instance";
import { optimizerClass } from "../core/execution";
import type { Graph } from "./graph";
import { graphLayer } from "./graph";
import { unknownDim } from "../../../shape/dim";
import { getLayer, layersInARow, weightsOf } from "./lookup";
import { graphModelClass, unknownLayer, unknownParts, unknownSymbolic } from "./unknown-model";
import { compile, evaluate, evaluateDataset, fit, fitDataset, trainOnBatch } from "./training";
import { predict } from "./predict";

/** A model's inputs and outputs; `undefined` when they are not all known. They are properties, so that branches can join them. */
export function graphOf(cx: NativeContext, self: Value): Graph | undefined {
  const inputs = tensorsOf(cx.getProperty(self, "inputs"), cx);
  const outputs = tensorsOf(cx.getProperty(self, "outputs"), cx);
  return inputs && outputs && { inputs, outputs };
}

function payload(name: string, span: Span): LayerLikePayload {
  return {
    kind: "model",
    asLayer(cx: NativeContext, self: ObjectValue) {
      const graph = graphOf(cx, self);
      return graph && graph.outputs.length > 0 ? graphLayer(graph, name, span) : undefined;
    },
  };
}

export interface PartlyKnownGraph {
  readonly inputs: readonly TensorValue[] | undefined;
  readonly outputs: readonly TensorValue[] | undefined;
}

export function modelInstance(cx: NativeContext, native: NativeClass, graph: PartlyKnownGraph): ObjectValue {
  const self = cx.instance(native);
  initializeModel(cx, self, native.name, graph);
  return self;
}

export function initializeModel(cx: NativeContext, self: ObjectValue, name: string, graph: PartlyKnownGraph): void {
  cx.setPayload(self, payload(name, cx.site.span));
  cx.setProperty(self, "inputs", graph.inputs ? cx.array(graph.inputs) : UNKNOWN);
  cx.setProperty(self, "outputs", graph.outputs ? cx.array(graph.outputs) : UNKNOWN);
}

function method(name: string, invoke: NativeFunction["invoke"]): NativeFunction {
  return { name, documentation: page(`tf.LayersModel.${name}`), invoke };
}

const promised: Value = { kind: "promise", value: UNKNOWN };

const METHODS: ReadonlyMap<string, NativeFunction> = new Map(
  [
    apply,
    predict,
    { ...predict, name: "predictOnBatch" },
    compile,
    fit,
    fitDataset,
    evaluate,
    evaluateDataset,
    trainOnBatch,
    getLayer(graphOf),
    method("getWeights", (cx, self) => {
      const graph = self && graphOf(cx, self);
      const weights = graph && weightsOf(cx, graph);
      return weights ? cx.array(weights) : cx.list(unknownTensor("tfjs"), unknownDim(0));
    }),
    method("summary", () => UNDEFINED),
    method("loadWeights", () => UNDEFINED),
    method("save", () => promised),
    method("toJSON", () => UNKNOWN),
    method("setUserDefinedMetadata", () => UNDEFINED),
    method("getUserDefinedMetadata", () => UNKNOWN),
  ].map((one) => [one.name, one]),
);

/** What `Sequential` and `LayersModel` have in common. */
export function modelMember(cx: NativeContext, self: ObjectValue, name: string): Value | undefined {
  switch (name) {
    case "input":
    case "output":
      return single(cx, cx.getProperty(self, `${name}s`));
    case "outputShape":
    case "inputShape":
      return outputShape(cx, single(cx, cx.getProperty(self, name === "outputShape" ? "outputs" : "inputs")));
    case "layers": {
      const graph = graphOf(cx, self);
      return graph ? layersInARow(cx, graph) : unknownParts(cx, "layers", unknownLayer(cx));
    }
    case "optimizer":
      return cx.instance(optimizerClass);
    case "countParams":
      return functionValue(method(name, () => SOME_NUMBER));
    case "stopTraining":
    case "history":
    case "loss":
    case "metrics":
    case "metricsNames":
    case "inputNames":
    case "outputNames":
    case "computeOutputShape":
      return UNKNOWN;
    default: {
      const native = METHODS.get(name);
      return native ? functionValue(native) : layerMember(cx, self, name);
    }
  }
}

function single(cx: NativeContext, tensors: Value): Value {
  const elements = cx.elements(tensors);
  // Most models that are loaded have one input and one output.
  if (!elements) return unknownSymbolic();
  return elements.length === 1 && elements[0] ? elements[0] : tensors;
}

/** `tf.LayersModel`, also what `tf.model` gives. */
export const layersModelClass: NativeClass = {
  name: "LayersModel",
  documentation: page("class:LayersModel"),
  construct(cx, self) {
    initializeModel(cx, self, "model", functionalGraph(cx));
  },
  member: modelMember,
};

function functionalGraph(cx: NativeContext): PartlyKnownGraph {
  const options = cx.site.args[0] && cx.properties(cx.site.args[0].value);
  return { inputs: tensorsOf(options?.get("inputs"), cx), outputs: tensorsOf(options?.get("outputs"), cx) };
}

/** `tf.model({ inputs, outputs })` */
export const model: NativeFunction = {
  name: "model",
  documentation: page("model"),
  invoke: (cx) => modelInstance(cx, layersModelClass, functionalGraph(cx)),
};

function loader(name: string, load: (cx: NativeContext) => Value): NativeFunction {
  return { name, documentation: page(name), invoke: load };
}

/** What is in stored models is not known before they are loaded; that they are models is. */
export const loaders: readonly NativeFunction[] = [
  loader("loadLayersModel", (cx) => ({ kind: "promise", value: storedModel(cx) })),
  loader("loadGraphModel", (cx) => ({ kind: "promise", value: cx.instance(graphModelClass) })),
  loader("loadGraphModelSync", (cx) => cx.instance(graphModelClass)),
];

function storedModel(cx: NativeContext): ObjectValue {
  const self = modelInstance(cx, layersModelClass, { inputs: undefined, outputs: undefined });
  for (const name of ["inputs", "outputs"]) cx.setProperty(self, name, unknownParts(cx, name, unknownSymbolic()));
  return self;
}
