import type { NativeClass, NativeContext, NativeFunction } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR, UNDEFINED, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import { functionValue } from "../namespace";
import { page } from "../tensors";

function native(name: string, invoke: NativeFunction["invoke"]): NativeFunction {
  return { name, documentation: page(name), invoke };
}

/** `tf.tidy(fn)`, `tf.tidy("name", fn)`: what the callback returns. */
const tidy = native("tidy", (cx) => {
  const callback = cx.site.args.at(-1)?.value;
  return callback ? cx.call(callback, []) : UNKNOWN;
});

const keep = native("keep", (cx) => cx.site.args[0]?.value ?? UNKNOWN);

/** `{ value, grads }`: a gradient for each variable, by a name that is not known. */
const variableGrads = native("variableGrads", (cx) => {
  const value = cx.site.args[0] ? cx.call(cx.site.args[0].value, []) : UNKNOWN;
  return cx.record({ value, grads: UNKNOWN });
});

/** The gradient of a function of one tensor has that tensor's shape. */
function gradient(value: TensorValue, cx: NativeContext): TensorValue {
  const origin = { operation: "grad", span: cx.site.span, inputs: [value] };
  return { ...unknownTensor("tfjs", origin), shape: value.shape, dtype: value.dtype };
}

function tensorOf(value: Value | undefined): TensorValue | undefined {
  return value?.kind === "tensor" ? value : undefined;
}

const grad = native("grad", (cx) => {
  const f = cx.site.args[0]?.value;
  if (!f) return UNKNOWN;
  return functionValue(
    native("grad", (inner) => {
      const x = tensorOf(inner.site.args[0]?.value);
      inner.call(
        f,
        inner.site.args.slice(0, 1).map(({ value }) => value),
      );
      return x ? gradient(x, inner) : LOST_TENSOR;
    }),
  );
});

const grads = native("grads", (cx) => {
  const f = cx.site.args[0]?.value;
  if (!f) return UNKNOWN;
  return functionValue(
    native("grads", (inner) => {
      const given = inner.site.args[0] && inner.elements(inner.site.args[0].value);
      if (!given) return LOST_TENSOR;
      inner.call(f, given);
      return inner.array(given.map((one) => (one.kind === "tensor" ? gradient(one, inner) : LOST_TENSOR)));
    }),
  );
});

const valueAndGrad = native("valueAndGrad", (cx) => {
  const f = cx.site.args[0]?.value;
  if (!f) return UNKNOWN;
  return functionValue(
    native("valueAndGrad", (inner) => {
      const x = tensorOf(inner.site.args[0]?.value);
      const value = inner.call(
        f,
        inner.site.args.slice(0, 1).map((arg) => arg.value),
      );
      return inner.record({ value, grad: x ? gradient(x, inner) : LOST_TENSOR });
    }),
  );
});

/** The loss, when `returnCost` asks for it. */
const minimize = native("Optimizer.minimize", (cx) => {
  const [f, returnCost] = cx.site.args;
  const loss = f ? cx.call(f.value, []) : UNKNOWN;
  const asked = returnCost?.value.kind === "boolean" ? returnCost.value.value : false;
  return asked === true ? loss : asked === false ? { kind: "null" } : UNKNOWN;
});

const optimizerClass: NativeClass = {
  name: "Optimizer",
  documentation: page("class:train.Optimizer"),
  member(_cx, _self, name) {
    if (name === "minimize") return functionValue(minimize);
    if (name === "computeGradients") return functionValue(variableGrads);
    return name === "applyGradients" || name === "dispose" ? functionValue(native(name, () => UNDEFINED)) : UNKNOWN;
  },
};

export const optimizers: readonly NativeFunction[] = [
  "sgd",
  "momentum",
  "adagrad",
  "adadelta",
  "adam",
  "adamax",
  "rmsprop",
].map((name) => native(`train.${name}`, (cx) => cx.instance(optimizerClass)));

function returns(value: Value) {
  return (name: string) => native(name, () => value);
}

const promised: Value = { kind: "promise", value: UNKNOWN };

export const executionFunctions: readonly NativeFunction[] = [
  tidy,
  keep,
  variableGrads,
  grad,
  grads,
  valueAndGrad,
  ...["dispose", "disposeVariables", "enableProdMode", "enableDebugMode", "print"].map(returns(UNDEFINED)),
  ...["nextFrame", "ready", "setBackend", "time", "profile", "loadLayersModel", "loadGraphModel"].map(
    returns(promised),
  ),
  ...["memory", "getBackend", "env", "engine", "backend"].map(returns(UNKNOWN)),
];
