import type { Span } from "../ir";
import type { Dim } from "../shape/dim";
import { constant, unknownDim } from "../shape/dim";
import type { LeakMark } from "./forgotten";
import { Forgotten } from "./forgotten";
import { Leaks } from "./leaks";
import type { NativePayload } from "./native";
import type { ClassValue, NativeClassValue, ObjectValue, Value } from "./value";
import { UNKNOWN } from "./value";

/** Everything that can be mutated and is not a variable. Never changed in place by others than {@link Heap.mutate}'s callers. */
export type HeapObject = ArrayObject | ListObject | RecordObject | MapObject;

export type TypedArrayName =
  | "Float32Array"
  | "Float64Array"
  | "Int8Array"
  | "Int16Array"
  | "Int32Array"
  | "Uint8Array"
  | "Uint8ClampedArray"
  | "Uint16Array"
  | "Uint32Array";

/** An array whose elements are all known. */
export interface ArrayObject {
  readonly type: "array";
  readonly typed?: TypedArrayName | undefined;
  elements: Value[];
  /** Where a literal gave each element its value, as long as nothing was written to the array. */
  spans?: readonly Span[] | undefined;
}

/** An array, iterable or generator of which only what an element is, and maybe the length, is known. */
export interface ListObject {
  readonly type: "list";
  readonly typed?: TypedArrayName | undefined;
  element: Value;
  /** Absent as long as it may be any, and nobody has asked: see {@link Heap.lengthOf}. */
  length: Dim | undefined;
}

export interface RecordObject {
  readonly type: "record";
  properties: Map<string, Value>;
  /** Where a literal or an assignment gave a property its value. */
  spans: Map<string, Span>;
  readonly prototype: ClassValue | NativeClassValue | undefined;
  /** It may have properties that are not in `properties`. */
  open: boolean;
  payload: NativePayload | undefined;
}

/** A `Map`, or a `Set` whose values are its keys. `entries` is undefined when they are not known. */
export interface MapObject {
  readonly type: "map";
  readonly set: boolean;
  entries: { readonly key: Value; readonly value: Value }[] | undefined;
}

/** Reads the state below a layer, and remembers what it was asked for. */
export interface LayerReader {
  cell(cell: number, below: Layer | undefined): Value | undefined;
  object(id: number, below: Layer | undefined): HeapObject | undefined;
  equality(symbol: Dim, below: Layer | undefined): Dim | undefined;
}

/** What one branch wrote over what stood before it. A layer with children is never written: exits may still start from it. */
export class Layer {
  readonly cells = new Map<number, Value>();
  readonly objects = new Map<number, HeapObject>();
  /** The objects whose state was made in this layer, and is in no other: these alone are changed in place. */
  readonly owned = new Set<number>();
  /** What the success of operations on this path implies: a symbol and the size it must be. */
  readonly equalities = new Map<Dim, Dim>();

  /** How far what has leaked was forgotten in this state, and what of it was written. */
  forgotten: Forgotten | undefined;

  /** Whoever wants to know what is read of the state below this layer. */
  reader: LayerReader | undefined;

  constructor(
    readonly parent: Layer | undefined,
    private readonly leaked: Leaks,
  ) {}

  setCell(cell: number, value: Value): void {
    this.cells.set(cell, value);
    if (this.leaked.hasEscapedTo(cell)) this.marks.wroteCell(cell);
  }

  /** Takes over a state that another layer may hold as well. */
  adopt(id: number, object: HeapObject): void {
    this.objects.set(id, object);
    this.owned.delete(id);
    if (this.leaked.has(id)) this.marks.wroteObject(id);
  }

  own(id: number, object: HeapObject): void {
    this.objects.set(id, object);
    this.owned.add(id);
    if (this.leaked.has(id)) this.marks.wroteObject(id);
  }

  /** Some of what all objects have is forgotten in this state, of those that had leaked up to the mark. */
  markForgotten(what: string, mark: LeakMark): void {
    this.marks.mark(what, mark);
  }

  private get marks(): Forgotten {
    return (this.forgotten ??= new Forgotten());
  }
}

/** Variables and objects, in layers: a branch writes to a layer of its own, which is then kept, joined or dropped. */
export class Heap {
  readonly leaked = new Leaks();
  layer = new Layer(undefined, this.leaked);
  private nextCell = 1;
  private nextObject = 1;
  private equalityCount = 0;
  /** What variables are called. */
  private readonly names = new Map<number, string>();

  newCell(value: Value | undefined): number {
    const cell = this.nextCell++;
    if (value) this.layer.setCell(cell, value);
    return cell;
  }

  read(cell: number): Value | undefined {
    return readCell(this.layer, cell);
  }

  write(cell: number, value: Value): void {
    this.layer.setCell(cell, value);
  }

  /** What the program calls the variable; for sizes in it that have no name of their own. */
  nameOf(cell: number): string | undefined {
    return this.names.get(cell);
  }

  /** The first name counts: an import may have another one. */
  giveName(cell: number, name: string): void {
    if (!this.names.has(cell)) this.names.set(cell, name);
  }

  /** A variable of which nobody can ask any more. */
  drop(cell: number): void {
    this.layer.cells.delete(cell);
  }

  /** What a variable holds is not known any longer. */
  lose(cell: number, instead: Value = UNKNOWN): void {
    const value = this.read(cell);
    if (value) this.leak(value);
    this.write(cell, instead);
  }

  allocate(object: HeapObject): ObjectValue {
    const id = this.nextObject++;
    this.layer.own(id, object);
    return { kind: "object", id };
  }

  object(value: ObjectValue | number): HeapObject {
    const id = typeof value === "number" ? value : value.id;
    // An object made on a way that was dropped may be referred to by something that outlived it: nothing is known about it.
    return readObject(this.layer, id) ?? recordObject({ open: true });
  }

  /** The object, if this state has it. */
  find(id: number): HeapObject | undefined {
    return readObject(this.layer, id);
  }

  /** The object for writing: this layer's own copy. */
  mutate(value: ObjectValue | number): HeapObject {
    const id = typeof value === "number" ? value : value.id;
    const current = this.object(id);
    const own = this.layer.owned.has(id) ? current : copyObject(current);
    this.layer.own(id, own);
    // Where the elements of a literal stand says nothing about what is written to it later.
    if (own.type === "array") own.spans = undefined;
    return own;
  }

  /** How long an array is. A length that may be any becomes one that is the same until the list is written to again. */
  lengthOf(value: ObjectValue, array: ArrayObject | ListObject): Dim {
    if (array.type === "array") return constant(array.elements.length);
    if (array.length) return array.length;
    const length = unknownDim(0);
    this.replace(value, { ...array, length });
    return length;
  }

  replace(value: ObjectValue | number, object: HeapObject): void {
    this.layer.own(typeof value === "number" ? value : value.id, object);
  }

  assume(symbol: Dim, size: Dim): void {
    this.equalityCount++;
    this.layer.equalities.set(symbol, size);
  }

  /** False as long as nothing was ever assumed, so that reading stays cheap. */
  get hasEqualities(): boolean {
    return this.equalityCount > 0;
  }

  equality(symbol: Dim): Dim | undefined {
    return readEquality(this.layer, symbol);
  }

  /** Forgets all that was written above a layer; cells and objects made later have other numbers than those before. */
  startAbove(layer: Layer): void {
    this.layer = new Layer(layer, this.leaked);
    this.equalityCount = 0;
    this.names.clear();
    this.leaked.clear();
  }

  leak(value: Value): void {
    if (value.kind === "object") this.leaked.add(value.id);
    else if (value.kind === "union") for (const option of value.options) this.leak(option);
    else if (value.kind === "promise") this.leak(value.value);
  }

  /** The same for whatever an object holds. */
  leakContents(object: HeapObject | undefined): void {
    for (const value of object ? contentsOf(object) : []) this.leak(value);
  }

  /** Starts a branch. */
  push(): Layer {
    this.layer = new Layer(this.layer, this.leaked);
    return this.layer;
  }
}

export function readCell(from: Layer, cell: number): Value | undefined {
  for (let layer: Layer | undefined = from; layer; layer = layer.parent) {
    const value = layer.cells.get(cell);
    if (value) return value;
    if (layer.reader) return layer.reader.cell(cell, layer.parent);
  }
  return undefined;
}

export function readEquality(from: Layer, symbol: Dim): Dim | undefined {
  for (let layer: Layer | undefined = from; layer; layer = layer.parent) {
    const size = layer.equalities.get(symbol);
    if (size) return size;
    if (layer.reader) return layer.reader.equality(symbol, layer.parent);
  }
  return undefined;
}

export function readObject(from: Layer, id: number): HeapObject | undefined {
  for (let layer: Layer | undefined = from; layer; layer = layer.parent) {
    const object = layer.objects.get(id);
    if (object) return object;
    if (layer.reader) return layer.reader.object(id, layer.parent);
  }
  return undefined;
}

/** The layers from `top` down to, and without, `base`; the newest first. */
export function layersAbove(top: Layer, base: Layer): Layer[] {
  const layers: Layer[] = [];
  for (let layer: Layer | undefined = top; layer && layer !== base; layer = layer.parent) layers.push(layer);
  return layers;
}

/** The values that an object holds. */
export function contentsOf(object: HeapObject): readonly Value[] {
  switch (object.type) {
    case "array":
      return object.elements;
    case "list":
      return [object.element];
    case "map":
      return (object.entries ?? []).flatMap(({ key, value }) => [key, value]);
    case "record":
      return [...object.properties.values()];
  }
}

/** A plain object without properties, or what is said of it. */
export function recordObject(parts: Partial<RecordObject> = {}): RecordObject {
  return {
    type: "record",
    properties: new Map(),
    spans: new Map(),
    prototype: undefined,
    open: false,
    payload: undefined,
    ...parts,
  };
}

function copyObject(object: HeapObject): HeapObject {
  switch (object.type) {
    case "array":
      return { ...object, elements: [...object.elements], spans: undefined };
    case "list":
      return { ...object };
    case "record":
      return { ...object, properties: new Map(object.properties), spans: new Map(object.spans) };
    case "map":
      return { ...object, entries: object.entries && [...object.entries] };
  }
}
