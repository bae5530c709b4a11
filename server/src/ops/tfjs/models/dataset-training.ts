import type { Argument, NativeContext } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { doNotBroadcast } from "../../../rules/broadcast-mismatch";
import { appendText, counted, tensorOrigin } from "../../../rules/evidence";
import type { Finding } from "../../../rules/finding";
import { mismatch, sidesDiffer } from "../../../rules/shape-mismatch";
import { wrongRank } from "../../../rules/rank-mismatch";
import { broadcastShapes } from "../../../shape/broadcast";
import { surelyDifferent } from "../../../shape/dim";
import { formatShape, numel } from "../../../shape/shape";
import type { OperationContext } from "../../operation";
import { elementOf } from "../data/dataset";
import { readLiteral } from "../tensors";
import { isOpen } from "../layers/open";
import { checkBatches } from "./feed";
import type { Graph } from "./graph";
import { feedingContext, runGraph } from "./graph";
import { callOwn, checkIndices, labellingOf, lossesOf, nameOfLoss } from "./losses";
import { feedsOf } from "./names";
import { t } from "../../../text/translate";

/**
 * Batches of a dataset, which go into the model as they are: TensorFlow.js compares neither their ranks nor their sizes with the
 * model's inputs, so that only a layer or the loss refuses them.
 */
export function checkDataset(
  cx: NativeContext,
  self: Value,
  graph: Graph | undefined,
  dataset: Argument,
  operation: string,
): void {
  const element = elementOf(cx, dataset.value);
  const parts = element && cx.properties(element);
  if (!graph || graph.outputs.length === 0 || !element) return;
  const named = feedingContext(cx, operation, graph);
  if (!parts) return;
  const feeds = feedsOf(cx, parts.get("xs"), graph.inputs);
  const labels = feedsOf(cx, parts.get("ys"), graph.outputs);
  if (!parts.has("xs") || !parts.has("ys")) {
    const names = [...parts.keys()].join(", ");
    const message = t`${operation}: the dataset must yield { xs, ys }, and yields { ${names} }.`;
    return named.report(mismatch({ message, span: dataset.span }));
  }
  const plain = ["xs", "ys"].find((name) => isPlain(cx, parts.get(name)));
  if (plain) {
    const message = t`${operation} takes tensors, and ${plain} of the dataset's elements holds plain numbers.\nBatching makes tensors of them.`;
    const fixes = [appendText(dataset.span, ".batch(32)", t`Batch the dataset: .batch(32)`)];
    return named.report(mismatch({ message, span: dataset.span, fixes }));
  }
  if (feeds && !sameNumber(named, feeds, graph.inputs, "input", dataset)) return;
  if (labels && !sameNumber(named, labels, graph.outputs, "target", dataset)) return;
  if (feeds && labels) checkBatches(named, feeds, labels);
  const outputs = feeds && run(named, graph, feeds, dataset);
  if (!outputs || !labels) return;
  checkTargets(named, self, graph, outputs, labels);
}

/** Numbers, or arrays of them, that are no tensors. */
function isPlain(cx: NativeContext, value: Value | undefined): boolean {
  return value !== undefined && value.kind !== "tensor" && readLiteral(value, cx) !== undefined;
}

function sameNumber(
  cx: OperationContext,
  tensors: readonly TensorValue[],
  slots: readonly TensorValue[],
  role: "input" | "target",
  dataset: Argument,
): boolean {
  if (tensors.length === slots.length) return true;
  const message = t`${cx.operation}: the model has ${counted(slots.length, role)}, and the dataset yields ${counted(tensors.length, "tensor")} for ${role === "input" ? "xs" : "ys"}.`;
  cx.report(mismatch({ message, span: dataset.span }));
  return false;
}

/** The model's outputs for a batch. What a layer refuses is said of the batch, which was meant for the model's input. */
function run(
  cx: OperationContext,
  graph: Graph,
  feeds: readonly TensorValue[],
  dataset: Argument,
): readonly TensorValue[] | undefined {
  const refusals: Finding[] = [];
  const quiet = Object.assign(Object.create(cx) as OperationContext, {
    report: (finding: Finding) => void refusals.push(finding),
  });
  const outputs = runGraph(graph, feeds, quiet);
  if (refusals.length === 0) return outputs;
  const wrong = feeds.findIndex((feed, i) => differsFrom(feed, graph.inputs[i]));
  const [feed, slot] = [feeds[wrong], graph.inputs[wrong]];
  if (feed && slot) cx.report(feedProblem(cx, feed, slot, dataset));
  else for (const refusal of refusals) cx.report(refusal);
  return undefined;
}

function differsFrom({ shape }: TensorValue, slot: TensorValue | undefined): boolean {
  if (!shape || !slot?.shape) return false;
  if (shape.length !== slot.shape.length) return true;
  return slot.shape.some((size, i) => i > 0 && !isOpen(size) && surelyDifferent(size, shape[i] ?? size));
}

function feedProblem(cx: OperationContext, feed: TensorValue, slot: TensorValue, dataset: Argument): Finding {
  const related = [
    ...tensorOrigin(slot, t`The model's input has the shape ${formatShape(slot.shape)} from here.`),
    ...tensorOrigin(feed, t`${formatShape(feed.shape)} is made here.`),
  ];
  const unbatched = feed.shape?.length === (slot.shape?.length ?? 0) - 1;
  const fixes = unbatched ? [appendText(dataset.span, ".batch(32)", t`Batch the dataset: .batch(32)`)] : [];
  if (feed.shape?.length === slot.shape?.length) {
    const message = t`${cx.operation} feeds ${formatShape(feed.shape)} to an input of shape ${formatShape(slot.shape)}.`;
    return mismatch({ message, related, fixes, span: dataset.span });
  }
  const expected = `${counted(slot.shape?.length ?? 0, "dimension")}, ${formatShape(slot.shape)}`;
  return { ...wrongRank({ cx, input: feed, subject: "xs", expected, fixes, span: dataset.span }), related };
}

function checkTargets(
  cx: OperationContext,
  self: Value,
  graph: Graph,
  outputs: readonly TensorValue[],
  labels: readonly TensorValue[],
): void {
  const losses = lossesOf(cx, self, graph);
  for (const [i, output] of outputs.entries()) {
    const label = labels[i];
    if (!label) continue;
    const labelling = labellingOf(cx, self, graph.outputs[i], losses[i], undefined);
    checkIndices(cx, label, labelling);
    const finding = targetProblem(cx, label, output, nameOfLoss(losses[i]));
    if (finding) return cx.report(finding);
  }
  callOwn(
    cx,
    self,
    losses,
    outputs.flatMap((output, i) => (labels[i] ? [{ output, target: labels[i] }] : [])),
  );
}

/** What makes a loss of this name throw. */
function targetProblem(
  cx: OperationContext,
  label: TensorValue,
  output: TensorValue,
  loss: string | undefined,
): Finding | undefined {
  if (!label.shape || !output.shape || !loss) return undefined;
  const related = [
    ...tensorOrigin(output, t`The model's output has the shape ${formatShape(output.shape)} from here.`),
    ...tensorOrigin(label, t`${formatShape(label.shape)} is made here.`),
  ];
  if (loss === "sparseCategoricalCrossentropy") {
    const [count, rows] = [numel(label.shape), numel(output.shape.slice(0, -1))];
    if (!surelyDifferent(count, rows)) return undefined;
    const message = t`${cx.operation}: ${loss} takes one class index for each row of ${formatShape(output.shape)}, got ${formatShape(label.shape)}.`;
    return mismatch({ message, related });
  }
  const joined = broadcastShapes(label.shape, output.shape);
  if (joined.kind === "mismatch") {
    const bare = (tensor: TensorValue) => ({ tensor, span: undefined });
    const { dimension } = joined;
    const about = { left: bare(label), right: bare(output), dimension, insertDimension: () => "" };
    return { ...doNotBroadcast({ cx, ...about }), related };
  }
  const exact = loss === "binaryCrossentropy";
  const axis = label.shape.findIndex((size, i) => surelyDifferent(size, output.shape?.[i] ?? size));
  if (!exact || (label.shape.length === output.shape.length && axis < 0)) return undefined;
  const reason = t`binaryCrossentropy wants targets of the output's shape.`;
  return sidesDiffer({ cx, first: label, second: output, axis: Math.max(axis, 0), reason });
}
