import type { NativeContext } from "../../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../../interpreter/value";
import { integer, LOST_TENSOR, NULL, unknownTensor } from "../../../interpreter/value";
import type { Shape } from "../../../shape/shape";
import { UNDETERMINED } from "../../parameter";
import { batchShape } from "./config";
import { isOpen } from "./open";

/**
 * A layer of the program's own, a class that extends `tf.layers.Layer`: real tensors go through its `call`, symbolic ones have the
 * shape that its `computeOutputShape` says, which is the input's unless the class has one.
 */
export function applyOwn(cx: NativeContext, self: ObjectValue, inputs: readonly TensorValue[]): Value {
  const given = cx.site.args[0]?.value;
  const [first] = inputs;
  if (!given || !first) return LOST_TENSOR;
  if (first.form !== "symbolic") {
    return method(cx, self, "call", [given, cx.site.args[1]?.value ?? cx.record({})]) ?? LOST_TENSOR;
  }
  const shapes = inputs.map((input) => input.shape && shapeValue(cx, input.shape));
  if (!shapes.every((shape) => shape !== undefined)) return LOST_TENSOR;
  const argument = given.kind === "tensor" && shapes[0] ? shapes[0] : cx.array(shapes);
  const computed = method(cx, self, "computeOutputShape", [argument]);
  const shape = computed ? batchShape.read(computed, cx) : first.shape;
  if (shape === UNDETERMINED || !shape) return LOST_TENSOR;
  return {
    ...unknownTensor("tfjs", { operation: "apply", span: cx.site.span, inputs }),
    shape,
    dtype: "float32",
    form: "symbolic",
  };
}

function method(cx: NativeContext, self: ObjectValue, name: string, args: readonly Value[]): Value | undefined {
  const found = cx.getProperty(self, name);
  return found.kind === "function" ? cx.call({ ...found, self }, args) : undefined;
}

/** A shape as the program sees it: open sizes are `null`. */
function shapeValue(cx: NativeContext, shape: Shape): ObjectValue {
  return cx.array(shape.map((size) => (isOpen(size) ? NULL : integer(size))));
}
