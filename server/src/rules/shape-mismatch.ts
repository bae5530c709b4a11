import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import type { Source } from "../ops/operation";
import type { Dim } from "../shape/dim";
import { asNumber, formatDim } from "../shape/dim";
import { formatShape, numel } from "../shape/shape";
import type { CallContext } from "./evidence";
import { appendText, correctNumber, declaration, ranked, replaceText, sizeOrigin, tensorOrigin } from "./evidence";
import type { Finding, Fix, RelatedPlace } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "shape-mismatch",
  severity: "error",
  summary: "Two things that must have the same size do not.",
  explanation: `A layer is built for inputs of one size, and a product, a concatenation or a loss has sides that must agree. When they do not,
the call throws at run time, often only after the data has been loaded.

The finding names both sizes and points at both places: where the expected size is declared, and the operation that made the other one.`,
  wrong: `import { torch, nn } from "shapewright/torch";

const classifier = new nn.Linear(1568, 10);
const features = torch.randn(8, 64, 7, 7).flatten(1);
const logits = classifier(features);
`,
  right: `import { torch, nn } from "shapewright/torch";

const classifier = new nn.Linear(3136, 10);
const features = torch.randn(8, 64, 7, 7).flatten(1);
const logits = classifier(features);
`,
  whenNotToHeed:
    "The sizes are provably different, so the call cannot succeed. A call that is meant to throw can be silenced with `// @shape-ignore`.",
};

export interface SizeExpectation {
  readonly cx: CallContext;
  /** The tensor with the wrong size, and its expression when it is an argument. */
  readonly input: TensorValue;
  readonly inputSpan?: Span | undefined;
  readonly axis: number;
  readonly expected: Dim;
  /** What the size counts: "input features". */
  readonly quantity: string;
  /** The parameter that declares it, and its argument. */
  readonly parameter: string;
  readonly source: Source | undefined;
  /** Repairs that are likelier than changing the declared number. */
  readonly fixes?: readonly Fix[];
  readonly span?: Span | undefined;
}

/** A layer that was declared for another size than its input has: `inFeatures`, `inChannels`, `numFeatures`, `units`. */
export function sizeMismatch(about: SizeExpectation): Finding {
  const { cx, input, axis, expected } = about;
  const actual = input.shape?.[axis];
  const got = actual ? formatDim(actual) : t`another size`;
  return finding(rule, {
    span: about.span,
    message: t`${cx.operation} expects ${formatDim(expected)} ${quantityText(about.quantity)} (${about.parameter}), got ${got} in dimension ${axis} of ${formatShape(input.shape)}.`,
    related: [
      ...declaration(about.source, t`${about.parameter} is declared as ${formatDim(expected)} here.`),
      ...sizeOrigin(input, axis),
    ],
    fixes: ranked([...(about.fixes ?? []), ...(actual ? corrections(about, actual) : [])]),
  });
}

/** What layers count most, in the language of the user. */
function quantityText(quantity: string): string {
  switch (quantity) {
    case t`input features`:
      return t`input features`;
    case t`input channels`:
      return t`input channels`;
    case "features":
      return t`features`;
    default:
      return quantity;
  }
}

function corrections({ source, parameter, expected, input, axis }: SizeExpectation, actual: Dim): Fix[] {
  return correctNumber({ source, name: parameter, from: expected, to: actual, sizeOf: { tensor: input, axis } });
}

/** The repair for a layer of the torch dialect that wants its input flattened behind the batch; none when that would not fit. */
export function flattenFix(input: TensorValue, inputSpan: Span | undefined, features: Dim): Fix[] {
  if (!inputSpan || !flattens(input, features)) return [];
  return [appendText(inputSpan, ".flatten(1)", t`Flatten the input: .flatten(1)`)];
}

/** Whether all dimensions behind the first hold exactly that many elements together. */
export function flattens(input: TensorValue, features: Dim): boolean {
  return input.shape !== undefined && input.shape.length > 2 && numel(input.shape.slice(1)) === features;
}

/** Both sides of a product: the left one's last dimension meets the right one's last but one. */
export function productMismatch(about: {
  readonly cx: CallContext;
  readonly left: TensorValue;
  readonly right: TensorValue;
  readonly leftAxis: number;
  readonly rightAxis: number;
  readonly rightSpan?: Span | undefined;
  /** Appended to the right side when swapping its last two dimensions makes the sizes agree: `.transpose(-2, -1)`. */
  readonly transpose?: string | undefined;
}): Finding {
  const { cx, left, right, leftAxis, rightAxis } = about;
  const [l, r] = [left.shape?.[leftAxis], right.shape?.[rightAxis]];
  const fits =
    right.shape && right.shape.length > 1 && right.shape.at(-1) === l && rightAxis === right.shape.length - 2;
  return finding(rule, {
    message:
      t`${cx.operation} cannot multiply ${formatShape(left.shape)} by ${formatShape(right.shape)}:\n` +
      t`${size(l)} in dimension ${leftAxis} of the left side must equal ${size(r)} in dimension ${rightAxis} of the right side.`,
    related: [...sizeOrigin(left, leftAxis), ...sizeOrigin(right, rightAxis)],
    fixes:
      fits && about.transpose && about.rightSpan
        ? ranked([appendText(about.rightSpan, about.transpose, t`Swap its last two dimensions: ${about.transpose}`)])
        : [],
  });
}

/** Tensors that are joined, compared or fed together and differ where they must agree. */
export function sidesDiffer(about: {
  readonly cx: CallContext;
  readonly first: TensorValue;
  readonly second: TensorValue;
  readonly axis: number;
  /** In the second tensor, where it is another dimension. */
  readonly secondAxis?: number;
  /** Why they must agree: "Only dimension 1, along which they are joined, may differ." */
  readonly reason: string;
  readonly fixes?: readonly Fix[];
  readonly span?: Span | undefined;
}): Finding {
  const { cx, first, second, axis } = about;
  const secondAxis = about.secondAxis ?? axis;
  return finding(rule, {
    span: about.span,
    message:
      t`${cx.operation}: ${formatShape(first.shape)} and ${formatShape(second.shape)} do not go together, ` +
      t`${size(first.shape?.[axis])} is not ${size(second.shape?.[secondAxis])} in dimension ${axis}${secondAxis === axis ? "" : t` and ${secondAxis}`}.\n${about.reason}`,
    related: [...sizeOrigin(first, axis), ...sizeOrigin(second, secondAxis)],
    fixes: ranked(about.fixes ?? []),
  });
}

/** Lengths and shapes that must agree otherwise: a list of sizes with a dimension, a state with a layer. */
export function mismatch(about: {
  readonly message: string;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
  readonly span?: Span | undefined;
}): Finding {
  return finding(rule, {
    message: about.message,
    related: about.related ?? [],
    fixes: ranked(about.fixes ?? []),
    span: about.span,
  });
}

/** A list of pieces whose sizes do not add up to the dimension they cut. */
export function piecesDoNotAddUp(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  readonly total: Dim;
  readonly source: Source | undefined;
  readonly sizes: readonly Dim[];
}): Finding {
  const { cx, input, axis, total, sizes, source } = about;
  const actual = input.shape?.[axis];
  const halves = source && actual && evenPieces(actual, sizes.length);
  return finding(rule, {
    message: t`${cx.operation}: the pieces hold ${formatDim(total)} together, but dimension ${axis} of ${formatShape(input.shape)} has ${size(actual)}.`,
    related: sizeOrigin(input, axis),
    fixes: halves ? ranked([replaceText(source.span, halves, t`Split evenly: ${halves}`)]) : [],
  });
}

function evenPieces(total: Dim, count: number): string | undefined {
  const piece = (asNumber(total) ?? NaN) / count;
  return Number.isInteger(piece) ? `[${Array.from({ length: count }, () => piece).join(", ")}]` : undefined;
}

function size(dim: Dim | undefined): string {
  return dim ? formatDim(dim) : "?";
}

/** Two shapes that must be equal and do not even have the same rank. */
export function shapesDiffer(about: {
  readonly cx: CallContext;
  readonly first: TensorValue;
  readonly second: TensorValue;
  readonly reason: string;
  readonly fixes?: readonly Fix[];
}): Finding {
  const { cx, first, second, reason } = about;
  return finding(rule, {
    fixes: ranked(about.fixes ?? []),
    message: t`${cx.operation}: ${formatShape(first.shape)} and ${formatShape(second.shape)} do not go together.\n${reason}`,
    related: [first, second].flatMap((tensor) => tensorOrigin(tensor, t`${formatShape(tensor.shape)} is made here.`)),
  });
}
