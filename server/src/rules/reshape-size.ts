import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import type { Dim } from "../shape/dim";
import { asNumber, constant, divideExactly, formatDim, multiply } from "../shape/dim";
import type { Shape } from "../shape/shape";
import { formatShape, numel } from "../shape/shape";
import type { CallContext } from "./evidence";
import { ranked, replaceText, tensorOrigin } from "./evidence";
import type { Finding, Fix } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "reshape-size",
  severity: "error",
  summary: "A tensor is given a shape with another number of elements.",
  explanation: `A view or a reshape arranges the elements that are there; it can neither add nor drop any. The product of the new sizes must equal the
product of the old ones. One size may be \`-1\`, which stands for whatever is left over, if that is a whole number.

The usual cause is a size that was computed by hand and is off by a pooling layer.`,
  wrong: `import { torch } from "shapewright/torch";

const maps = torch.randn(8, 64, 7, 7);
const flat = maps.view(8, 1568);
`,
  right: `import { torch } from "shapewright/torch";

const maps = torch.randn(8, 64, 7, 7);
const flat = maps.view(8, 3136);
`,
  whenNotToHeed: "The numbers of elements are provably different, so the call cannot succeed.",
};

export interface Reshaping {
  readonly cx: CallContext;
  readonly input: TensorValue;
  /** The dimensions that are rearranged, when not all are. */
  readonly from?: Shape | undefined;
  readonly sizes: readonly Dim[];
  /** Where each of the sizes is written, as far as that is known. */
  readonly spans: readonly (Span | undefined)[];
  /** `-1` has no meaning here, or not a good one: it is no repair. */
  readonly inference?: "none";
}

/** The new sizes hold another number of elements than the old ones. */
export function otherSize(about: Reshaping): Finding {
  const { cx, input, sizes } = about;
  const from = about.from ?? input.shape ?? [];
  return finding(rule, {
    message:
      t`${cx.operation} cannot turn ${formatShape(from)} into ${formatShape(sizes)}:\n` +
      t`${formatDim(numel(from))} elements do not fit ${formatDim(numel(sizes))}.`,
    related: tensorOrigin(input, t`${formatShape(input.shape)} is made here.`),
    fixes: ranked(corrections(about, from)),
  });
}

/** `-1` where the other sizes do not divide the number of elements. */
export function inexactInference(about: Reshaping): Finding {
  const { cx, input, sizes } = about;
  const from = about.from ?? input.shape ?? [];
  const rest = numel(sizes.filter((size) => size !== constant(-1)));
  return finding(rule, {
    message:
      t`${cx.operation} cannot turn ${formatShape(from)} into ${formatShape(sizes)}:\n` +
      t`${formatDim(numel(from))} elements cannot be divided evenly into parts of ${formatDim(rest)}.`,
    related: tensorOrigin(input, t`${formatShape(input.shape)} is made here.`),
    fixes: ranked(corrections(about, from)),
  });
}

/** More than one `-1`, or one whose size cannot be told because another size is 0. */
export function notInferable(about: Reshaping & { readonly reason: "two" | "ambiguous" | "negative" }): Finding {
  const { cx, sizes, reason } = about;
  const why = {
    two: t`only one size can be inferred with -1.`,
    ambiguous: t`beside a size of 0, -1 could be anything.`,
    negative: t`a size is at least 0, or -1 to be inferred.`,
  }[reason];
  return finding(rule, {
    message: t`${cx.operation} cannot make the shape ${formatShape(sizes)}: ${why}`,
    related: tensorOrigin(about.input, t`${formatShape(about.input.shape)} is made here.`),
    fixes: reason === "two" ? ranked(namedSizes(about)) : [],
  });
}

/** One size changed to what makes the products equal, or to `-1`: the last one first, since leading sizes are usually the batch. */
function corrections(about: Reshaping, from: Shape): Fix[] {
  const { sizes, spans, cx } = about;
  const exact: Fix[] = [];
  const inferred: Fix[] = [];
  const total = numel(from);
  const last = sizes.length - 1;
  for (let i = last; i >= 0; i--) {
    const [size, span] = [sizes[i], spans[i]];
    if (!span || !size || size === from[i]) continue;
    const others = sizes.filter((_, j) => j !== i);
    if (others.includes(constant(-1))) {
      exact.push(...matching(from, sizes, span, i));
      continue;
    }
    const right = divideExactly(total, numel(others));
    if (!right) continue;
    const number = asNumber(right);
    if (number !== undefined && size !== constant(-1)) exact.push(change(span, size, String(number)));
    if (about.inference !== "none" && cx.operation !== "expand" && size !== constant(-1))
      inferred.push(change(span, size, "-1"));
  }
  return [...exact.slice(0, 2), ...inferred.slice(0, 2)];
}

/** Beside a `-1`: the size that the old shape has in the same place, or the product of all behind the first. */
function matching(from: Shape, sizes: Shape, span: Span, axis: number): Fix[] {
  const others = numel(sizes.filter((size, j) => j !== axis && size !== constant(-1)));
  const candidates = [from[axis], numel(from.slice(1)), from.at(-1)];
  for (const candidate of candidates) {
    const number = candidate && asNumber(candidate);
    if (candidate && number !== undefined && divideExactly(numel(from), multiply(others, candidate))) {
      return [change(span, sizes[axis] ?? candidate, String(number))];
    }
  }
  return [];
}

function namedSizes({ input, sizes, spans }: Reshaping): Fix[] {
  const fixes: Fix[] = [];
  for (const [i, size] of sizes.entries()) {
    const [span, known] = [spans[i], input.shape?.[i]];
    const number = known && asNumber(known);
    if (size === constant(-1) && span && number !== undefined) fixes.push(change(span, size, String(number)));
  }
  return fixes;
}

function change(span: Span, from: Dim, to: string): Fix {
  return replaceText(
    span,
    to,
    to === "-1" ? t`Infer the size: ${formatDim(from)} → -1` : t`Change ${formatDim(from)} to ${to}`,
  );
}
