import type { NativeClass, NativeContext, NativeFunction } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { UNDEFINED, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import { containsSpan, startOf } from "../../../ir";
import type { Edit } from "../../../rules/finding";
import { mismatch } from "../../../rules/shape-mismatch";
import { functionValue } from "../namespace";
import { page } from "../tensors";
import { applyInstance, layerOf, tensorsOf } from "../layers/instance";
import type { Layer } from "../layers/layer";
import { graphOf, initializeModel, modelInstance, modelMember } from "./model";
import { unknownSymbolic } from "./unknown-model";
import { t } from "../../../text/translate";

/** `tf.sequential()`, `tf.sequential({ layers: […] })` */
export const sequential: NativeFunction = {
  name: "sequential",
  documentation: page("sequential"),
  invoke(cx) {
    const self = modelInstance(cx, sequentialClass, { inputs: [], outputs: [] });
    addAll(cx, self);
    return self;
  },
};

function addAll(cx: NativeContext, self: ObjectValue): void {
  cx.setProperty(self, "layers", cx.array([]));
  const config = cx.site.args[0]?.value;
  if (!config || config.kind === "undefined") return;
  const layers = cx.properties(config)?.get("layers");
  if (layers?.kind === "undefined") return;
  const elements = layers ? cx.elements(layers) : cx.properties(config) && [];
  if (!elements) return void lose(cx, self);
  for (const element of elements) addLayer(cx, self, element, "listed");
}

/** What the model is cannot be told any more. */
function lose(cx: NativeContext, self: ObjectValue): Value {
  cx.setProperty(self, "layers", UNKNOWN);
  cx.setProperty(self, "inputs", UNKNOWN);
  cx.setProperty(self, "outputs", UNKNOWN);
  return UNDEFINED;
}

/** How the code gives a model its layer. */
type Written = "listed" | "added";

function addLayer(cx: NativeContext, self: ObjectValue, value: Value, written: Written): void {
  const layers = cx.elements(cx.getProperty(self, "layers"));
  cx.setProperty(self, "layers", layers ? cx.array([...layers, value]) : UNKNOWN);
  const graph = graphOf(cx, self);
  const layer = layerOf(value, cx);
  const [last] = graph?.outputs ?? [];
  if (!graph) return loseOutputs(cx, self);
  if (!layer || value.kind !== "object") return appendUnknown(cx, self, last);
  if (last) return append(cx, self, { value, layer, written }, last);
  const own = cx.payload(value)?.kind === "model" ? graphOf(cx, value) : undefined;
  if (own) {
    cx.setProperty(self, "inputs", cx.array(own.inputs));
    cx.setProperty(self, "outputs", cx.array(own.outputs));
    return;
  }
  const input = firstInput(cx, layer);
  if (!input) return loseOutputs(cx, self);
  cx.setProperty(self, "inputs", cx.array([input]));
  append(cx, self, { value, layer, written }, input);
}

/** A layer that nothing is known of has one output all the same, and the layers after it may tell what comes out of them. */
function appendUnknown(cx: NativeContext, self: ObjectValue, last: TensorValue | undefined): void {
  if (!last) cx.setProperty(self, "inputs", cx.array([unknownSymbolic()]));
  cx.setProperty(self, "outputs", cx.array([unknownSymbolic()]));
}

function loseOutputs(cx: NativeContext, self: ObjectValue): void {
  cx.setProperty(self, "inputs", UNKNOWN);
  cx.setProperty(self, "outputs", UNKNOWN);
}

interface Addition {
  readonly value: ObjectValue;
  readonly layer: Layer;
  readonly written: Written;
}

function append(cx: NativeContext, self: ObjectValue, { value, layer, written }: Addition, input: TensorValue): void {
  const outputs = tensorsOf(applyInstance(cx, value, [input], flattening(cx, layer, written)), cx);
  if (outputs && outputs.length !== 1) {
    const message = t`A layer of a sequential model has one output; ${layer.name} has ${outputs.length}. Use tf.model for it.`;
    cx.report(mismatch({ message, span: placeOf(cx, layer) }));
    return loseOutputs(cx, self);
  }
  cx.setProperty(self, "outputs", outputs ? cx.array(outputs) : UNKNOWN);
}

/** A flatten layer before this one: in the same list, or added by a line of its own. */
function flattening({ site }: NativeContext, layer: Layer, written: Written): readonly Edit[] | undefined {
  if (layer.path === undefined) return undefined;
  if (written === "added") {
    const { span, receiver } = site;
    if (receiver?.path === undefined) return undefined;
    return [{ span: startOf(span), newText: `${receiver.path}.add(${layer.path}.flatten());\n` }];
  }
  if (!containsSpan(site.span, layer.span)) return undefined;
  return [{ span: startOf(layer.span), newText: `${layer.path}.flatten(), ` }];
}

const INPUT_SHAPES = ["inputShape", "batchInputShape", "inputLength"];

/** The tensor that goes into a model's first layer. */
function firstInput(cx: NativeContext, layer: Layer): TensorValue | undefined {
  const operation = INPUT_SHAPES.find((name) => layer.sources.has(name)) ?? layer.name;
  if (!layer.batchInputShape && operation === layer.name) {
    const message = t`The first layer of a sequential model must have an inputShape; ${layer.name} has none.`;
    cx.report(mismatch({ message, span: placeOf(cx, layer) }));
    return undefined;
  }
  return {
    ...unknownTensor("tfjs", { operation, span: layer.sources.get(operation)?.span ?? layer.span, inputs: [] }),
    shape: layer.batchInputShape,
    dtype: layer.inputDtype,
    form: "symbolic",
  };
}

function placeOf(cx: NativeContext, layer: Layer) {
  return containsSpan(cx.site.span, layer.span) ? layer.span : undefined;
}

const add: NativeFunction = {
  name: "add",
  documentation: page("tf.Sequential.add"),
  invoke(cx, self) {
    if (self?.kind !== "object") return UNKNOWN;
    addLayer(cx, self, cx.site.args[0]?.value ?? UNKNOWN, "added");
    return UNDEFINED;
  },
};

/** Takes the last layer off again. */
const pop: NativeFunction = {
  name: "pop",
  documentation: page("tf.Sequential.pop"),
  invoke(cx, self) {
    if (self?.kind !== "object") return UNDEFINED;
    const layers = cx.elements(cx.getProperty(self, "layers"))?.slice(0, -1);
    const last = layers?.at(-1);
    const output = last && tensorsOf(cx.getProperty(last, "output"), cx);
    if (!layers || (layers.length > 0 && !output)) return lose(cx, self);
    cx.setProperty(self, "layers", cx.array(layers));
    if (!output) cx.setProperty(self, "inputs", cx.array([]));
    cx.setProperty(self, "outputs", cx.array(output ?? []));
    return UNDEFINED;
  },
};

export const sequentialClass: NativeClass = {
  name: "Sequential",
  documentation: page("class:Sequential"),
  construct(cx, self) {
    initializeModel(cx, self, "Sequential", { inputs: [], outputs: [] });
    addAll(cx, self);
  },
  member(cx, self, name) {
    if (name === "add") return functionValue(add);
    return name === "pop" ? functionValue(pop) : modelMember(cx, self, name);
  },
};
