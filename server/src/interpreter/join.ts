import type { Dim } from "../shape/dim";
import { bounds, constant, unknownDim } from "../shape/dim";
import type { ArrayObject, Heap, HeapObject, Layer, ListObject, RecordObject } from "./heap";
import { readObject, recordObject } from "./heap";
import { lossOf } from "./loss";
import type { Loss } from "./loss";
import { sameSimpleValue, sameState, sameTensor } from "./same";
import type { ObjectValue, TensorValue, UnionValue, UnknownValue, Value } from "./value";
import { FREE, LOST_TENSOR, SOME_NUMBER, SOME_STRING, UNION_LIMIT, UNKNOWN, lost } from "./value";

export type Widened = Set<Dim | UnknownValue>;

/**
 * Where control flow meets again: what was the same on every way stays, the rest becomes a union of a few, or less known. Objects
 * that both ways made anew are joined once per pair, so that two names for one object keep meaning one object.
 */
export class Joiner {
  private readonly pairs = new Map<string, ObjectValue>();
  private depth = 0;
  /** What the program calls the values that are being joined. */
  private name: string | undefined;

  constructor(
    private readonly heap: Heap,
    /** Where both ways started from. */
    private readonly base: Layer,
    private readonly left: Layer,
    private readonly right: Layer,
    /** The unknown sizes and values that widening made in this loop: they stand for any already. Absent outside loops. */
    private readonly widened?: Widened,
  ) {}

  /** The join of what a variable or a property of that name is on either way; a size that becomes unknown is called after it. */
  joinNamed(a: Value, b: Value, name: string | undefined): Value {
    const outer = this.name;
    this.name = name;
    const joined = this.join(a, b);
    this.name = outer;
    return joined;
  }

  private named(part: string): string | undefined {
    return this.name === undefined ? undefined : `${this.name}${part}`;
  }

  join(a: Value, b: Value): Value {
    if (a === b) return a;
    if (a.kind === "accessor" || b.kind === "accessor") return sameSimpleValue(a, b) ? a : UNKNOWN;
    if (a.kind === "unknown" || b.kind === "unknown") return this.lose(a, b, this.joinUnknown(a, b));
    if (a.kind === "union" || b.kind === "union") return this.joinUnion(a, b);
    if (a.kind === "tensor" && b.kind === "tensor") return this.joinTensors(a, b);
    if (a.kind === "object" && b.kind === "object") return this.joinReferences(a, b);
    if (a.kind === "integer" && b.kind === "integer") {
      const dim = this.joinDims(a.dim, b.dim, -Infinity, this.name);
      return dim === a.dim ? a : { kind: "integer", dim, literal: undefined };
    }
    if (a.kind === "boolean" && b.kind === "boolean") {
      return a.value === b.value ? a : { kind: "boolean", value: undefined, free: a.free && b.free };
    }
    if (a.kind === "promise" && b.kind === "promise") return { kind: "promise", value: this.join(a.value, b.value) };
    if (a.kind === "string" && b.kind === "string" && (a.value === undefined || b.value === undefined))
      return SOME_STRING;
    if (sameSimpleValue(a, b)) return a;
    if (isNumeric(a) && isNumeric(b)) return SOME_NUMBER;
    return this.joinUnion(a, b);
  }

  private joinUnknown(a: Value, b: Value): Value {
    const tensorLike = [a, b].some((v) => v.kind === "tensor" || (v.kind === "unknown" && v.tensorLike));
    const free = !tensorLike && [a, b].every((v) => v.kind !== "unknown" || v.free);
    if (a.kind === "unknown" && a.free === free && a.tensorLike === tensorLike) {
      // One that is labelled stands for a value of its own, and so must what may be either.
      if (a.label === undefined || this.widened?.has(a)) return a;
    }
    const label = "label" in a && "label" in b && a.label === b.label ? a.label : undefined;
    const because = lossOf(a) ?? lossOf(b);
    const joined = { ...(tensorLike ? LOST_TENSOR : free ? FREE : UNKNOWN), because, label };
    this.widened?.add(joined);
    return joined;
  }

  /** Two values of which nothing is left but that objects among them can still be reached. */
  private lose(a: Value, b: Value, left: Value): Value {
    this.heap.leak(a);
    this.heap.leak(b);
    return left;
  }

  private joinDims(a: Dim, b: Dim, min: number, name: string | undefined): Dim {
    if (a === b) return a;
    if (!this.widened) return unknownDim(Math.max(min, Math.min(bounds(a).min, bounds(b).min)), name);
    const low = bounds(a).min;
    if (this.widened.has(a) && bounds(b).min >= low) return a;
    const fresh = unknownDim(Math.max(min, bounds(b).min >= low ? low : -Infinity), name);
    this.widened.add(fresh);
    return fresh;
  }

  private joinTensors(a: TensorValue, b: TensorValue): Value {
    const { shape: left } = a;
    const { shape: right } = b;
    if (left && right && left.length !== right.length && !this.widened) return this.joinUnion(a, b);
    const shape =
      left && right && left.length === right.length
        ? left.map((dim, axis) => this.joinDims(dim, right[axis] ?? dim, 0, this.named(`.shape[${axis}]`)))
        : undefined;
    const strides =
      a.strides && b.strides && shape && a.strides.every((stride, axis) => stride === b.strides?.[axis])
        ? a.strides
        : undefined;
    const joined: TensorValue = {
      ...a,
      dialect: a.dialect === b.dialect ? a.dialect : undefined,
      shape,
      strides,
      dtype: a.dtype === b.dtype ? a.dtype : undefined,
      content: a.content === b.content ? a.content : undefined,
    };
    return sameTensor(a, joined) ? a : joined;
  }

  private joinUnion(a: Value, b: Value): Value {
    const options: Value[] = [];
    for (const option of [...optionsOf(a), ...optionsOf(b)]) {
      const index = options.findIndex((other) => other.kind === option.kind && combines(other, option));
      if (index < 0) options.push(option);
      else {
        const combined = this.join(options[index] as Value, option);
        if (combined.kind === "union" || combined.kind === "unknown") return this.lose(a, b, lost(UNKNOWN, SEVERAL));
        options[index] = combined;
      }
    }
    if (options.length > UNION_LIMIT)
      return this.lose(a, b, lost(options.some((o) => o.kind === "tensor") ? LOST_TENSOR : UNKNOWN, SEVERAL));
    if (a.kind === "union" && a.options.length === options.length && a.options.every((o, i) => o === options[i]))
      return a;
    return options.length === 1 ? (options[0] as Value) : { kind: "union", options };
  }

  private joinReferences(a: ObjectValue, b: ObjectValue): Value {
    if (a.id === b.id) return a;
    const key = `${a.id}:${b.id}`;
    const known = this.pairs.get(key);
    if (known) return known;
    const left = readObject(this.left, a.id);
    const right = readObject(this.right, b.id);
    if (!left || !right || this.depth > 8) return this.lose(a, b, UNKNOWN);
    if (interchangeable(left, right)) return a;
    if (!joinable(left, right))
      return this.widened ? this.lose(a, b, lost(UNKNOWN, UNSETTLED)) : { kind: "union", options: [a, b] };
    if (!this.mayBecomeOne(a, b, left)) return this.joinUnion(a, b);
    const joined = this.heap.allocate({ type: "array", elements: [] });
    this.pairs.set(key, joined);
    const object = this.joinObjects(left, right);
    if (object === left) {
      this.pairs.set(key, a);
      return a;
    }
    this.heap.replace(joined, object);
    return joined;
  }

  /**
   * Two objects become a third one only when nobody else can hold them: a write to the third would not reach them. Arrays need that of
   * one of them only, since what is rebuilt in every round of a loop, such as a state or a shape, is seldom written to as well.
   */
  private mayBecomeOne(a: ObjectValue, b: ObjectValue, state: HeapObject): boolean {
    const fresh = [a, b].filter(({ id }) => !readObject(this.base, id)).length;
    return fresh === 2 || (fresh === 1 && state.type !== "record");
  }

  /** The join of two states of one object, or of two objects of one kind; `a` itself when it covers `b`. */
  joinObjects(a: HeapObject, b: HeapObject): HeapObject {
    if (a === b) return a;
    this.depth++;
    const joined = this.joinStates(a, b);
    this.depth--;
    return sameState(a, joined) ? a : joined;
  }

  private joinStates(a: HeapObject, b: HeapObject): HeapObject {
    if (a.type === "record" && b.type === "record") return this.joinRecords(a, b);
    if (a.type === "map" && b.type === "map") return this.joinMaps(a, b);
    if (a.type === "array" && b.type === "array" && a.elements.length === b.elements.length) {
      return {
        type: "array",
        typed: a.typed === b.typed ? a.typed : undefined,
        elements: a.elements.map((element, i) =>
          this.joinNamed(element, b.elements[i] ?? UNKNOWN, this.named(`[${i}]`)),
        ),
      };
    }
    if ((a.type === "array" || a.type === "list") && (b.type === "array" || b.type === "list"))
      return this.joinLists(a, b);
    this.heap.leakContents(a);
    this.heap.leakContents(b);
    return recordObject({ open: true });
  }

  private joinLists(a: ArrayObject | ListObject, b: ArrayObject | ListObject): HeapObject {
    const join = (x: Value, y: Value): Value => this.joinNamed(x, y, this.named("[i]"));
    const [elementsA, lengthA] = listParts(a, join);
    const [elementsB, lengthB] = listParts(b, join);
    const element = elementsA && elementsB ? join(elementsA, elementsB) : (elementsA ?? elementsB ?? UNKNOWN);
    const name = this.named(".length");
    const length = lengthA && lengthB ? this.joinDims(lengthA, lengthB, 0, name) : undefined;
    const typed = a.typed === b.typed ? a.typed : undefined;
    return { type: "list", typed, element, length };
  }

  private joinRecords(a: RecordObject, b: RecordObject): HeapObject {
    const properties = new Map<string, Value>();
    let open = a.open || b.open;
    for (const name of new Set([...a.properties.keys(), ...b.properties.keys()])) {
      const left = a.properties.get(name);
      const right = b.properties.get(name);
      if (left && right) properties.set(name, this.joinNamed(left, right, name));
      else {
        open = true;
        this.heap.leak((left ?? right) as Value);
      }
    }
    const payload = a.payload === b.payload ? a.payload : undefined;
    return recordObject({ properties, spans: a.spans, prototype: a.prototype, open, payload });
  }

  private joinMaps(a: HeapObject & { type: "map" }, b: HeapObject & { type: "map" }): HeapObject {
    const same =
      a.entries &&
      b.entries &&
      a.entries.length === b.entries.length &&
      a.entries.every((entry, i) => sameSimpleValue(entry.key, b.entries?.[i]?.key ?? UNKNOWN));
    if (!same) {
      this.heap.leakContents(a);
      this.heap.leakContents(b);
      return { type: "map", set: a.set, entries: undefined };
    }
    const entries = a.entries?.map((entry, i) => ({
      key: entry.key,
      value: this.join(entry.value, b.entries?.[i]?.value ?? UNKNOWN),
    }));
    return { type: "map", set: a.set, entries };
  }
}

const SEVERAL: Loss = { kind: "paths", span: undefined };
const UNSETTLED: Loss = { kind: "loop", span: undefined };

/** The union with every option mapped. */
export function mapOptions(union: UnionValue, map: (option: Value) => Value): Value {
  return { kind: "union", options: union.options.map(map) };
}

export function optionsOf(value: Value): readonly Value[] {
  return value.kind === "union" ? value.options : [value];
}

function isNumeric(value: Value): boolean {
  return value.kind === "integer" || value.kind === "float" || value.kind === "ratio";
}

/** Options of a union that become one: the same thing twice, or two tensors of one rank. */
function combines(a: Value, b: Value): boolean {
  if (a.kind === "tensor" && b.kind === "tensor") return a.shape?.length === b.shape?.length;
  if (a.kind === "object" && b.kind === "object") return a.id === b.id;
  return a.kind === "integer" || a.kind === "boolean" || a.kind === "float" || sameSimpleValue(a, b);
}

/** Objects of native code alone that do the same. */
function interchangeable(a: HeapObject, b: HeapObject): boolean {
  if (a.type !== "record" || b.type !== "record" || !a.payload || !b.payload || a.prototype !== b.prototype)
    return false;
  const alone = [a, b].every(({ properties, open }) => properties.size === 0 && !open);
  return alone && (a.payload.isLike?.(b.payload) ?? false);
}

function joinable(a: HeapObject, b: HeapObject): boolean {
  if (a.type === "record" && b.type === "record") {
    const samePrototype =
      a.prototype === b.prototype ||
      (a.prototype !== undefined && b.prototype !== undefined && sameSimpleValue(a.prototype, b.prototype));
    return samePrototype && a.payload === b.payload;
  }
  return a.type !== "record" && b.type !== "record" && (a.type === "map") === (b.type === "map");
}

function listParts(object: HeapObject, join: (a: Value, b: Value) => Value): [Value | undefined, Dim | undefined] {
  if (object.type === "list") return [object.element, object.length];
  if (object.type !== "array") return [UNKNOWN, undefined];
  return [object.elements.length ? object.elements.reduce(join) : undefined, constant(object.elements.length)];
}
