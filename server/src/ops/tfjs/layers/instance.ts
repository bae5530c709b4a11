import type { NativeClass, NativeContext, NativeFunction } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { integer, LOST_TENSOR, NULL, SOME_STRING, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import { endOf, startOf } from "../../../ir";
import type { Edit } from "../../../rules/finding";
import type { Shape } from "../../../shape/shape";
import { readAll, UNDETERMINED, integer as integerParameter } from "../../parameter";
import { page } from "../tensors";
import type { Layer } from "./layer";
import { applicationValue, applyLayer } from "./layer";
import { layerMember } from "./members";
import type { LayerLikePayload } from "./own-layer";
import { buildOwnLayer, callOwnLayer, isOwnLayer, ownLayerPayload } from "./own-layer";

/** Where an object remembers the shape that its layer was built for: `null` as long as there is none. */
export const BUILT = "#built";

export function layerInstance(
  cx: NativeContext,
  layer: Layer,
  { native = layerClass, name = SOME_STRING }: { readonly native?: NativeClass; readonly name?: Value } = {},
): ObjectValue {
  const self = cx.instance(native);
  cx.setPayload(self, layer);
  cx.setProperty(self, BUILT, NULL);
  cx.setProperty(self, "name", name);
  return self;
}

/** The layer or model that a value is. */
export function layerOf(value: Value, cx: NativeContext): Layer | undefined {
  const payload = cx.payload(value);
  if (payload?.kind === "layer") return payload as Layer;
  const layerLike = payload && "asLayer" in payload ? (payload as LayerLikePayload) : undefined;
  return value.kind === "object" ? layerLike?.asLayer(cx, value) : undefined;
}

/** The tensors of an argument: one, or an array of them. */
export function tensorsOf(value: Value | undefined, cx: NativeContext): readonly TensorValue[] | undefined {
  if (!value) return undefined;
  if (value.kind === "tensor") return [value];
  const elements = cx.elements(value);
  return elements?.every((element) => element.kind === "tensor") ? (elements as readonly TensorValue[]) : undefined;
}

/** Applies an object's layer, which is built for that shape from then on. A model has its own inputs and outputs already. */
export function applyInstance(
  cx: NativeContext,
  self: ObjectValue,
  inputs: readonly TensorValue[],
  flattening?: readonly Edit[],
): Value {
  const layer = layerOf(self, cx);
  if (!layer) return inputs[0]?.form === "symbolic" ? { ...unknownTensor("tfjs"), form: "symbolic" } : LOST_TENSOR;
  if (layer.run && inputs.every(({ form }) => form !== "symbolic")) {
    const outputs = layer.run(inputs, cx);
    return applicationValue({ outputs, kind: outputs.length === 1 ? "one" : "list", refused: false }, cx);
  }
  if (cx.payload(self)?.kind === "model")
    return applicationValue(applyLayer(layer, inputs, cx, { built: undefined, object: self }), cx);
  const built = builtShape(cx, self);
  build(cx, self, inputs);
  const application = applyLayer(layer, inputs, cx, { built, flattening, object: self });
  const value = applicationValue(application, cx);
  if (inputs[0]?.form === "symbolic") {
    // A layer of several nodes has no single output: TensorFlow.js throws when it is read.
    const first = cx.getProperty(self, "output").kind === "undefined";
    cx.setProperty(self, "output", first ? value : UNKNOWN);
    cx.setProperty(self, "input", first && inputs.length === 1 && inputs[0] ? inputs[0] : UNKNOWN);
  }
  return value;
}

/** The first inputs decide the weights. */
function build(cx: NativeContext, self: ObjectValue, inputs: readonly TensorValue[]): void {
  if (cx.getProperty(self, BUILT) !== NULL || !inputs[0]?.shape) return;
  cx.setProperty(self, BUILT, cx.array(inputs[0].shape.map((size) => integer(size))));
  if (isOwnLayer(self, cx)) buildOwnLayer(cx, self, inputs);
}

export function builtShape(cx: NativeContext, self: ObjectValue): Shape | undefined {
  const shape = readAll(cx.elements(cx.getProperty(self, BUILT)), integerParameter, cx);
  return shape === UNDETERMINED ? undefined : shape;
}

export const apply: NativeFunction = {
  name: "apply",
  documentation: page("tf.layers.Layer.apply"),
  invoke(cx, self) {
    if (self?.kind !== "object") return LOST_TENSOR;
    const inputs = tensorsOf(cx.site.args[0]?.value, cx);
    const states = cx.site.args[1] ? initialState(cx.site.args[1].value, cx) : [];
    if (!inputs || !states || !cx.site.complete) return LOST_TENSOR;
    if (isOwnLayer(self, cx) && inputs[0]?.form !== "symbolic") {
      build(cx, self, inputs);
      return callOwnLayer(cx, self);
    }
    const argument = cx.site.args[0];
    const path = layerOf(self, cx)?.path;
    const single = argument?.value.kind === "tensor" && path !== undefined;
    return applyInstance(
      cx,
      self,
      [...inputs, ...states],
      single ? wrapped(argument.span, `${path}.flatten().apply(`) : undefined,
    );
  },
};

function wrapped(span: Span, before: string): readonly Edit[] {
  return [
    { span: startOf(span), newText: before },
    { span: endOf(span), newText: ")" },
  ];
}

/** `apply(x, { initialState: [h, c] })`; `undefined` when it cannot be read. */
function initialState(options: Value, cx: NativeContext): readonly TensorValue[] | undefined {
  const state = cx.properties(options)?.get("initialState");
  return state && state.kind !== "undefined" ? tensorsOf(state, cx) : [];
}

/** What every layer's object has besides what is set on it. */
export const layerClass: NativeClass = {
  name: "Layer",
  documentation: page("class:layers.Layer"),
  construct(cx, self) {
    cx.setPayload(self, ownLayerPayload(cx));
    cx.setProperty(self, BUILT, NULL);
  },
  member(cx, self, name) {
    if (name === "apply") return { kind: "native", native: apply, self: undefined, selfSpan: undefined };
    return layerMember(cx, self, name);
  },
};
