import type { NativeContext, NativeFunction } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { UNKNOWN } from "../../../interpreter/value";
import { asNumber } from "../../../shape/dim";
import type { Layer } from "../layers/layer";
import { layerOrigin } from "../layers/layer";
import { layerTensors } from "../layers/weights";
import { page } from "../tensors";
import type { Graph } from "./graph";
import { unknownLayer } from "./unknown-model";

/** The objects of a model's layers, in the order in which data goes through them, as far as they are known. */
function objectsOf(graph: Graph): readonly ObjectValue[] {
  const found = new Map<number, ObjectValue>();
  const seen = new Set<TensorValue>();
  const visit = (tensor: TensorValue): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    const origin = layerOrigin(tensor);
    if (!origin || graph.inputs.includes(tensor)) return;
    origin.inputs.forEach(visit);
    if (origin.object) found.set(origin.object.id, origin.object);
  };
  graph.outputs.forEach(visit);
  return [...found.values()];
}

/** `model.layers` of layers in a row; the first one stands for the input. Of a graph that branches the order is not promised. */
export function layersInARow(cx: NativeContext, graph: Graph): Value {
  const objects: Value[] = [];
  let [tensor] = graph.outputs;
  if (graph.inputs.length !== 1 || graph.outputs.length !== 1) return UNKNOWN;
  while (tensor && tensor !== graph.inputs[0]) {
    const origin = layerOrigin(tensor);
    if (!origin || origin.inputs.length !== 1) return UNKNOWN;
    objects.unshift(origin.object ?? UNKNOWN);
    [tensor] = origin.inputs;
  }
  return tensor ? cx.array([UNKNOWN, ...objects]) : UNKNOWN;
}

/** The tensors that a model has learned, in the order in which its layers run; `undefined` when one is not known. */
export function weightsOf(cx: NativeContext, graph: Graph): readonly TensorValue[] | undefined {
  const found = new Map<Layer, readonly TensorValue[] | undefined>();
  const seen = new Set<TensorValue>();
  const visit = (tensor: TensorValue): void => {
    const origin = layerOrigin(tensor);
    if (!origin || seen.has(tensor) || graph.inputs.includes(tensor)) return;
    seen.add(tensor);
    origin.inputs.forEach(visit);
    if (!found.has(origin.layer)) found.set(origin.layer, layerTensors(cx, origin.layer, origin.built));
  };
  graph.outputs.forEach(visit);
  const each = [...found.values()];
  return each.every((tensors) => tensors !== undefined) ? each.flat() : undefined;
}

/** `model.getLayer("conv1")`, `model.getLayer(undefined, 2)`. */
export function getLayer(graphOf: (cx: NativeContext, self: Value) => Graph | undefined): NativeFunction {
  return {
    name: "getLayer",
    documentation: page("tf.LayersModel.getLayer"),
    invoke(cx, self) {
      if (!self) return UNKNOWN;
      const [first, second] = cx.site.args.map(({ value }) => value);
      const layers = cx.elements(cx.getProperty(self, "layers"));
      const index = first?.kind === "integer" ? first : second;
      if (index?.kind === "integer") return layers?.[asNumber(index.dim) ?? -1] ?? UNKNOWN;
      if (first?.kind !== "string" || first.value === undefined) return UNKNOWN;
      const graph = graphOf(cx, self);
      if (!graph && !layers) return unknownLayer(cx);
      const candidates = layers ?? (graph ? objectsOf(graph) : []);
      const named = candidates.filter((layer) => {
        const name = layer.kind === "object" ? cx.getProperty(layer, "name") : UNKNOWN;
        return name.kind === "string" && name.value === first.value;
      });
      return named.length === 1 ? (named[0] ?? UNKNOWN) : UNKNOWN;
    },
  };
}
