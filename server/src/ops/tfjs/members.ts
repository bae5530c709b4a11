import type { PropertyContext } from "../../interpreter/native";
import type { TensorValue, Value } from "../../interpreter/value";
import { integer, NULL, string, UNDEFINED, UNKNOWN } from "../../interpreter/value";
import { constant, unknownDim } from "../../shape/dim";
import { numel } from "../../shape/shape";
import type { Operation } from "../operation";
import { concatMethod, stackMethod } from "./core/joining";
import { whereMethod } from "./core/elementwise";
import { lastPart, functionValue } from "./namespace";
import { isOpen } from "./layers/open";
import { page } from "./tensors";

/** What a tensor's method of that name is where it is not the function of the same name with the tensor in front. */
const OTHER_ORDER = [concatMethod, stackMethod, whereMethod];

/** The functions of `tf` that are no methods. */
const NO_METHODS = new Set([
  "tensor",
  "scalar",
  "zeros",
  "ones",
  "fill",
  "range",
  "linspace",
  "eye",
  "variable",
  "einsum",
  "addN",
]);

function unknown(name: string) {
  return { name, documentation: page(`tf.Tensor.${name}`), invoke: (): Value => UNKNOWN };
}

/** Reads the numbers, which the analysis does not have. */
function reading(name: string) {
  return {
    name,
    documentation: page(`tf.Tensor.${name}`),
    invoke: (): Value => ({ kind: "promise", value: UNKNOWN }),
  };
}

function nothing(name: string) {
  return { name, documentation: page(`tf.Tensor.${name}`), invoke: (): Value => UNDEFINED };
}

const OWN = [
  nothing("print"),
  nothing("dispose"),
  nothing("assign"),
  reading("data"),
  reading("array"),
  reading("buffer"),
  unknown("dataSync"),
  unknown("arraySync"),
];

export function tensorMethods(operations: readonly Operation[]): ReadonlyMap<string, Value> {
  const methods = operations.filter(({ name }) => !NO_METHODS.has(name) && !/^(losses|math)\./.test(name));
  return new Map([...methods, ...OTHER_ORDER, ...OWN].map((native) => [lastPart(native.name), functionValue(native)]));
}

/** A property that is no method. */
export function tensorProperty(cx: PropertyContext, tensor: TensorValue, name: string): Value | undefined {
  switch (name) {
    case "shape":
      return tensor.shape ? cx.array(tensor.shape.map((size) => sizeValue(tensor, size))) : UNKNOWN;
    case "rank":
      return tensor.shape ? integer(constant(tensor.shape.length)) : integer(unknownDim(0));
    case "rankType":
      return UNKNOWN;
    case "dtype":
      return tensor.dtype ? string(tensor.dtype) : UNKNOWN;
    case "size":
      return tensor.shape ? integer(numel(tensor.shape)) : integer(unknownDim(0));
    default:
      return undefined;
  }
}

function sizeValue(tensor: TensorValue, size: ReturnType<typeof constant>): Value {
  return tensor.form === "symbolic" && isOpen(size) ? NULL : integer(size);
}
