import type { NativeClass, NativeFunction } from "../../../interpreter/native";
import type { Value } from "../../../interpreter/value";
import { SOME_BOOLEAN, SOME_STRING, UNDEFINED, SOME_NUMBER, UNKNOWN } from "../../../interpreter/value";
import { functionValue } from "../namespace";
import { page, upcast, dtypeName } from "../tensors";
import { UNDETERMINED } from "../../parameter";
import { variableGrads } from "./gradients";

function native(name: string, invoke: NativeFunction["invoke"]): NativeFunction {
  return { name, documentation: page(name), invoke };
}

/** `tf.tidy(fn)`, `tf.tidy("name", fn)`: what the callback returns. */
const tidy = native("tidy", (cx) => {
  const callback = cx.site.args.at(-1)?.value;
  return callback ? cx.call(callback, []) : UNKNOWN;
});

const keep = native("keep", (cx) => cx.site.args[0]?.value ?? UNKNOWN);

/** `tf.op({ name_: fn })`: the function, run in a scope of its own. */
const op = native("op", (cx) => {
  const definition = cx.site.args[0] && cx.properties(cx.site.args[0].value);
  return definition?.size === 1 ? ([...definition.values()][0] ?? UNKNOWN) : UNKNOWN;
});

/** `tf.time(fn)`, `tf.profile(fn)`: run the function and tell how it went. */
function measured(name: string): NativeFunction {
  return native(name, (cx) => {
    const callback = cx.site.args[0]?.value;
    const result = callback ? cx.call(callback, []) : UNKNOWN;
    const report = name === "profile" ? cx.record({ result: awaited(result), ...PROFILE }) : UNKNOWN;
    return { kind: "promise", value: report };
  });
}

const PROFILE = { newBytes: UNKNOWN, newTensors: UNKNOWN, peakBytes: UNKNOWN, kernels: UNKNOWN, kernelNames: UNKNOWN };

function awaited(value: Value): Value {
  return value.kind === "promise" ? value.value : value;
}

const upcastType = native("upcastType", (cx) => {
  const types = cx.site.args.map(({ value }) => dtypeName.read(value, cx));
  const [a, b] = types.map((type) => (type === UNDETERMINED ? undefined : type));
  const wider = upcast(a, b);
  return wider ? { kind: "string", value: wider } : SOME_STRING;
});

const sumOutType = native("sumOutType", (cx) => {
  const type = cx.site.args[0] && dtypeName.read(cx.site.args[0].value, cx);
  return typeof type === "string" ? { kind: "string", value: type === "bool" ? "int32" : type } : SOME_STRING;
});

/** The loss, when `returnCost` asks for it. */
const minimize = native("Optimizer.minimize", (cx) => {
  const [f, returnCost] = cx.site.args;
  const loss = f ? cx.call(f.value, []) : UNKNOWN;
  const asked = returnCost?.value.kind === "boolean" ? returnCost.value.value : false;
  return asked === true ? loss : asked === false ? { kind: "null" } : UNKNOWN;
});

const OPTIMIZER_METHODS: ReadonlyMap<string, Value> = new Map(
  [
    minimize,
    { ...variableGrads, name: "computeGradients" },
    native("applyGradients", () => UNDEFINED),
    native("incrementIterations", () => UNDEFINED),
    native("dispose", () => UNDEFINED),
    native("getWeights", () => ({ kind: "promise", value: UNKNOWN })),
    native("setWeights", () => ({ kind: "promise", value: UNDEFINED })),
    native("saveIterations", () => ({ kind: "promise", value: UNKNOWN })),
    native("getClassName", () => SOME_STRING),
    native("getConfig", () => UNKNOWN),
  ].map((method) => [method.name.replace("Optimizer.", ""), functionValue(method)]),
);

export const optimizerClass: NativeClass = {
  name: "Optimizer",
  documentation: page("class:train.Optimizer"),
  member: (_cx, _self, name) => OPTIMIZER_METHODS.get(name) ?? UNKNOWN,
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

/** Functions that change no shape: what they return, and that they leave their arguments alone. */
function returns(value: Value, names: readonly string[]): NativeFunction[] {
  return names.map((name) => native(name, () => value));
}

const promised = (value: Value): Value => ({ kind: "promise", value });

export const executionFunctions: readonly NativeFunction[] = [
  tidy,
  keep,
  op,
  measured("time"),
  measured("profile"),
  upcastType,
  sumOutType,
  ...returns(UNDEFINED, [
    "dispose",
    "disposeVariables",
    "enableProdMode",
    "enableDebugMode",
    "disableDeprecationWarnings",
    "deprecationWarn",
    "print",
    "removeBackend",
    "setPlatform",
    "setWebGLContext",
    "forceHalfFloat",
  ]),
  ...returns(promised(UNDEFINED), ["nextFrame", "ready"]),
  ...returns(promised(SOME_BOOLEAN), ["setBackend"]),
  native("backend", (cx) => cx.record({ epsilon: functionValue(native("epsilon", () => SOME_NUMBER)) })),
  ...returns(UNKNOWN, ["memory", "env", "engine", "findBackend", "findBackendFactory"]),
  ...returns(SOME_BOOLEAN, ["registerBackend"]),
  ...returns(SOME_STRING, ["getBackend"]),
];
