import type { TensorValue } from "../../../interpreter/value";
import { constant, multiply } from "../../../shape/dim";
import type { Finding } from "../../../rules/finding";
import type { Shape } from "../../../shape/shape";
import { operationContext } from "../../operation";
import type { Parameter } from "../../parameter";
import { UNDETERMINED } from "../../parameter";
import type { TensorType } from "../tensors";
import { atLeast, layer } from "./define";
import { layerOf } from "./instance";
import type { Layer, LayerContext, LayerOutputs } from "./layer";
import { BATCH } from "./open";
import { t } from "../../../text/translate";

/** The layer that a wrapper is made around. */
const inner: Parameter<Layer> = {
  read: (value, cx) => layerOf(value, cx) ?? UNDETERMINED,
  takesObject: true,
};

const timeDistributed = layer({
  name: "timeDistributed",
  parameters: { layer: inner },
  ranks: atLeast(3, "[batch, steps, ...]"),
  whole: true,
  output(args, input, cx) {
    const [batch = BATCH, steps = BATCH, ...rest] = input.shape;
    const step: TensorValue = { ...input, shape: [batch, ...rest] };
    // TensorFlow.js makes the wrapped layer's weights and runs it, without checking the rank of its input: what comes of a wrong
    // one is beyond telling.
    const findings = refusals(args.layer, step, cx);
    for (const finding of findings) if (finding.code !== "rank-mismatch") cx.report(finding);
    if (findings.length > 0) return undefined;
    const outputs = args.layer.outputs([step], named(cx, args.layer));
    if (outputs?.kind !== "one" || !outputs.type.shape) return undefined;
    const [outer = batch, ...each] = outputs.type.shape;
    return { kind: "one", type: { shape: [outer, steps, ...each], dtype: outputs.type.dtype } };
  },
});

function refusals(layer: Layer, input: TensorValue, cx: LayerContext): readonly Finding[] {
  const findings: Finding[] = [];
  layer.accepts(
    [input],
    undefined,
    Object.assign(named(cx, layer), { report: (finding: Finding) => void findings.push(finding) }),
  );
  return findings;
}

/** The wrapped layer's own name and arguments, for what it reports. */
function named(cx: LayerContext, layer: Layer): LayerContext {
  return Object.assign(operationContext(cx, layer.name, layer.sources), {
    flattening: undefined,
    report: cx.report.bind(cx),
    reportWhenRun: cx.reportWhenRun.bind(cx),
    doubt: cx.doubt.bind(cx),
  });
}

type MergeMode = "concat" | "sum" | "mul" | "ave" | "none";

const mergeMode: Parameter<MergeMode> = {
  read(value) {
    if (value.kind === "null") return "none";
    if (value.kind !== "string") return UNDETERMINED;
    return (["concat", "sum", "mul", "ave"] as const).find((mode) => mode === value.value) ?? UNDETERMINED;
  },
  absent: { value: "concat" },
};

const bidirectional = layer({
  name: "bidirectional",
  parameters: { layer: inner, mergeMode },
  locks: (_, input) => [{ axis: input.shape.length - 1, quantity: t`input features`, needed: false }],
  output({ layer: wrapped, mergeMode: mode }, input, cx, initial) {
    const accepted = wrapped.accepts([input], undefined, named(cx, wrapped));
    const states = initial.slice(0, initial.length / 2);
    const outputs = accepted ? wrapped.outputs([input, ...states], named(cx, wrapped)) : undefined;
    if (!outputs) return undefined;
    const [output, ...state] = outputs.kind === "one" ? [outputs.type] : outputs.types;
    return output && combined(output, state, mode);
  },
});

/** Both directions' outputs, merged or side by side, and behind them the states of both. */
function combined(output: TensorType, states: readonly TensorType[], mode: MergeMode): LayerOutputs {
  const merged = mode === "concat" ? { ...output, shape: output.shape && doubled(output.shape) } : output;
  const types = [...(mode === "none" ? [output, output] : [merged]), ...states, ...states];
  const [only] = types;
  return types.length === 1 && only ? { kind: "one", type: only } : { kind: "list", types };
}

function doubled(shape: Shape): Shape {
  const last = shape.at(-1) ?? constant(1);
  return [...shape.slice(0, -1), multiply(constant(2), last)];
}

export const wrapperLayers = [timeDistributed, bidirectional];
