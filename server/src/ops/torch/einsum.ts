import type { TensorValue, Value } from "../../interpreter/value";
import { mismatch } from "../../rules/shape-mismatch";
import { sizeOrigin, tensorOrigin } from "../../rules/evidence";
import { broadcastShapes } from "../../shape/broadcast";
import type { Dim } from "../../shape/dim";
import { constant, formatDim, surelyDifferent } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { formatShape } from "../../shape/shape";
import type { OperationContext } from "../operation";
import { tensors, text } from "../parameter";
import { promotable, promote } from "./dtype";
import { tensorResult, torchOperation, unknownResult } from "./result";
import { t } from "../../text/translate";

const ELLIPSIS = "...";

/** One side of the equation: labels, with `...` as one of them. */
function labelsOf(subscript: string): string[] {
  return subscript.replace(/\s/g, "").match(/\.\.\.|[A-Za-z]/g) ?? [];
}

interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** Without an arrow the result has the ellipsis, then the labels that occur once, sorted. */
function parse(equation: string): Equation {
  const [left = "", right] = equation.split("->");
  const inputs = left.split(",").map(labelsOf);
  if (right !== undefined) return { inputs, output: labelsOf(right) };
  const all = inputs.flat();
  const once = all.filter((label) => label !== ELLIPSIS && all.indexOf(label) === all.lastIndexOf(label)).sort();
  return { inputs, output: all.includes(ELLIPSIS) ? [ELLIPSIS, ...once] : once };
}

interface Sizes {
  readonly labels: Map<string, { size: Dim; tensor: TensorValue; axis: number }>;
  ellipsis: Shape;
}

/** Gives the labels of one operand their sizes; false after a report. */
function bind(
  cx: OperationContext,
  sizes: Sizes,
  labels: readonly string[],
  input: TensorValue,
  shape: Shape,
): boolean {
  const named = labels.filter((label) => label !== ELLIPSIS);
  const extra = shape.length - named.length;
  if (labels.includes(ELLIPSIS) ? extra < 0 : extra !== 0) {
    const message = t`einsum: "${labels.join("")}" names ${named.length} dimensions, ${formatShape(shape)} has ${shape.length}.`;
    cx.report(mismatch({ message, related: tensorOrigin(input, t`${formatShape(shape)} is made here.`) }));
    return false;
  }
  if (!checkRepeated(cx, labels, input, shape)) return false;
  let axis = 0;
  for (const label of labels) {
    if (label === ELLIPSIS) {
      if (!bindEllipsis(cx, sizes, shape.slice(axis, axis + extra))) return false;
      axis += extra;
      continue;
    }
    const size = shape[axis];
    if (size && !bindLabel(cx, sizes, label, { size, tensor: input, axis })) return false;
    axis++;
  }
  return true;
}

/** A label that an operand has twice is its diagonal: unlike those of two operands, these sizes do not stretch. */
function checkRepeated(cx: OperationContext, labels: readonly string[], input: TensorValue, shape: Shape): boolean {
  const hidden = labels.indexOf(ELLIPSIS);
  const axisOf = (place: number) => (hidden >= 0 && place > hidden ? place + shape.length - labels.length : place);
  for (const [place, label] of labels.entries()) {
    const first = labels.indexOf(label);
    const [size, other] = [shape[axisOf(first)], shape[axisOf(place)]];
    if (first === place || !size || !other || !surelyDifferent(size, other)) continue;
    const message = `einsum: "${label}" is repeated for one operand, ${formatShape(shape)}, whose sizes differ: ${formatDim(size)} and ${formatDim(other)}.`;
    cx.report(mismatch({ message, related: sizeOrigin(input, axisOf(place)) }));
    return false;
  }
  return true;
}

/** Reports labels of the result that no operand has, or that it has twice; false after a report. */
function checkOutput(cx: OperationContext, { inputs, output }: Equation): boolean {
  const known = inputs.flat();
  const wrong = output.find(
    (label, i) => label !== ELLIPSIS && (!known.includes(label) || output.indexOf(label) !== i),
  );
  if (wrong === undefined) return true;
  const problem = known.includes(wrong) ? "appears more than once in the result" : "appears in no operand";
  cx.report(mismatch({ message: `einsum: "${wrong}" ${problem}.` }));
  return false;
}

function bindEllipsis(cx: OperationContext, sizes: Sizes, shape: Shape): boolean {
  const joined = broadcastShapes(sizes.ellipsis, shape);
  if (joined.kind === "ok") {
    sizes.ellipsis = joined.shape;
    return true;
  }
  const message = t`einsum: the dimensions that "..." stands for, ${formatShape(sizes.ellipsis)} and ${formatShape(shape)}, do not broadcast.`;
  cx.report(mismatch({ message }));
  return false;
}

function bindLabel(
  cx: OperationContext,
  { labels }: Sizes,
  label: string,
  use: { size: Dim; tensor: TensorValue; axis: number },
): boolean {
  const before = labels.get(label);
  if (!before || before.size === constant(1)) {
    labels.set(label, use);
    return true;
  }
  const one = constant(1);
  if (surelyDifferent(before.size, use.size) && surelyDifferent(use.size, one) && surelyDifferent(before.size, one)) {
    const related = [...sizeOrigin(before.tensor, before.axis), ...sizeOrigin(use.tensor, use.axis)];
    const message = t`einsum: "${label}" is ${formatDim(before.size)} in ${formatShape(before.tensor.shape)} and ${formatDim(use.size)} in ${formatShape(use.tensor.shape)}.`;
    cx.report(mismatch({ message, related }));
    return false;
  }
  return true;
}

/** `einsum("bij,bjk->bik", a, b)`, or with the operands in an array. */
export const einsum = torchOperation({
  name: "einsum",
  documentation: "torch.einsum",
  parameters: { equation: text, operands: { ...tensors, variadic: true } },
  result({ equation, operands }, cx): Value {
    const parsed = parse(equation);
    const { inputs, output } = parsed;
    const dtype = promote(operands.map(promotable));
    if (inputs.length !== operands.length) {
      const message = t`einsum: the equation has ${inputs.length} operands, the call ${operands.length}.`;
      cx.report(mismatch({ message }));
      return unknownResult(cx, operands, dtype);
    }
    const sizes: Sizes = { labels: new Map(), ellipsis: [] };
    for (const [i, input] of operands.entries()) {
      if (!input.shape) return unknownResult(cx, operands, dtype);
      if (!bind(cx, sizes, inputs[i] ?? [], input, input.shape)) return unknownResult(cx, operands, dtype);
    }
    if (!checkOutput(cx, parsed)) return unknownResult(cx, operands, dtype);
    const shape: Dim[] = [];
    for (const label of output) {
      const size = sizes.labels.get(label)?.size;
      shape.push(...(label === ELLIPSIS ? sizes.ellipsis : size ? [size] : []));
    }
    return tensorResult(cx, operands, { shape, dtype });
  },
});
