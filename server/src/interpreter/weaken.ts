import { unknownDim } from "../shape/dim";
import type { HeapObject } from "./heap";
import { recordObject } from "./heap";
import type { Value } from "./value";
import { UNKNOWN } from "./value";

/** An object of which only what it was and still is remains known: between the two it may have been anything. */
export function weakened(before: HeapObject | undefined, after: HeapObject): HeapObject {
  if (before === after || !before) return after;
  const kept = (was: Value | undefined, is: Value): Value => (was === is ? is : UNKNOWN);
  if (before.type === "record" && after.type === "record") {
    const properties = new Map(
      [...after.properties].map(([name, value]) => [name, kept(before.properties.get(name), value)]),
    );
    return { ...after, properties, open: true };
  }
  if (before.type === "array" && after.type === "array" && before.elements.length === after.elements.length) {
    return { ...after, elements: after.elements.map((element, i) => kept(before.elements[i], element)) };
  }
  if (after.type === "array" || after.type === "list")
    return { type: "list", typed: after.typed, element: UNKNOWN, length: unknownDim(0) };
  return after.type === "map" ? { ...after, entries: undefined } : recordObject({ open: true });
}
