import type { NativeContext, NativeFunction } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { LOST_TENSOR, UNDEFINED, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import { wrongDType } from "../../../rules/dtype-mismatch";
import { appendText, replaceText, tensorOrigin } from "../../../rules/evidence";
import type { Fix } from "../../../rules/finding";
import { mismatch } from "../../../rules/shape-mismatch";
import { constant, surelyEqual } from "../../../shape/dim";
import { formatShape } from "../../../shape/shape";
import type { OperationContext } from "../../operation";
import { tensorsOf } from "../layers/instance";
import { page } from "../tensors";
import type { Slot } from "./feed";
import { checkBatches, checkFeeds } from "./feed";
import type { Graph } from "./graph";
import { feedingContext, runGraph } from "./graph";
import { graphOf } from "./model";
import { inputSlots } from "./predict";

/** Where a model keeps what `compile` was given. */
const LOSS = "#loss";
const METRICS = "#metrics";
/** The object that `compile` was given, for fixes in it. */
const CONFIG = "#config";

export const compile: NativeFunction = {
  name: "compile",
  documentation: page("tf.LayersModel.compile"),
  invoke(cx, self) {
    if (self?.kind !== "object") return UNDEFINED;
    const [config] = cx.site.args;
    const options = config && cx.properties(config.value);
    cx.setProperty(self, CONFIG, config?.value ?? UNDEFINED);
    cx.setProperty(self, LOSS, options ? (options.get("loss") ?? UNDEFINED) : UNKNOWN);
    cx.setProperty(self, METRICS, options ? (options.get("metrics") ?? UNDEFINED) : UNKNOWN);
    return UNDEFINED;
  },
};

/** The name of each output's loss, as far as it is known. */
function losses(cx: NativeContext, self: Value, graph: Graph): readonly (string | undefined)[] {
  const loss = cx.getProperty(self, LOSS);
  const each = cx.elements(loss) ?? graph.outputs.map(() => loss);
  return graph.outputs.map((_, i) => {
    const value = each[i];
    return value?.kind === "string" ? value.value : undefined;
  });
}

/** Whether the targets' shape is known to be the outputs': a loss of the user's own may take anything. */
function targetSlot(output: TensorValue, loss: string | undefined): Slot {
  const sparse = loss === "sparseCategoricalCrossentropy";
  const shape = output.shape && sparse ? [...output.shape.slice(0, -1), constant(1)] : output.shape;
  return { shape, declared: output, role: "target" };
}

function train(cx: NativeContext, self: Value | undefined, operation: string): void {
  const graph = self && graphOf(cx, self);
  if (!graph || graph.outputs.length === 0) return;
  const named = feedingContext(cx, operation, graph);
  const [x, y, options] = cx.site.args;
  checkData(named, self, graph, x, y);
  const validation = options && cx.properties(options.value)?.get("validationData");
  const pair = validation && cx.elements(validation);
  const [validationX, validationY] = (pair ?? []).map((value, i) => ({
    value,
    span: cx.propertySpan(validation ?? UNKNOWN, String(i)),
  }));
  if (validationX && validationY) checkData(named, self, graph, validationX, validationY);
}

interface Data {
  readonly value: Value;
  readonly span: Span | undefined;
}

function checkData(cx: OperationContext, self: Value, graph: Graph, x: Data | undefined, y: Data | undefined): void {
  const inputs = tensorsOf(x?.value, cx);
  const targets = tensorsOf(y?.value, cx);
  const feeds = inputs && checkFeeds(cx, inputs, inputSlots(graph), placeOf(x));
  const names = losses(cx, self, graph);
  const lossSpan = cx.propertySpan(cx.getProperty(self, CONFIG), "loss");
  const labelling = (i: number): Labelling => ({ loss: names[i], lossSpan, data: placeOf(y) });
  const slots = graph.outputs.map((output, i) => ({
    ...targetSlot(output, names[i]),
    columnFixes: columnFixes(targets?.[i], labelling(i)),
  }));
  const labels = targets && checkFeeds(cx, targets, slots, placeOf(y));
  if (feeds && labels) checkBatches(cx, feeds, labels);
  for (const [i, label] of (labels ?? []).entries()) checkLabel(cx, label, labelling(i));
  if (feeds) runGraph(graph, feeds, cx);
}

/** Where a fix can be appended to the data. */
function placeOf(data: Data | undefined): Span | undefined {
  return data?.value.kind === "tensor" ? data.span : undefined;
}

interface Labelling {
  readonly loss: string | undefined;
  readonly lossSpan: Span | undefined;
  /** The argument, when it is a tensor. */
  readonly data: Span | undefined;
}

function checkLabel(cx: OperationContext, label: TensorValue, labelling: Labelling): void {
  const { loss, data } = labelling;
  // The loss rounds the labels down, which TensorFlow.js does to float32 only.
  if (loss === "sparseCategoricalCrossentropy" && label.dtype && label.dtype !== "float32") {
    const expected = "float32 class indices (sparseCategoricalCrossentropy)";
    const conversion = { span: data, text: ".toFloat()" };
    cx.report(wrongDType({ cx, input: label, expected, subject: "the target", conversion }));
  }
  const last = label.shape?.at(-1);
  if (loss !== "categoricalCrossentropy" || !last || !surelyEqual(last, constant(1))) return;
  cx.report(
    mismatch({
      message:
        `${cx.operation}: categoricalCrossentropy expects one-hot targets [samples, classes], got ${formatShape(label.shape)}.\n` +
        "Use tf.oneHot, or sparseCategoricalCrossentropy for class indices.",
      related: tensorOrigin(label, `${formatShape(label.shape)} is made here.`),
      fixes: columnFixes(label, labelling),
    }),
  );
}

/** One class index for each example, where one-hot rows are expected: the loss that takes them as they are. */
function columnFixes(label: TensorValue | undefined, { loss, lossSpan, data }: Labelling): Fix[] {
  if (loss !== "categoricalCrossentropy" || !label) return [];
  const sparse = lossSpan
    ? [replaceText(lossSpan, '"sparseCategoricalCrossentropy"', "Use sparseCategoricalCrossentropy")]
    : [];
  if (label.dtype === "float32" || !data) return sparse;
  return sparse.map((fix) => ({ ...fix, edits: [...fix.edits, ...appendText(data, ".toFloat()", "").edits] }));
}

export const fit: NativeFunction = {
  name: "fit",
  documentation: page("tf.LayersModel.fit"),
  invoke(cx, self) {
    train(cx, self, "fit");
    return { kind: "promise", value: UNKNOWN };
  },
};

export const trainOnBatch: NativeFunction = {
  name: "trainOnBatch",
  documentation: page("tf.LayersModel.trainOnBatch"),
  invoke(cx, self) {
    train(cx, self, "trainOnBatch");
    return { kind: "promise", value: UNKNOWN };
  },
};

export const fitDataset: NativeFunction = {
  name: "fitDataset",
  documentation: page("tf.LayersModel.fitDataset"),
  invoke: () => ({ kind: "promise", value: UNKNOWN }),
};

/** The loss, and behind it the metrics when there are some, all scalars. */
export const evaluate: NativeFunction = {
  name: "evaluate",
  documentation: page("tf.LayersModel.evaluate"),
  invoke(cx, self) {
    train(cx, self, "evaluate");
    const graph = self && graphOf(cx, self);
    if (!self || graph?.outputs.length !== 1) return LOST_TENSOR;
    const metrics = cx.getProperty(self, METRICS);
    const count = metrics.kind === "undefined" ? 0 : metrics.kind === "string" ? 1 : cx.elements(metrics)?.length;
    if (count === undefined) return LOST_TENSOR;
    const scalar: TensorValue = {
      ...unknownTensor("tfjs", { operation: "evaluate", span: cx.site.span, inputs: [] }),
      shape: [],
      dtype: "float32",
    };
    return count === 0 ? scalar : cx.array(Array.from({ length: count + 1 }, () => scalar));
  },
};
