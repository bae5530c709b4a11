import type { NativeClass, NativeContext, NativeFunction } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR, UNDEFINED, UNKNOWN } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import { page } from "../tensors";
import type { LayerLikePayload } from "../layers/own-layer";
import { apply, tensorsOf } from "../layers/instance";
import type { Graph } from "./graph";
import { graphLayer } from "./graph";
import { compile, evaluate, fit, fitDataset, trainOnBatch } from "./training";
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

export function modelInstance(
  cx: NativeContext,
  native: NativeClass,
  graph: { readonly inputs: readonly TensorValue[] | undefined; readonly outputs: readonly TensorValue[] | undefined },
): ObjectValue {
  const self = cx.instance(native);
  initializeModel(cx, self, native.name, graph);
  return self;
}

export function initializeModel(
  cx: NativeContext,
  self: ObjectValue,
  name: string,
  graph: { readonly inputs: readonly TensorValue[] | undefined; readonly outputs: readonly TensorValue[] | undefined },
): void {
  cx.setPayload(self, payload(name, cx.site.span));
  cx.setProperty(self, "inputs", graph.inputs ? cx.array(graph.inputs) : UNKNOWN);
  cx.setProperty(self, "outputs", graph.outputs ? cx.array(graph.outputs) : UNKNOWN);
}

const METHODS: ReadonlyMap<string, NativeFunction> = new Map(
  [apply, predict, compile, fit, fitDataset, evaluate, trainOnBatch].map((method) => [method.name, method]),
);

const summary: NativeFunction = {
  name: "summary",
  documentation: page("tf.LayersModel.summary"),
  invoke: () => UNDEFINED,
};

/** What `Sequential` and `LayersModel` have in common. */
export function modelMember(cx: NativeContext, self: ObjectValue, name: string): Value | undefined {
  switch (name) {
    case "input":
    case "output":
      return single(cx, cx.getProperty(self, `${name}s`));
    case "predictOnBatch":
      return { kind: "native", native: predict, self: undefined, selfSpan: undefined };
    case "summary":
      return { kind: "native", native: summary, self: undefined, selfSpan: undefined };
    default: {
      const native = METHODS.get(name);
      return native ? { kind: "native", native, self: undefined, selfSpan: undefined } : UNKNOWN;
    }
  }
}

function single(cx: NativeContext, tensors: Value): Value {
  const elements = cx.elements(tensors);
  if (!elements) return LOST_TENSOR;
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

function functionalGraph(cx: NativeContext) {
  const options = cx.site.args[0] && cx.properties(cx.site.args[0].value);
  return { inputs: tensorsOf(options?.get("inputs"), cx), outputs: tensorsOf(options?.get("outputs"), cx) };
}

/** `tf.model({ inputs, outputs })` */
export const model: NativeFunction = {
  name: "model",
  documentation: page("model"),
  invoke: (cx) => modelInstance(cx, layersModelClass, functionalGraph(cx)),
};
