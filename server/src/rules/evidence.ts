import { decidedAt } from "../interpreter/provenance";
import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import type { OperationContext, Source } from "../ops/operation";
import type { Dim } from "../shape/dim";
import { asNumber, formatDim } from "../shape/dim";
import type { Fix, RelatedPlace } from "./finding";

/** What a finder needs of the call that it speaks about. */
export type CallContext = Pick<OperationContext, "operation" | "site" | "source">;

/** Where the size of a dimension was decided, for the related places of a finding. */
export function sizeOrigin(tensor: TensorValue, axis: number): RelatedPlace[] {
  const size = tensor.shape?.[axis];
  const decided = decidedAt(tensor, axis);
  if (!size || !decided) return [];
  return [{ span: decided.span, message: `${formatDim(size)} comes from ${decided.operation} here.` }];
}

/** The call that made the tensor. */
export function tensorOrigin(tensor: TensorValue, message: string): RelatedPlace[] {
  return tensor.origin ? [{ span: tensor.origin.span, message }] : [];
}

/** Where a number was given: its declaration when it has one, else the argument. */
export function declaration(source: Source | undefined, message: string): RelatedPlace[] {
  return source ? [{ span: source.literal ?? source.span, message }] : [];
}

/**
 * Corrects a number where it is declared, and, when that is another place than the argument, offers to correct the argument alone.
 * None when the right size is no plain number, since a symbol has no spelling in the program.
 */
export function correctNumber(source: Source | undefined, name: string, value: Dim): Fix[] {
  const number = asNumber(value);
  if (!source || number === undefined) return [];
  const fixes = [replaceText(source.literal ?? source.span, String(number), `Change ${name} to ${number}`)];
  if (source.literal && !overlap(source.literal, source.span)) {
    fixes.push(replaceText(source.span, String(number), `Change ${name} to ${number} here only`));
  }
  return fixes;
}

export function replaceText(span: Span, newText: string, title: string): Fix {
  return { title, preferred: false, edits: [{ span, newText }] };
}

/** Appends to an expression: `.contiguous()`. */
export function appendText(span: Span, newText: string, title: string): Fix {
  return replaceText({ ...span, start: span.end }, newText, title);
}

const MOST_FIXES = 4;

/** The likeliest few, the first of them preferred. */
export function ranked(fixes: readonly Fix[]): Fix[] {
  return fixes.slice(0, MOST_FIXES).map((fix, index) => ({ ...fix, preferred: index === 0 }));
}

function overlap(a: Span, b: Span): boolean {
  return a.file === b.file && a.start < b.end && b.start < a.end;
}

/** `1 dimension`, `3 dimensions`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
