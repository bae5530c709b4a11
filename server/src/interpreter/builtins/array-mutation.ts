import { asNumber, unknownDim } from "../../shape/dim";
import { NativeCall } from "../native-call";
import type { NativeContext } from "../native";
import { numberValue, plainNumber, textOf, toNumber } from "../number";
import type { Value } from "../value";
import { SOME_NUMBER, UNDEFINED, UNKNOWN } from "../value";
import { natives } from "./define";
import type { Implementation } from "./define";

/** The position a method's argument means, counted from the end when negative; `undefined` when it is not known. */
export function position(value: Value, length: number, fallback: number): number | undefined {
  if (value.kind === "undefined") return fallback;
  const known = value.kind === "integer" ? asNumber(value.dim) : undefined;
  if (known === undefined) return undefined;
  return known < 0 ? Math.max(0, length + known) : Math.min(known, length);
}

/** What a method gives: a value, or the array that it was called on. */
type Result = Value | "itself";

interface Mutation {
  /** On the exact elements, which it changes; `undefined` when what they are afterwards is not known. */
  exact(elements: Value[], args: readonly Value[], cx: NativeCall): Result | undefined;
  /** What may be put among the elements. */
  added?(args: readonly Value[]): readonly Value[];
  readonly keepsLength?: boolean;
  /** Of an array whose elements are not all known. */
  result(cx: NativeContext, self: Value): Result;
}

/** A method that changes an array in place: its exact elements when they are known, else what is known of any of them. */
function mutator(mutation: Mutation): Implementation {
  return (cx, self, args) => {
    if (self.kind !== "object" || !(cx instanceof NativeCall)) return UNKNOWN;
    const known = cx.site.complete ? cx.exactElements(self) : undefined;
    const exact = known && mutation.exact(known, args, cx);
    if (exact) {
      cx.setElements(self, known);
      return exact === "itself" ? self : exact;
    }
    const added = cx.site.complete ? (mutation.added?.(args) ?? []) : [UNKNOWN];
    cx.blurElements(self, added, mutation.keepsLength === true);
    const result = mutation.result(cx, self);
    return result === "itself" ? self : result;
  };
}

const anElement = (cx: NativeContext, self: Value): Value => cx.anyElement(self);

/** The methods that change an array. */
export const ARRAY_MUTATORS: ReadonlyMap<string, Value> = natives({
  push: mutator({
    exact: (elements, args) => numberValue(elements.push(...args)),
    added: (args) => args,
    result: () => SOME_NUMBER,
  }),
  unshift: mutator({
    exact: (elements, args) => numberValue(elements.unshift(...args)),
    added: (args) => args,
    result: () => SOME_NUMBER,
  }),
  pop: mutator({ exact: (elements) => elements.pop() ?? UNDEFINED, result: anElement }),
  shift: mutator({ exact: (elements) => elements.shift() ?? UNDEFINED, result: anElement }),
  reverse: mutator({
    exact: (elements) => {
      elements.reverse();
      return "itself";
    },
    keepsLength: true,
    result: () => "itself",
  }),
  fill: mutator({ exact: fill, added: ([value = UNDEFINED]) => [value], keepsLength: true, result: () => "itself" }),
  sort: mutator({ exact: sort, keepsLength: true, result: () => "itself" }),
  splice: mutator({
    exact: splice,
    added: ([, , ...added]) => added,
    result: (cx, self) => cx.list(cx.anyElement(self), unknownDim(0)),
  }),
});

function fill(
  elements: Value[],
  [value = UNDEFINED, from = UNDEFINED, to = UNDEFINED]: readonly Value[],
): Result | undefined {
  const start = position(from, elements.length, 0);
  const end = position(to, elements.length, elements.length);
  if (start === undefined || end === undefined) return undefined;
  elements.fill(value, start, end);
  return "itself";
}

function splice(elements: Value[], args: readonly Value[], cx: NativeCall): Result | undefined {
  const [from = UNDEFINED, count = UNDEFINED, ...added] = args;
  const start = position(from, elements.length, 0);
  const removed = args.length < 2 ? elements.length : count.kind === "integer" ? asNumber(count.dim) : undefined;
  if (start === undefined || removed === undefined) return undefined;
  return cx.array(elements.splice(start, args.length === 0 ? 0 : Math.max(0, removed), ...added));
}

/** Sorts by the comparison given, or as text; what is not known of a comparison leaves the order unknown. */
function sort(elements: Value[], [compare = UNDEFINED]: readonly Value[], cx: NativeCall): Result | undefined {
  const order = compare.kind === "undefined" ? compareTexts : comparison(compare, cx);
  let isCertain = true;
  elements.sort((a, b) => {
    const answer = isCertain ? order(a, b) : undefined;
    isCertain = answer !== undefined;
    return answer ?? 0;
  });
  if (isCertain) return "itself";
  if (compare.kind === "undefined") return undefined;
  const any = cx.anyElement(cx.array(elements));
  cx.callRepeatedly(compare, [any, any]);
  return undefined;
}

function compareTexts(a: Value, b: Value): number | undefined {
  const [left, right] = [textOf(a), textOf(b)];
  if (left === undefined || right === undefined) return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

function comparison(compare: Value, cx: NativeCall): (a: Value, b: Value) => number | undefined {
  return (a, b) => plainNumber(toNumber(cx.call(compare, [a, b])));
}
