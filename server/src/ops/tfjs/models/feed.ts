import type { TensorValue, Value } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import { appendText, counted, replaceText, sizeOrigin, tensorOrigin } from "../../../rules/evidence";
import type { Finding, Fix } from "../../../rules/finding";
import { wrongRank } from "../../../rules/rank-mismatch";
import { mismatch, sidesDiffer } from "../../../rules/shape-mismatch";
import { indivisible } from "../../../rules/not-divisible";
import { asNumber, bounds, constant, modulo, surelyDifferent, unknownDim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { formatShape, numel, sameShape } from "../../../shape/shape";
import type { OperationContext } from "../../operation";
import { missingFlatten, unitsFix } from "../layers/fixes";
import { isOpen } from "../layers/open";
import type { Graph } from "./graph";
import { isStateful } from "./graph";
import { t } from "../../../text/translate";

/** What a model's data is checked against: one of its inputs, or the shape of an output's targets. */
export interface Slot {
  readonly shape: Shape | undefined;
  /** Where that shape was decided. */
  readonly declared: TensorValue;
  readonly role: "input" | "target";
  /** The layer that the input goes into, or that made the output: "conv2d". */
  readonly layer?: string | undefined;
  /** The repairs for a target of one column where the output has several. */
  readonly columnFixes?: readonly Fix[];
}

/**
 * Data that a model is given, checked as TensorFlow.js does: as many tensors as slots, each of the slot's rank and sizes except the
 * batch. Rank 1 is taken for `[n, 1]`. The result is what the model goes on with.
 */
export function checkFeeds(
  cx: OperationContext,
  feeds: readonly TensorValue[],
  slots: readonly Slot[],
  span: Span | undefined,
): readonly TensorValue[] {
  if (feeds.length !== slots.length) {
    const role = slots[0]?.role ?? "input";
    cx.report(
      mismatch({
        span,
        message: t`${cx.operation}: the model has ${counted(slots.length, role)}, and ${counted(feeds.length, "tensor")} came.`,
      }),
    );
    return slots.map((slot) => repaired(slot, undefined));
  }
  return slots.map((slot, i) => checkFeed(cx, feeds[i], slot, span));
}

function checkFeed(
  cx: OperationContext,
  feed: TensorValue | undefined,
  slot: Slot,
  span: Span | undefined,
): TensorValue {
  if (!slot.shape) return feed ?? repaired(slot, undefined);
  if (!feed?.shape) return { ...repaired(slot, undefined), dtype: feed?.dtype };
  const shape = feed.shape.length === 1 ? [...feed.shape, constant(1)] : feed.shape;
  const input: TensorValue = { ...feed, shape };
  const finding = problem(cx, feed, input, slot, span);
  if (!finding) return input;
  cx.report(finding);
  return repaired(slot, shape.length === slot.shape.length ? feed : undefined);
}

/** A tensor as it should have been, so that nothing follows from the mistake. */
function repaired(slot: Slot, feed: TensorValue | undefined): TensorValue {
  const batch = feed?.shape?.[0] ?? unknownDim(1, "batch");
  const { origin, ...rest } = feed ?? slot.declared;
  return { ...rest, origin, form: "tensor", shape: slot.shape && [batch, ...slot.shape.slice(1)] };
}

/** "the input of conv2d", "the target of dense" */
function subjectOf({ role, layer }: Slot): string {
  if (role === "input") return layer === undefined ? t`the input` : t`the input of ${layer}`;
  return layer === undefined ? t`the target` : t`the target of ${layer}`;
}

function problem(
  cx: OperationContext,
  feed: TensorValue,
  input: TensorValue,
  slot: Slot,
  span: Span | undefined,
): Finding | undefined {
  const [expected, actual] = [slot.shape ?? [], input.shape ?? []];
  const { role } = slot;
  const fixes = [...(span ? repairs(feed.shape ?? [], expected, span) : []), ...modelRepairs(slot, actual)];
  const related = [
    ...tensorOrigin(
      slot.declared,
      role === "input"
        ? t`The model's input has the shape ${formatShape(slot.declared.shape)} from here.`
        : t`The model's output has the shape ${formatShape(slot.declared.shape)} from here.`,
    ),
    ...tensorOrigin(feed, t`${formatShape(feed.shape)} is made here.`),
  ];
  if (expected.length !== actual.length) {
    const wanted = `${counted(expected.length, "dimension")}, ${formatShape(expected)}`;
    const found = wrongRank({ cx, input: feed, subject: subjectOf(slot), expected: wanted, fixes, span });
    return slot.role === "target" ? mismatch({ ...found, related }) : { ...found, related };
  }
  const axis = expected.findIndex((size, i) => i > 0 && !isOpen(size) && surelyDifferent(size, actual[i] ?? size));
  if (axis < 0) return undefined;
  return mismatch({
    span,
    message:
      t`${cx.operation} expects ${subjectOf(slot)} to have the shape ${formatShape(expected)}, got ${formatShape(feed.shape)}:\n` +
      t`the sizes in dimension ${axis} differ.`,
    related,
    fixes,
  });
}

/** The batch or the channel that is missing, or the examples flattened. */
function repairs(actual: Shape, expected: Shape, span: Span): Fix[] {
  const example = expected.slice(1);
  if (actual.length === example.length && fits(actual, example)) {
    return [appendText(span, ".expandDims(0)", t`Add the batch dimension: .expandDims(0)`)];
  }
  if (expected.at(-1) === constant(1) && fits(actual.slice(1), example.slice(0, -1))) {
    return [appendText(span, ".expandDims(-1)", t`Add the last dimension: .expandDims(-1)`)];
  }
  const sizes = example.map(asNumber);
  if (
    actual.length > 1 &&
    sizes.every((size) => size !== undefined) &&
    sameShape([numel(actual.slice(1))], [numel(example)])
  ) {
    const text = `.reshape([-1, ${sizes.join(", ")}])`;
    return [appendText(span, text, t`Reshape the examples: ${text}`)];
  }
  return [];
}

/** The model made to fit its data: its inputShape, its last layer's units, or the flatten that its dense layers lack. */
function modelRepairs(slot: Slot, actual: Shape): readonly Fix[] {
  if (slot.role === "target") {
    return targetRepairs(slot, actual);
  }
  // Layers want a number of dimensions; another size they mostly take.
  if (actual.length !== slot.shape?.length) return [];
  const sizes = actual.slice(1).map(asNumber);
  const origin = slot.declared.origin;
  if (origin?.operation !== "inputShape" || sizes.length === 0 || sizes.some((size) => size === undefined)) return [];
  const text = `[${sizes.join(", ")}]`;
  return [replaceText(origin.span, text, t`Change inputShape to ${text}`)];
}

function targetRepairs({ shape, declared, columnFixes }: Slot, actual: Shape): readonly Fix[] {
  const [expected, last] = [shape?.at(-1), actual.at(-1)];
  if (!shape || !expected || !last) return [];
  if (shape.length > actual.length) return expected === last ? missingFlatten(declared) : [];
  if (shape.length < actual.length || shape !== declared.shape) return [];
  if (last === constant(1) && columnFixes && columnFixes.length > 0) return columnFixes;
  // Only the last size is the layer's to change.
  return fits(actual.slice(1, -1), shape.slice(1, -1)) ? unitsFix(declared, last) : [];
}

function fits(actual: Shape, expected: Shape): boolean {
  return (
    actual.length === expected.length &&
    actual.every((size, i) => isOpen(expected[i]) || sameShape([size], [expected[i] ?? size]))
  );
}

/** How many examples TensorFlow.js trains on at a time unless it is told. */
const DEFAULT_BATCH = constant(32);

/** A model that keeps its state between batches wants every batch to be whole. */
export function checkWholeBatches(
  cx: OperationContext,
  feeds: readonly TensorValue[],
  graph: Graph,
  batchSize: Value,
): void {
  const size =
    batchSize.kind === "undefined" ? DEFAULT_BATCH : batchSize.kind === "integer" ? batchSize.dim : undefined;
  const [feed] = feeds;
  const examples = feed?.shape?.[0];
  if (!feed || !size || !examples || !isStateful(graph) || bounds(modulo(examples, size)).min <= 0) return;
  const options = cx.site.args.at(-1)?.value;
  const span = options && cx.propertySpan(options, "batchSize");
  const about = { value: examples, divisor: size, valueName: t`the number of examples`, divisorName: "batchSize" };
  const divisorSource = span && { span, literal: batchSize.kind === "integer" ? batchSize.literal : undefined };
  cx.report(indivisible({ cx, ...about, divisorSource, related: sizeOrigin(feed, 0) }));
}

/** Inputs and targets that do not have equally many examples. */
export function checkBatches(
  cx: OperationContext,
  inputs: readonly TensorValue[],
  targets: readonly TensorValue[],
): void {
  const [first, ...others] = [...inputs, ...targets];
  const batch = first?.shape?.[0];
  if (!first || !batch) return;
  const second = others.find(({ shape }) => shape?.[0] && surelyDifferent(shape[0], batch));
  if (!second) return;
  const reason = t`Inputs and targets must have the same number of examples.`;
  cx.report(sidesDiffer({ cx, first, second, axis: 0, reason }));
}
