import { unknownDim } from "../shape/dim";
import type { Machine } from "./machine";
import { runRepeatedly } from "./iteration";
import { callFunction } from "./function";
import { FREE, UNKNOWN, lost } from "./value";
import type { Value } from "./value";

const CHANGED = lost(UNKNOWN, { kind: "changed", span: undefined });

/**
 * A value went where the analysis cannot follow. Arrays, maps and plain objects it reaches may be changed there; functions may be
 * called there, any number of times. Instances of classes keep what they are: code that restructures somebody else's model is rare,
 * and without this every model handed to a helper of another package would be lost.
 */
export function forget(m: Machine, value: Value): void {
  forgetValue(m, value, new Set());
}

function forgetValue(m: Machine, value: Value, seen: Set<number>): void {
  if (value.kind === "union") return value.options.forEach((option) => forgetValue(m, option, seen));
  if (value.kind === "promise") return forgetValue(m, value.value, seen);
  if (value.kind === "function") {
    const args = value.node.parameters.map((parameter) => ({ value: FREE, span: parameter.span }));
    m.recorder.doubting(() =>
      runRepeatedly(m, () => callFunction(m, value, { args, complete: true, self: undefined })),
    );
    return;
  }
  if (value.kind !== "object" || seen.has(value.id)) return;
  seen.add(value.id);
  const object = m.heap.object(value);
  switch (object.type) {
    case "array":
      object.elements.forEach((element) => forgetValue(m, element, seen));
      m.heap.replace(value, { type: "list", element: CHANGED, length: unknownDim(0) });
      return;
    case "list":
      forgetValue(m, object.element, seen);
      m.heap.replace(value, { type: "list", element: CHANGED, length: unknownDim(0) });
      return;
    case "map":
      m.heap.replace(value, { ...object, entries: undefined });
      return;
    case "record": {
      if (object.prototype || object.payload) return;
      for (const property of object.properties.values()) forgetValue(m, property, seen);
      const mutable = m.heap.mutate(value);
      if (mutable.type !== "record") return;
      mutable.open = true;
      for (const name of mutable.properties.keys()) mutable.properties.set(name, CHANGED);
    }
  }
}
