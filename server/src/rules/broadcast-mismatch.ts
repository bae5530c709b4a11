import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import { broadcastShapes } from "../shape/broadcast";
import type { Dim } from "../shape/dim";
import { constant, formatDim } from "../shape/dim";
import type { Shape } from "../shape/shape";
import { formatShape } from "../shape/shape";
import type { CallContext } from "./evidence";
import { appendText, ranked, sizeOrigin } from "./evidence";
import type { Finding, Fix } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "broadcast-mismatch",
  severity: "error",
  summary: "An element-wise operation is given shapes that do not broadcast.",
  explanation: `Shapes are lined up at their **last** dimension. In each pair the sizes must be equal, or one of them must be 1, or missing.
\`[8, 10]\` and \`[8]\` therefore do not go together, although both begin with 8: the 8 of the second one meets the 10.`,
  wrong: `import { torch } from "shapewright/torch";

const scores = torch.randn(8, 10);
const mean = scores.mean(1);
const centred = scores.sub(mean);
`,
  right: `import { torch } from "shapewright/torch";

const scores = torch.randn(8, 10);
const mean = scores.mean(1, { keepdim: true });
const centred = scores.sub(mean);
`,
  whenNotToHeed: "The sizes are provably different and neither is 1, so the call cannot succeed.",
};

export interface Operand {
  readonly tensor: TensorValue;
  /** Its expression, when text can be appended to it. */
  readonly span: Span | undefined;
}

/** Two operands whose shapes do not broadcast; `dimension` counts in the result's shape. */
export function doNotBroadcast(about: {
  readonly cx: CallContext;
  readonly left: Operand;
  readonly right: Operand;
  readonly dimension: number;
  /** How this library inserts a dimension of size 1 at a place: `.unsqueeze(1)`. */
  readonly insertDimension: (axis: number) => string;
}): Finding {
  const { cx, left, right } = about;
  const [a, b] = [left.tensor.shape ?? [], right.tensor.shape ?? []];
  const rank = Math.max(a.length, b.length);
  const [i, j] = [about.dimension - rank + a.length, about.dimension - rank + b.length];
  return finding(rule, {
    message:
      t`${cx.operation} cannot combine ${formatShape(a)} with ${formatShape(b)}:\n` +
      t`sizes ${size(a[i])} and ${size(b[j])} meet in dimension ${about.dimension} of the result; they must be equal, or one of them 1.`,
    related: [...sizeOrigin(left.tensor, i), ...sizeOrigin(right.tensor, j)],
    fixes: ranked([...insertions(right, a, about.insertDimension), ...insertions(left, b, about.insertDimension)]),
  });
}

/** A dimension of size 1 inserted where it makes the shapes go together, the last place first. */
function insertions(operand: Operand, other: Shape, insertDimension: (axis: number) => string): Fix[] {
  const { tensor, span } = operand;
  if (!span || !tensor.shape || tensor.shape.length >= other.length) return [];
  for (let axis = tensor.shape.length; axis > 0; axis--) {
    const shape = [...tensor.shape.slice(0, axis), constant(1), ...tensor.shape.slice(axis)];
    const joined = broadcastShapes(shape, other);
    if (joined.kind !== "ok" || joined.shape.length !== other.length) continue;
    const text = insertDimension(axis);
    return [appendText(span, text, t`Insert a dimension of size 1: ${text}`)];
  }
  return [];
}

/** `expand` and its kin to sizes that the tensor cannot be stretched to. */
export function cannotExpand(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  readonly target: readonly Dim[];
  /** Where it is not that the size is other than 1. */
  readonly reason?: string;
}): Finding {
  const { cx, input, axis, target } = about;
  return finding(rule, {
    message:
      t`${cx.operation} cannot stretch ${formatShape(input.shape)} to ${formatShape(target)}:\n` +
      t`${about.reason ?? t`only a dimension of size 1 can be stretched, and dimension ${axis} has size ${sizeOf(input, axis)}`}.`,
    related: axis < 0 ? [] : sizeOrigin(input, axis),
  });
}

/** An operation that writes into a tensor, or insists on equal shapes, and would have to grow it. */
export function cannotGrow(about: {
  readonly cx: CallContext;
  readonly target: TensorValue;
  readonly source: TensorValue;
  readonly reason: string;
  readonly fixes?: readonly Fix[];
}): Finding {
  const { cx, target, source, reason } = about;
  return finding(rule, {
    message: t`${cx.operation}: ${formatShape(target.shape)} and ${formatShape(source.shape)} do not go together.\n${reason}`,
    related: [...firstOrigin(target), ...firstOrigin(source)],
    fixes: ranked(about.fixes ?? []),
  });
}

function firstOrigin(tensor: TensorValue): { span: Span; message: string }[] {
  return tensor.origin ? [{ span: tensor.origin.span, message: t`${formatShape(tensor.shape)} is made here.` }] : [];
}

function sizeOf(tensor: TensorValue, axis: number): string {
  return size(tensor.shape?.[axis]);
}

function size(dim: Dim | undefined): string {
  return dim ? formatDim(dim) : "?";
}
