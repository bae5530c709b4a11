import type { Library, NativeContext, NativeFunction } from "../../interpreter/native";
import type { Value } from "../../interpreter/value";
import { UNDEFINED, UNKNOWN } from "../../interpreter/value";

/**
 * `defineExperiment` runs on shapes what training would run on numbers: one batch of the data, and one of the validation data, through the
 * model, the loss and the metrics. So data that does not fit the model is found where it meets it.
 */
const defineExperiment: NativeFunction = {
  name: "defineExperiment",
  invoke(cx) {
    const definition = cx.site.args[0]?.value ?? UNDEFINED;
    if (!cx.properties(definition)) return definition;
    const hyperparameters = cx.getProperty(definition, "hyperparameters");
    const run = (name: string, args: readonly Value[]): Value =>
      callIfGiven(cx, cx.getProperty(definition, name), args);
    const data = settled(run("data", [hyperparameters]));
    const model = settled(run("model", [hyperparameters]));
    const optimizer = run("optimizer", [
      callIfGiven(cx, cx.getProperty(model, "parameters"), [], model),
      hyperparameters,
    ]);
    const evaluate = (batch: Value): void => {
      const parts = cx.elements(batch);
      // A batch is `[...inputs, target]`; one that is not known has one of each.
      const inputs = parts ? parts.slice(0, -1) : [UNKNOWN];
      const target = parts?.at(-1) ?? UNKNOWN;
      const output = forward(cx, model, inputs);
      run("loss", [output, target]);
      for (const metric of cx.properties(cx.getProperty(definition, "metrics"))?.values() ?? [])
        callIfGiven(cx, metric, [output, target]);
    };
    const batch = anyBatch(cx, cx.getProperty(data, "train"));
    if (cx.getProperty(definition, "step").kind === "undefined") evaluate(batch);
    else run("step", [cx.record({ model, optimizer, batch, hyperparameters, epoch: UNKNOWN, step: UNKNOWN })]);
    const validation = cx.getProperty(data, "validation");
    if (validation.kind !== "undefined") evaluate(anyBatch(cx, validation));
    return definition;
  },
};

/** Modules are called, TensorFlow.js's models applied; a plain object has a function for it. */
function forward(cx: NativeContext, model: Value, inputs: readonly Value[]): Value {
  // `nn.Module` has an `apply`, too, which does something else.
  if (cx.getProperty(model, "predict").kind === "native") {
    const apply = cx.getProperty(model, "apply");
    const [only] = inputs;
    return callIfGiven(cx, apply, [inputs.length === 1 && only ? only : cx.array(inputs)], model);
  }
  const method = cx.properties(model)?.get("forward");
  return method?.kind === "function"
    ? cx.call({ ...method, self: method.self ?? model }, inputs)
    : cx.call(model, inputs);
}

/** Any of the batches. Those of a plain array that are many are still as one in what they consist of. */
function anyBatch(cx: NativeContext, batches: Value): Value {
  const rows = cx.elements(batches)?.map((batch) => cx.elements(batch));
  const [first] = rows ?? [];
  if (!first || !rows?.every((row) => row?.length === first.length)) return cx.anyElement(batches);
  return cx.array(first.map((_, part) => cx.anyElement(cx.array(rows.map((row) => row?.[part] ?? UNKNOWN)))));
}

function callIfGiven(cx: NativeContext, callee: Value, args: readonly Value[], receiver?: Value): Value {
  if (callee.kind === "undefined") return UNDEFINED;
  return receiver && callee.kind === "native" ? cx.call({ ...callee, self: receiver }, args) : cx.call(callee, args);
}

function settled(value: Value): Value {
  return value.kind === "promise" ? settled(value.value) : value;
}

const MEMBERS: ReadonlyMap<string, Value> = new Map([
  ["defineExperiment", { kind: "native", native: defineExperiment, self: undefined, selfSpan: undefined }],
]);

/** The package `shapewright` itself: experiments. */
export const shapewrightLibrary: Library = {
  name: "shapewright",
  owns: (specifier) => specifier === "shapewright",
  exports: { name: "shapewright", member: (name) => MEMBERS.get(name) },
  globals: new Map(),
};
