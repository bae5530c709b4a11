import type { NativeContext, NativeFunction } from "../../../interpreter/native";
import type { Value } from "../../../interpreter/value";
import { SOME_NUMBER, UNDEFINED, UNKNOWN, unknownTensor } from "../../../interpreter/value";
import type { Dim } from "../../../shape/dim";
import { asNumber, constant, minimum, unknownDim } from "../../../shape/dim";
import { functionValue } from "../namespace";
import { page } from "../tensors";
import { alike } from "./batch";
import { datasetOf, elementOf, sizeOf } from "./dataset";

function source(name: string, invoke: (cx: NativeContext, first: Value) => Value): NativeFunction {
  return {
    name: `data.${name}`,
    documentation: page(`data.${name}`),
    invoke: (cx) => invoke(cx, cx.site.args[0]?.value ?? UNKNOWN),
  };
}

const array = source("array", (cx, items) => {
  const length = cx.lengthOf(items);
  return datasetOf(cx, elementIn(cx, items), length && asNumber(length) !== undefined ? length : undefined);
});

function elementIn(cx: NativeContext, items: Value): Value {
  const elements = cx.elements(items);
  return elements ? alike(cx, elements) : cx.anyElement(items);
}

/** A generator may go on for ever; its first values stand for all of them. */
const LOOKED_AT = 32;

/** What a generator yields, or what the `next` of an iterator gives. */
const generator = source("generator", (cx, make) => {
  const made = settled(cx.callRepeatedly(make, []));
  const first = cx.iterated(made, LOOKED_AT);
  if (first && first.length > 0) return datasetOf(cx, alike(cx, first), undefined);
  const next = made.kind === "object" ? cx.getProperty(made, "next") : UNKNOWN;
  if (next.kind !== "function" && next.kind !== "native") return datasetOf(cx, UNKNOWN, undefined);
  const result = settled(cx.callRepeatedly({ ...next, self: next.self ?? made }, []));
  const value = cx.getProperty(result, "value");
  return datasetOf(cx, value.kind === "union" ? alike(cx, value.options) : value, undefined);
});

/** A function that gives the next element each time it is called. */
const func = source("func", (cx, make) => datasetOf(cx, settled(cx.callRepeatedly(make, [])), undefined));

/** Datasets side by side, in an array or in an object: an element is such an array or object of their elements. */
const zip = source("zip", (cx, datasets) => {
  const sizes: (Dim | undefined)[] = [];
  const element = zipped(cx, datasets, sizes);
  const known = sizes.filter((size) => size !== undefined);
  return datasetOf(cx, element, known.length === sizes.length && known.length > 0 ? known.reduce(minimum) : undefined);
});

function zipped(cx: NativeContext, datasets: Value, sizes: (Dim | undefined)[]): Value {
  const element = elementOf(cx, datasets);
  if (element) {
    sizes.push(sizeOf(cx, datasets));
    return element;
  }
  const elements = cx.elements(datasets);
  if (elements) return cx.array(elements.map((one) => zipped(cx, one, sizes)));
  const properties = cx.properties(datasets);
  sizes.push(undefined);
  if (!properties) return UNKNOWN;
  sizes.pop();
  return cx.record(Object.fromEntries([...properties].map(([name, one]) => [name, zipped(cx, one, sizes)])));
}

/** Rows of a table. With labels among the columns they come as `{ xs, ys }`. */
const csv: NativeFunction = {
  name: "data.csv",
  documentation: page("data.csv"),
  invoke(cx) {
    const config = cx.site.args[1] && cx.properties(cx.site.args[1].value);
    const columns = config?.get("columnConfigs");
    const configured = columns && cx.properties(columns);
    const only = config?.get("configuredColumnsOnly");
    const whole = only?.kind === "boolean" && only.value === true;
    if (!configured) return datasetOf(cx, UNKNOWN, undefined);
    const labels = [...configured].filter(([, column]) => isLabel(cx, column)).map(([name]) => name);
    const features = [...configured.keys()].filter((name) => !labels.includes(name));
    const row = (names: readonly string[]) =>
      cx.record(Object.fromEntries(names.map((name) => [name, SOME_NUMBER] as const)));
    const xs = whole ? row(features) : UNKNOWN;
    return datasetOf(cx, labels.length > 0 ? cx.record({ xs, ys: row(labels) }) : xs, undefined);
  },
};

function isLabel(cx: NativeContext, column: Value): boolean {
  const label = cx.properties(column)?.get("isLabel");
  return label?.kind === "boolean" && label.value === true;
}

function settled(value: Value): Value {
  return value.kind === "promise" ? settled(value.value) : value;
}

/** What a microphone or a camera gives depends on the machine. */
function device(name: string): NativeFunction {
  return source(name, () => ({ kind: "promise", value: UNKNOWN }));
}

/** A camera's pictures, which have three channels, and the size that was asked for. */
const webcam = source("webcam", (cx) => {
  const config = cx.site.args[1] && cx.properties(cx.site.args[1].value);
  const size = (name: string, as: string): Dim => {
    const value = config?.get(name);
    return value?.kind === "integer" ? value.dim : unknownDim(1, as);
  };
  const capture: NativeFunction = {
    name: "capture",
    documentation: page("data.webcam"),
    invoke(inner) {
      const origin = { operation: "capture", span: inner.site.span, inputs: [] };
      const shape = [size("resizeHeight", "height"), size("resizeWidth", "width"), constant(3)];
      return { kind: "promise", value: { ...unknownTensor("tfjs", origin), shape, dtype: "int32" } };
    },
  };
  const nothing: NativeFunction = { name: "stop", documentation: page("data.webcam"), invoke: () => UNDEFINED };
  const camera = cx.record({ capture: functionValue(capture), stop: functionValue(nothing) });
  return { kind: "promise", value: camera };
});

export const dataSources: readonly NativeFunction[] = [array, generator, func, zip, csv, device("microphone"), webcam];
