import type { NativeContext, NativeFunction } from "../../../interpreter/native";
import { lossOf } from "../../../interpreter/loss";
import type { TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import { functionValue } from "../namespace";
import { page } from "../tensors";

function native(name: string, invoke: NativeFunction["invoke"]): NativeFunction {
  return { name, documentation: page(name), invoke };
}

/** `{ value, grads }`: a gradient for each variable, by a name that is not known. */
export const variableGrads = native("variableGrads", (cx) => {
  const value = cx.site.args[0] ? cx.call(cx.site.args[0].value, []) : UNKNOWN;
  return cx.record({ value, grads: UNKNOWN });
});

/** The gradient of a function of a tensor has that tensor's shape. */
function gradient(value: Value, cx: NativeContext): Value {
  if (value.kind !== "tensor") return unknownTensor("tfjs", undefined, lossOf(value));
  const origin = { operation: "grad", span: cx.site.span, inputs: [value] };
  return { ...unknownTensor("tfjs", origin), shape: value.shape, dtype: value.dtype } satisfies TensorValue;
}

/** A function made of a function: `tf.grad(f)`, which runs `f` whenever it is called itself. */
function derived(name: string, run: (cx: NativeContext, f: Value) => Value): NativeFunction {
  return native(name, (cx) => {
    const f = cx.site.args[0]?.value;
    return f ? functionValue(native(name, (inner) => run(inner, f))) : UNKNOWN;
  });
}

/** What a function of one tensor is called with, beside what its gradient is to be multiplied by. */
function firstArgument(cx: NativeContext): Value {
  return cx.site.args[0]?.value ?? UNKNOWN;
}

function eachGradient(cx: NativeContext, given: readonly Value[]): Value {
  return cx.array(given.map((one) => gradient(one, cx)));
}

const grad = derived("grad", (cx, f) => {
  const x = firstArgument(cx);
  cx.call(f, [x]);
  return gradient(x, cx);
});

const valueAndGrad = derived("valueAndGrad", (cx, f) => {
  const x = firstArgument(cx);
  return cx.record({ value: cx.call(f, [x]), grad: gradient(x, cx) });
});

const grads = derived("grads", (cx, f) => {
  const given = cx.elements(firstArgument(cx));
  if (!given) return LOST_TENSOR;
  cx.call(f, given);
  return eachGradient(cx, given);
});

const valueAndGrads = derived("valueAndGrads", (cx, f) => {
  const given = cx.elements(firstArgument(cx));
  if (!given) return LOST_TENSOR;
  const value = cx.call(f, given);
  return cx.record({ value, grads: eachGradient(cx, given) });
});

const save = functionValue(native("save", () => ({ kind: "undefined" })));

/** A function with a gradient of the program's own: called, it gives the `value` that the given one returns beside `gradFunc`. */
const customGrad = derived("customGrad", (cx, f) => {
  const given = cx.site.args.map(({ value }) => value);
  const answer = cx.call(f, [...given, save]);
  const value = cx.properties(answer)?.get("value");
  return value ?? LOST_TENSOR;
});

export const gradientFunctions: readonly NativeFunction[] = [
  variableGrads,
  grad,
  grads,
  valueAndGrad,
  valueAndGrads,
  customGrad,
];
