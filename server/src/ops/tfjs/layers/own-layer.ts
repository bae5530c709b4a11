import type { NativeContext, NativePayload } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { integer, LOST_TENSOR, NULL } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import { unknownDim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import type { Arguments } from "../../operation";
import { bindArguments } from "../../operation";
import { UNDETERMINED } from "../../parameter";
import type { TensorType } from "../tensors";
import { batchShape, COMMON, declaredInput } from "./config";
import type { Layer, LayerOutputs } from "./layer";
import { one } from "./layer";
import { BATCH, isOpen } from "./open";

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
    args: {},
    batchInputShape,
    inputDtype: "float32",
    stateful: false,
    accepts: () => true,
    outputs(inputs, cx) {
      if (inputs.some(({ form }) => form === "symbolic")) return symbolicOutput(cx, self, inputs);
      return realOutputs(cx, method(cx, self, "call", [cx.array(inputs), cx.record({})]));
    },
  };
}

/** Makes the layer's weights, which its first inputs decide. */
export function buildOwnLayer(cx: NativeContext, self: ObjectValue, inputs: readonly TensorValue[]): void {
  const shapes = shapesOf(cx, inputs);
  if (shapes) method(cx, self, "build", [shapes]);
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
  const shapes = shapesOf(cx, inputs);
  showCall(cx, self, inputs);
  if (!shapes) return undefined;
  const computed = method(cx, self, "computeOutputShape", [shapes]);
  if (!computed) return inputs.length === 1 ? one(inputs[0]?.shape) : undefined;
  const elements = cx.elements(computed);
  if (elements?.some((element) => cx.elements(element))) return severalOutputs(cx, elements);
  const shape = batchShape.read(computed, cx);
  return shape === UNDETERMINED || !shape ? undefined : one(shape);
}

/** What `call` does with inputs of these shapes, as it will when the model runs: what is wrong in it is told then. */
function showCall(cx: NativeContext, self: ObjectValue, inputs: readonly TensorValue[]): void {
  const call = cx.getProperty(self, "call");
  if (call.kind !== "function") return;
  const batch = unknownDim(1, "batch");
  const real = inputs.map((input): TensorValue => {
    return { ...input, form: "tensor", shape: input.shape?.map((size) => (size === BATCH ? batch : size)) };
  });
  cx.doubting(() => cx.callRepeatedly({ ...call, self }, [cx.array(real), cx.record({})]));
}

function severalOutputs(cx: NativeContext, shapes: readonly Value[]): LayerOutputs | undefined {
  const types: TensorType[] = [];
  for (const value of shapes) {
    const shape = batchShape.read(value, cx);
    if (shape === UNDETERMINED) return undefined;
    types.push({ shape, dtype: "float32" });
  }
  return { kind: "list", types };
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

/** The shape of the only input, or an array of all shapes; `undefined` when one is not known. */
function shapesOf(cx: NativeContext, inputs: readonly TensorValue[]): Value | undefined {
  const shapes = inputs.flatMap(({ shape }) => (shape ? [shapeValue(cx, shape)] : []));
  const [first] = shapes;
  if (!first || shapes.length !== inputs.length) return undefined;
  return inputs.length === 1 ? first : cx.array(shapes);
}

/** A shape as the program sees it: open sizes are `null`. */
export function shapeValue(cx: Pick<NativeContext, "array">, shape: Shape): ObjectValue {
  return cx.array(shape.map((size) => (isOpen(size) ? NULL : integer(size))));
}
