import type { NativeClass, NativeContext, NativeFunction } from "../../../interpreter/native";
import type { ObjectValue, Value } from "../../../interpreter/value";
import { integer, SOME_BOOLEAN, SOME_NUMBER, UNDEFINED, UNKNOWN } from "../../../interpreter/value";
import type { Dim } from "../../../shape/dim";
import {
  add,
  asNumber,
  ceilDivide,
  constant,
  floorDivide,
  maximum,
  minimum,
  multiply,
  subtract,
  unknownDim,
} from "../../../shape/dim";
import { functionValue } from "../namespace";
import { page } from "../tensors";
import { batchDim, batched, knownSize } from "./batch";

/** What any element is, and how many there are when that is known; properties, so that branches can join them. */
const ELEMENT = "#element";
const SIZE = "#size";

export function datasetOf(cx: NativeContext, element: Value, size: Dim | undefined): ObjectValue {
  const self = cx.instance(datasetClass);
  cx.setProperty(self, ELEMENT, element);
  cx.setProperty(self, SIZE, size ? integer(size) : UNKNOWN);
  return self;
}

/** An element of a dataset; `undefined` when the value is none. */
export function elementOf(cx: NativeContext, value: Value): Value | undefined {
  if (value.kind !== "object") return undefined;
  const element = cx.getProperty(value, ELEMENT);
  return element.kind === "undefined" || element === UNKNOWN ? undefined : element;
}

function elementOrUnknown(cx: NativeContext, self: Value): Value {
  return elementOf(cx, self) ?? UNKNOWN;
}

export function sizeOf(cx: NativeContext, self: Value): Dim | undefined {
  return self.kind === "object" ? knownSize(cx.getProperty(self, SIZE)) : undefined;
}

type Method = (cx: NativeContext, self: Value, args: readonly Value[]) => Value;

function method(name: string, run: Method): [string, Value] {
  const native: NativeFunction = {
    name,
    documentation: page(`tf.data.Dataset.${name}`),
    invoke: (cx, self) =>
      run(
        cx,
        self ?? UNKNOWN,
        cx.site.args.map(({ value }) => value),
      ),
  };
  return [name, functionValue(native)];
}

function settled(value: Value): Value {
  return value.kind === "promise" ? settled(value.value) : value;
}

/** A callback that sees any element, any number of times. */
function visit(cx: NativeContext, self: Value, callback: Value = UNKNOWN): Value {
  return settled(cx.callRepeatedly(callback, [elementOrUnknown(cx, self)]));
}

const mapped: Method = (cx, self, [transform]) => {
  const size = sizeOf(cx, self);
  return datasetOf(cx, visit(cx, self, transform), size);
};

const filtered: Method = (cx, self, [predicate]) => {
  visit(cx, self, predicate);
  return datasetOf(cx, elementOrUnknown(cx, self), undefined);
};

const batch: Method = (cx, self, [batchSize, smallLastBatch = UNDEFINED]) => {
  const size = sizeOf(cx, self);
  const each = batchSize?.kind === "integer" ? batchSize.dim : undefined;
  const whole = smallLastBatch.kind === "boolean" && smallLastBatch.value === false;
  const count = size && each && (whole ? floorDivide(size, each) : ceilDivide(size, each));
  return datasetOf(cx, batched(cx, elementOrUnknown(cx, self), batchDim(size, each, whole)), count);
};

/** The same elements, of which there may be another number. */
function resized(sizeOfResult: (size: Dim, count: Dim) => Dim | undefined): Method {
  return (cx, self, [count = UNDEFINED]) => {
    const [size, number] = [sizeOf(cx, self), knownSize(count)];
    return datasetOf(cx, elementOrUnknown(cx, self), size && number && sizeOfResult(size, number));
  };
}

const same: Method = (cx, self) => datasetOf(cx, elementOrUnknown(cx, self), sizeOf(cx, self));

const concatenated: Method = (cx, self, [other = UNKNOWN]) => {
  const [size, added] = [sizeOf(cx, self), sizeOf(cx, other)];
  const either = cx.array([elementOrUnknown(cx, self), elementOrUnknown(cx, other)]);
  return datasetOf(cx, cx.anyElement(either), size && added && add(size, added));
};

const iterator: Method = (cx, self) => {
  const made = cx.instance(iteratorClass);
  cx.setProperty(made, ELEMENT, elementOrUnknown(cx, self));
  return { kind: "promise", value: made };
};

const toArray: Method = (cx, self) => ({
  kind: "promise",
  value: cx.list(elementOrUnknown(cx, self), sizeOf(cx, self) ?? unknownDim(0)),
});

const forEach: Method = (cx, self, [callback]) => {
  visit(cx, self, callback);
  return { kind: "promise", value: UNDEFINED };
};

/** What `next()` gives before the end, which the program looks for itself. */
const next: Method = (cx, self) => ({
  kind: "promise",
  value: cx.record({ value: elementOrUnknown(cx, self), done: SOME_BOOLEAN }),
});

const positive = (size: Dim, count: Dim) => ((asNumber(count) ?? -1) < 0 ? undefined : multiply(size, count));

const METHODS: ReadonlyMap<string, Value> = new Map([
  method("map", mapped),
  method("mapAsync", mapped),
  method("filter", filtered),
  method("batch", batch),
  method(
    "take",
    resized((size, count) => ((asNumber(count) ?? -1) < 0 ? size : minimum(size, count))),
  ),
  method(
    "skip",
    resized((size, count) => maximum(constant(0), subtract(size, count))),
  ),
  method("repeat", resized(positive)),
  method("shuffle", same),
  method("prefetch", same),
  method("concatenate", concatenated),
  method("iterator", iterator),
  method("toArray", toArray),
  method("toArrayForTest", toArray),
  method("forEachAsync", forEach),
  method("columnNames", () => ({ kind: "promise", value: UNKNOWN })),
]);

export const datasetClass: NativeClass = {
  name: "Dataset",
  documentation: page("class:data.Dataset"),
  member(cx, self, name) {
    if (name !== "size") return METHODS.get(name) ?? (name.startsWith("#") ? UNDEFINED : UNKNOWN);
    const size = sizeOf(cx, self);
    return size ? integer(size) : SOME_NUMBER;
  },
};

const ITERATOR_METHODS: ReadonlyMap<string, Value> = new Map([
  method("next", next),
  method("forEachAsync", forEach),
  method("toArray", toArray),
]);

const iteratorClass: NativeClass = {
  name: "LazyIterator",
  documentation: page("class:data.Dataset"),
  member: (_cx, _self, name) => ITERATOR_METHODS.get(name) ?? (name.startsWith("#") ? UNDEFINED : UNKNOWN),
};
