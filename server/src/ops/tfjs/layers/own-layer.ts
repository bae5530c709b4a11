import type { NativeContext, NativePayload } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { integer, LOST_TENSOR, NULL } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import type { Shape } from "../../../shape/shape";
import type { Arguments } from "../../operation";
import { bindArguments } from "../../operation";
import { UNDETERMINED } from "../../parameter";
import { batchShape, COMMON, declaredInput } from "./config";
import type { Layer, LayerOutputs } from "./layer";
import { one } from "./layer";
import { isOpen } from "./open";

/** The payload of an object that is a layer by what its class or its properties say. */
export interface LayerLikePayload extends NativePayload {
  asLayer(cx: NativeContext, self: ObjectValue): Layer | undefined;
}

const OWN = "own layer";

/**
 * A layer of the program's own, a class that extends `tf.layers.Layer`: real tensors go through its `call`, symbolic ones have the
 * shape that its `computeOutputShape` says, which is the input's unless the class has one.
 */
export function ownLayerPayload(cx: NativeContext): LayerLikePayload {
  const bound = bindArguments("config", COMMON, cx.site.args, cx.site.complete, cx);
  const args = bound?.args as Arguments<typeof COMMON> | undefined;
  const batchInputShape = args && declaredInput(args);
  const { span } = cx.site;
  return { kind: OWN, asLayer: (_, self) => ownLayer(self, batchInputShape, span) };
}

export function isOwnLayer(value: Value, cx: NativeContext): boolean {
  return cx.payload(value)?.kind === OWN;
}

function ownLayer(self: ObjectValue, batchInputShape: Shape | undefined, span: Span): Layer {
  return {
    kind: "layer",
    name: "layer",
    span,
    path: undefined,
    sources: new Map(),
    batchInputShape,
    inputDtype: "float32",
    accepts: () => true,
    outputs(inputs, cx) {
      if (inputs.some(({ form }) => form === "symbolic")) return symbolicOutput(cx, self, inputs);
      return realOutputs(cx, method(cx, self, "call", [cx.array(inputs), cx.record({})]));
    },
  };
}

/** `layer.apply(x)` on real tensors: what its `call` returns. */
export function callOwnLayer(cx: NativeContext, self: ObjectValue): Value {
  const [x, options] = cx.site.args;
  return (x && method(cx, self, "call", [x.value, options?.value ?? cx.record({})])) ?? LOST_TENSOR;
}

function symbolicOutput(
  cx: NativeContext,
  self: ObjectValue,
  inputs: readonly TensorValue[],
): LayerOutputs | undefined {
  const shapes = inputs.flatMap(({ shape }) => (shape ? [shapeValue(cx, shape)] : []));
  const [first] = shapes;
  if (!first || shapes.length !== inputs.length) return undefined;
  const computed = method(cx, self, "computeOutputShape", [inputs.length === 1 ? first : cx.array(shapes)]);
  const shape = computed ? batchShape.read(computed, cx) : inputs[0]?.shape;
  return shape === UNDETERMINED || !shape ? undefined : one(shape);
}

function realOutputs(cx: NativeContext, value: Value | undefined): LayerOutputs | undefined {
  if (value?.kind === "tensor") return { kind: "one", type: value };
  const elements = value && cx.elements(value);
  const tensors = elements?.filter((element) => element.kind === "tensor");
  return tensors && tensors.length === elements?.length ? { kind: "list", types: tensors } : undefined;
}

function method(cx: NativeContext, self: ObjectValue, name: string, args: readonly Value[]): Value | undefined {
  const found = cx.getProperty(self, name);
  return found.kind === "function" ? cx.call({ ...found, self }, args) : undefined;
}

/** A shape as the program sees it: open sizes are `null`. */
function shapeValue(cx: NativeContext, shape: Shape): ObjectValue {
  return cx.array(shape.map((size) => (isOpen(size) ? NULL : integer(size))));
}
