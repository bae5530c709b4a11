import { decidedAt, factorsOf } from "../interpreter/provenance";
import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import { endOf, startOf } from "../ir";
import type { OperationContext, Source } from "../ops/operation";
import type { Dim } from "../shape/dim";
import { asNumber, formatDim } from "../shape/dim";
import type { Fix, ProposedEdit, RelatedPlace } from "./finding";
import { t } from "../text/translate";

/** What a finder needs of the call that it speaks about. */
export type CallContext = Pick<OperationContext, "operation" | "site" | "source">;

/** Where the size of a dimension was decided, for the related places of a finding. */
export function sizeOrigin(tensor: TensorValue, axis: number): RelatedPlace[] {
  const size = tensor.shape?.[axis];
  const decided = decidedAt(tensor, axis);
  if (!size || !decided) return [];
  const factors = factorsOf(tensor, axis);
  const how = factors ? ` = ${factors.map(formatDim).join(" · ")}` : "";
  return [{ span: decided.span, message: t`${formatDim(size)}${how} comes from ${decided.operation} here.` }];
}

/** The call that made the tensor. */
export function tensorOrigin(tensor: TensorValue, message: string): RelatedPlace[] {
  return tensor.origin ? [{ span: tensor.origin.span, message }] : [];
}

/** Where a number was given: its declaration when it has one, else the argument. */
export function declaration(source: Source | undefined, message: string): RelatedPlace[] {
  return source ? [{ span: source.literal ?? source.span, message }] : [];
}

/** A number in the code that should be another one. */
export interface Correction {
  readonly source: Source | undefined;
  /** What it is called: `inFeatures`. */
  readonly name: string;
  readonly from: Dim;
  readonly to: Dim;
  /** The dimension that `to` is the size of. */
  readonly sizeOf?: { readonly tensor: TensorValue; readonly axis: number };
}

/**
 * Corrects a number where it is declared, and, when that is another place than the argument, offers to correct the argument alone.
 * None when the right size is no plain number, since a symbol has no spelling in the program.
 */
export function correctNumber(correction: Correction): Fix[] {
  const { source, name } = correction;
  const number = asNumber(correction.to);
  if (!source || number === undefined) return [];
  const fixes = [fix(t`Change ${name} to ${number}`, numberEdit(source.literal ?? source.span, correction, number))];
  if (source.literal && !overlap(source.literal, source.span)) {
    fixes.push(fix(t`Change ${name} to ${number} here only`, numberEdit(source.span, correction, number)));
  }
  return fixes;
}

function numberEdit(span: Span, { from, sizeOf }: Correction, to: number): ProposedEdit {
  const [old, factors] = [asNumber(from), sizeOf && factorsOf(sizeOf.tensor, sizeOf.axis)?.map(asNumber)];
  const isProduct = old !== undefined && factors?.every((factor) => factor !== undefined);
  return { span, newText: String(to), ...(isProduct ? { product: { from: old, to, factors } } : {}) };
}

/** One fix of several; the first that is offered is the preferred one. */
export function fix(title: string, ...edits: readonly ProposedEdit[]): Fix {
  return { title, preferred: false, edits };
}

export function replaceText(span: Span, newText: string, title: string): Fix {
  return fix(title, { span, newText });
}

/** Writes more behind an expression, which stays as it is: a further argument, another property. */
export function insertBehind(span: Span, newText: string, title: string): Fix {
  return fix(title, insertAfterEdit(span, newText));
}

/** Appends to an expression: `.contiguous()`. */
export function appendText(span: Span, newText: string, title: string): Fix {
  return fix(title, appendEdit(span, newText));
}

export function appendEdit(span: Span, newText: string): ProposedEdit {
  return { span, newText, appends: true };
}

export function insertEdit(before: Span, newText: string): ProposedEdit {
  return { span: startOf(before), newText };
}

/** Puts text behind something that is no expression of its own, such as one argument of several. */
export function insertAfterEdit(span: Span, newText: string): ProposedEdit {
  return { span: endOf(span), newText };
}

const MOST_FIXES = 4;

/** The likeliest few, the first of them preferred. */
export function ranked(fixes: readonly Fix[]): Fix[] {
  return fixes.slice(0, MOST_FIXES).map((one, index) => ({ ...one, preferred: index === 0 }));
}

function overlap(a: Span, b: Span): boolean {
  return a.file === b.file && a.start < b.end && b.start < a.end;
}

export type Noun =
  | "dimension"
  | "batch dimension"
  | "tensor"
  | "input"
  | "output"
  | "target"
  | "size"
  | "block size"
  | "state"
  | "index";

/** `1 dimension`, `3 dimensions`. */
export function counted(count: number, noun: Noun): string {
  const isOne = count === 1;
  switch (noun) {
    case "dimension":
      return isOne ? t`1 dimension` : t`${count} dimensions`;
    case "batch dimension":
      return isOne ? t`1 batch dimension` : t`${count} batch dimensions`;
    case "tensor":
      return isOne ? t`1 tensor` : t`${count} tensors`;
    case "input":
      return isOne ? t`1 input` : t`${count} inputs`;
    case "output":
      return isOne ? t`1 output` : t`${count} outputs`;
    case "target":
      return isOne ? t`1 target` : t`${count} targets`;
    case "size":
      return isOne ? t`1 size` : t`${count} sizes`;
    case "block size":
      return isOne ? t`1 block size` : t`${count} block sizes`;
    case "state":
      return isOne ? t`1 state` : t`${count} states`;
    case "index":
      return isOne ? t`1 index` : t`${count} indices`;
  }
}
