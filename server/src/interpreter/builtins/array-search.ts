import { integer, SOME_BOOLEAN, SOME_NUMBER, UNDEFINED, UNKNOWN, boolean } from "../value";
import type { Value } from "../value";
import { unknownDim } from "../../shape/dim";
import type { NativeContext } from "../native";
import { binaryOperation } from "../operators";
import { numberValue } from "../number";
import { truthiness } from "../truth";
import { natives } from "./define";
import type { Implementation } from "./define";

/** Asks a callback about one element after the other until it answers `wanted`, as JavaScript does: the rest is not asked. */
function firstWith(wanted: boolean, fromRight: boolean, answer: Answer): Implementation {
  return (cx, self, [callback = UNKNOWN]) => {
    const elements = cx.elements(self);
    if (!elements) {
      cx.callRepeatedly(callback, [cx.anyElement(self), integer(unknownDim(0)), self]);
      return answer.unknown(cx, self);
    }
    const order = elements.map((_, i) => (fromRight ? elements.length - 1 - i : i));
    for (const [asked, i] of order.entries()) {
      const truth = truthiness(cx.call(callback, [elements[i] ?? UNDEFINED, numberValue(i), self]));
      if (truth === wanted) return answer.found(i, elements[i] ?? UNDEFINED);
      if (truth !== undefined) continue;
      // Whether the others are asked is not known.
      const rest = cx.array(order.slice(asked + 1).map((index) => elements[index] ?? UNDEFINED));
      cx.callRepeatedly(callback, [cx.anyElement(rest), integer(unknownDim(0)), self]);
      return answer.unknown(cx, self);
    }
    return answer.none;
  };
}

interface Answer {
  found(index: number, element: Value): Value;
  readonly none: Value;
  unknown(cx: NativeContext, self: Value): Value;
}

const ELEMENT: Answer = { found: (_index, element) => element, none: UNDEFINED, unknown: () => UNKNOWN };
const INDEX: Answer = { found: numberValue, none: numberValue(-1), unknown: () => SOME_NUMBER };

function equalTo(wanted: Value): (element: Value) => boolean | undefined {
  return (element) => truthiness(binaryOperation("===", element, wanted));
}

function indexOf(fromRight: boolean): Implementation {
  return (cx, self, [wanted = UNDEFINED, from]) => {
    const answers = from ? undefined : cx.elements(self)?.map(equalTo(wanted));
    if (!answers) return SOME_NUMBER;
    const index = fromRight
      ? answers.findLastIndex((answer) => answer !== false)
      : answers.findIndex((answer) => answer !== false);
    return index < 0 || answers[index] === true ? numberValue(index) : SOME_NUMBER;
  };
}

const includes: Implementation = (cx, self, [wanted = UNDEFINED]) => {
  const answers = cx.elements(self)?.map(equalTo(wanted));
  if (answers?.includes(true)) return boolean(true);
  return answers?.every((answer) => answer === false) ? boolean(false) : SOME_BOOLEAN;
};

/** The methods that look for something in an array. */
export const ARRAY_SEARCHES: ReadonlyMap<string, Value> = natives({
  find: firstWith(true, false, ELEMENT),
  findLast: firstWith(true, true, ELEMENT),
  findIndex: firstWith(true, false, INDEX),
  findLastIndex: firstWith(true, true, INDEX),
  some: firstWith(true, false, { found: () => boolean(true), none: boolean(false), unknown: () => SOME_BOOLEAN }),
  every: firstWith(false, false, { found: () => boolean(false), none: boolean(true), unknown: () => SOME_BOOLEAN }),
  indexOf: indexOf(false),
  lastIndexOf: indexOf(true),
  includes,
});
