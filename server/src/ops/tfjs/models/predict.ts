import type { NativeContext, NativeFunction } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR, unknownTensor } from "../../../interpreter/value";
import { sidesDiffer } from "../../../rules/shape-mismatch";
import { surelyLess, unknownDim } from "../../../shape/dim";
import type { OperationContext } from "../../operation";
import { tensorsOf } from "../layers/instance";
import { layerOrigin } from "../layers/layer";
import { page } from "../tensors";
import { checkFeeds } from "./feed";
import type { Graph } from "./graph";
import { feedingContext, runGraph } from "./graph";
import { graphOf } from "./model";
import { feedsOf } from "./names";
import { t } from "../../../text/translate";

/** `model.predict(x)`: the data is checked against the model's inputs, and its layers run on the data's own sizes. */
export const predict: NativeFunction = {
  name: "predict",
  documentation: page("tf.LayersModel.predict"),
  invoke(cx, self) {
    const graph = self && graphOf(cx, self);
    const [data] = cx.site.args;
    if (self && !graph) return outputsAlone(cx, self, data?.value);
    if (!graph || graph.outputs.length === 0) return LOST_TENSOR;
    // The shape of what comes out is known even if nothing is of what goes in.
    const feeds = feedsOf(cx, data?.value, graph.inputs) ?? graph.inputs.map(() => unknownTensor("tfjs"));
    if (feeds.some(({ form }) => form === "symbolic")) return LOST_TENSOR;
    const named = feedingContext(cx, "predict", graph);
    const given = data?.value.kind === "tensor" ? data.span : undefined;
    const checked = checkFeeds(named, feeds, inputSlots(graph), given);
    const outputs = runGraph(graph, asManyAsTheFirst(named, checked), cx);
    const [only] = outputs;
    return outputs.length === 1 && only ? only : cx.array(outputs);
  },
};

/** Of a model whose inputs are not known, such as one made of a stored one: what its outputs say by themselves. */
function outputsAlone(cx: NativeContext, self: Value, data: Value | undefined): Value {
  const outputs = tensorsOf(cx.getProperty(self, "outputs"), cx);
  if (!outputs || outputs.length === 0) return LOST_TENSOR;
  const batch = (data?.kind === "tensor" && data.shape?.[0]) || unknownDim(1, "batch");
  const tensors = outputs.map((output): TensorValue => {
    const origin = { operation: "predict", span: cx.site.span, inputs: [] };
    return {
      ...unknownTensor("tfjs", origin),
      shape: output.shape?.map((size, axis) => (axis === 0 ? batch : size)),
      dtype: output.dtype,
    };
  });
  const [only] = tensors;
  return tensors.length === 1 && only ? only : cx.array(tensors);
}

/** The first input tells how many examples there are; of the others TensorFlow.js takes as many. */
function asManyAsTheFirst(cx: OperationContext, feeds: readonly TensorValue[]): readonly TensorValue[] {
  const [first, ...rest] = feeds;
  const count = first?.shape?.[0];
  if (!first || !count) return feeds;
  const few = rest.find(({ shape }) => shape?.[0] && surelyLess(shape[0], count));
  if (few) {
    const reason = t`All inputs must have the same number of examples.`;
    cx.report(sidesDiffer({ cx, first, second: few, axis: 0, reason }));
  }
  return [first, ...rest.map((feed) => (feed.shape ? { ...feed, shape: feed.shape.with(0, count) } : feed))];
}

/** The layer that each of the inputs goes into first. */
function consumers(graph: Graph): ReadonlyMap<TensorValue, string> {
  const found = new Map<TensorValue, string>();
  const seen = new Set<TensorValue>();
  const visit = (tensor: TensorValue): void => {
    const origin = layerOrigin(tensor);
    if (!origin || seen.has(tensor)) return;
    seen.add(tensor);
    for (const input of origin.inputs) if (graph.inputs.includes(input)) found.set(input, origin.layer.name);
    origin.inputs.forEach(visit);
  };
  graph.outputs.forEach(visit);
  return found;
}

export function inputSlots(graph: Graph) {
  const layers = consumers(graph);
  return graph.inputs.map((input) => {
    return { shape: input.shape, declared: input, role: "input" as const, layer: layers.get(input) };
  });
}
