import type { NativeClass, NativeContext, NativePayload } from "../../interpreter/native";
import type { TensorValue, Value } from "../../interpreter/value";

interface NamedTuple extends NativePayload {
  readonly kind: "namedTuple";
  readonly fields: ReadonlyMap<string, TensorValue>;
}

/** What PyTorch calls a named tuple: `{ values, indices }` that can also be taken apart by position. */
const namedTupleClass: NativeClass = {
  name: "NamedTuple",
  member(cx, self, name) {
    const payload = cx.payload(self);
    if (payload?.kind !== "namedTuple") return undefined;
    const { fields } = payload as NamedTuple;
    const values = [...fields.values()];
    if (name === "*elements*") return cx.array(values);
    return fields.get(name) ?? values[Number(name)];
  },
};

export function namedTuple(cx: NativeContext, fields: Readonly<Record<string, TensorValue>>): Value {
  const self = cx.instance(namedTupleClass);
  const payload: NamedTuple = { kind: "namedTuple", fields: new Map(Object.entries(fields)) };
  cx.setPayload(self, payload);
  return self;
}
