import type { FileAnalysis } from "../interpreter/analyze";
import type { Loss } from "../interpreter/loss";
import { lossOf } from "../interpreter/loss";
import type { Span } from "../ir";
import { spanKey } from "../ir";
import { isKnown } from "../shape/dim";
import { t } from "../text/translate";
import type { Sources } from "./lines";

/** Something that made shapes unknown. */
export interface LostShapes {
  /** What, in a few words. */
  readonly text: string;
  /** How many expressions have no known shape because of it. */
  readonly count: number;
  /** Where it is, or, where that is not known, the first expression that lost its shape. */
  readonly span: Span;
}

/** What made shapes of the tensors that a file's coverage counts unknown, what did so most often first. */
export function lostShapes({ facts }: FileAnalysis, sources: Sources): LostShapes[] {
  const found = new Map<string, { text: string; places: Set<string>; span: Span }>();
  for (const { role, span, value } of facts) {
    if (role !== "expression" || value.kind !== "tensor" || value.shape?.every(isKnown)) continue;
    const loss = lossOf(value);
    const at = loss?.span ?? span;
    const key = loss?.span ? spanKey(loss.span) : (loss?.kind ?? "");
    const known = found.get(key);
    if (known) known.places.add(spanKey(span));
    else found.set(key, { text: describeLoss(loss, sources), places: new Set([spanKey(span)]), span: at });
  }
  const lost = [...found.values()].map(({ text, places, span }) => ({ text, count: places.size, span }));
  return lost.sort((a, b) => b.count - a.count);
}

const LONGEST_TEXT = 40;

/** What made a shape unknown, in a few words. */
export function describeLoss(loss: Loss | undefined, sources: Sources): string {
  if (!loss?.span) return t`It could not be followed how it comes about`;
  const { file, start, end } = loss.span;
  const whole = sources.text(file).slice(start, end).replace(/\s+/g, " ");
  // What a call is given is beside the point.
  const short = loss.kind === "call" || loss.kind === "size" ? whole.replace(/\(.*$/s, "(…)") : whole;
  const text = short.length > LONGEST_TEXT ? `${short.slice(0, LONGEST_TEXT)}…` : short;
  switch (loss.kind) {
    case "call":
      return t`${text} could not be followed`;
    case "parameter":
      return t`What ${text} is given is not known: no call was found`;
    case "global":
    case "member":
      return t`${text} is not known`;
    case "import":
      return t`${text} is imported from what could not be read`;
    case "changed":
      return t`${text} may have been changed by a function that could not be followed`;
    case "loop":
      return t`${text} changes from round to round of a loop`;
    case "paths":
      return t`${text} differs by the way that leads there`;
    case "type":
      return t`The type of ${text} tells that it is a tensor, and no more`;
    case "size":
      return t`A size that ${text} makes depends on data`;
    case "expression":
      return t`${text} could not be followed`;
  }
}
