import type { Span } from "../ir";
import type { Source } from "../ops/operation";
import type { Dim } from "../shape/dim";
import { asNumber, formatDim } from "../shape/dim";
import type { CallContext } from "./evidence";
import { declaration, ranked, replaceText } from "./evidence";
import type { Finding, Fix, RelatedPlace } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "not-divisible",
  severity: "error",
  summary: "A size has to be divided evenly and cannot be.",
  explanation: `Heads share the embedding, groups share the channels, and pixel shuffling turns groups of channels into pixels. Each gets an equal whole part, so
the one number must be a multiple of the other.`,
  wrong: `import { nn } from "shapewright/torch";

const attention = new nn.MultiheadAttention(100, 8);
`,
  right: `import { nn } from "shapewright/torch";

const attention = new nn.MultiheadAttention(96, 8);
`,
  whenNotToHeed: "The remainder is provably not zero, so the constructor or the call throws.",
};

/** `value` must be a multiple of `divisor`. */
export function indivisible(about: {
  readonly cx: CallContext;
  readonly value: Dim;
  readonly divisor: Dim;
  /** "embedDim", "dimension 1 of [2, 7]" */
  readonly valueName: string;
  readonly divisorName: string;
  readonly valueSource?: Source | undefined;
  readonly divisorSource?: Source | undefined;
  readonly related?: readonly RelatedPlace[];
  readonly span?: Span | undefined;
}): Finding {
  const { cx, value, divisor, valueName, divisorName, valueSource, divisorSource } = about;
  return finding(rule, {
    span: about.span,
    message: t`${cx.operation}: ${valueName} (${formatDim(value)}) is not divisible by ${divisorName} (${formatDim(divisor)}).`,
    related: [
      ...declaration(valueSource, t`${valueName} is ${formatDim(value)} here.`),
      ...declaration(divisorSource, t`${divisorName} is ${formatDim(divisor)} here.`),
      ...(about.related ?? []),
    ],
    fixes: ranked([...nearestDivisor(about), ...nearestMultiple(about)]),
  });
}

function nearestMultiple(about: {
  readonly value: Dim;
  readonly divisor: Dim;
  readonly valueName: string;
  readonly valueSource?: Source | undefined;
}): Fix[] {
  const [value, divisor] = [asNumber(about.value), asNumber(about.divisor)];
  if (!about.valueSource || value === undefined || divisor === undefined || divisor < 1) return [];
  const nearest = Math.max(1, Math.round(value / divisor)) * divisor;
  const { literal, span } = about.valueSource;
  return [replaceText(literal ?? span, String(nearest), t`Change ${about.valueName} to ${nearest}`)];
}

function nearestDivisor(about: {
  readonly value: Dim;
  readonly divisor: Dim;
  readonly divisorName: string;
  readonly divisorSource?: Source | undefined;
}): Fix[] {
  const [value, divisor] = [asNumber(about.value), asNumber(about.divisor)];
  if (!about.divisorSource || value === undefined || divisor === undefined || value < 1 || divisor < 1) return [];
  for (let distance = 1; distance < divisor + value; distance++) {
    for (const candidate of [divisor - distance, divisor + distance]) {
      if (candidate < 1 || candidate > value || value % candidate !== 0) continue;
      const { literal, span } = about.divisorSource;
      return [replaceText(literal ?? span, String(candidate), t`Change ${about.divisorName} to ${candidate}`)];
    }
  }
  return [];
}
