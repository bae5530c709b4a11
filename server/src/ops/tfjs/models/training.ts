import type { NativeContext, NativeFunction } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR, UNDEFINED, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import type { OperationContext } from "../../operation";
import { page } from "../tensors";
import { elementOf } from "../data/dataset";
import { checkActivations } from "./activations";
import { checkDataset } from "./dataset-training";
import { checkBatches, checkFeeds, checkWholeBatches } from "./feed";
import type { Graph } from "./graph";
import { feedingContext, runGraph } from "./graph";
import {
  callOwn,
  checkIndices,
  checkOneHot,
  columnFixes,
  hasOwn,
  keepCompiled,
  labellingOf,
  lossesOf,
  metricCount,
  targetSlot,
} from "./losses";
import { graphOf } from "./model";
import { feedsOf } from "./names";
import { inputSlots } from "./predict";

export const compile: NativeFunction = {
  name: "compile",
  documentation: page("tf.LayersModel.compile"),
  invoke(cx, self) {
    if (!self) return UNDEFINED;
    keepCompiled(cx, self);
    const graph = graphOf(cx, self);
    const loss = cx.site.args[0] && cx.propertySpan(cx.site.args[0].value, "loss");
    if (!graph) return UNDEFINED;
    checkActivations(cx, self, graph, loss);
    // Whatever it is trained on: its losses and metrics see the shapes that its outputs have.
    if (hasOwn(cx, self, graph))
      cx.doubting(() => checkData(feedingContext(cx, "fit", graph), self, graph, [undefined, undefined], undefined));
    return UNDEFINED;
  },
};

interface Data {
  readonly value: Value;
  readonly span: Span | undefined;
}

function train(cx: NativeContext, self: Value | undefined, operation: string): void {
  const [x, y, options] = cx.site.args;
  const properties = options && cx.properties(options.value);
  forgetCallbacks(cx, properties);
  const graph = self && graphOf(cx, self);
  if (!graph || graph.outputs.length === 0) return;
  const named = feedingContext(cx, operation, graph);
  const batchSize = operation === "trainOnBatch" ? undefined : (properties?.get("batchSize") ?? UNDEFINED);
  checkData(named, self, graph, [x, y], batchSize);
  const validation = properties?.get("validationData");
  const pair = (validation && cx.elements(validation)) ?? [];
  const [validationX, validationY] = pair.map((value, i) => ({
    value,
    span: cx.propertySpan(validation ?? UNKNOWN, String(i)),
  }));
  if (validationX && validationY) checkData(named, self, graph, [validationX, validationY], undefined);
}

/** Training calls back, any number of times: whatever callbacks assign is unknown from then on. */
function forgetCallbacks(cx: NativeContext, options: ReadonlyMap<string, Value> | undefined): void {
  const callbacks = options?.get("callbacks");
  if (callbacks) cx.forget(callbacks);
}

function checkData(
  cx: OperationContext,
  self: Value,
  graph: Graph,
  [x, y]: readonly [Data | undefined, Data | undefined],
  batchSize: Value | undefined,
): void {
  // Of data that is not known, the model tells what shape it must have.
  const inputs = feedsOf(cx, x?.value, graph.inputs) ?? graph.inputs.map(() => unknownTensor("tfjs"));
  const given = feedsOf(cx, y?.value, graph.outputs);
  const targets = given ?? graph.outputs.map(() => unknownTensor("tfjs"));
  const feeds = checkFeeds(cx, inputs, inputSlots(graph), placeOf(x));
  if (batchSize) checkWholeBatches(cx, feeds, graph, batchSize);
  const losses = lossesOf(cx, self, graph);
  const labelling = (i: number) => labellingOf(cx, self, graph.outputs[i], losses[i], placeOf(y));
  const slots = graph.outputs.map((output, i) => ({
    ...targetSlot(output, losses[i]),
    columnFixes: columnFixes(targets[i], labelling(i)),
  }));
  const checked = checkFeeds(cx, targets, slots, placeOf(y));
  const labels = given ? checked : checked.map((label) => asMany(label, feeds[0]));
  checkBatches(cx, feeds, labels);
  for (const [i, label] of labels.entries()) {
    checkIndices(cx, label, labelling(i));
    checkOneHot(cx, label, labelling(i));
  }
  const outputs = runGraph(graph, feeds, cx);
  const unknown = unknownTensor("tfjs");
  callOwn(
    cx,
    self,
    losses,
    outputs.map((output, i) => ({ output, target: labels[i] ?? unknown })),
  );
}

/** Of targets that are not known there are as many as inputs. */
function asMany(label: TensorValue, feed: TensorValue | undefined): TensorValue {
  const batch = feed?.shape?.[0];
  return batch ? { ...label, shape: label.shape?.map((size, axis) => (axis === 0 ? batch : size)) } : label;
}

/** Where a fix can be appended to the data. */
function placeOf(data: Data | undefined): Span | undefined {
  return data?.value.kind === "tensor" ? data.span : undefined;
}

const history: Value = { kind: "promise", value: UNKNOWN };

export const fit: NativeFunction = {
  name: "fit",
  documentation: page("tf.LayersModel.fit"),
  invoke(cx, self) {
    train(cx, self, "fit");
    return history;
  },
};

export const trainOnBatch: NativeFunction = {
  name: "trainOnBatch",
  documentation: page("tf.LayersModel.trainOnBatch"),
  invoke(cx, self) {
    train(cx, self, "trainOnBatch");
    return history;
  },
};

export const fitDataset: NativeFunction = {
  name: "fitDataset",
  documentation: page("tf.LayersModel.fitDataset"),
  invoke(cx, self) {
    const [dataset, options] = cx.site.args;
    const properties = options && cx.properties(options.value);
    forgetCallbacks(cx, properties);
    if (self && dataset) checkDataset(cx, self, graphOf(cx, self), dataset, "fitDataset");
    const validation = properties?.get("validationData");
    const span = validation && cx.propertySpan(options?.value ?? UNKNOWN, "validationData");
    if (self && validation && elementOf(cx, validation))
      checkDataset(cx, self, graphOf(cx, self), { value: validation, span: span ?? cx.site.span }, "fitDataset");
    return history;
  },
};

/** The loss, and behind it the metrics when there are some, all scalars. */
function scores(cx: NativeContext, self: Value | undefined, operation: string): Value {
  const graph = self && graphOf(cx, self);
  const count = self && metricCount(cx, self);
  if (graph?.outputs.length !== 1 || count === undefined) return LOST_TENSOR;
  const scalar: TensorValue = {
    ...unknownTensor("tfjs", { operation, span: cx.site.span, inputs: [] }),
    shape: [],
    dtype: "float32",
  };
  return count === 0 ? scalar : cx.array(Array.from({ length: count + 1 }, () => scalar));
}

export const evaluate: NativeFunction = {
  name: "evaluate",
  documentation: page("tf.LayersModel.evaluate"),
  invoke(cx, self) {
    train(cx, self, "evaluate");
    return scores(cx, self, "evaluate");
  },
};

export const evaluateDataset: NativeFunction = {
  name: "evaluateDataset",
  documentation: page("tf.LayersModel.evaluateDataset"),
  invoke(cx, self) {
    const [dataset] = cx.site.args;
    if (self && dataset) checkDataset(cx, self, graphOf(cx, self), dataset, "evaluateDataset");
    return { kind: "promise", value: scores(cx, self, "evaluateDataset") };
  },
};
