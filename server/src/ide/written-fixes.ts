import type { Span } from "../ir";
import { endOf, startOf } from "../ir";
import type { Edit, Fix, Product, ProposedEdit } from "../rules/finding";

/** A fix whose edits can be applied to the texts as they are. */
export interface WrittenFix extends Fix {
  readonly edits: readonly Edit[];
}

/** The text of a file that edits point into. */
export type TextOf = (file: string) => string;

/** The edits of a fix in the spelling of the code that they change. */
export function writtenFix(fix: Fix, textOf: TextOf): WrittenFix {
  return { ...fix, edits: fix.edits.flatMap((edit) => writtenEdits(edit, textOf)) };
}

function writtenEdits(edit: ProposedEdit, textOf: TextOf): Edit[] {
  const { span, newText, product } = edit;
  const old = textOf(span.file).slice(span.start, span.end);
  if (edit.appends) return appended(span, old, newText);
  return [{ span, newText: (product && productText(old, product)) ?? newText }];
}

function appended(span: Span, expression: string, newText: string): Edit[] {
  const end = endOf(span);
  if (isPostfix(expression)) return [{ span: end, newText }];
  return [
    { span: startOf(span), newText: "(" },
    { span: end, newText: `)${newText}` },
  ];
}

/** Whether something can be appended to an expression without parentheses: a name, a call, an access, a literal, or parentheses. */
export function isPostfix(expression: string): boolean {
  let rest = expression.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/g, "s");
  for (let before = ""; before !== rest;) {
    before = rest;
    rest = rest.replace(/\([^()[\]{}]*\)|\[[^()[\]{}]*\]/g, "@");
  }
  // What was in parentheses is `@` now: a call, an index, or a group.
  const compact = rest.trim().replace(/\s*(\?\.|\.)\s*/g, "$1");
  return /^(new\s+[\w$.]+@)?[\w$.#?@!]*$/.test(compact) && !/^\d+$/.test(compact) && !compact.includes("? ");
}

/**
 * A product in the code with the right value and as much of it kept as can be: `32 * 7 * 6` becomes `32 * 7 * 7`. `undefined` when the
 * code writes no product, or none of its numbers alone is what is wrong.
 */
function productText(old: string, { from, to, factors }: Product): string | undefined {
  const parts = old.split("*").map((part) => part.trim());
  if (parts.length < 2 || parts.some((part) => !/^[\w$.]+$/.test(part))) return undefined;
  const numbers = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : undefined));
  const right = [...factors];
  const wrong: number[] = [];
  for (const [i, number] of numbers.entries()) {
    const place = number === undefined ? -1 : right.indexOf(number);
    if (place >= 0) right.splice(place, 1);
    else if (number !== undefined) wrong.push(i);
  }
  for (const i of wrong) {
    const changed = (to * (numbers[i] ?? NaN)) / from;
    if (right.includes(changed)) return replacePart(old, i, String(changed));
  }
  return numbers.every((number) => number !== undefined) ? factors.join(" * ") : undefined;
}

function replacePart(product: string, index: number, newText: string): string {
  return product
    .split("*")
    .map((part, i) => (i === index ? part.replace(/[\w$.]+/, newText) : part))
    .join("*");
}

/** The text of a file after the edits that lie in it. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  // From the back, so that offsets stay right.
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end)
    .reduce((done, { span, newText }) => done.slice(0, span.start) + newText + done.slice(span.end), text);
}
