import type { Heap, HeapObject } from "./heap";
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
    return { type: "list", typed: after.typed, element: UNKNOWN, length: undefined };
  return after.type === "map" ? { ...after, entries: undefined } : recordObject({ open: true });
}

/** Nothing is known of it, not even that it is one value wherever it is found. */
export function hasNothingToLose(value: Value): boolean {
  return value.kind === "unknown" && !value.free && value.label === undefined;
}

/**
 * Makes unknown what some code may have changed in an object: the properties that it writes by name, or every part of it. Instances of
 * native classes keep what they are; their state is their library's.
 */
export function weakenObject(heap: Heap, id: number, isWritten: (name: string) => boolean, anything: boolean): void {
  const object = heap.find(id);
  if (!object) return;
  if (object.type === "record") {
    if (object.prototype?.kind === "nativeClass") return;
    // Methods are rarely replaced, and losing them would lose all that follows.
    const isPlain = !object.prototype;
    const lost = [...object.properties].filter(
      ([name, value]) =>
        !hasNothingToLose(value) &&
        !(value.kind === "accessor" && value.exported) &&
        (isWritten(name) || (anything && isPlain && value.kind !== "function")),
    );
    // What has nothing left to lose need not be copied: code that is skipped is skipped again and again.
    if (object.open && lost.length === 0) return;
    const record = heap.mutate(id);
    if (record.type !== "record") return;
    for (const [name, value] of lost) {
      heap.leak(value);
      record.properties.set(name, UNKNOWN);
    }
    record.open = true;
    return;
  }
  if (!anything) return;
  if (object.type === "map" && object.entries === undefined) return;
  if (object.type === "list" && hasNothingToLose(object.element) && !object.length) return;
  heap.leakContents(object);
  if (object.type === "map") heap.replace(id, { ...object, entries: undefined });
  else heap.replace(id, { type: "list", typed: object.typed, element: UNKNOWN, length: undefined });
}
