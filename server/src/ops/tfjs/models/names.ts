import type { NativeContext } from "../../../interpreter/native";
import type { TensorOrigin, TensorValue, Value } from "../../../interpreter/value";
import { layerOrigin } from "../layers/layer";
import { tensorsOf } from "../layers/instance";

/** Where a model begins: the call of `tf.input`, with the name that it gives. */
export interface InputOrigin extends TensorOrigin {
  readonly name: string | undefined;
}

/** The name that a model knows an input or an output by, when the program gives one. */
function nameOf(cx: NativeContext, tensor: TensorValue): string | undefined {
  const origin = layerOrigin(tensor);
  if (origin?.object) {
    const name = cx.getProperty(origin.object, "name");
    return name.kind === "string" ? name.value : undefined;
  }
  return tensor.origin && "name" in tensor.origin ? (tensor.origin as InputOrigin).name : undefined;
}

/** The tensors that a model is given: one, an array of them, or an object that has them by name. */
export function feedsOf(
  cx: NativeContext,
  value: Value | undefined,
  slots: readonly TensorValue[],
): readonly TensorValue[] | undefined {
  const plain = tensorsOf(value, cx);
  if (plain || !value) return plain;
  const properties = cx.properties(value);
  if (!properties) return undefined;
  const [only] = properties.values();
  if (slots.length === 1 && properties.size === 1) return tensorsOf(only, cx);
  const named = slots.map((slot) => properties.get(nameOf(cx, slot) ?? ""));
  return named.every((one) => one?.kind === "tensor") ? named : undefined;
}
