import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import type { Source } from "../ops/operation";
import type { Dim } from "../shape/dim";
import { asNumber, constant, formatDim } from "../shape/dim";
import { formatShape, normalizeAxis } from "../shape/shape";
import type { CallContext, Correction } from "./evidence";
import { correctNumber, counted, ranked, replaceText, sizeOrigin, tensorOrigin } from "./evidence";
import type { Finding, Fix } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "dim-out-of-range",
  severity: "error",
  summary: "An axis, an index or a range names something that the shape does not have.",
  explanation: `A tensor of rank *r* has the dimensions 0 to *r* - 1, counted from the end as -1 to -*r*. Within a dimension of size *n* the
indices run from 0 to *n* - 1. A permutation names every dimension exactly once.`,
  wrong: `import { torch } from "shapewright/torch";

const sequence = torch.randn(8, 16, 32);
const channelsFirst = sequence.permute(0, 3, 1);
`,
  right: `import { torch } from "shapewright/torch";

const sequence = torch.randn(8, 16, 32);
const channelsFirst = sequence.permute(0, 2, 1);
`,
  whenNotToHeed: "The dimension or index provably does not exist, so the call cannot succeed.",
};

/** An axis beyond the tensor's dimensions. `rank` is what the axis may count in: one more than the tensor's where one is inserted. */
export function axisOutOfRange(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  readonly rank: number;
  readonly source?: Source | undefined;
  /** Where the dimension exists and is refused all the same. */
  readonly reason?: string;
}): Finding {
  const { cx, input, axis, rank, source, reason } = about;
  const range = rank === 0 ? t`it has none` : t`-${rank} to ${rank - 1} exist`;
  const nearest = axis >= rank ? rank - 1 : 0;
  const fixes: Fix[] =
    source && rank > 0 ? [replaceText(source.span, String(nearest), t`Use dimension ${nearest}`)] : [];
  return finding(rule, {
    message: reason
      ? t`${cx.operation}: dimension ${axis} of ${formatShape(input.shape)} cannot be used: ${reason}.`
      : t`${cx.operation}: dimension ${axis} does not exist in ${formatShape(input.shape)}; ${range}.`,
    related: tensorOrigin(input, t`${formatShape(input.shape)} is made here.`),
    fixes: ranked(fixes),
  });
}

/** A list of axes that names one twice, leaves one out or has another length than the tensor has dimensions. */
export function notAPermutation(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axes: readonly number[];
  /** Where each axis is written, as far as that is known. */
  readonly spans?: readonly (Span | undefined)[];
}): Finding {
  const { cx, input, axes } = about;
  const rank = input.shape?.length ?? 0;
  const missing = axes.find((axis) => normalizeAxis(axis, rank) === undefined);
  const why =
    axes.length !== rank
      ? t`it names ${counted(axes.length, "dimension")} and the tensor has ${rank}`
      : missing === undefined
        ? t`one dimension is named twice`
        : t`there is no dimension ${missing}`;
  return finding(rule, {
    message: t`${cx.operation}: [${axes.join(", ")}] is no order of the dimensions of ${formatShape(input.shape)}: ${why}.`,
    related: tensorOrigin(input, t`${formatShape(input.shape)} is made here.`),
    fixes: ranked(permutationFixes(axes, rank, about.spans ?? [])),
  });
}

/** When one dimension is left out, it stands where another is named again or where one is named that does not exist. */
function permutationFixes(axes: readonly number[], rank: number, spans: readonly (Span | undefined)[]): Fix[] {
  const normal = axes.map((axis) => normalizeAxis(axis, rank));
  const leftOut = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !normal.includes(axis));
  const [missing, ...others] = leftOut;
  if (missing === undefined || others.length > 0 || axes.length !== rank) return [];
  const wrong = normal.findLastIndex((axis, i) => axis === undefined || normal.indexOf(axis) !== i);
  const span = spans[wrong];
  return span ? [replaceText(span, String(missing), t`Use dimension ${missing}`)] : [];
}

/** One axis named twice where each may be named once. */
export function repeatedAxis(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
}): Finding {
  const { cx, input, axis } = about;
  return finding(rule, {
    message: t`${cx.operation}: dimension ${axis} of ${formatShape(input.shape)} is named twice.`,
    related: tensorOrigin(input, t`${formatShape(input.shape)} is made here.`),
  });
}

/** An index that a dimension does not have. */
export function indexOutOfRange(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  readonly index: Dim;
  readonly span?: Span | undefined;
  /** Where the index is written, for a finding that points at the whole call. */
  readonly written?: Span | undefined;
}): Finding {
  const { cx, input, axis, index } = about;
  const size = input.shape?.[axis];
  const found = size ? formatDim(size) : "?";
  const written = about.span ?? about.written;
  return finding(rule, {
    span: about.span,
    message: t`${cx.operation}: index ${formatDim(index)} is out of range in dimension ${axis} of ${formatShape(input.shape)}, which has ${found} elements.`,
    related: sizeOrigin(input, axis),
    fixes: ranked(size && written ? nearestIndex(written, index, size) : []),
  });
}

/** The last index for one that is too large, mostly by one; the first for one that counts too far from the end. */
function nearestIndex(written: Span, index: Dim, size: Dim): Fix[] {
  const [from, count] = [asNumber(index), asNumber(size)];
  if (from === undefined || count === undefined || count === 0) return [];
  const nearest = from < 0 ? 0 : count - 1;
  return [
    replaceText(written, String(nearest), from < 0 ? t`Use the first index: 0` : t`Use the last index: ${nearest}`),
  ];
}

/** A range that ends beyond a dimension. */
export function rangeOutOfBounds(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  /** "a window of 3", "3 elements from 4 on". */
  readonly range: string;
  /** The length of the range, where another one would do. */
  readonly length?: Correction;
}): Finding {
  const { cx, input, axis, range } = about;
  return finding(rule, {
    message: t`${cx.operation}: dimension ${axis} of ${formatShape(input.shape)} is too short for ${range}.`,
    related: sizeOrigin(input, axis),
    fixes: ranked(about.length ? correctNumber(about.length) : []),
  });
}

/** More indices than dimensions. */
export function tooManyIndices(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly count: number;
}): Finding {
  const { cx, input, count } = about;
  return finding(rule, {
    message: t`${cx.operation}: ${counted(count, "index")} into ${formatShape(input.shape)}, which has ${counted(input.shape?.length ?? 0, "dimension")}.`,
    related: tensorOrigin(input, t`${formatShape(input.shape)} is made here.`),
  });
}

/** A configured order of dimensions, counted from `first`, that names one twice, leaves one out or names one that is not there. */
export function invalidPermutation(about: {
  readonly cx: CallContext;
  readonly axes: readonly number[];
  readonly first: number;
  readonly source: Source | undefined;
}): Finding {
  const { cx, axes, first, source } = about;
  return finding(rule, {
    span: source?.span,
    message: t`${cx.operation}: [${axes.join(", ")}] is no order of dimensions; it must name each from ${first} to ${first + axes.length - 1} once.`,
  });
}

/** A dimension to be removed that has more than one element. */
export function sizeIsNotOne(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  /** Where the axis is written. */
  readonly written?: Span | undefined;
}): Finding {
  const { cx, input, axis, written } = about;
  const size = input.shape?.[axis];
  const ones = (input.shape ?? []).flatMap((one, at) => (one === constant(1) ? [at] : []));
  const [only, ...others] = ones;
  const fixes =
    written && only !== undefined && others.length === 0
      ? [replaceText(written, String(only), t`Use dimension ${only}`)]
      : [];
  return finding(rule, {
    message: t`${cx.operation} can remove dimensions of size 1 only; dimension ${axis} of ${formatShape(input.shape)} has ${size ? formatDim(size) : "?"}.`,
    related: sizeOrigin(input, axis),
    fixes: ranked(fixes),
  });
}

/** An operation that the library can do along the last dimension only. */
export function notTheLast(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  readonly source: Source | undefined;
}): Finding {
  const { cx, input, axis, source } = about;
  const last = (input.shape?.length ?? 0) - 1;
  return finding(rule, {
    message: t`${cx.operation} works along the last dimension only, which is ${last} in ${formatShape(input.shape)}; axis ${axis} is not.`,
    related: tensorOrigin(input, t`${formatShape(input.shape)} is made here.`),
    fixes: ranked(source ? [replaceText(source.span, "-1", t`Use the last dimension: -1`)] : []),
  });
}

/** A range that never advances. */
export function zeroStep(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
}): Finding {
  const { cx, input, axis } = about;
  return finding(rule, {
    message: t`${cx.operation}: the stride in dimension ${axis} of ${formatShape(input.shape)} must not be 0.`,
  });
}

/** A negative axis where the library knows axes from the front only. */
export function countedFromTheEnd(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  readonly position: number;
  readonly source: Source | undefined;
}): Finding {
  const { cx, input, axis, position, source } = about;
  return finding(rule, {
    message: t`${cx.operation}: TensorFlow.js does not count this axis from the end; axis ${axis} of ${formatShape(input.shape)} makes a corrupt tensor.`,
    related: tensorOrigin(input, t`${formatShape(input.shape)} is made here.`),
    fixes: ranked(source ? [replaceText(source.span, String(position), t`Count from the front: ${position}`)] : []),
  });
}
