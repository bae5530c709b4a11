import type { NativeFunction } from "../../../interpreter/native";
import { LOST_TENSOR, unknownTensor } from "../../../interpreter/value";
import { page } from "../tensors";
import { checkFeeds } from "./feed";
import type { Graph } from "./graph";
import { feedingContext, runGraph } from "./graph";
import { graphOf } from "./model";
import { feedsOf } from "./names";

/** `model.predict(x)`: the data is checked against the model's inputs, and its layers run on the data's own sizes. */
export const predict: NativeFunction = {
  name: "predict",
  documentation: page("tf.LayersModel.predict"),
  invoke(cx, self) {
    const graph = self && graphOf(cx, self);
    const [data] = cx.site.args;
    if (!graph || graph.outputs.length === 0) return LOST_TENSOR;
    // The shape of what comes out is known even if nothing is of what goes in.
    const feeds = feedsOf(cx, data?.value, graph.inputs) ?? graph.inputs.map(() => unknownTensor("tfjs"));
    if (feeds.some(({ form }) => form === "symbolic")) return LOST_TENSOR;
    const named = feedingContext(cx, "predict", graph);
    const given = data?.value.kind === "tensor" ? data.span : undefined;
    const outputs = runGraph(graph, checkFeeds(named, feeds, inputSlots(graph), given), cx);
    const [only] = outputs;
    return outputs.length === 1 && only ? only : cx.array(outputs);
  },
};

export function inputSlots(graph: Graph) {
  return graph.inputs.map((input) => ({ shape: input.shape, declared: input, role: "input" as const }));
}
