import { asNumber, constant, unknownDim } from "../../shape/dim";
import type { ArrayObject, ListObject } from "../heap";
import { NativeCall } from "../native-call";
import type { NativeContext } from "../native";
import { sameSimpleValue } from "../same";
import { binaryOperation } from "../operators";
import { numberValue, textOf } from "../number";
import { truthiness } from "../truth";
import type { ObjectValue, Value } from "../value";
import { SOME_BOOLEAN, SOME_NUMBER, SOME_STRING, UNDEFINED, UNKNOWN, boolean, integer, string } from "../value";
import { native, natives } from "./define";
import type { Implementation } from "./define";

/** A member of an array, or of a list of which only the kind of element is known. */
export function arrayMember(object: ArrayObject | ListObject, name: string): Value | undefined {
  if (name === "length") return integer(object.type === "array" ? constant(object.elements.length) : object.length);
  const index = /^\d+$/.test(name) ? Number(name) : undefined;
  if (index !== undefined) return object.type === "array" ? (object.elements[index] ?? UNDEFINED) : object.element;
  return METHODS.get(name);
}

function elementsOf(cx: NativeContext, self: Value): readonly Value[] | undefined {
  return cx.elements(self);
}

/** The position a method's argument means, counted from the end when negative; `undefined` when it is not known. */
function position(value: Value, length: number, fallback: number): number | undefined {
  if (value.kind === "undefined") return fallback;
  const known = value.kind === "integer" ? asNumber(value.dim) : undefined;
  if (known === undefined) return undefined;
  return known < 0 ? Math.max(0, length + known) : Math.min(known, length);
}

function someOf(cx: NativeContext, self: Value): ObjectValue {
  return cx.list(cx.anyElement(self), unknownDim(0));
}

/** Calls a callback for each element, or for any of them when they are not known one by one. */
function callEach(cx: NativeContext, self: Value, callback: Value): Value[] | undefined {
  const elements = elementsOf(cx, self);
  if (elements) return elements.map((element, i) => cx.call(callback, [element, numberValue(i), self]));
  return undefined;
}

const map: Implementation = (cx, self, [callback = UNKNOWN]) => {
  const results = callEach(cx, self, callback);
  if (results) return cx.array(results);
  const element = cx.callRepeatedly(callback, [cx.anyElement(self), integer(unknownDim(0)), self]);
  return cx.list(element, cx.lengthOf(self) ?? unknownDim(0));
};

const flatMap: Implementation = (cx, self, [callback = UNKNOWN]) => {
  const results = callEach(cx, self, callback);
  const parts = results?.map((result) => (isArrayValue(cx, result) ? cx.elements(result) : [result]));
  if (parts && parts.every((part) => part !== undefined)) return cx.array(parts.flat());
  return cx.list(UNKNOWN, unknownDim(0));
};

function isArrayValue(cx: NativeContext, value: Value): boolean {
  return value.kind === "object" && cx.properties(value) === undefined;
}

const forEach: Implementation = (cx, self, [callback = UNKNOWN]) => {
  if (!callEach(cx, self, callback)) cx.callRepeatedly(callback, [cx.anyElement(self), integer(unknownDim(0)), self]);
  return UNDEFINED;
};

const filter: Implementation = (cx, self, [callback = UNKNOWN]) => {
  const elements = elementsOf(cx, self);
  const kept = callEach(cx, self, callback)?.map(truthiness);
  if (elements && kept?.every((keep) => keep !== undefined)) return cx.array(elements.filter((_, i) => kept[i]));
  return someOf(cx, self);
};

const reduce: Implementation = (cx, self, args) => {
  const [callback = UNKNOWN, initial] = args;
  const elements = elementsOf(cx, self);
  if (!elements) {
    cx.callRepeatedly(callback, [UNKNOWN, cx.anyElement(self), integer(unknownDim(0))]);
    return UNKNOWN;
  }
  const start = cx.site.args.length > 1 ? (initial ?? UNDEFINED) : elements[0];
  if (!start) return UNKNOWN;
  const offset = cx.site.args.length > 1 ? 0 : 1;
  return elements
    .slice(offset)
    .reduce<Value>((sum, element, i) => cx.call(callback, [sum, element, numberValue(i + offset), self]), start);
};

const find: Implementation = (cx, self, [callback = UNKNOWN]) => {
  const elements = elementsOf(cx, self);
  const found = callEach(cx, self, callback)?.map(truthiness);
  if (!elements || !found) return UNKNOWN;
  const first = found.findIndex((truth) => truth !== false);
  if (first < 0) return UNDEFINED;
  return found[first] === true ? (elements[first] ?? UNDEFINED) : UNKNOWN;
};

const findIndex: Implementation = (cx, self, [callback = UNKNOWN]) => {
  const found = callEach(cx, self, callback)?.map(truthiness);
  const first = found?.findIndex((truth) => truth !== false);
  if (!found || first === undefined) return SOME_NUMBER;
  return first < 0 || found[first] === true ? numberValue(first) : SOME_NUMBER;
};

function quantifier(every: boolean): Implementation {
  return (cx, self, [callback = UNKNOWN]) => {
    const truths = callEach(cx, self, callback)?.map(truthiness);
    if (!truths) return SOME_BOOLEAN;
    if (truths.includes(!every)) return boolean(!every);
    return truths.every((truth) => truth === every) ? boolean(every) : SOME_BOOLEAN;
  };
}

const slice: Implementation = (cx, self, [from = UNDEFINED, to = UNDEFINED]) => {
  const elements = elementsOf(cx, self);
  const start = elements && position(from, elements.length, 0);
  const end = elements && position(to, elements.length, elements.length);
  return elements && start !== undefined && end !== undefined ? cx.array(elements.slice(start, end)) : someOf(cx, self);
};

const concat: Implementation = (cx, self, args) => {
  const parts = [self, ...args].map((part) =>
    isArrayValue(cx, part) ? cx.elements(part) : part.kind === "unknown" ? undefined : [part],
  );
  return parts.every((part) => part !== undefined) ? cx.array(parts.flat()) : cx.list(UNKNOWN, unknownDim(0));
};

const at: Implementation = (cx, self, [index = UNDEFINED]) => {
  const elements = elementsOf(cx, self);
  const known = index.kind === "integer" ? asNumber(index.dim) : undefined;
  return elements && known !== undefined ? (elements.at(known) ?? UNDEFINED) : cx.anyElement(self);
};

const join: Implementation = (cx, self, [separator = UNDEFINED]) => {
  const texts = elementsOf(cx, self)?.map(textOf);
  const between = separator.kind === "undefined" ? "," : textOf(separator);
  return texts && between !== undefined && texts.every((text) => text !== undefined)
    ? string(texts.join(between))
    : SOME_STRING;
};

function search(found: (index: number) => Value, unknown: Value): Implementation {
  return (cx, self, [wanted = UNDEFINED]) => {
    const elements = elementsOf(cx, self);
    const truths = elements?.map((element) => truthiness(binaryOperation("===", element, wanted)));
    if (!truths || truths.includes(undefined)) return truths?.[0] === true ? found(0) : unknown;
    return found(truths.indexOf(true));
  };
}

/** Methods that change the array in place: on the exact elements when they are known, else on the summary. */
function mutator(change: (elements: Value[], args: readonly Value[]) => Value | undefined): Implementation {
  return (cx, self, args) => {
    if (self.kind !== "object" || !(cx instanceof NativeCall)) return UNKNOWN;
    return cx.changeArray(self, args, (elements) => change(elements, args));
  };
}

const METHODS: ReadonlyMap<string, Value> = new Map([
  ...natives({
    map,
    flatMap,
    forEach,
    filter,
    reduce,
    find,
    findIndex,
    slice,
    concat,
    at,
    join,
    some: quantifier(false),
    every: quantifier(true),
    includes: search((index) => boolean(index >= 0), SOME_BOOLEAN),
    indexOf: search((index) => numberValue(index), SOME_NUMBER),
    keys: (cx, self) => cx.array((elementsOf(cx, self) ?? []).map((_, i) => numberValue(i))),
    values: (cx, self) => copyOf(cx, self),
    entries: (cx, self) => {
      const elements = elementsOf(cx, self);
      if (elements) return cx.array(elements.map((element, i) => cx.array([numberValue(i), element])));
      return cx.list(cx.array([integer(unknownDim(0)), cx.anyElement(self)]), unknownDim(0));
    },
    flat: (cx, self) => {
      const parts = elementsOf(cx, self)?.map((part) => (isArrayValue(cx, part) ? cx.elements(part) : [part]));
      return parts?.every((part) => part !== undefined) ? cx.array(parts.flat()) : cx.list(UNKNOWN, unknownDim(0));
    },
    toReversed: (cx, self) => {
      const elements = elementsOf(cx, self);
      return elements ? cx.array([...elements].reverse()) : someOf(cx, self);
    },
    toSorted: (cx, self) => cx.list(cx.anyElement(self), cx.lengthOf(self) ?? unknownDim(0)),
    with: (cx, self, [index = UNDEFINED, value = UNDEFINED]) => {
      const elements = elementsOf(cx, self);
      const known = elements && position(index, elements.length, 0);
      return elements && known !== undefined && known < elements.length
        ? cx.array(elements.with(known, value))
        : someOf(cx, self);
    },
  }),
  ...natives({
    push: mutator((elements, args) => {
      elements.push(...args);
      return numberValue(elements.length);
    }),
    unshift: mutator((elements, args) => {
      elements.unshift(...args);
      return numberValue(elements.length);
    }),
    pop: mutator((elements) => elements.pop() ?? UNDEFINED),
    shift: mutator((elements) => elements.shift() ?? UNDEFINED),
    reverse: mutator((elements) => {
      elements.reverse();
      return undefined;
    }),
    fill: mutator((elements, [value = UNDEFINED]) => {
      elements.fill(value);
      return undefined;
    }),
    sort: mutator((elements) => {
      const [first, ...rest] = elements;
      if (first && !rest.every((element) => sameSimpleValue(first, element))) elements.fill(UNKNOWN);
      return undefined;
    }),
    splice: mutator(spliceElements),
  }),
]);

function spliceElements(elements: Value[], [from = UNDEFINED, count = UNDEFINED, ...added]: readonly Value[]): Value {
  const start = position(from, elements.length, 0);
  const removed =
    count.kind === "undefined" ? elements.length : count.kind === "integer" ? asNumber(count.dim) : undefined;
  if (start === undefined || removed === undefined) elements.fill(UNKNOWN);
  else elements.splice(start, removed, ...added);
  return UNKNOWN;
}

function copyOf(cx: NativeContext, self: Value): Value {
  const elements = elementsOf(cx, self);
  return elements ? cx.array(elements) : someOf(cx, self);
}

/** `Array` itself: `Array.from`, `Array.of`, `Array.isArray`, `new Array(n)`. */
export const ARRAY: Value = native(
  "Array",
  (cx, _self, args) => newArray(cx, args),
  natives({
    from: (cx, _self, [source = UNDEFINED, callback]) => {
      const length = source.kind === "object" && cx.properties(source) ? cx.getProperty(source, "length") : undefined;
      const array = length ? newArray(cx, [length]) : copyOf(cx, source);
      if (!callback || callback.kind === "undefined") return array;
      return map(cx, array, [callback]);
    },
    of: (cx, _self, args) => cx.array(args),
    isArray: (cx, _self, [value = UNDEFINED]) => {
      if (value.kind === "unknown" || value.kind === "union") return SOME_BOOLEAN;
      return boolean(value.kind === "object" && isArrayValue(cx, value) && cx.payload(value) === undefined);
    },
  }),
);

const LONGEST_ARRAY = 4096;

function newArray(cx: NativeContext, args: readonly Value[]): Value {
  const [length] = args;
  if (args.length !== 1 || length?.kind !== "integer")
    return args.length === 1 ? cx.list(UNKNOWN, unknownDim(0)) : cx.array(args);
  const known = asNumber(length.dim);
  if (known === undefined || known < 0 || known > LONGEST_ARRAY) return cx.list(UNDEFINED, length.dim);
  return cx.array(Array.from({ length: known }, () => UNDEFINED));
}
