import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import { asNumber, constant, divideExactly, formatDim, type Dim } from "../shape/dim";
import { formatShape, numel, type Shape } from "../shape/shape";
import { viewStrides } from "../shape/view";
import { t } from "../text/translate";
import { annotationCompletions } from "./annotation-completion";
import { mayBeInSizes, sizesCallAt, type SizesCall } from "./sizes-at";
import { isInShapeTag } from "./shape-tags";

/** Something that may be written at the cursor. */
export interface Completion {
  /** What is inserted. */
  readonly text: string;
  /** What it would give: `→ [N, 1568]`. */
  readonly detail: string;
  readonly documentation?: string;
}

/** Whether there can be completions at the end of a text: cheap to tell, so that typing elsewhere costs nothing. */
export function mayComplete(before: string): boolean {
  return mayBeInSizes(before) || isInShapeTag(before);
}

/** The sizes, dimensions and annotations that fit where the cursor is, the likeliest first. */
export function completionsAt(analysis: Analysis, file: string, offset: number, text: string): Completion[] {
  const found = analysis.files.get(file);
  if (!found) return [];
  if (isInShapeTag(text.slice(0, offset))) return annotationCompletions(found, offset, text);
  return sizeCompletions(found, offset, text);
}

function sizeCompletions(found: FileAnalysis, offset: number, text: string): Completion[] {
  const call = sizesCallAt(found, offset, text);
  if (!call) return [];
  const made =
    call.method === "permute"
      ? permutations(call)
      : call.method === "transpose"
        ? swaps(call)
        : call.given.length === 0
          ? wholeShapes(call)
          : nextSizes(call);
  // The array's brackets come with its first element, where they are not there yet.
  const brackets = call.tensor.dialect === "tfjs" && !call.inArray && call.method !== "transpose";
  return made.map((each) => (brackets ? { ...each, text: `[${each.text}]` } : each));
}

function shapeOf({ tensor }: SizesCall): Shape {
  return tensor.shape ?? [];
}

function sizeText(call: SizesCall, axis: number): string | undefined {
  const size = shapeOf(call)[axis];
  const number = size && asNumber(size);
  if (number !== undefined) return String(number);
  const named = /^[\w$.]+$/.test(call.receiver) ? { name: call.receiver, at: axis } : variableWith(call, size);
  if (!named) return undefined;
  return call.tensor.dialect === "tfjs" ? `${named.name}.shape[${named.at}]` : `${named.name}.size(${named.at})`;
}

/** A variable whose tensor has that size, for a receiver that is no variable itself: `F.relu(x).view(x.size(0), …)`. */
function variableWith({ variables }: SizesCall, size: Dim | undefined): { name: string; at: number } | undefined {
  for (const { name, shape } of variables) {
    const at = size ? shape.indexOf(size) : -1;
    if (at >= 0) return { name, at };
  }
  return undefined;
}

/** A shape that has the right number of elements, and the text that makes it. */
function candidate(call: SizesCall, parts: readonly (string | undefined)[], shape: Shape): Completion[] {
  if (!parts.every((part) => part !== undefined)) return [];
  const { tensor, method } = call;
  const legal = method !== "view" || !tensor.shape || !tensor.strides || fits(tensor.shape, tensor.strides, shape);
  return legal ? [{ text: parts.join(", "), detail: `→ ${formatShape(shape)}` }] : [];
}

function fits(shape: Shape, strides: Shape, target: Shape): boolean {
  return viewStrides(shape, strides, target).kind !== "illegal";
}

/** What people reshape to: everything behind the batch in one, all in one, two neighbours in one. */
function wholeShapes(call: SizesCall): Completion[] {
  const shape = shapeOf(call);
  const [batch, ...rest] = shape;
  if (!batch) return [];
  const text = (axis: number) => sizeText(call, axis);
  const flattened = rest.length > 1 ? candidate(call, [text(0), "-1"], [batch, numel(rest)]) : [];
  const all = candidate(call, ["-1"], [numel(shape)]);
  const joined = shape.slice(0, -1).flatMap((_, i) => {
    if (i === 0 && shape.length === 2) return [];
    const joint = numel(shape.slice(i, i + 2));
    const sizes = [...shape.slice(0, i), joint, ...shape.slice(i + 2)];
    const number = asNumber(joint);
    const parts = sizes.map((_, axis) =>
      axis === i ? (number === undefined ? "-1" : String(number)) : text(axis < i ? axis : axis + 1),
    );
    return candidate(call, parts, sizes);
  });
  return distinct([...flattened, ...all, ...joined]);
}

/** What may come next, when some sizes are there: the rest, or a size that divides it. */
function nextSizes(call: SizesCall): Completion[] {
  const { given } = call;
  const shape = shapeOf(call);
  if (!given.every((size) => size !== undefined)) return [];
  const inferred = given.includes(constant(-1));
  const left = divideExactly(numel(shape), numel(given.filter((size) => size !== constant(-1))));
  if (!left) return [];
  const detail = (size: Dim, open = constant(-1)): string =>
    `→ ${formatShape([...given, size].map((one) => (one === constant(-1) ? open : one)))}`;
  const rest: Completion[] = inferred ? [] : [{ text: "-1", detail: detail(left) }];
  const number = asNumber(left);
  if (number !== undefined && !inferred) rest.push({ text: String(number), detail: detail(left) });
  for (const [axis, size] of shape.entries()) {
    const text = sizeText(call, axis);
    const quotient = divideExactly(left, size);
    if (!text || !quotient || size === left || asNumber(size) === 1) continue;
    rest.push({
      text,
      detail: inferred ? detail(size, quotient) : `→ ${formatShape([...given, size])} · ${formatDim(quotient)}`,
    });
  }
  return distinct(rest);
}

/** Orders of all dimensions that begin as what is there. */
function permutations(call: SizesCall): Completion[] {
  const shape = shapeOf(call);
  const given = call.given.map((axis) => (axis ? asNumber(axis) : undefined));
  const axes = Array.from({ length: shape.length }, (_, axis) => axis);
  const orders = [...usualOrders(axes.length), ...(shape.length <= 4 ? allOrders(axes) : [])];
  const fitting = orders.filter(({ order }) => given.every((axis, i) => axis === order[i]));
  return distinct(
    fitting.map(({ order, name }) => ({
      text: order.slice(given.length).join(", "),
      detail: `→ ${formatShape(order.map((axis) => shape[axis] ?? constant(1)))}`,
      ...(name ? { documentation: name } : {}),
    })),
  ).slice(0, 12);
}

interface Order {
  readonly order: readonly number[];
  readonly name?: string;
}

function usualOrders(rank: number): Order[] {
  if (rank === 4) {
    return [
      { order: [0, 3, 1, 2], name: t`channels last to channels first: NHWC to NCHW` },
      { order: [0, 2, 3, 1], name: t`channels first to channels last: NCHW to NHWC` },
    ];
  }
  if (rank === 5) return [{ order: [0, 4, 1, 2, 3] }, { order: [0, 2, 3, 4, 1] }];
  return rank === 3 ? [{ order: [0, 2, 1] }, { order: [1, 0, 2] }] : [];
}

function allOrders(axes: readonly number[]): Order[] {
  if (axes.length < 2) return [{ order: axes }];
  const orders = axes.flatMap((first) =>
    allOrders(axes.filter((axis) => axis !== first)).map(({ order }) => ({ order: [first, ...order] })),
  );
  return orders.filter(({ order }) => !order.every((axis, i) => i === 0 || axis > (order[i - 1] ?? -1)));
}

/** Pairs of dimensions to swap, the last two first. */
function swaps(call: SizesCall): Completion[] {
  const shape = shapeOf(call);
  const [first] = call.given.map((axis) => (axis ? asNumber(axis) : undefined));
  const all: Completion[] = [];
  for (let a = shape.length - 2; a >= 0; a--) {
    for (let b = shape.length - 1; b > a; b--) {
      if (call.given.length > 0 && first !== a) continue;
      const swapped = shape.map((size, axis) => (axis === a ? shape[b] : axis === b ? shape[a] : size) ?? size);
      all.push({ text: call.given.length > 0 ? `${b}` : `${a}, ${b}`, detail: `→ ${formatShape(swapped)}` });
    }
  }
  return call.tensor.dialect === "tfjs" ? permutations(call) : all;
}

function distinct(completions: readonly Completion[]): Completion[] {
  const byText = new Map<string, Completion>();
  for (const each of completions) if (!byText.has(each.text)) byText.set(each.text, each);
  return [...byText.values()];
}
