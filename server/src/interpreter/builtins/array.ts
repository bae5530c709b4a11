import { asNumber, unknownDim } from "../../shape/dim";
import type { ArrayObject, ListObject } from "../heap";
import type { NativeContext } from "../native";
import { numberValue, textOf } from "../number";
import { truthiness } from "../truth";
import type { ObjectValue, Value } from "../value";
import { SOME_BOOLEAN, SOME_STRING, UNDEFINED, UNKNOWN, boolean, integer, string } from "../value";
import { ARRAY_MUTATORS, position } from "./array-mutation";
import { ARRAY_SEARCHES } from "./array-search";
import { native, natives } from "./define";
import type { Implementation } from "./define";

/** A member of an array, or of a list of which only the kind of element is known. */
export function arrayMember(object: ArrayObject | ListObject, name: string): Value | undefined {
  const index = /^\d+$/.test(name) ? Number(name) : undefined;
  if (index !== undefined) return object.type === "array" ? (object.elements[index] ?? UNDEFINED) : object.element;
  return METHODS.get(name) ?? ARRAY_SEARCHES.get(name) ?? ARRAY_MUTATORS.get(name);
}

function someOf(cx: NativeContext, self: Value): ObjectValue {
  return cx.list(cx.anyElement(self), unknownDim(0));
}

/** Calls a callback for each element; of elements that are not known one by one, for any of them, any number of times. */
function callEach(cx: NativeContext, self: Value, callback: Value): readonly Value[] | Value {
  const elements = cx.elements(self);
  if (elements) return elements.map((element, i) => cx.call(callback, [element, numberValue(i), self]));
  return cx.callRepeatedly(callback, [cx.anyElement(self), integer(unknownDim(0)), self]);
}

function isKnown(results: readonly Value[] | Value): results is readonly Value[] {
  return Array.isArray(results);
}

const map: Implementation = (cx, self, [callback = UNKNOWN]) => {
  const results = callEach(cx, self, callback);
  if (isKnown(results)) return cx.array(results);
  return cx.list(results, cx.lengthOf(self) ?? unknownDim(0));
};

const flatMap: Implementation = (cx, self, [callback = UNKNOWN]) => {
  const results = callEach(cx, self, callback);
  const parts = isKnown(results) ? results.map((result) => flattened(cx, result, 1)) : undefined;
  if (parts?.every((part) => part !== undefined)) return cx.array(parts.flat());
  return cx.list(UNKNOWN, unknownDim(0));
};

/** The elements of an array and of those in it, that many levels deep; `undefined` when they are not known. */
function flattened(cx: NativeContext, value: Value, depth: number): readonly Value[] | undefined {
  if (!cx.isArray(value)) return value.kind === "unknown" || value.kind === "union" ? undefined : [value];
  const elements = cx.elements(value);
  if (!elements || depth < 1) return elements && [value];
  const parts = elements.map((element) =>
    depth > 1 || !cx.isArray(element) ? flattened(cx, element, depth - 1) : [element],
  );
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

const DEEPEST_FLAT = 32;

const flat: Implementation = (cx, self, [depth = UNDEFINED]) => {
  const levels =
    depth.kind === "undefined"
      ? 1
      : depth.kind === "integer"
        ? asNumber(depth.dim)
        : depth.kind === "float"
          ? depth.value
          : undefined;
  const parts = levels === undefined ? undefined : flattened(cx, self, Math.min(levels + 1, DEEPEST_FLAT));
  return parts ? cx.array(parts) : cx.list(UNKNOWN, unknownDim(0));
};

const forEach: Implementation = (cx, self, [callback = UNKNOWN]) => {
  callEach(cx, self, callback);
  return UNDEFINED;
};

const filter: Implementation = (cx, self, [callback = UNKNOWN]) => {
  const elements = cx.elements(self);
  const results = callEach(cx, self, callback);
  const kept = isKnown(results) ? results.map(truthiness) : [];
  if (elements && kept.every((keep) => keep !== undefined)) return cx.array(elements.filter((_, i) => kept[i]));
  return someOf(cx, self);
};

function reducer(fromRight: boolean): Implementation {
  return (cx, self, args) => {
    const [callback = UNKNOWN, initial] = args;
    const elements = cx.elements(self);
    const hasInitial = cx.site.args.length > 1;
    if (!elements) {
      const start = hasInitial ? (initial ?? UNDEFINED) : cx.anyElement(self);
      return cx.foldRepeatedly(callback, start, [cx.anyElement(self), integer(unknownDim(0)), self]);
    }
    const numbered = elements.map((element, i) => ({ element, index: numberValue(i) }));
    if (fromRight) numbered.reverse();
    const start = hasInitial ? (initial ?? UNDEFINED) : numbered.shift()?.element;
    if (!start) return UNKNOWN;
    return numbered.reduce<Value>((sum, { element, index }) => cx.call(callback, [sum, element, index, self]), start);
  };
}

const slice: Implementation = (cx, self, [from = UNDEFINED, to = UNDEFINED]) => {
  const elements = cx.elements(self);
  const start = elements && position(from, elements.length, 0);
  const end = elements && position(to, elements.length, elements.length);
  return elements && start !== undefined && end !== undefined ? cx.array(elements.slice(start, end)) : someOf(cx, self);
};

const concat: Implementation = (cx, self, args) => {
  const parts = [self, ...args].map((part) => flattened(cx, part, 1));
  return parts.every((part) => part !== undefined) ? cx.array(parts.flat()) : cx.list(UNKNOWN, unknownDim(0));
};

const at: Implementation = (cx, self, [index = UNDEFINED]) => {
  const elements = cx.elements(self);
  const known = index.kind === "integer" ? asNumber(index.dim) : undefined;
  return elements && known !== undefined ? (elements.at(known) ?? UNDEFINED) : cx.anyElement(self);
};

const join: Implementation = (cx, self, [separator = UNDEFINED]) => {
  // Of what is missing, nothing is written.
  const texts = cx.elements(self)?.map((one) => (one.kind === "undefined" || one.kind === "null" ? "" : textOf(one)));
  const between = separator.kind === "undefined" ? "," : textOf(separator);
  return texts && between !== undefined && texts.every((text) => text !== undefined)
    ? string(texts.join(between))
    : SOME_STRING;
};

/** A method that answers for a changed copy what the mutating method of that name does in place. */
function onCopy(mutator: string): Implementation {
  return (cx, self) => {
    const copy = copyOf(cx, self);
    const method = ARRAY_MUTATORS.get(mutator);
    if (method?.kind === "native") method.native.invoke(cx, copy);
    return copy;
  };
}

const METHODS: ReadonlyMap<string, Value> = natives({
  map,
  flatMap,
  flat,
  forEach,
  filter,
  reduce: reducer(false),
  reduceRight: reducer(true),
  slice,
  concat,
  at,
  join,
  keys: (cx, self) => {
    const elements = cx.elements(self);
    return elements ? cx.array(elements.map((_, i) => numberValue(i))) : cx.list(integer(unknownDim(0)), unknownDim(0));
  },
  values: (cx, self) => copyOf(cx, self),
  "@@iterator": (cx, self) => copyOf(cx, self),
  entries: (cx, self) => {
    const elements = cx.elements(self);
    if (elements) return cx.array(elements.map((element, i) => cx.array([numberValue(i), element])));
    return cx.list(cx.array([integer(unknownDim(0)), cx.anyElement(self)]), unknownDim(0));
  },
  toReversed: onCopy("reverse"),
  toSorted: onCopy("sort"),
  toSpliced: onCopy("splice"),
  with: (cx, self, [index = UNDEFINED, value = UNDEFINED]) => {
    const elements = cx.elements(self);
    const known = elements && position(index, elements.length, 0);
    return elements && known !== undefined && known < elements.length
      ? cx.array(elements.with(known, value))
      : cx.list(UNKNOWN, cx.lengthOf(self) ?? unknownDim(0));
  },
});

function copyOf(cx: NativeContext, self: Value): Value {
  const elements = cx.iterated(self);
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
    of: (cx, _self, args) => (cx.site.complete ? cx.array(args) : cx.list(UNKNOWN, unknownDim(0))),
    isArray: (cx, _self, [value = UNDEFINED]) => {
      if (value.kind === "unknown" || value.kind === "union") return SOME_BOOLEAN;
      return boolean(cx.isArray(value) && cx.typedArray(value) === undefined);
    },
  }),
);

const LONGEST_ARRAY = 4096;

function newArray(cx: NativeContext, args: readonly Value[]): Value {
  const [length] = args;
  if (!cx.site.complete) return cx.list(UNKNOWN, unknownDim(0));
  if (args.length !== 1 || length?.kind !== "integer")
    return args.length === 1 ? cx.list(UNKNOWN, unknownDim(0)) : cx.array(args);
  const known = asNumber(length.dim);
  if (known === undefined || known < 0 || known > LONGEST_ARRAY) return cx.list(UNDEFINED, length.dim);
  return cx.array(Array.from({ length: known }, () => UNDEFINED));
}
