import type { NativeFunction, NativeNamespace } from "../../interpreter/native";
import type { Value } from "../../interpreter/value";

export function functionValue(native: NativeFunction): Value {
  return { kind: "native", native, self: undefined, selfSpan: undefined };
}

/** A namespace of these members; names that are not among them are not modelled. */
export function namespace(name: string, members: ReadonlyMap<string, Value>): Value {
  const native: NativeNamespace = { name, member: (member) => members.get(member), names: [...members.keys()] };
  return { kind: "namespace", namespace: native };
}

/** Functions under the last part of their names: `losses.huberLoss` as `huberLoss`. */
export function byName(functions: readonly NativeFunction[]): Map<string, Value> {
  return new Map(functions.map((native) => [lastPart(native.name), functionValue(native)]));
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
