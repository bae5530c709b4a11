import type { NativeContext } from "../../../interpreter/native";
import type { TensorValue } from "../../../interpreter/value";
import { unknownTensor } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import type { Finding } from "../../../rules/finding";
import type { OperationContext } from "../../operation";
import { operationContext } from "../../operation";
import type { Application, Layer, LayerOrigin } from "../layers/layer";
import { applyLayer, layerOrigin, NESTED, withdrawPostponed } from "../layers/layer";
import type { TensorType } from "../tensors";
import { t } from "../../../text/translate";

/** A model: symbolic tensors that go in and come out, with the layers between them. */
export interface Graph {
  readonly inputs: readonly TensorValue[];
  readonly outputs: readonly TensorValue[];
}

/**
 * Runs a model's layers again, on other tensors than it was built with. What a layer refuses only now is reported at this call,
 * with the layer's own place beside it; what it had refused before is not said again.
 */
export function runGraph(graph: Graph, feeds: readonly TensorValue[], cx: NativeContext): readonly TensorValue[] {
  const tensors = new Map<TensorValue, TensorValue>(graph.inputs.map((input, i) => [input, feeds[i] ?? input]));
  const applications = new Map<readonly TensorValue[], Application>();
  const compute = (tensor: TensorValue): TensorValue => {
    const known = tensors.get(tensor);
    if (known) return known;
    const origin = layerOrigin(tensor);
    const computed = origin ? applicationOf(origin).outputs[origin.index] : undefined;
    const result = computed ?? unknownTensor("tfjs");
    tensors.set(tensor, result);
    return result;
  };
  const applicationOf = (origin: LayerOrigin): Application => {
    const known = applications.get(origin.inputs);
    if (known) return known;
    const report = (finding: Finding) => {
      // Warnings were given when the model was built.
      if (!origin.refused && finding.severity === "error") cx.report(seenFromCall(finding, origin.layer.span));
    };
    const { built, object } = origin;
    const application = applyLayer(origin.layer, origin.inputs.map(compute), cx, { built, report, object });
    applications.set(origin.inputs, application);
    return application;
  };
  return graph.outputs.map(compute);
}

/** Whether one of the layers keeps its state from one batch to the next. */
export function isStateful(graph: Graph): boolean {
  const seen = new Set<TensorValue>();
  const visit = (tensor: TensorValue): boolean => {
    const origin = layerOrigin(tensor);
    if (!origin || seen.has(tensor)) return false;
    seen.add(tensor);
    return origin.layer.stateful || origin.inputs.some(visit);
  };
  return graph.outputs.some(visit);
}

/** For the checks of a model's data: when they fail, the model never runs. */
export function feedingContext(cx: NativeContext, operation: string, graph: Graph): OperationContext {
  return Object.assign(operationContext(cx, operation, new Map()), {
    report(finding: Finding) {
      if (finding.severity === "error") withdrawPostponed(cx, graph.outputs);
      cx.report(finding);
    },
  });
}

function seenFromCall(finding: Finding, layer: Span): Finding {
  return {
    ...finding,
    span: undefined,
    related: [{ span: layer, message: t`This layer refuses it.` }, ...finding.related],
  };
}

/** A model as a layer of another one. */
export function graphLayer(graph: Graph, name: string, span: Span): Layer {
  const [first] = graph.inputs;
  return {
    kind: "layer",
    name,
    span,
    path: undefined,
    sources: new Map(),
    args: NESTED,
    batchInputShape: first?.shape,
    inputDtype: first?.dtype,
    stateful: isStateful(graph),
    accepts: () => true,
    run: (inputs, cx) => runGraph(graph, inputs, cx),
    outputs(inputs, cx) {
      const inner = runGraph(graph, inputs, cx);
      const outputs = inner.map(({ shape, dtype }): TensorType => ({ shape, dtype }));
      const [only] = outputs;
      return outputs.length === 1 && only
        ? { kind: "one", type: only, inner }
        : { kind: "list", types: outputs, inner };
    },
  };
}
