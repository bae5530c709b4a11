import type { TensorValue } from "../../interpreter/value";
import type { CallExpression, Expression, Span } from "../../ir";
import { endOf, sameSpan, startOf } from "../../ir";
import type { Edit } from "../../rules/finding";
import { formatShape } from "../../shape/shape";
import { t } from "../../text/translate";
import { nodesAt } from "../syntax";
import { isPostfix } from "../written-fixes";
import type { Refactoring, Selection } from "./refactoring";

const TO_FIRST = [0, 3, 1, 2];
const TO_LAST = [0, 2, 3, 1];

/**
 * Brings images from one layout into the other, behind the expression at the cursor, and numbers the dimensions anew that the rest of
 * the chain names.
 */
export function permuteChannels(selection: Selection): Refactoring[] {
  const { found, text, start } = selection;
  const path = nodesAt(found.module, start).toReversed() as unknown as Expression[];
  const index = path.findIndex((node) => imageAt(selection, node.span) !== undefined);
  const expression = path[index];
  const tensor = expression && imageAt(selection, expression.span);
  if (!expression || !tensor) return [];
  return [
    { order: TO_FIRST, title: t`Permute from channels last to channels first (NHWC → NCHW)` },
    { order: TO_LAST, title: t`Permute from channels first to channels last (NCHW → NHWC)` },
  ].map(({ order, title }) => ({
    title: `${title}: ${formatShape(order.flatMap((axis) => tensor.shape?.[axis] ?? []))}`,
    kind: "refactor.rewrite" as const,
    edits: [...appended(text, expression.span, permutation(tensor, order)), ...renumbered(path, index, order, text)],
  }));
}

function imageAt({ found }: Selection, span: Span): TensorValue | undefined {
  const fact = found.facts.findLast(
    ({ role, span: at, value }) => role === "expression" && sameSpan(at, span) && value.kind === "tensor",
  );
  return fact?.value.kind === "tensor" && fact.value.shape?.length === 4 ? fact.value : undefined;
}

function permutation({ dialect }: TensorValue, order: readonly number[]): string {
  return dialect === "tfjs" ? `.transpose([${order.join(", ")}])` : `.permute(${order.join(", ")})`;
}

function appended(text: string, span: Span, newText: string): Edit[] {
  if (isPostfix(text.slice(span.start, span.end))) return [{ span: endOf(span), newText }];
  return [
    { span: startOf(span), newText: "(" },
    { span: endOf(span), newText: `)${newText}` },
  ];
}

/** Methods that keep the order of the dimensions, and those that name one of them first. */
const KEEPING =
  /^(relu|relu6|sigmoid|tanh|exp|log|sqrt|abs|neg|add|sub|mul|div|pow|clamp|clone|detach|float|contiguous|square)_?$/;
const NAMING =
  /^(size|sum|mean|max|min|argmax|argmin|softmax|logSoftmax|norm|std|var|prod|squeeze|select|narrow|any|all)$/;

/** The dimensions that the rest of the chain names, as they are called in the new order; as far as the order is still the same. */
function renumbered(path: readonly Expression[], from: number, order: readonly number[], text: string): Edit[] {
  const edits: Edit[] = [];
  for (let i = from; ;) {
    const [member, call] = [path[i + 1], path[i + 2]];
    if (member?.kind !== "member" || call?.kind !== "call" || member.object !== path[i] || call.callee !== member)
      break;
    if (NAMING.test(member.property)) edits.push(...renumberedCall(call, order, text));
    if (!KEEPING.test(member.property)) break;
    i += 2;
  }
  return edits;
}

function renumberedCall({ args }: CallExpression, order: readonly number[], text: string): Edit[] {
  const node = args[0]?.value;
  const written = node && text.slice(node.span.start, node.span.end);
  if (!node || !/^-?\d$/.test(written ?? "")) return [];
  const axis = Number(written) + (Number(written) < 0 ? order.length : 0);
  const renamed = order.indexOf(axis);
  return renamed < 0 || renamed === axis ? [] : [{ span: node.span, newText: String(renamed) }];
}
