import type { Library, NativeContext, NativeFunction } from "../../interpreter/native";
import type { Value } from "../../interpreter/value";
import { UNDEFINED, UNKNOWN } from "../../interpreter/value";

/**
 * `defineExperiment` runs on shapes what training would run on numbers: one batch of the data through the model, the loss and the
 * metrics. So data that does not fit the model is found where it meets it.
 */
const defineExperiment: NativeFunction = {
  name: "defineExperiment",
  invoke(cx) {
    const definition = cx.site.args[0]?.value ?? UNDEFINED;
    if (!cx.properties(definition)) return definition;
    const hyperparameters = cx.getProperty(definition, "hyperparameters");
    const run = (name: string, args: readonly Value[]): Value =>
      callIfGiven(cx, cx.getProperty(definition, name), args);
    const batches = cx.getProperty(settled(run("data", [hyperparameters])), "train");
    const model = settled(run("model", [hyperparameters]));
    const optimizer = run("optimizer", [
      callIfGiven(cx, cx.getProperty(model, "parameters"), [], model),
      hyperparameters,
    ]);
    const batch = cx.anyElement(batches);
    if (cx.getProperty(definition, "step").kind !== "undefined") {
      run("step", [cx.record({ model, optimizer, batch, hyperparameters, epoch: UNKNOWN, step: UNKNOWN })]);
      return definition;
    }
    const parts = cx.elements(batch);
    // A batch is `[...inputs, target]`; one that is not known has one of each.
    const inputs = parts ? parts.slice(0, -1) : [UNKNOWN];
    const target = parts?.at(-1) ?? UNKNOWN;
    const output = cx.call(model, inputs);
    run("loss", [output, target]);
    for (const metric of cx.properties(cx.getProperty(definition, "metrics"))?.values() ?? [])
      callIfGiven(cx, metric, [output, target]);
    return definition;
  },
};

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
